"""The tables of a period, with every number in them fit to be shown to anybody."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from signpost.counts.disclosure import coarse, protect, whole
from signpost.counts.measures import ALL, MEASURES, Key
from signpost.counts.periods import Kind, Period, finished, period_of
from signpost.counts.store import Counts

# The measures that are shown, each as a table of its own.
SHOWN = ("outcome", "concern", "audience", "channel", "hours", "feedback")
HIDDEN = "not shown"


class Row(msgspec.Struct, frozen=True):
    """One line of a table; `number` is None where it must not be shown."""

    value: str
    number: int | None


class Table(msgspec.Struct, frozen=True):
    """The lines of one measure, in order."""

    measure: str
    rows: list[Row]

    @property
    def shown(self) -> list[Row]:
        return [row for row in self.rows if row.number is not None]

    @property
    def hidden(self) -> list[Row]:
        return [row for row in self.rows if row.number is None]

    @property
    def is_empty(self) -> bool:
        """Whether no number of it may be shown."""
        return not self.shown


class Figures(msgspec.Struct, frozen=True):
    """A period's figures. `total` is of messages, and None below 5."""

    period: Period
    total: int | None
    opinions: int | None
    by_day: Table
    tables: dict[str, Table]


class Overview(msgspec.Struct, frozen=True):
    """The periods that can be looked at, the latest first, each with its messages."""

    periods: list[tuple[Period, int | None]]
    running: Period
    # Messages of the running period, rounded down to tens.
    running_total: int


class Statistics:
    """Reads the totals and shows what may be shown. `channels` are those that are on, `concerns`
    those that the register has advice on: their lines are there whether anybody came or not.

    Every method raises `CountsError`.
    """

    def __init__(
        self, counts: Counts, kind: Kind, channels: Iterable[str], concerns: Iterable[str]
    ) -> None:
        self._counts = counts
        self._kind: Kind = kind
        self._values: dict[str, Sequence[str]] = {
            **MEASURES,
            "channel": tuple(channels),
            "concern": tuple(concerns),
        }

    def overview(self, today: date) -> Overview:
        """What there is to look at."""
        running = period_of(self._kind, today)
        days = self._counts.days()
        first = days[0] if days else today
        totals = _by_day(self._counts.between(first, running.last))
        return Overview(
            periods=[
                (period, whole(_within(totals, period)))
                for period in finished(self._kind, first, today)
            ],
            running=running,
            running_total=coarse(_within(totals, running)),
        )

    def period(self, name: str, today: date) -> Period | None:
        """The finished period of that name, or None."""
        days = self._counts.days()
        over = finished(self._kind, days[0] if days else today, today)
        return next((period for period in over if period.name == name), None)

    def figures(self, period: Period) -> Figures:
        """The tables of a period that is over."""
        counted = self._counts.between(period.first, period.last)
        by_value = {measure: _by_value(counted, measure) for measure in MEASURES}
        tables = {measure: self._of(measure, by_value[measure]) for measure in SHOWN}
        advice = next(row for row in tables["outcome"].rows if row.value == "advice")
        if advice.number is None:
            # The concerns add up to it: they would tell it, and it would tell another.
            tables["concern"] = _withheld(tables["concern"])
        return Figures(
            period=period,
            total=whole(by_value["messages"][ALL]),
            opinions=whole(sum(by_value["feedback"].values())),
            by_day=_table("day", _days(_by_day(counted), period)),
            tables=tables,
        )

    def _of(self, measure: str, counted: Mapping[str, int]) -> Table:
        cells = {value: counted.get(value, 0) for value in self._values[measure]}
        rest = {value: number for value, number in counted.items() if value not in cells}
        if measure == "concern":
            # Advice that is no longer in the register.
            cells["other"] = sum(rest.values())
        table = _table(measure, cells if measure == "concern" else {**cells, **rest})
        if measure == "concern":
            table.rows.sort(key=lambda row: -(row.number or 0))
        return table


def _table(measure: str, cells: Mapping[str, int]) -> Table:
    return Table(measure, [Row(value, number) for value, number in protect(cells).items()])


def _withheld(table: Table) -> Table:
    return Table(table.measure, [Row(row.value, None) for row in table.rows])


def _days(by_day: Mapping[date, int], period: Period) -> dict[str, int]:
    """The messages of each day of a period; of each week, where it is a quarter."""
    found: Counter[str] = Counter()
    for day in period.days():
        unit = period_of("week", day).first if period.kind == "quarter" else day
        found[max(unit, period.first).isoformat()] += by_day.get(day, 0)
    return dict(found)


def _by_value(counted: Mapping[Key, int], measure: str) -> Counter[str]:
    """The totals of a measure by its values."""
    found: Counter[str] = Counter()
    for key, number in counted.items():
        if key.measure == measure:
            found[key.value] += number
    return found


def _by_day(counted: Mapping[Key, int]) -> Counter[date]:
    """The messages by day."""
    found: Counter[date] = Counter()
    for key, number in counted.items():
        if key.measure == "messages":
            found[key.day] += number
    return found


def _within(by_day: Mapping[date, int], period: Period) -> int:
    return sum(number for day, number in by_day.items() if period.first <= day <= period.last)


def as_csv(figures: Figures) -> str:
    """All tables of a period for a spreadsheet: a number that must not be shown is left empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("period", "table", "line", "number", "note"))
    totals = (("messages", figures.total), ("opinions", figures.opinions))
    for value, number in totals:
        writer.writerow((figures.period.name, "total", value, *_cells(number)))
    for table in (figures.by_day, *figures.tables.values()):
        for row in table.rows:
            writer.writerow((figures.period.name, table.measure, row.value, *_cells(row.number)))
    return text.getvalue()


def _cells(number: int | None) -> tuple[str, str]:
    return ("", HIDDEN) if number is None else (str(number), "")
