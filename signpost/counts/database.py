"""Where counts and samples are kept: a small SQLite file in the state folder, or PostgreSQL.

Tables make themselves, because a door may come up before anything else has touched the database.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from signpost.settings import Settings

# Seconds that one writer waits for another, and for a database that does not answer.
_PATIENCE = 5


class CountsError(Exception):
    """Totals or samples cannot be read or written; one plain sentence says why."""


class Kept:
    """Tables of their own. `address` is PostgreSQL's, or "" for `file`.

    `what` names them in a sentence. Every method of a subclass raises `CountsError`.
    """

    def __init__(self, what: str, tables: sa.MetaData, file: Path, address: str = "") -> None:
        self._what = what
        self._tables = tables
        self._file = None if address else file
        self._address = address or f"sqlite:///{file}"
        self._engine: Any = None

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()

    def _do(self, work: Any) -> Any:
        """Run `work` with a connection in a transaction: the rows that it yields, or how many
        it changed."""
        try:
            if self._engine is None:
                self._engine = self._opened()
            with self._engine.begin() as connection:
                result = work(connection)
                return result.all() if result.returns_rows else result.rowcount
        except (SQLAlchemyError, OSError) as error:
            address = sa.engine.make_url(self._address).render_as_string(hide_password=True)
            raise CountsError(
                f"{self._what} ({address}) cannot be used: {_reason(error)}"
            ) from error

    def _opened(self) -> Any:
        engine = _on_server(self._address) if self._file is None else _in_file(self._file)
        self._tables.create_all(engine)
        return engine


def on_server(settings: Settings) -> str:
    """PostgreSQL's address where the settings have one, which doors on several machines share;
    else ""."""
    address = settings.staff_database
    return address if address.startswith("postgresql://") else ""


def _on_server(address: str) -> Any:
    waiting = f"-c statement_timeout={_PATIENCE * 1000}"
    return sa.create_engine(
        address,
        future=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": _PATIENCE, "options": waiting},
    )


def _in_file(file: Path) -> Any:
    """Only the program's own user may read it; what is deleted is overwritten."""
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    engine = sa.create_engine(f"sqlite:///{file}", future=True, connect_args={"timeout": _PATIENCE})

    @sa.event.listens_for(engine, "connect")  # type: ignore[untyped-decorator]
    def connect(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA secure_delete = ON")

    return engine


def _reason(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return said[0].strip().rstrip(".") if said else type(error).__name__
