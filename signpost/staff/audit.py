"""The audit log: who did what, when. It is only ever added to; the database refuses all else."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from signpost.staff.database import Database, Moment, metadata, now

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Moment(), nullable=False, index=True),
    sa.Column("who", sa.String(200), nullable=False, index=True),
    sa.Column("action", sa.String(100), nullable=False, index=True),
    sa.Column("subject", sa.String(300), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
)


class Line(msgspec.Struct, frozen=True):
    """One act. `details` are names and values, never what members of the public wrote."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    details: dict[str, Any]


class Audit:
    """Adds and reads lines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, who: str, action: str, subject: str = "", *, connection: Any = None, **details: Any
    ) -> None:
        """Add a line; on `connection`, when it has to stand or fall with what is recorded."""
        line = {
            "at": now(),
            "who": who[:200],
            "action": action[:100],
            "subject": subject[:300],
            "details": json.dumps(details, ensure_ascii=False, default=str),
        }
        if connection is not None:
            connection.execute(audit.insert().values(**line))
            return
        with self._database.write() as own:
            own.execute(audit.insert().values(**line))

    def lines(
        self, *, who: str = "", action: str = "", before: int | None = None, most: int = 100
    ) -> list[Line]:
        """The newest lines first, those with an id below `before`."""
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(most)
        if who:
            query = query.where(audit.c.who == who)
        if action:
            query = query.where(audit.c.action == action)
        if before is not None:
            query = query.where(audit.c.id < before)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [Line(**{**row, "details": json.loads(row["details"])}) for row in rows]

    def known(self) -> tuple[list[str], list[str]]:
        """Everybody who did something, and all that was done: what a page offers to choose from."""
        with self._database.read() as connection:
            people = connection.execute(sa.select(audit.c.who).distinct()).scalars().all()
            actions = connection.execute(sa.select(audit.c.action).distinct()).scalars().all()
        return sorted(people), sorted(actions)
