"""The totals. Several doors add to the same ones: each adds what it has counted, in one
transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from signpost.counts.database import CountsError, Kept, on_server
from signpost.counts.measures import Key
from signpost.settings import Settings

__all__ = ["FILE", "Counts", "CountsError"]

FILE = "counts.db"
_tables = sa.MetaData()
_counts = sa.Table(
    "use_counts",
    _tables,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("measure", sa.String(20), primary_key=True),
    sa.Column("value", sa.String(80), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
)


class Counts(Kept):
    """Adds to totals and reads them. Every method raises `CountsError`."""

    def __init__(self, state: Path, address: str = "") -> None:
        super().__init__("the totals of use", _tables, state / FILE, address)

    @classmethod
    def of(cls, settings: Settings) -> Counts:
        """The totals where the settings put them."""
        return cls(settings.state, on_server(settings))

    def add(self, counted: Mapping[Key, int]) -> None:
        """Add to the totals, all of them or none."""
        if counted:
            # In one order, so that two doors never wait for each other.
            rows = [{**key._asdict(), "number": number} for key, number in sorted(counted.items())]
            self._do(lambda connection: connection.execute(_adding(connection), rows))

    def between(self, first: date, last: date) -> Counter[Key]:
        """The totals of the days from `first` to `last`, both included."""
        within = sa.select(_counts).where(_counts.c.day.between(first, last))
        rows = self._do(lambda connection: connection.execute(within))
        return Counter({Key(row.day, row.measure, row.value): row.number for row in rows})

    def days(self) -> tuple[date, date] | None:
        """The first and the last day with a total, or None when nothing is counted yet."""
        ends = sa.select(sa.func.min(_counts.c.day), sa.func.max(_counts.c.day))
        first, last = self._do(lambda connection: connection.execute(ends))[0]
        return (first, last) if first else None

    def forget_before(self, day: date) -> int:
        """Delete the totals of days before `day`; returns how many there were."""
        old = sa.delete(_counts).where(_counts.c.day < day)
        return int(self._do(lambda connection: connection.execute(old)))


def _adding(connection: Any) -> Any:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = dialect.insert(_counts)
    return row.on_conflict_do_update(
        index_elements=[_counts.c.day, _counts.c.measure, _counts.c.value],
        set_={"number": _counts.c.number + row.excluded.number},
    )
