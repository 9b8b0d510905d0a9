"""What a trap is: a pattern that must not stand in a published text."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

import msgspec

from signpost.register.checks.problem import Text
from signpost.register.models import Audience, Service

NOT = r"\b(?:not|never|no|nor|nobody|cannot|neither|nothing|none|without)\b|n[’']t\b"
# A sentence may name what is gone when it says that it is gone.
PAST = (
    r"\bused to\b|\bcalled \w+ (?:before|until)\b|\bwas(?: once)? (?:called|the old name|named)\b|"
    r"\bnow called\b|\b(?:old|older|former|retired|formerly) names?\b|\brenamed\b|\breplaced\b|"
    r"\btook (?:over|its place|the place)\b|\bwithdrawn\b|\bclosed\b|\bshut\b|\bno longer\b|"
    r"\bshould go\b|\bhistory\b"
)
ALWAYS = (
    r"24 ?/ ?7|24[ -]hours?|\bday (?:and|or) night\b|\bround the clock\b|\bany ?time\b|"
    r"\bat (?:any|every) hour|\bnights?\b|\bweekends?\b|\balways open\b|\bevery day\b"
)
OLD_YEAR = r"(?:20[01]\d|202[0-5])"


def _tells_of_old(service: Service) -> bool:
    return service.status in ("renamed", "closed") or bool(service.held_back)


class Trap(msgspec.Struct, frozen=True, dict=True, kw_only=True):
    """A pattern that must not stand in a published text."""

    name: str
    pattern: str
    says: str
    unless: str = ""
    within: Literal["sentence", "text"] = "sentence"
    # Whether the card of a service that is gone, renamed or held back may name it: it says so.
    on_old_cards: bool = False
    readers: tuple[Audience, ...] = ()

    @cached_property
    def found(self) -> re.Pattern[str]:
        """The pattern, compiled."""
        return re.compile(self.pattern, re.I)

    @cached_property
    def excused(self) -> re.Pattern[str] | None:
        """What makes the sentence right, compiled."""
        return re.compile(self.unless, re.I) if self.unless else None

    def applies(self, text: Text) -> bool:
        """Whether this text must not hold the pattern."""
        if self.readers and text.audience not in self.readers:
            return False
        record = text.record
        return not (self.on_old_cards and isinstance(record, Service) and _tells_of_old(record))
