"""The periods that figures are shown for: whole weeks, months or quarters, one kind alone.

Periods of one kind never overlap. Two that do, such as "the last 30 days" of today and of
yesterday, would tell by their difference what a single day was like.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

Kind = Literal["week", "month", "quarter"]
_DAY = timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3}


class Period(NamedTuple):
    """Days from `first` to `last`, both included."""

    kind: Kind
    first: date
    last: date

    @property
    def name(self) -> str:
        """Its name in an address and in a file: 2026-11, 2026-Q4, 2026-W48."""
        if self.kind == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        if self.kind == "quarter":
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return f"{self.first:%Y-%m}"

    @property
    def words(self) -> str:
        """Its name as people say it."""
        if self.kind == "month":
            return f"{self.first:%B %Y}"
        year = "" if self.first.year == self.last.year else f" {self.first.year}"
        first, last = (f"{day.day} {day:%B}" for day in (self.first, self.last))
        return f"{first}{year} to {last} {self.last.year}"

    def days(self) -> list[date]:
        """All its days, in order."""
        number = (self.last - self.first).days + 1
        return [self.first + timedelta(days=ahead) for ahead in range(number)]

    def before(self) -> Period:
        """The period that ended when this one began."""
        return period_of(self.kind, self.first - _DAY)


def period_of(kind: Kind, day: date) -> Period:
    """The period that `day` lies in."""
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return Period(kind, first, first + timedelta(days=6))
    months = _MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = date(first.year + (first.month + months > 12), (first.month + months - 1) % 12 + 1, 1)
    return Period(kind, first, after - _DAY)


def finished(kind: Kind, first: date, today: date) -> Iterator[Period]:
    """The periods that are over, the latest first, back to the one with the day `first`."""
    period = period_of(kind, today).before()
    while period.last >= first:
        yield period
        period = period.before()
