"""What a turn counts as: one value for each measure, and nothing that leads back to it.

The measures are kept side by side and never crossed: "3 children" and "3 about blackmail" stand in
the totals of a day, "1 child about blackmail, by text, at night" stands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import NamedTuple

from signpost.door import last_resort
from signpost.door.turn import Turn
from signpost.register.loader import Register
from signpost.register.models import AUDIENCES
from signpost.register.opening import UK, is_bank_holiday, opening

ALL = "all"
UNKNOWN = "unknown"
RESOURCE = "resource_lookup"
# By measure, the values it can have; those of "channel" and "concern" follow from the set-up.
MEASURES: dict[str, tuple[str, ...]] = {
    "messages": (ALL,),
    "hours": ("office", "out_of_office"),
    "channel": (),
    "audience": (*AUDIENCES, UNKNOWN),
    "outcome": (
        *("999", "CEOP", "both", "check_in", "advice", "fallback", "out_of_scope"),
        *("talk", "fault", "off"),
    ),
    "concern": (),
    "feedback": ("helpful", "not_helpful"),
}
_FALLBACKS = frozenset(
    f"conversation.{name}" for name in ("choices_lead", "not_sure", "correct", "resource_unknown")
)
# Where the council's file gives no hours of its offices.
_OFFICE_BEGINS, _OFFICE_ENDS, _SATURDAY = time(9), time(17), 5


class Key(NamedTuple):
    """What one total is of."""

    day: date
    measure: str
    value: str


def of_turn(turn: Turn, now: datetime) -> Iterator[Key]:
    """The totals that go up by one for a turn that was answered at `now` (aware)."""
    day = now.astimezone(UK).date()
    register = turn.edition.register if turn.edition else None
    came_of_it = outcome(turn)
    yield Key(day, "messages", ALL)
    yield Key(day, "hours", "office" if in_office_hours(register, now) else "out_of_office")
    yield Key(day, "channel", turn.conversation.channel)
    yield Key(day, "audience", _audience(turn))
    yield Key(day, "outcome", came_of_it)
    if came_of_it == "advice":
        yield Key(day, "concern", _concern(turn))


def of_opinion(helpful: bool, now: datetime) -> Key:
    """The total that goes up by one for an opinion on the answers."""
    return Key(now.astimezone(UK).date(), "feedback", "helpful" if helpful else "not_helpful")


def outcome(turn: Turn) -> str:
    """What came of a message: one of the values of the measure "outcome"."""
    reply, entries = turn.reply, _entries(turn)
    if last_resort.ENTRY in entries:
        # 999 and CEOP were said because something was broken, not because of the message.
        return "fault"
    if reply.check_in:
        return "check_in"
    if reply.route is not None:
        return reply.route
    if turn.fault:
        return "off" if turn.fault == "off" else "fault"
    return _of_words(entries)


def _of_words(entries: list[str]) -> str:
    """What an ordinary answer amounts to. An answer that asks back is no advice."""
    if any(entry in _FALLBACKS for entry in entries):
        return "fallback"
    if "conversation.out_of_scope" in entries:
        return "out_of_scope"
    if any(entry.startswith(("advice.", "service.")) for entry in entries):
        return "advice"
    return "talk"


def in_office_hours(register: Register | None, now: datetime) -> bool:
    """Whether children's social care answers at `now`; weekdays from 9 to 5 where the council's
    file gives no hours."""
    council = register.council if register else None
    nation = council.nation if council else "England"
    states = [
        opening(contact.hours, now, nation).state
        for contact in (council.contacts if council else ())
        if contact.role == "childrens_social_care"
    ]
    known = [state for state in states if state != "unknown"]
    if known:
        return any(state != "closed" for state in known)
    here = now.astimezone(UK)
    works = here.weekday() < _SATURDAY and not is_bank_holiday(here.date(), nation)
    return works and _OFFICE_BEGINS <= here.time() < _OFFICE_ENDS


def _entries(turn: Turn) -> list[str]:
    """The ids of the entries that spoke, without the line that stands under everything."""
    return [b.entry.split("/")[0] for b in turn.reply.bubbles if b.kind != "standing"]


def _audience(turn: Turn) -> str:
    """Who wrote, as far as was said: in the message itself, or before."""
    speaker = turn.assessment.speaker if turn.assessment and turn.in_crisis else UNKNOWN
    found = speaker if speaker != UNKNOWN else turn.conversation.audience
    return found if found in AUDIENCES else UNKNOWN


def _concern(turn: Turn) -> str:
    """What the advice was about; a service that was asked for by name is a concern of its own."""
    advice = [entry for entry in _entries(turn) if entry.startswith("advice.")]
    return advice[0].removeprefix("advice.") if advice else RESOURCE
