"""Whether a service answers now: opening hours with bank holidays and summer time.

Hours are kept as clock times in the United Kingdom. A day may hold several spans; one that ends at
24:00 goes on into the next day's span that starts at 00:00.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, cast
from zoneinfo import ZoneInfo

import msgspec

from signpost.register.models import Hours, Nation

UK = ZoneInfo("Europe/London")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_SUBDIVISIONS = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}
# The longest closure looked ahead over, Christmas included.
_AHEAD = 14


class Opening(msgspec.Struct, frozen=True):
    """Whether it is open, and when that changes.

    `changes_at` is None for "always" and "unknown", and for what stays closed for two weeks.
    """

    state: Literal["always", "open", "closed", "unknown"]
    changes_at: datetime | None = None


class HoursError(ValueError):
    """Opening hours cannot be computed with; the message names the day and the span."""


def opening(hours: Hours | None, now: datetime, nation: Nation = "England") -> Opening:
    """The state of `hours` at `now` (aware). Hours that are only told in words are "unknown".

    Raises `HoursError` for hours that are not in the form of `Hours`.
    """
    if hours is None or not (hours.always or hours.weekly):
        return Opening("unknown")
    if hours.always:
        return Opening("always")
    now = now.astimezone(UK)
    spans = list(_spans(hours, now.date(), nation))
    for begins, ends in spans:
        if begins <= now < ends:
            return Opening("open", ends)
        if begins > now:
            return Opening("closed", begins)
    return Opening("closed")


def check(hours: Hours) -> None:
    """Raise `HoursError` when the weekly spans cannot be read."""
    for day, spans in hours.weekly.items():
        if day not in DAYS:
            raise HoursError(f"'{day}' is no day; the days are {', '.join(DAYS)}.")
        before = -1
        for text in spans:
            begins, ends = _minutes(day, text)
            if begins < before:
                raise HoursError(f"{day}: '{text}' begins before the span ahead of it has ended.")
            before = ends


def _spans(hours: Hours, today: date, nation: Nation) -> Iterator[tuple[datetime, datetime]]:
    """Spans from yesterday on, in order; those that touch at midnight are joined."""
    held: tuple[datetime, datetime] | None = None
    for ahead in range(-1, _AHEAD + 1):
        day = today + timedelta(days=ahead)
        for begins, ends in _spans_of(hours, day, nation):
            if held and held[1] == begins:
                held = (held[0], ends)
                continue
            if held:
                yield held
            held = (begins, ends)
    if held:
        yield held


def _spans_of(hours: Hours, day: date, nation: Nation) -> Iterator[tuple[datetime, datetime]]:
    texts = hours.weekly.get(DAYS[day.weekday()], [])
    if hours.bank_holidays != "as_usual" and is_bank_holiday(day, nation):
        texts = ["00:00-24:00"] if hours.bank_holidays == "always" else []
    for text in texts:
        begins, ends = _minutes(DAYS[day.weekday()], text)
        yield _at(day, begins), _at(day, ends)


def _minutes(day: str, text: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(text)
    if not found:
        raise HoursError(f"{day}: '{text}' is not like '09:00-17:00'.")
    begins = int(found[1]) * 60 + int(found[2])
    ends = int(found[3]) * 60 + int(found[4])
    if not begins < ends <= 24 * 60:
        raise HoursError(f"{day}: '{text}' does not end after it begins, on the same day.")
    return begins, ends


def _at(day: date, minutes: int) -> datetime:
    """Clock time on a day: an office opens at nine by the clock, also after it was changed."""
    if minutes == 24 * 60:
        return datetime.combine(day + timedelta(days=1), time(), UK)
    return datetime.combine(day, time(minutes // 60, minutes % 60), UK)


def is_bank_holiday(day: date, nation: Nation) -> bool:
    """Whether offices of that nation are closed for a bank holiday."""
    return day in _holidays(day.year, nation)


@lru_cache(maxsize=16)
def _holidays(year: int, nation: Nation) -> frozenset[date]:
    import holidays  # a tenth of a second that the door's start need not wait for

    found = holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=year)
    return frozenset(cast("dict[date, str]", found))


def clock(moment: datetime) -> str:
    """A time as people say it: "9 am", "5.30 pm", "noon", "midnight"."""
    hour, minute = moment.hour, moment.minute
    if not minute and hour in (0, 12):
        return "midnight" if hour == 0 else "noon"
    minutes = f".{minute:02}" if minute else ""
    return f"{hour % 12 or 12}{minutes} {'am' if hour < 12 else 'pm'}"


def day_from(moment: datetime, now: datetime) -> Literal["today", "tomorrow", "later"]:
    """How far off a moment's day is. Midnight still belongs to the day that it ends."""
    days = ((moment - timedelta(microseconds=1)).date() - now.astimezone(UK).date()).days
    if days <= 0:
        return "today"
    return "tomorrow" if days == 1 else "later"
