"""The workbench's database: SQLite in the state folder, or PostgreSQL when it is set.

Tables are described once, on `metadata`, by the section they belong to; `migrations/` makes them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from signpost.settings import PREFIX, Settings

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
# Every name is ours, so that a migration can name what it changes on each kind of database.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# Seconds that one writer waits for another.
_PATIENCE = 10
# Two programs that start together must not both change the tables.
_MIGRATION_LOCK = 715_130


class DatabaseError(Exception):
    """The database cannot be used; one plain sentence says why and what to do."""


def now() -> datetime:
    """This moment in UTC, to the second: what the database keeps of time."""
    return datetime.now(timezone.utc).replace(microsecond=0)


class Moment(sa.types.TypeDecorator):  # type: ignore[misc]
    """A moment, always with its time zone (UTC) in Python; SQLite itself knows none."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value and value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value and value.replace(tzinfo=timezone.utc)


class Database:
    """Reads and writes in transactions. Safe to use from several threads and processes."""

    def __init__(self, url: str) -> None:
        self.url = sa.engine.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)

    @classmethod
    def of(cls, settings: Settings) -> Database:
        """The database that the settings name, with its tables brought up to date.

        Raises `DatabaseError`.
        """
        database = cls(address(settings))
        database.upgrade()
        return database

    @contextmanager
    def read(self) -> Iterator[Any]:
        """A connection for reading: all that is read within is of one moment."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Any]:
        """A connection for reading and writing: all of it is kept, or after an error nothing.

        On SQLite only one is open at a time; the others wait.
        """
        with self._engine.connect() as plain:
            connection = plain.execution_options(signpost_writes=True)
            with connection.begin():
                yield connection

    def upgrade(self) -> None:
        """Make the tables, or change them to what this version needs. Raises `DatabaseError`."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        try:
            if self.is_sqlite and self.url.database:
                _make_file(Path(self.url.database))
            with self.write() as connection:
                if not self.is_sqlite:
                    lock = sa.text("SELECT pg_advisory_xact_lock(:key)")
                    connection.execute(lock, {"key": _MIGRATION_LOCK})
                config.attributes["connection"] = connection
                command.upgrade(config, "heads")
        except CommandError as error:
            raise DatabaseError(
                f"The workbench's database ({self.shown}) was made by another version of Signpost "
                f"({error}). Start that version, or give this one a database of its own."
            ) from error
        except (SQLAlchemyError, OSError) as error:
            raise DatabaseError(
                f"The workbench's database ({self.shown}) cannot be used: {_reason(error)}. "
                f"Check that it can be reached and written to; {PREFIX}STAFF_DATABASE names it."
            ) from error

    @property
    def shown(self) -> str:
        """Where it is, without a password."""
        return str(self.url.render_as_string(hide_password=True))

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()


def address(settings: Settings) -> str:
    """The database's address: the setting, or a file in the state folder."""
    if settings.staff_database:
        return settings.staff_database
    return f"sqlite:///{settings.state / 'staff.db'}"


def _sqlite(url: Any) -> Any:
    engine = sa.create_engine(url, future=True, connect_args={"timeout": _PATIENCE})

    def connect(connection: Any, _: Any) -> None:
        # Python's driver begins transactions late and by itself; `begin` does it in its place.
        connection.isolation_level = None
        for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Any) -> None:
        # A writer takes its turn at the start: one that begins by reading could not be let in.
        writes = connection.get_execution_options().get("signpost_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    sa.event.listen(engine, "connect", connect)
    sa.event.listen(engine, "begin", begin)
    return engine


def _postgresql(url: Any) -> Any:
    return sa.create_engine(
        url,
        future=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "options": "-c statement_timeout=30000"},
    )


def _make_file(file: Path) -> None:
    """Only the program's own user may read it: it holds accounts."""
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def _reason(error: Exception) -> str:
    """The first line of what the driver said."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return said[0].strip().rstrip(".") if said else type(error).__name__
