"""A personal detail found in a text, and the placeholder that takes its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, Protocol

import msgspec

from signpost.privacy.public import Public

Kind = Literal[
    "name", "phone", "email", "address", "postcode", "birth_date", "school", "handle", "number",
    "url",
]  # fmt: skip
# The forms in which the training data of the concerns holds them (a test compares).
PLACEHOLDERS: dict[Kind, str] = {
    "name": "‹name›",
    "phone": "‹phone›",
    "email": "‹email›",
    "address": "‹address›",
    "postcode": "‹postcode›",
    "birth_date": "‹date of birth›",
    "school": "‹school›",
    "handle": "‹handle›",
    "number": "‹number›",
    "url": "‹url›",
}


class Found(msgspec.Struct, frozen=True):
    """A detail: `text[start:end]`, in characters."""

    start: int
    end: int
    kind: Kind


class Recogniser(Protocol):
    """Something that finds details of some kinds in time linear in the text's length."""

    def find(self, text: str, public: Public) -> Iterable[Found]: ...


def merged(found: Iterable[Found]) -> list[Found]:
    """Details in order without overlaps: those that overlap become one, of the longest's kind."""
    result: list[Found] = []
    longest = 0
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if result and each.start < result[-1].end:
            last = result[-1]
            kind = each.kind if each.end - each.start > longest else last.kind
            longest = max(longest, each.end - each.start)
            result[-1] = Found(last.start, max(last.end, each.end), kind)
        elif each.start < each.end:
            result.append(each)
            longest = each.end - each.start
    return result


def whole(match: re.Match[str], kind: Kind) -> Found:
    """All that a pattern matched, as a detail."""
    return Found(match.start(), match.end(), kind)


def part(match: re.Match[str], group: str, kind: Kind) -> Found:
    """What a group of a pattern matched, as a detail."""
    return Found(match.start(group), match.end(group), kind)
