"""The lexicon: from the words of a reading to the names that the rules speak of.

`content/crisis/lexicon.yaml` holds terms (one meaning, all its forms, misspellings and slang) and
classes (terms and words that play the same part). Each word is mapped once, by look-ups; what the
lexicon does not know is tried as leetspeak, a misspelling, or words without their spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from itertools import islice
from math import log
from pathlib import Path
from typing import Any

import msgspec
from rapidfuzz.distance import OSA

from signpost.crisis.pattern import Pattern, Places, Scan, bits
from signpost.crisis.source import FloorError, Source

# How much English is common; rarer words in the dictionary are often slips themselves.
_COMMON_WORDS = 24_000
_SHORTEST_COMMON = 3
_SCRIPTS = "\u0600-\u06ff\u0750-\u077f\u0900-\u0dff"
_LETTER = f"(?:[^\\W_]|[{_SCRIPTS}])"
_TOKEN = re.compile(
    rf"(?P<money>[£$€]\s?\d[\d,.]*k?\b|\d[\d,.]*\s?(?:£|€|quid\b))|(?P<percent>\d+\s?%)"
    rf"|(?P<clock>\d{{1,2}}[:.]\d\d(?!\d))"
    rf"|(?P<word>[@$€]?{_LETTER}+(?:['@$!|*€+]+{_LETTER}+)*)|(?P<soft>\.\.+|[,;:()\n]|\s-\s)"
    rf"|(?P<stop>[.!?]+)"
)
_LEET = str.maketrans("013457890@$!|€+", "oleastbgoasilet")
_LEET_I = str.maketrans("013457890@$!|€+", "oieastbgoasilet")
_LEET_LETTERS = str.maketrans({"2": "to", "4": "for"})
_PIECES = re.compile(rf"\d+|(?:(?!\d){_LETTER})+")
_RUN = re.compile(r"(.)\1{2,}")
_DOUBLE = re.compile(r"(.)\1+")
_SHORT_PIECES = frozenset(
    [
        "a",
        "i",
        "u",
        "r",
        "an",
        "am",
        "as",
        "at",
        "be",
        "by",
        "do",
        "go",
        "he",
        "hi",
        "if",
        "im",
        "in",
        "is",
        "it",
        "me",
        "my",
        "no",
        "of",
        "oh",
        "ok",
        "on",
        "or",
        "so",
        "to",
        "up",
        "us",
        "we",
        "id",
        "ur",
    ]
)
_FIGURES = frozenset("#0123456789")
_LONGEST_PIECE = 14
_UNKNOWN_COST = 11.0
_SHORTEST_MENDED, _LONGEST_MENDED = 5, 20
# Words a sentence is made of; a clause may begin at these as well as at a comma.
_CLAUSE_WORDS = frozenset({"but", "because", "cos", "bcos", "although", "though", "so", "then"})


_NUMBER_WORDS = {
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
    "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
    "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20",
    "thirty": "30", "forty": "40", "fourty": "40", "fifty": "50", "sixty": "60", "seventy": "70",
}  # fmt: skip


class Words(msgspec.Struct):
    """A reading as words: what stands where, and where sentences and clauses start."""

    words: list[str]
    sentences: list[int]
    clauses: list[int]
    questions: list[int]

    def __len__(self) -> int:
        return len(self.words)


class Lexicon:
    """The forms of all names, and the repairs that lead to them."""

    def __init__(
        self,
        names: Mapping[str, frozenset[str]],
        common: Sequence[str],
        fillers: Iterable[str] = (),
        never_mend: Iterable[str] = (),
    ) -> None:
        """`names`: for each name, its forms; a form may be several words. `common`: by use."""
        self._names = dict(names)
        self._common = self._ranks = {word: rank for rank, word in enumerate(common)}
        self._fillers = frozenset(fillers)
        self._single: dict[str, tuple[str, ...]] = {}
        # By their first two words: the other words, and the name.
        self._several: dict[tuple[str, str], list[tuple[tuple[str, ...], str]]] = {}
        self._index()
        self._never = frozenset(never_mend)
        self._costs = self._piece_costs(common)
        self._deletions = self._deletion_index()
        self._starred: dict[tuple[str, int], list[str]] = {}
        for form in self._single:
            self._starred.setdefault((form[:1], len(form)), []).append(form)

    @classmethod
    def load(cls, content: Path, words_in_rules: Iterable[str]) -> Lexicon:
        """Read `lexicon.yaml` and the dictionary of common words. Raises `FloorError`.

        `words_in_rules` are the lower-case parts of patterns; those that are no term stand for
        themselves. Upper-case ones that nothing defines must have been refused before.
        """
        source = Source(content / "lexicon.yaml")
        tree = source.mapping(source.tree)
        names = expand(source, tree)
        for word in words_in_rules:
            if (word not in names and word.upper() != word) or (
                word not in names and word.upper() == word.lower()
            ):
                names[word] = frozenset({word})
        fillers = _list(tree.get("fillers", ""))
        return cls(names, _common(), fillers, _list(tree.get("never_mend", "")))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._names)

    def weight(self, name: str) -> float:
        """How often the forms of a name are likely to stand in a text; for choosing anchors."""
        ranks = self._ranks
        return sum(
            1.0 / (ranks.get(form.split(" ", 1)[0], 8000) + 20)
            for form in self._names.get(name, ())
        )

    def words(self, reading: str) -> Words:
        """The words of a reading, mended, without fillers."""
        found = Words([], [0], [0], [])
        words = found.words
        for token in _TOKEN.finditer(reading):
            kind = token.lastgroup
            if kind == "word":
                mended = self.resolve(token[0])
                if mended and mended[0] in _CLAUSE_WORDS:
                    _begin(found.clauses, len(words))
                words += mended
            elif kind == "stop":
                _begin(found.sentences, len(words))
                _begin(found.clauses, len(words))
                if "?" in token[0]:
                    found.questions.append(max(len(words) - 1, 0))
            elif kind == "soft":
                _begin(found.clauses, len(words))
            else:
                words.append(f"#{kind}")
        for starts in (found.sentences, found.clauses):
            while len(starts) > 1 and starts[-1] >= len(words):
                starts.pop()
        return found

    def scan(
        self,
        words: Words,
        derived: Mapping[str, Sequence[Pattern]],
        turns: Sequence[int] = (0,),
    ) -> Scan:
        """The bits where each name stands in `words`."""
        stream, size = words.words, len(words)
        single, several = self._single, self._several
        places: dict[tuple[str, int], list[int]] = {}
        following = iter([*stream[1:], ""])
        for place, word in enumerate(stream):
            for name in single.get(word, ()):
                places.setdefault((name, 1), []).append(place)
            for rest, name in several.get((word, next(following)), ()):
                length = len(rest) + 2
                if not rest or tuple(stream[place + 2 : place + length]) == rest:
                    places.setdefault((name, length), []).append(place)
            if word[0] in _FIGURES:
                for name in _number_names(word):
                    places.setdefault((name, 1), []).append(place)
        named: dict[str, Places] = {}
        for (name, length), at in places.items():
            named[name] = (*named.get(name, ()), (length, bits(at, size)))
        if words.questions:
            named["QUESTION"] = ((1, bits(words.questions, size)),)
        return Scan(size, named, derived, words.sentences, words.clauses, turns)

    def resolve(self, token: str) -> list[str]:
        """The words that a token stands for: usually one, none for a filler."""
        single = self._single
        if token in self._fillers:
            return []
        if token in _NUMBER_WORDS:
            return [_NUMBER_WORDS[token]]
        if token in single or token.isdigit():
            return [token]
        if "'" in token:
            return self._apostrophe(token)
        if token in self._common:
            return [token]
        return self._mend(token)

    def _apostrophe(self, token: str) -> list[str]:
        bare = token.replace("'", "")
        if bare in self._single:
            return [bare]
        stem = token.split("'", 1)[0]
        if token.endswith("'s") and stem:
            return self.resolve(stem)
        return self.resolve(bare) if bare else []

    def _mend(self, token: str) -> list[str]:
        plain = token.isalpha()
        for attempt in self._attempts(token, plain):
            if attempt in self._single or attempt in self._common:
                return [] if attempt in self._fillers else [attempt]
        if not plain and (mended := self._signs(token)):
            return mended
        word = token.lstrip("@$€")
        if len(word) >= _SHORTEST_MENDED and word.isalpha():
            near = self._misspelt(word) if len(word) <= _LONGEST_MENDED else None
            if near:
                return [near]
            pieces = self._segment(word)
            if pieces:
                return [piece for piece in pieces if piece not in self._fillers]
        if not plain:
            parts = _PIECES.findall(token)
            if len(parts) > 1:
                return [word for part in parts for word in self.resolve(part)]
        return [token]

    def _attempts(self, token: str, plain: bool) -> Iterable[str]:
        """Cheap readings of an unknown token as one word."""
        if _RUN.search(token):
            yield _RUN.sub(r"\1", token)
            yield _RUN.sub(r"\1\1", token)
            yield _DOUBLE.sub(r"\1", token)
        if token.endswith("in") and len(token) > 4:
            yield token + "g"
        if not plain:
            for table in (_LEET_I, _LEET):
                swapped = token.translate(table)
                if swapped in self._single:
                    yield swapped
                swapped = _RUN.sub(r"\1", swapped)
                if swapped in self._single:
                    yield swapped

    def _signs(self, token: str) -> list[str]:
        """Words hidden with figures and signs: s*icide, 1want2die, k1llmys3lf, 13yo."""
        if "*" in token:
            hidden = self._starred_out(token)
            if hidden:
                return [hidden]
        parts = re.split(r"[!|+*@$€]+", token)
        if len(parts) > 1 and all(p in self._single or p in self._common for p in parts if p):
            return [word for part in parts if part for word in self.resolve(part)]
        if token[0].isdigit() and token.lstrip("0123456789") in self._single:
            return []  # 13yo, 4pm: split below
        letters = sum(letter.isalpha() for letter in token)
        if letters * 2 < len(token):
            return []
        for table in (_LEET_I, _LEET):
            swapped = token.translate(_LEET_LETTERS).translate(table)
            if not swapped.isalpha() or len(swapped) < _SHORTEST_MENDED:
                continue
            near = self._misspelt(swapped) if len(swapped) <= _LONGEST_MENDED else None
            if near:
                return [near]
            pieces = self._segment(swapped)
            if pieces:
                return pieces
        return []

    def _starred_out(self, token: str) -> str | None:
        shape = re.compile(re.escape(token).replace(r"\*", "."))
        for form in self._starred.get((token[0], len(token)), ()):
            if shape.fullmatch(form):
                return form
        return None

    def _misspelt(self, word: str) -> str | None:
        """The form that `word` is one slip away from, unless it is a common word itself."""
        if word in self._never or word in self._common:
            return None
        best = self._deletions.get(word)
        if best:
            return best
        for place in range(len(word)):
            shorter = word[:place] + word[place + 1 :]
            if shorter in self._mended_to:
                return shorter
            near = self._deletions.get(shorter)
            if near and OSA.distance(word, near, score_cutoff=1) <= 1:
                return near
        return None

    def _segment(self, word: str) -> list[str] | None:
        """The likeliest words that make up `word`, or None when it does not fall into words."""
        costs = self._costs
        length = len(word)
        best = [0.0] + [1e9] * length
        cut = [0] * (length + 1)
        for end in range(1, length + 1):
            lowest, start_at = best[end - 1] + _UNKNOWN_COST, end - 1
            for start in range(max(0, end - _LONGEST_PIECE), end):
                cost = costs.get(word[start:end])
                if cost is not None and best[start] + cost < lowest:
                    lowest, start_at = best[start] + cost, start
            best[end], cut[end] = lowest, start_at
        pieces: list[str] = []
        end = length
        while end:
            pieces.append(word[cut[end] : end])
            end = cut[end]
        pieces.reverse()
        lost = sum(len(piece) for piece in pieces if piece not in costs)
        if lost * 8 > length or len(pieces) * 1.8 > length:
            return None
        return pieces

    def _index(self) -> None:
        single: dict[str, set[str]] = {}
        for name, forms in self._names.items():
            for form in forms:
                parts = form.split()
                if len(parts) == 1:
                    single.setdefault(form, set()).add(name)
                elif parts:
                    start = (parts[0], parts[1])
                    self._several.setdefault(start, []).append((tuple(parts[2:]), name))
        self._single = {form: tuple(sorted(names)) for form, names in single.items()}
        for start, rests in self._several.items():
            for word in (*start, *(word for rest, _ in rests for word in rest)):
                self._single.setdefault(word, ())

    def _piece_costs(self, common: Sequence[str]) -> dict[str, float]:
        costs = {
            form: 8.6
            for form in self._single
            if len(form) > 2 and form.isalpha() and form.isascii()
        }
        for rank, word in enumerate(common):
            if len(word) > 3 or rank < 1500:
                cost = 1.0 + log(rank + 12)
                costs[word] = min(cost, costs.get(word, cost))
        costs |= {word: 4.6 for word in _SHORT_PIECES}
        costs |= {"a": 5.5, "i": 4.0, "u": 6.5, "r": 7.5}
        return costs

    def _deletion_index(self) -> dict[str, str]:
        self._mended_to = {
            form: None
            for form in self._single
            if len(form) >= _SHORTEST_MENDED and form.isalpha() and self._single[form]
        }
        deletions: dict[str, str] = {}
        for form in self._mended_to:
            for place in range(1, len(form)):
                deletions.setdefault(form[:place] + form[place + 1 :], form)
        return deletions


def _begin(starts: list[int], place: int) -> None:
    if starts[-1] != place:
        starts.append(place)


def _number_names(word: str) -> tuple[str, ...]:
    if word[0] == "#":
        return (word[1:].upper(),)
    if not word.isdigit() or len(word) > 4:
        return ()
    number = int(word)
    if 3 <= number <= 17:
        return ("NUMBER", "NUMBER_MINOR")
    if 18 <= number <= 99:
        return ("NUMBER", "NUMBER_ADULT")
    return ("NUMBER",)


BUILT_IN = frozenset(
    {"NUMBER", "NUMBER_MINOR", "NUMBER_ADULT", "MONEY", "PERCENT", "CLOCK", "QUESTION"}
)


def expand(source: Source, tree: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """For each term and class of a lexicon file, all its forms. Raises `FloorError`."""
    terms = {
        name: frozenset(_list(forms)) | {name.replace("_", " ")}
        for name, forms in source.mapping(tree.get("terms", {}), ("terms",)).items()
    }
    classes = source.mapping(tree.get("classes", {}), ("classes",))
    expanded = dict(terms)

    def forms_of(name: str, trail: tuple[str, ...]) -> frozenset[str]:
        if name in expanded:
            return expanded[name]
        if name in trail:
            raise source.error(("classes", name), f"the class {name} contains itself.")
        forms: set[str] = set()
        for member in _list(classes[name]):
            if member in classes or member in terms:
                forms |= forms_of(member, (*trail, name))
            elif member.isupper() and len(member) > 1:
                raise source.error(("classes", name), f"{name} names {member}, which is nowhere.")
            else:
                forms.add(member)
        expanded[name] = frozenset(forms)
        return expanded[name]

    for name in classes:
        if name in BUILT_IN:
            raise source.error(("classes", name), f"the name {name} is built in.")
        forms_of(name, ())
    return expanded


def _list(forms: Any) -> list[str]:
    """A comma-separated text, or a list of them, as single entries."""
    if isinstance(forms, list):
        return [entry for part in forms for entry in _list(part)]
    return [" ".join(entry.split()) for entry in str(forms or "").split(",") if entry.strip()]


def _common() -> list[str]:
    """Common English words, most frequent first, from the dictionary that symspellpy ships."""
    file = resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FloorError(f"{file}: cannot be read ({error}).") from None
    words = (line.split(" ", 1)[0] for line in lines)
    return list(islice((word for word in words if len(word) >= _SHORTEST_COMMON), _COMMON_WORDS))
