"""A text's words as the search for names sees them, and the lists of words it asks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from signpost.privacy import places
from signpost.privacy.vocabulary import (
    SHORTEST_BARE,
    doubtful_names,
    first_letters,
    given_names,
    is_person,
    is_word,
    surnames,
    well_known,
    word_list,
)

_LONGEST_KNOWN = 41
# Share of English words from which a word that is none stands out.
_ENGLISH = 0.5
# Share of capital letters from which they say nothing of a word.
_TITLED = 0.5

# Towns that are given names as well; and towns and brands that hardly are.
TOWNS = word_list("towns")
KNOWN = places.TOWNS | places.BRANDS
PART_OF = frozenset(
    ("all", "most", "half", "part", "parts", "out", "outside", "centre", "city", "town",
     "university", "bishop", "north", "south", "east", "west", "whole", "lots", "loads", "edge",
     "middle", "streets")
)  # fmt: skip
PLACES = frozenset(
    ("zoo", "university", "uni", "city", "town", "council", "station", "road", "street", "area",
     "centre", "hospital", "police", "library", "market", "cathedral", "fc", "united", "rovers",
     "way", "north", "south", "park", "castle", "court", "college")
)  # fmt: skip
YEARS = frozenset(("yr", "yrs", "yo", "yro", "aged", "age"))
THEMSELVES = frozenset(("himself", "herself", "themselves", "themself", "itself", "myself"))
ED = re.compile(r"[a-z]{2,}[^e]ed|lost|took|stole|hid|broke|fell|ran|read|saw|supports")
# How verbs end, also those that are spelt as they sound.
VERB = re.compile(r"(?:ed|dn?t|nt|ing|in|ly|nae|wd|pd|kd|s)$")
VOWEL = re.compile(r".[aeiouy]|[aeiouy].")
PAST = re.compile(r"(?:ed|dn?t|[nlp]t|ing|in|ly|en|wn|s)$")
SCOTS = re.compile(r"(?:mac|mc|o['’]|d['’]|de|la|fitz)[a-z]|.+-.+", re.I)


# What may be said of a person and hardly of a thing.
DOES = word_list("does")
SURELY_DOES = word_list("surely_does")
TO = word_list("to")
SPEAKS_TO = word_list("speaks_to")
WHERE = word_list("where")
# Words that a sentence uses where a name might stand, however small the doubt.
STOP = word_list("stop")
# Capital letters that name no person: what people write of here, and where.
CAPITALS = word_list("capitals")
# Doubtful names that are verbs or the like, so that "my friends hope" is a sentence.
FUNCTION = word_list("function")
# Doubtful names that may follow "my friend" or "called" in an ordinary sentence.
GRAMMAR = word_list("grammar")
SPOKE = word_list("spoke")
# What a person does, and which of the words that are names as well may do it, too: "star said".
SAYS = word_list("says")
NO_SPEAKER = word_list("no_speaker")
# Before a clause that a name may begin in small letters.
CLAUSE = frozenset(
    ("but", "and", "cos", "coz", "cuz", "because", "so", "then", "when", "after", "if", "since")
)
# Figures of stories, and performers, whose names people bear as well.
FIGURES = word_list("figures")
DETERMINERS = word_list("determiners")
PARTICLES = word_list("particles")
TIMES_AND_PLACES = word_list("times_and_places")


# Words that are names as well, of which "called" says nothing: "a boy called gay".
NEVER_CALLED = word_list("never_called")
# Titles that are other words as well in small letters: "i miss jumping".
LOOSE_TITLES = word_list("loose_titles")
ABBREVIATIONS = word_list("abbreviations")


@dataclass(frozen=True)
class Token:
    """A word. `base` is in small letters without a possessive; `end` is where the base ends."""

    start: int
    end: int
    base: str
    capital: bool
    shouted: bool
    opens: bool  # begins a sentence, where a capital letter says nothing
    possessive: bool


_TOKEN = re.compile(r"(?<![\w‹])[^\W\d_]{1,40}(?:['’`-][^\W\d_]{1,30}){0,3}(?![\w›])")


def tokens(text: str) -> Iterator[Token]:
    whole = text.isupper()
    for match in _TOKEN.finditer(text):
        raw, end, possessive = match[0], match.end(), False
        low = _plain(raw)
        if low.endswith(("'s", "’s", "`s")):
            low, end, possessive = low[:-2], end - 2, True
        elif low.endswith("s") and _is_owner(low):
            low, end, possessive = low[:-1], end - 1, True
        yield Token(
            start=match.start(),
            end=end,
            base=low.replace("’", "'"),
            capital=raw[0].isupper() and not whole,
            shouted=len(raw) > 1 and raw.isupper(),
            opens=_opens(text, match.start()),
            possessive=possessive,
        )


def kept(text: str, tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """Where names stand that everybody knows and that stay."""
    known = well_known()
    for token in tokens:
        here = text[token.start : token.start + _LONGEST_KNOWN].lower()
        for phrase in known.get(first_letters(here), ()):
            end = len(phrase)
            if here.startswith(phrase) and not here[end : end + 1].isalnum():
                yield token.start, token.start + end
                break


# Letters that lose their stroke or dot in no normal form.
_CROSSED = str.maketrans("łøđıħŧ", "lodiht")


def _plain(raw: str) -> str:
    """In small letters and without accents, as the lists are written; as long as it was."""
    low = raw.lower()
    if low.isascii() or len(low) != len(raw):
        return low
    low = low.translate(_CROSSED)
    bare = "".join(unicodedata.normalize("NFD", letter)[0] for letter in low)
    return bare if len(bare) == len(raw) else low


def _is_owner(word: str) -> bool:
    """ "sarahs phone": a name with its apostrophe left out."""
    bare = word[:-1]
    return (
        len(bare) >= SHORTEST_BARE
        and bare in given_names()
        and not (
            is_word(word) or word in given_names() or word in surnames()[0] or word in CAPITALS
        )
    )


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \"'“‘(")
    return not before or before[-1] in ".!?:;\n…" or start == 0


def is_surname(word: str) -> bool:
    """A surname that is nothing else, with or without its apostrophe."""
    plain = surnames()[0]
    return word.replace("'", "") in plain or any(part in plain for part in word.split("-"))


def is_given(token: Token) -> bool:
    """A given name that is nothing else. Very short ones need their capital letter."""
    first, _, second = token.base.partition("-")
    if second and first in doubtful_names() and second in given_names() | doubtful_names():
        return token.capital
    if token.base in given_names() or (first != token.base and first in given_names()):
        return is_person(first) or (token.capital and not token.shouted)
    return False


def is_known(word: str) -> bool:
    """Whether a word in small letters is a town's or a brand's, or made of one: "snapchats"."""
    return any(
        form in known
        for form in (
            word,
            word.removesuffix("s"),
            word.removesuffix("ed"),
            word.removesuffix("ing"),
        )
        for known in (CAPITALS, TOWNS, KNOWN)
    )


def is_titled_throughout(found: list[Token]) -> bool:
    """ "How Do I Report It": where most words have a capital letter it says nothing."""
    within = [token.capital for token in found if not token.opens]
    return len(within) > 3 and sum(within) > len(within) * _TITLED


def is_abbreviation(token: Token) -> bool:
    """ "PIP", "EHCP": in capital letters no name, whatever stands before it."""
    return token.shouted and token.base.upper() in ABBREVIATIONS


def is_english(words: list[str]) -> bool:
    """Whether most words that are no names are English, as far as a few words can tell."""
    others = [word for word in words if word not in given_names()]
    known = sum(word in STOP or is_word(word) for word in others)
    return len(others) < 4 or known >= len(others) * _ENGLISH
