"""A table of figures as a page shows it: in words, with its chart."""

from __future__ import annotations

from typing import NamedTuple

from signpost.counts.figures import Figures, Table
from signpost.register.loader import Register
from signpost.staff.use import words
from signpost.staff.use.charts import Bar, Chart, lying, standing

# Bars of the chart of concerns; the table has them all.
_MOST_BARS = 12
# A table with more lines than this says apart what is nought or hidden.
_LONG = 15


class Shown(NamedTuple):
    """`rows` are words and numbers, None where one is not shown; `hidden` and `noughts` are the
    words of lines that a long table leaves out."""

    measure: str
    heading: str
    counted: str
    column: str
    rows: list[tuple[str, int | None]]
    hidden: list[str]
    noughts: list[str]
    chart: Chart | None


def of(table: Table, register: Register | None) -> Shown:
    """A measure's table."""
    heading, counted, column = words.HEADINGS[table.measure]
    rows = [(words.of(table.measure, row.value, register), row.number) for row in table.rows]
    hidden, noughts = [], []
    if len(rows) > _LONG:
        hidden = sorted(name for name, number in rows if number is None)
        noughts = sorted(name for name, number in rows if number == 0)
        rows = [(name, number) for name, number in rows if number]
    bars = [Bar(name, number) for name, number in rows[:_MOST_BARS]]
    has_bars = any(bar.number for bar in bars)
    chart = lying(bars) if has_bars else None
    return Shown(table.measure, heading, counted, column, rows, hidden, noughts, chart)


def by_day(figures: Figures) -> Shown:
    """The messages of a period's days, or of the weeks of a quarter."""
    is_quarter = figures.period.kind == "quarter"
    heading = "Messages by week" if is_quarter else "Messages by day"
    column = "Week from" if is_quarter else "Day"
    rows = [(words.of("day", row.value, None), row.number) for row in figures.by_day.rows]
    bars = [Bar(name.split(" ", 1)[1], number) for name, number in rows]
    chart = standing(bars) if any(bar.number for bar in bars) else None
    return Shown("day", heading, "", column, rows, [], [], chart)
