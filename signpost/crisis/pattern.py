"""The pattern language of the rules, and finding its patterns in a message.

A pattern is a line that can be read aloud. Its parts, separated by spaces:

    kill          this term of the lexicon (any of its forms), or else just this word
    HE            any word of this class
    kill|hang|HE  any one of these
    soon?         may be left out
    ..3           up to three words between, within the sentence
    ~3            up to three words between, also over the end of a sentence
    !NOT          the next word is not one of these
    -NOT          the word just before is not one of these
    ^  $          the start, the end of a sentence
    ^^  $$        the start, the end of a message

Positions are the bits of Python integers: "every place where HE stands" is one number, and a step
of a pattern is a shift and an "and" for the whole message at once. There is no backtracking, so no
text can make a pattern slow.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal

import msgspec

# For each length in words: the bits where an expression of that length starts.
Places = tuple[tuple[int, int], ...]
_GAP = re.compile(r"(?:\.\.|~)\d{1,2}")
_PART = re.compile(r"(?:\.\.|~)\d{1,2}|\^\^?|\$\$?|[!-]?[^\s?!|.~]+(?:\|[^\s?!|.~]+)*\??")


# Up to so many words, setting bits one by one is quicker than through a buffer.
_FEW = 1000
_ENDS = frozenset({"end", "message_end"})


class PatternError(Exception):
    """A pattern cannot be read; says which part and why."""


class Step(msgspec.Struct, frozen=True):
    """One part of a pattern: what must stand there, after how many other words."""

    kind: Literal["is", "not_next", "not_before", "end", "message_end"]
    names: frozenset[str]
    gap: int = 0
    across: bool = False
    optional: bool = False


class Pattern(msgspec.Struct, frozen=True):
    """A compiled pattern. `text` is what the safeguarding lead wrote."""

    text: str
    steps: tuple[Step, ...]
    # For each part that must be there: the names that may stand for it.
    required: tuple[frozenset[str], ...]
    at_start: Literal["", "sentence", "message"] = ""

    def ends(self, scan: Scan) -> int:
        """The bits of the last words of every match."""
        entry = scan.entries(self.at_start)
        matched = begun = 0
        for step in self.steps:
            if begun and not step.across and step.kind == "is":
                entry &= scan.within
            if step.kind == "is":
                begun = 1
                matched = scan.follow(_reach(entry, step, scan), step.names)
                if step.optional:
                    entry |= matched << 1
                elif matched:
                    entry = matched << 1
                else:
                    return 0
            elif step.kind in _ENDS:
                return matched & scan.endings(step.kind)
            else:
                entry = _without(entry, step, scan)
                if begun:
                    matched &= entry >> 1
        return matched & scan.full

    def words(self, scan: Scan) -> int:
        """The bits of every word that a match names (the words between are left out)."""
        if not self.ends(scan):
            return 0
        entries: list[int] = []
        found: list[int] = []
        entry, begun = scan.entries(self.at_start), False
        for step in self.steps:
            if begun and not step.across and step.kind == "is":
                entry &= scan.within
            entries.append(entry)
            if step.kind == "is":
                begun = True
                matched = scan.follow(_reach(entry, step, scan), step.names)
                found.append(matched)
                entry = matched << 1 | (entry if step.optional else 0)
            else:
                found.append(0)
                entry = entry if step.kind in _ENDS else _without(entry, step, scan)
        return self._traced(scan, entries, found)

    def _traced(self, scan: Scan, entries: Sequence[int], found: Sequence[int]) -> int:
        named, wanted = 0, scan.full
        if self.steps[-1].kind in _ENDS:
            wanted = scan.endings(self.steps[-1].kind)
        for step, entry, matched in zip(
            reversed(self.steps), reversed(entries), reversed(found), strict=True
        ):
            if step.kind != "is":
                continue
            starts = 0
            for length, mask in scan.places(step.names):
                here = (mask << (length - 1)) & matched & wanted
                for back in range(length):
                    named |= here >> back
                starts |= here >> (length - 1)
            reached = starts
            for _ in range(step.gap):
                reached |= reached >> 1
            before = (reached & entry) >> 1
            wanted = before | wanted if step.optional else before
        return named & scan.full


def _reach(entry: int, step: Step, scan: Scan) -> int:
    if step.gap:
        allowed = scan.full if step.across else scan.within
        for _ in range(step.gap):
            entry |= (entry << 1) & allowed
    return entry


def _without(entry: int, step: Step, scan: Scan) -> int:
    for length, mask in scan.places(step.names):
        entry &= ~mask if step.kind == "not_next" else ~(mask << length)
    return entry


def parse(text: str) -> Pattern:
    """Read one pattern. Raises `PatternError`."""
    steps: list[Step] = []
    gap, across = 0, False
    at_start: Literal["", "sentence", "message"] = ""
    for part in text.split():
        if not _PART.fullmatch(part):
            raise PatternError(f"'{part}' is not a part of a pattern.")
        if part in {"^", "^^"}:
            at_start = "sentence" if part == "^" else "message"
        elif part in {"$", "$$"}:
            steps.append(Step("end" if part == "$" else "message_end", frozenset()))
        elif part.startswith(("..", "~")):
            gap, across = int(part.lstrip(".~")), part.startswith("~")
        elif part.startswith(("!", "-")):
            kind: Literal["not_next", "not_before"] = "not_before"
            if part.startswith("!"):
                kind = "not_next"
            steps.append(Step(kind, names_in(part[1:]), across=across))
        else:
            names = names_in(part.rstrip("?"))
            steps.append(Step("is", names, gap, across, part.endswith("?")))
            gap, across = 0, False
    _check(text, steps, gap)
    required = [step.names for step in steps if step.kind == "is" and not step.optional]
    return Pattern(text, tuple(steps), tuple(dict.fromkeys(required)), at_start)


@cache
def names_in(part: str) -> frozenset[str]:
    """The names of an alternation such as "kill|HANG"; as a frozenset, which keeps its hash."""
    return frozenset(part.split("|"))


def _check(text: str, steps: list[Step], gap: int) -> None:
    solid = [step for step in steps if step.kind == "is"]
    if not any(not step.optional for step in solid):
        raise PatternError(f"'{text}' names nothing that must be there.")
    if gap:
        raise PatternError(f"'{text}' ends with a gap.")
    if solid[-1].optional:
        raise PatternError(f"'{text}' ends with a part that may be left out.")
    if any(step.kind in _ENDS for step in steps[:-1]):
        raise PatternError(f"'{text}': '$' stands only at the end.")


class Scan:
    """One reading of a message, as the bits where each name stands.

    `places` of derived names (macros) are worked out when first asked for, and kept.
    """

    def __init__(
        self,
        size: int,
        named: Mapping[str, Places],
        derived: Mapping[str, Sequence[Pattern]],
        sentences: Sequence[int] = (0,),
        clauses: Sequence[int] = (0,),
        turns: Sequence[int] = (0,),
    ) -> None:
        """`sentences`, `clauses`, `turns`: the sorted positions where one starts, 0 among them."""
        self.size = size
        self.full = (1 << size) - 1
        self.sentence_starts = bits(sentences, size)
        self.sentence_ends = (self.sentence_starts | (1 << size)) >> 1
        self.within = self.full & ~self.sentence_starts
        self._turn_starts = bits(turns, size)
        self._segments = {"sentence": sentences, "clause": clauses, "message": turns}
        self._named = named
        self._derived = derived
        self._known = {*named, *derived}
        self._live = self.full
        self._macros: dict[str, int] = {}
        self._memo: dict[frozenset[str], Places] = {}

    def places(self, names: frozenset[str]) -> Places:
        """Where any of `names` starts, by length."""
        found = self._memo.get(names)
        if found is None:
            self._memo[names] = ()  # a macro that names itself finds nothing
            found = self._memo[names] = self._look_up(names)
        return found

    def _look_up(self, names: frozenset[str]) -> Places:
        known = names & self._known
        if not known:
            return ()
        merged: dict[int, int] = {}
        named = self._named
        for name in known:
            if name in named:
                for length, mask in named[name]:
                    merged[length] = merged.get(length, 0) | mask
            else:
                merged[1] = merged.get(1, 0) | self._macro(name)
        if self._live != self.full:
            for length, mask in merged.items():
                for ahead in range(length):
                    mask &= self._live >> ahead
                merged[length] = mask
        return tuple((length, mask) for length, mask in merged.items() if mask)

    def _macro(self, name: str) -> int:
        mask = self._macros.get(name)
        if mask is None:
            self._macros[name] = mask = 0
            for pattern in self._derived[name]:
                if all(self.places(names) for names in pattern.required):
                    mask |= pattern.ends(self)
            self._macros[name] = mask
        return mask

    def present(self) -> Iterable[str]:
        """The names that stand anywhere in the message, macros left out."""
        return self._named.keys()

    def follow(self, entry: int, names: frozenset[str]) -> int:
        """The last words of the expressions that start within `entry`."""
        matched = 0
        for length, mask in self.places(names):
            matched |= (entry & mask) << (length - 1)
        return matched

    def at(self, names: frozenset[str]) -> int:
        """The last words of every expression of these names."""
        return self.follow(self.full, names) & self.full

    def silence(self, words: int) -> None:
        """From now on, the words at these bits mean nothing."""
        self._live &= ~words
        self._memo.clear()
        self._macros.clear()

    def spread(self, mask: int, scope: str) -> int:
        """All bits in the scope of those of `mask`: clause to conversation, or so many words."""
        if not mask:
            return 0
        if scope == "conversation":
            return self.full
        if scope in self._segments:
            return self._fill(mask, self._segments[scope])
        return near(mask, int(scope)) & self.full

    def entries(self, at_start: str) -> int:
        """Where a pattern may begin: anywhere, at a sentence's or at a message's start."""
        if not at_start:
            return self.full
        return self.sentence_starts if at_start == "sentence" else self._turn_starts

    def endings(self, kind: str) -> int:
        """The last words of sentences, or of messages."""
        if kind == "end":
            return self.sentence_ends
        return (self._turn_starts | (1 << self.size)) >> 1

    def _fill(self, mask: int, starts: Sequence[int]) -> int:
        covered = 0
        while mask:
            place = mask.bit_length() - 1
            index = bisect_right(starts, place)
            start = starts[index - 1]
            end = starts[index] if index < len(starts) else self.size
            covered |= ((1 << (end - start)) - 1) << start
            mask &= (1 << start) - 1
        return covered


def near(mask: int, distance: int) -> int:
    """Every bit within `distance` of a bit of `mask`, on either side."""
    left = right = mask
    done = 0
    while done < distance:
        step = min(done + 1, distance - done)
        left, right = left << step | left, right >> step | right
        done += step
    return left | right


def ones(mask: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def bits(places: Iterable[int], size: int) -> int:
    """An integer with these bits set; linear however many there are."""
    if size <= _FEW:
        mask = 0
        for place in places:
            mask |= 1 << place
        return mask
    buffer = bytearray((size >> 3) + 1)
    for place in places:
        buffer[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(buffer, "little")
