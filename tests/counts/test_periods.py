from __future__ import annotations

from datetime import date, timedelta

import pytest

from signpost.counts.periods import Kind, finished, period_of

KINDS: tuple[Kind, ...] = ("week", "month", "quarter")


@pytest.mark.parametrize(
    ("kind", "day", "first", "last", "name", "words"),
    [
        ("week", "2026-11-25", "2026-11-23", "2026-11-29", "2026-W48",
         "23 November to 29 November 2026"),
        ("week", "2027-01-02", "2026-12-28", "2027-01-03", "2026-W53",
         "28 December 2026 to 3 January 2027"),
        ("month", "2026-11-25", "2026-11-01", "2026-11-30", "2026-11", "November 2026"),
        ("month", "2026-12-31", "2026-12-01", "2026-12-31", "2026-12", "December 2026"),
        ("month", "2028-02-01", "2028-02-01", "2028-02-29", "2028-02", "February 2028"),
        ("quarter", "2026-11-25", "2026-10-01", "2026-12-31", "2026-Q4",
         "1 October to 31 December 2026"),
        ("quarter", "2026-01-01", "2026-01-01", "2026-03-31", "2026-Q1",
         "1 January to 31 March 2026"),
    ],
)  # fmt: skip
def test_a_day_lies_in_its_period(
    kind: Kind, day: str, first: str, last: str, name: str, words: str
) -> None:
    period = period_of(kind, date.fromisoformat(day))
    assert (str(period.first), str(period.last)) == (first, last)
    assert (period.name, period.words) == (name, words)


@pytest.mark.parametrize("kind", KINDS)
def test_periods_of_a_kind_cover_every_day_and_never_overlap(kind: Kind) -> None:
    period = period_of(kind, date(2024, 1, 1))
    while period.first.year < 2029:
        after = period_of(kind, period.last + timedelta(days=1))
        assert after.before() == period
        assert {period_of(kind, day) for day in period.days()} == {period}
        period = after


def test_only_what_is_over_is_finished() -> None:
    found = finished("month", date(2026, 9, 30), date(2026, 11, 30))
    assert [period.name for period in found] == ["2026-10", "2026-09"]
    assert list(finished("month", date(2026, 11, 1), date(2026, 11, 30))) == []
