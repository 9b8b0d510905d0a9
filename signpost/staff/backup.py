"""The workbench in a backup: accounts, history, sign-offs, the audit log, the working copy.

Left out are sessions and the tables that hold what the public said. Trial conversations that are
not kept as tests go with the public's conversations.
"""

from __future__ import annotations

import fcntl
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import sqlalchemy as sa

from signpost.copying import (
    BackupError,
    copy_sqlite,
    dump_postgres,
    put_back_postgres,
    put_back_sqlite,
)
from signpost.privacy import requests
from signpost.settings import Settings
from signpost.staff.database import Database, DatabaseError, address
from signpost.staff.reviews.rows import write as write_rows
from signpost.staff.reviews.store import CorrectionStore
from signpost.staff.talk.store import TrialStore
from signpost.staff.talk.tables import trials
from signpost.staff.talk.trial import Memory

FILE, DUMP, CONTENT = "staff.db", "staff.dump", "content"
# The database may be the one of Rasa's conversations, and holds samples of what the public said.
_LEFT_OUT = (
    *("--exclude-table=events", "--exclude-table=events_id_seq"),
    *("--exclude-table-data=sessions", "--exclude-table-data=use_samples"),
)


@contextmanager
def unchanged(settings: Settings) -> Iterator[None]:
    """Keep the workbench from approving and publishing meanwhile: its history, its files and the
    bundles are then copied as of one moment."""
    if not settings.state.is_dir():
        yield
        return
    with (settings.state / "content.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write(settings: Settings, folder: Path, *, conversations: bool) -> None:
    """Copy the workbench into a backup's folder.

    Raises `BackupError`, `OSError`, `sqlite3.Error`.
    """
    file = _file(settings)
    if file is None:
        dump_postgres(address(settings), folder / DUMP, *_LEFT_OUT)
    elif file.is_file():
        copy_sqlite(file, folder / FILE)
        _leave_out(folder / FILE, conversations)
    if settings.own_content.is_dir():
        shutil.copytree(settings.own_content, folder / CONTENT)


def restore(settings: Settings, folder: Path) -> Iterator[str]:
    """Bring the workbench back, saying what was done. Raises `BackupError`, `OSError`."""
    if (folder / CONTENT).is_dir():
        _content_back(settings, folder / CONTENT)
        yield f"brought back {CONTENT}/"
    elif settings.own_content.is_dir():
        yield f"left {CONTENT}/ as it is: the backup has none, look at what stands there"
    if not _database_back(settings, folder):
        return
    yield "brought back the workbench"
    try:
        erased, idle = _erase_again(settings)
    except DatabaseError as error:
        raise BackupError(str(error)) from error
    yield f"trials erased again: {erased} on request, {idle} that were idle for too long"


def refuse_other_kind(settings: Settings, folder: Path) -> None:
    """Raises `BackupError` when the copy is of another kind of database than is set."""
    there = DUMP if _file(settings) is None else FILE
    other = FILE if there == DUMP else DUMP
    if (folder / other).is_file() and not (folder / there).is_file():
        raise BackupError(
            "The backup's workbench is of the other kind of database: "
            "set SIGNPOST_STAFF_DATABASE as it was."
        )


def _database_back(settings: Settings, folder: Path) -> bool:
    file = _file(settings)
    if file is None and (folder / DUMP).is_file():
        put_back_postgres(address(settings), folder / DUMP)
    elif file is not None and (folder / FILE).is_file():
        put_back_sqlite(folder / FILE, file)
    else:
        return False
    return True


def _content_back(settings: Settings, source: Path) -> None:
    """The working copy as the history of the same backup knows it, whole or not at all."""
    own = settings.own_content
    fresh, old = (own.with_name(f".{CONTENT}-{secrets.token_hex(4)}") for _ in range(2))
    try:
        shutil.copytree(source, fresh)
        if own.is_dir():
            own.rename(old)
        fresh.rename(own)
    except OSError:
        if old.is_dir() and not own.exists():
            old.rename(own)
        raise
    finally:
        for folder in (fresh, old):
            shutil.rmtree(folder, ignore_errors=True)


def _leave_out(copy: Path, conversations: bool) -> None:
    """Take out of a copy what is not to be in it, down to the bytes."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if "sessions" in tables:
            connection.execute("DELETE FROM sessions")
        if "trials" in tables and not conversations:
            connection.execute("DELETE FROM trials WHERE name = ''")
        connection.execute("VACUUM")


def _erase_again(settings: Settings) -> tuple[int, int]:
    """How many trials were erased: because somebody deleted them, and for having been idle."""
    database = Database.of(settings)
    try:
        store, wished = TrialStore(database), requests.erased(settings.state)
        with database.read() as connection:
            rows = connection.execute(sa.select(trials.c.id, trials.c.memory)).all()
        gone = [row.id for row in rows if _id(row.memory) in wished]
        for trial in gone:
            store.delete(trial)
        idle = store.sweep(settings.conversation_seconds)
        # The files of the tests follow what the database holds.
        write_rows(settings.state / "corrections", CorrectionStore(database).files())
    finally:
        database.close()
    return len(gone), idle


def _id(memory: str) -> str:
    return msgspec.json.decode(memory, type=Memory).id


def _file(settings: Settings) -> Path | None:
    """The database's file; None for PostgreSQL."""
    url = sa.engine.make_url(address(settings))
    return Path(url.database) if url.get_backend_name() == "sqlite" else None
