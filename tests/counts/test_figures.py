"""The tables of a period: nothing small in them, nothing to subtract, nothing of a running one."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from signpost.counts.figures import Figures, Statistics, as_csv
from signpost.counts.measures import ALL, Key
from signpost.counts.periods import period_of
from signpost.counts.store import Counts

TODAY = date(2026, 11, 25)
OCTOBER = period_of("month", date(2026, 10, 1))


@pytest.fixture
def counts(tmp_path: Path) -> Iterator[Counts]:
    counts = Counts(tmp_path)
    yield counts
    counts.close()


def statistics(counts: Counts) -> Statistics:
    concerns = ("sextortion", "cyberbullying", "scam_fraud", "screen_time")
    return Statistics(counts, "month", ("web", "sms"), concerns)


def turns(
    day: date, number: int, outcome: str = "advice", concern: str = "", **values: str
) -> Counter[Key]:
    """That many turns of one day, all alike."""
    chosen = {
        "messages": ALL,
        "hours": "office",
        "channel": "web",
        "audience": "child",
        "outcome": outcome,
        **({"concern": concern or "sextortion"} if outcome == "advice" else {}),
        **values,
    }
    return Counter({Key(day, measure, value): number for measure, value in chosen.items()})


def of_october(counts: Counts) -> Figures:
    return statistics(counts).figures(OCTOBER)


def numbers(figures: Figures, measure: str) -> dict[str, int | None]:
    return {row.value: row.number for row in figures.tables[measure].rows}


def test_a_period_shows_what_is_large_enough_and_no_more(counts: Counts) -> None:
    day = OCTOBER.first
    counts.add(turns(day, 40))
    counts.add(turns(day, 20, concern="cyberbullying", audience="parent"))
    counts.add(turns(day, 3, concern="scam_fraud", audience="adult"))
    counts.add(turns(day, 9, "999", hours="out_of_office"))
    counts.add(turns(day, 2, "CEOP", channel="telegram"))
    found = of_october(counts)
    assert found.total == 74
    assert numbers(found, "concern") == {
        "sextortion": 40,
        "screen_time": 0,
        "other": 0,
        "cyberbullying": None,
        "scam_fraud": None,
    }
    assert numbers(found, "outcome")["advice"] == 63
    assert numbers(found, "outcome")["999"] is numbers(found, "outcome")["CEOP"] is None
    assert numbers(found, "hours") == {"office": 65, "out_of_office": 9}
    assert numbers(found, "channel") == {"web": None, "sms": 0, "telegram": None}
    assert numbers(found, "audience")["adult"] is None


def test_concerns_are_not_shown_where_their_sum_would_tell_a_small_number(counts: Counts) -> None:
    day = OCTOBER.first
    counts.add(turns(day, 30))
    counts.add(turns(day, 3, "999"))
    counts.add(turns(day, 40, "fallback"))
    found = of_october(counts)
    assert numbers(found, "outcome")["advice"] is None
    assert found.tables["concern"].is_empty


def test_days_are_hidden_like_anything_else(counts: Counts) -> None:
    for ahead, number in enumerate((2, 9, 6, 0, 12)):
        counts.add(turns(OCTOBER.first + timedelta(days=ahead), number) if number else {})
    found = of_october(counts)
    assert [row.number for row in found.by_day.rows[:5]] == [None, 9, None, 0, 12]
    assert len(found.by_day.rows) == 31
    assert found.total == 29


def test_a_quarter_is_shown_by_weeks(counts: Counts) -> None:
    quarter = period_of("quarter", date(2026, 7, 1))
    counts.add(turns(date(2026, 7, 1), 7))
    counts.add(turns(date(2026, 7, 6), 8))
    found = Statistics(counts, "quarter", ("web",), ()).figures(quarter)
    rows = [(row.value, row.number) for row in found.by_day.rows[:2]]
    assert rows == [("2026-07-01", 7), ("2026-07-06", 8)]
    assert len(found.by_day.rows) == 14


def test_a_handful_of_messages_shows_nothing_at_all(counts: Counts) -> None:
    counts.add(turns(OCTOBER.first, 4))
    found = of_october(counts)
    assert found.total is None
    assert found.by_day.is_empty
    assert all(found.tables[measure].is_empty for measure in ("outcome", "concern", "audience"))


def test_a_running_period_cannot_be_looked_at_and_its_total_is_in_tens(counts: Counts) -> None:
    counts.add(turns(OCTOBER.last, 7))
    counts.add(turns(TODAY, 19))
    overview = statistics(counts).overview(TODAY)
    assert [(period.name, total) for period, total in overview.periods] == [("2026-10", 7)]
    assert (overview.running.name, overview.running_total) == ("2026-11", 10)
    assert statistics(counts).period("2026-11", TODAY) is None
    assert statistics(counts).period("2026-10", TODAY) == OCTOBER
    assert statistics(counts).period("../../etc", TODAY) is None


def test_nothing_counted_is_an_overview_without_periods(counts: Counts) -> None:
    overview = statistics(counts).overview(TODAY)
    assert (overview.periods, overview.running_total) == ([], 0)


def test_the_csv_holds_what_the_page_shows_and_nothing_else(counts: Counts) -> None:
    counts.add(turns(OCTOBER.first, 40))
    counts.add(turns(OCTOBER.last, 3, "999", hours="out_of_office"))
    counts.add({Key(OCTOBER.first, "feedback", "helpful"): 6})
    found = of_october(counts)
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert {row["period"] for row in rows} == {"2026-10"}
    assert {row["table"]: row for row in rows}["feedback"]["number"] == "0"
    hidden = [row for row in rows if row["note"] == "not shown"]
    assert hidden
    assert {row["number"] for row in hidden} == {""}
    as_numbers = [int(row["number"]) for row in rows if row["number"]]
    assert all(number == 0 or number >= 5 for number in as_numbers)
    assert len(rows) == 2 + len(found.by_day.rows) + sum(len(t.rows) for t in found.tables.values())
