from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from signpost.register.models import Hours
from signpost.register.opening import (
    UK,
    HoursError,
    Opening,
    check,
    clock,
    day_from,
    is_bank_holiday,
    opening,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = Hours(weekly={day: ["09:00-17:00"] for day in WEEKDAYS}, bank_holidays="closed")
NIGHTS = Hours(
    weekly={
        **{day: ["00:00-09:00", "17:00-24:00"] for day in WEEKDAYS},
        "sat": ["00:00-24:00"],
        "sun": ["00:00-24:00"],
    },
    bank_holidays="always",
)
HELPLINE = Hours(weekly={day: ["09:30-16:00"] for day in WEEKDAYS}, bank_holidays="as_usual")


def uk(text: str) -> datetime:
    """UK clock time, such as "2026-11-25 14:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=UK)


@pytest.mark.parametrize(
    ("now", "state", "changes_at"),
    [
        ("2026-11-25 08:59", "closed", "2026-11-25 09:00"),
        ("2026-11-25 09:00", "open", "2026-11-25 17:00"),
        ("2026-11-25 16:59", "open", "2026-11-25 17:00"),
        ("2026-11-25 17:00", "closed", "2026-11-26 09:00"),
        ("2026-11-27 17:00", "closed", "2026-11-30 09:00"),
        ("2026-11-29 03:00", "closed", "2026-11-30 09:00"),
        # Christmas 2026: Friday 25th, Boxing Day kept on Monday 28th.
        ("2026-12-24 18:00", "closed", "2026-12-29 09:00"),
        ("2026-12-28 11:00", "closed", "2026-12-29 09:00"),
        ("2027-01-01 11:00", "closed", "2027-01-04 09:00"),
    ],
)
def test_an_office_at_each_edge(now: str, state: str, changes_at: str) -> None:
    assert opening(OFFICE, uk(now)) == Opening(state, uk(changes_at))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "state", "changes_at"),
    [
        ("2026-11-25 02:00", "open", "2026-11-25 09:00"),
        ("2026-11-25 09:00", "closed", "2026-11-25 17:00"),
        ("2026-11-25 17:00", "open", "2026-11-26 09:00"),
        # From Friday evening to Monday morning without a break.
        ("2026-11-27 17:00", "open", "2026-11-30 09:00"),
        # Over Christmas, bank holidays included.
        ("2026-12-24 17:00", "open", "2026-12-29 09:00"),
    ],
)
def test_a_night_team_is_open_until_the_office_opens(now: str, state: str, changes_at: str) -> None:
    assert opening(NIGHTS, uk(now)) == Opening(state, uk(changes_at))  # type: ignore[arg-type]


def test_a_line_that_keeps_no_bank_holidays_is_open_on_them() -> None:
    assert opening(HELPLINE, uk("2026-12-28 10:00")).state == "open"


@pytest.mark.parametrize(
    ("utc", "state"),
    [
        # The clocks go forward at 01:00 UTC on 29 March 2026, back on 25 October 2026.
        ("2026-03-27T08:59:00", "closed"),
        ("2026-03-27T09:00:00", "open"),
        ("2026-03-30T07:59:00", "closed"),
        ("2026-03-30T08:00:00", "open"),
        ("2026-03-30T16:00:00", "closed"),
        ("2026-10-23T08:00:00", "open"),
        ("2026-10-26T08:00:00", "closed"),
        ("2026-10-26T09:00:00", "open"),
    ],
)
def test_an_office_opens_by_the_clock_on_the_wall_in_summer_and_in_winter(
    utc: str, state: str
) -> None:
    now = datetime.fromisoformat(utc).replace(tzinfo=timezone.utc)
    assert opening(OFFICE, now).state == state


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
def test_the_night_in_which_the_clocks_change_is_one_night(night: str) -> None:
    for hour in range(24):
        assert opening(NIGHTS, uk(f"{night} {hour:02}:30")).state == "open"


def test_hours_that_are_always_or_only_told_in_words() -> None:
    now = uk("2026-11-25 12:00")
    assert opening(Hours(always=True), now) == Opening("always")
    assert opening(Hours(words="Weekdays."), now) == Opening("unknown")
    assert opening(None, now) == Opening("unknown")


def test_what_never_opens_is_closed_without_an_end() -> None:
    assert opening(Hours(weekly={"mon": []}), uk("2026-11-25 12:00")) == Opening("closed")


def test_scotland_keeps_its_own_holidays() -> None:
    assert is_bank_holiday(date(2026, 11, 30), "Scotland")
    assert not is_bank_holiday(date(2026, 11, 30), "England")
    assert opening(OFFICE, uk("2026-11-30 10:00"), "Scotland").state == "closed"


@pytest.mark.parametrize(
    ("spans", "problem"),
    [
        ({"mon": ["9-17"]}, "mon: '9-17' is not like"),
        ({"mon": ["17:00-09:00"]}, "does not end after it begins"),
        ({"mon": ["09:00-24:30"]}, "does not end after it begins"),
        ({"monday": ["09:00-17:00"]}, "'monday' is no day"),
        ({"tue": ["09:00-17:00", "16:00-18:00"]}, "begins before the span ahead"),
    ],
)
def test_hours_that_cannot_be_computed_with_are_named(
    spans: dict[str, list[str]], problem: str
) -> None:
    with pytest.raises(HoursError, match=problem):
        check(Hours(weekly=spans))


@pytest.mark.parametrize(
    ("moment", "words"),
    [("09:00", "9 am"), ("17:30", "5.30 pm"), ("12:00", "noon"), ("00:00", "midnight"),
     ("00:15", "12.15 am"), ("12:05", "12.05 pm")],
)  # fmt: skip
def test_times_are_said_as_people_say_them(moment: str, words: str) -> None:
    assert clock(uk(f"2026-11-25 {moment}")) == words


def test_midnight_is_the_end_of_its_day() -> None:
    now = uk("2026-11-25 20:00")
    assert day_from(uk("2026-11-26 00:00"), now) == "today"
    assert day_from(uk("2026-11-26 09:00"), now) == "tomorrow"
    assert day_from(uk("2026-11-27 09:00"), now) == "later"
