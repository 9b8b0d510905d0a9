"""Where samples wait to be looked at: a file of their own in the state folder, or PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from signpost.counts.database import Kept, on_server
from signpost.counts.samples import Sample
from signpost.settings import Settings

FILE = "samples.db"
# Samples that wait at once: more than this nobody reads.
MOST = 200
_tables = sa.MetaData()
# The id is random and the key: what is read out is in no order of time.
_samples = sa.Table(
    "use_samples",
    _tables,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)


class SampleStore(Kept):
    """Keeps samples until they are deleted. Every method raises `CountsError`."""

    def __init__(self, state: Path, address: str = "", most: int = MOST) -> None:
        super().__init__("the samples", _tables, state / FILE, address)
        self._most = most

    @classmethod
    def of(cls, settings: Settings) -> SampleStore:
        """The samples where the settings put them."""
        return cls(settings.state, on_server(settings))

    def add(self, texts: list[str], day: date) -> None:
        """Keep texts of a day; what is too many is left out."""
        room = max(0, self._most - self.number())
        rows = [{"id": secrets.token_hex(16), "day": day, "text": text} for text in texts[:room]]
        if rows:
            self._do(lambda connection: connection.execute(_samples.insert(), rows))

    def number(self) -> int:
        """How many wait."""
        counting = sa.select(sa.func.count()).select_from(_samples)
        return int(self._do(lambda connection: connection.execute(counting))[0][0])

    def all(self) -> list[Sample]:
        """All that wait, in no order that tells anything."""
        reading = sa.select(_samples).order_by(_samples.c.id)
        rows = self._do(lambda connection: connection.execute(reading))
        return [Sample(row.id, row.day, row.text) for row in rows]

    def delete(self, ids: Iterable[str]) -> int:
        """Delete samples by their ids; returns how many there were."""
        return self._delete(_samples.c.id.in_(list(ids)))

    def forget_before(self, day: date) -> int:
        """Delete samples of days before `day`; returns how many there were."""
        return self._delete(_samples.c.day < day)

    def _delete(self, which: Any) -> int:
        deleting = sa.delete(_samples).where(which)
        return int(self._do(lambda connection: connection.execute(deleting)))
