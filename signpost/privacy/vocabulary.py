"""Which words are names, which are ordinary English, and which everybody may read."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from itertools import islice
from pathlib import Path

LISTS = Path(__file__).parent / "lists"
# Of this many of the most frequent English words none is a name without a sign beside it.
_COMMON = 8000
# Below this length a bare name in small letters is too often a word of some language.
SHORTEST_BARE = 4
# Short names that are hardly a word of any language spoken here.
_SHORT = frozenset(
    (
        "tom",
        "tim",
        "joe",
        "jon",
        "zoe",
        "amy",
        "ian",
        "liz",
        "zac",
        "zak",
        "dan",
        "sam",
        "ben",
        "jim",
        "bob",
        "roy",
        "ryo",
        "abz",
    )
)
# No name that everybody knows is longer, with the sign after it.
_LONGEST_KNOWN = 41
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def lines(name: str) -> list[str]:
    """The lines of a list, without its comments."""
    text = (LISTS / f"{name}.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def word_list(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(" ".join(lines(name)).split())


# Names of apps and slips of the keyboard, which are nobody's account.
NO_ACCOUNT = word_list("no_account")


@lru_cache(maxsize=1)
def doubtful_names() -> frozenset[str]:
    """Given names that are ordinary words, places or things as well."""
    single = {line for line in lines("not_people") if line.isalpha()}
    return word_list("names_that_are_words") | single


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Given names that are nothing else."""
    return word_list("given_names") - doubtful_names()


@lru_cache(maxsize=1)
def surnames() -> tuple[frozenset[str], frozenset[str]]:
    """Surnames that are nothing else, and those that are ordinary words as well."""
    plain, _, words = "\n".join(lines("surnames")).partition("\n---\n")
    return frozenset(plain.split()), frozenset(words.split())


@lru_cache(maxsize=1)
def well_known() -> dict[str, tuple[str, ...]]:
    """Whole names that stay, by their first letters up to a blank or sign: public figures, laws,
    games, services called after somebody. The longest first."""
    phrases: dict[str, list[str]] = {}
    for line in lines("not_people"):
        if not line.isalpha():
            for phrase in {line, line.replace("'", ""), line.replace("'", "’")}:
                phrases.setdefault(first_letters(phrase), []).append(phrase)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in phrases.items()}


def first_letters(text: str) -> str:
    """The letters and figures that a text in small letters begins with."""
    match = _LETTERS_FIRST.match(text)
    return match[0] if match else ""


_LETTERS_FIRST = re.compile(r"\w{1,40}")


@lru_cache(maxsize=1)
def _english() -> tuple[frozenset[str], frozenset[str]]:
    """All English words that symspellpy's dictionary knows, and the common ones; no names."""
    file = resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    rows = file.read_text(encoding="utf-8-sig").splitlines()
    people = given_names() | surnames()[0]
    english = [word for word in (row.split(" ", 1)[0] for row in rows) if word not in people]
    return frozenset(english), frozenset(islice(english, _COMMON))


def is_person(word: str) -> bool:
    """Whether a word in small letters is a given name, and one that is nothing else."""
    return (len(word) >= SHORTEST_BARE or word in _SHORT) and word in given_names()


def is_well_known(text: str, start: int) -> bool:
    """Whether a name that everybody knows begins at a place of a text."""
    here = text[start : start + _LONGEST_KNOWN].lower()
    return any(
        here.startswith(phrase) and not here[len(phrase) : len(phrase) + 1].isalnum()
        for phrase in well_known().get(first_letters(here), ())
    )


def is_word(word: str) -> bool:
    """Whether a word in small letters is English."""
    english = _english()[0]
    if "-" in word:
        return all(is_word(part) for part in word.split("-"))
    return word in english or word.replace("’", "'") in english or _without_ending(word) in english


def is_common(word: str) -> bool:
    """Whether a word in small letters is one that everybody uses."""
    return word in _english()[1]


def is_run_together(word: str, fewest_words: int) -> bool:
    """Whether a word in small letters is so many English words or more without blanks."""
    if is_word(word) or is_misspelt(word):
        return False
    fewest = {0: 0}  # the fewest words that end at each place
    for end in range(1, len(word) + 1):
        counts = [
            fewest[start] + 1
            for start in range(max(0, end - 14), end)
            if start in fewest and _is_piece(word[start:end])
        ]
        if counts:
            fewest[end] = min(counts)
    return fewest.get(len(word), 0) >= fewest_words


def is_with_person(word: str) -> bool:
    """Whether a word in small letters is a person's name and another word, without a blank."""
    if word[0] == word[-1] == "x" and is_run_together(word.strip("x"), 2):
        return True
    if is_word(word) or word in given_names() or word in surnames()[0]:
        return False
    for cut in range(3, len(word) - 2):
        left, right = word[:cut], word[cut:]
        name = max((left, right), key=lambda part: (is_person(part), len(part)))
        other = right if name == left else left
        if len(name) >= SHORTEST_BARE and is_person(name) and is_common(other):
            return not is_misspelt(word)
    return False


def _is_piece(word: str) -> bool:
    return (len(word) >= 3 and (is_word(word) or is_person(word))) or word in _PIECES


_PIECES = frozenset(("a", "i", "is", "of", "my", "me", "to", "in", "on", "at", "it", "be", "u"))


def _without_ending(word: str) -> str:
    for ending in ("'s", "’s", "ing", "ed", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)]
    return word


def is_misspelt(word: str) -> bool:
    """Whether one slip of the finger makes an ordinary word of it."""
    english, common = _english()
    # Rare long words, too: few names are one letter from them.
    common = english if len(word) >= 7 else common
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    if any(left + right[1:] in common for left, right in cuts if right):
        return True
    if any(
        left + right[1] + right[0] + right[2:] in common for left, right in cuts if len(right) > 1
    ):
        return True
    return any(
        left + letter + right in common or (right and left + letter + right[1:] in common)
        for left, right in cuts
        for letter in _LETTERS
    )


def is_in_figures(word: str) -> bool:
    """Whether a word is written with figures for letters, as people do to get past filters."""
    plain = word.lower().translate(_FIGURES)
    return word.islower() and plain.isalpha() and is_word(plain)


_FIGURES = str.maketrans("013457@$", "oieastas")


def load() -> None:
    """Read all lists now rather than at the first message."""
    is_common("a")
    well_known()
