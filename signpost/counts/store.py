"""Where the totals are kept: a small SQLite file in the state folder, or PostgreSQL when it is set.

Several doors add to the same totals: each adds what it has counted, in one transaction. The table
makes itself, because a door may come up before anything else has touched the database.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from signpost.counts.measures import Key

FILE = "counts.db"
# Seconds that one writer waits for another, and for a database that does not answer.
_PATIENCE = 5
_tables = sa.MetaData()
_counts = sa.Table(
    "use_counts",
    _tables,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("measure", sa.String(20), primary_key=True),
    sa.Column("value", sa.String(80), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
)


class CountsError(Exception):
    """The totals cannot be read or written; one plain sentence says why."""


class Counts:
    """Adds to totals and reads them. `address` is PostgreSQL's, or "" for the file in `state`.

    Every method raises `CountsError`.
    """

    def __init__(self, state: Path, address: str = "") -> None:
        self._file = None if address else state / FILE
        self._address = address or f"sqlite:///{self._file}"
        self._engine: Any = None

    def add(self, counted: Mapping[Key, int]) -> None:
        """Add to the totals, all of them or none."""
        if not counted:
            return
        rows = [{**key._asdict(), "number": number} for key, number in sorted(counted.items())]
        # In one order, so that two doors never wait for each other.
        self._do(lambda connection: connection.execute(self._adding(connection), rows))

    def between(self, first: date, last: date) -> Counter[Key]:
        """The totals of the days from `first` to `last`, both included."""
        within = _counts.c.day.between(first, last)
        rows = self._do(lambda connection: connection.execute(sa.select(_counts).where(within)))
        return Counter({Key(row.day, row.measure, row.value): row.number for row in rows})

    def days(self) -> tuple[date, date] | None:
        """The first and the last day with a total, or None when nothing is counted yet."""
        ends = sa.select(sa.func.min(_counts.c.day), sa.func.max(_counts.c.day))
        first, last = self._do(lambda connection: connection.execute(ends))[0]
        return (first, last) if first else None

    def forget_before(self, day: date) -> int:
        """Delete the totals of days before `day`; returns how many there were."""
        old = sa.delete(_counts).where(_counts.c.day < day)
        return int(self._do(lambda connection: connection.execute(old), rows=False))

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()

    def _do(self, work: Any, *, rows: bool = True) -> Any:
        """The rows that `work` yields within a transaction, or how many it changed."""
        try:
            if self._engine is None:
                self._engine = self._opened()
            with self._engine.begin() as connection:
                result = work(connection)
                return result.all() if rows and result.returns_rows else result.rowcount
        except (SQLAlchemyError, OSError) as error:
            raise CountsError(
                f"the totals of use ({self._where}) cannot be used: {_reason(error)}"
            ) from error

    def _opened(self) -> Any:
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600))
            engine = sa.create_engine(
                self._address, future=True, connect_args={"timeout": _PATIENCE}
            )
        else:
            engine = sa.create_engine(
                self._address,
                future=True,
                pool_pre_ping=True,
                connect_args={
                    "connect_timeout": _PATIENCE,
                    "options": f"-c statement_timeout={_PATIENCE * 1000}",
                },
            )
        _tables.create_all(engine)
        return engine

    @property
    def _where(self) -> str:
        address = sa.engine.make_url(self._address)
        return str(address.render_as_string(hide_password=True))

    @staticmethod
    def _adding(connection: Any) -> Any:
        dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
        row = dialect.insert(_counts)
        return row.on_conflict_do_update(
            index_elements=[_counts.c.day, _counts.c.measure, _counts.c.value],
            set_={"number": _counts.c.number + row.excluded.number},
        )


def _reason(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return said[0].strip().rstrip(".") if said else type(error).__name__
