"""Copies of databases, and how they are put back: what backups of every part are made with."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit


class BackupError(Exception):
    """Nothing was written or brought back; the message says why."""


def copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own copy: whole also while somebody writes. No source, no copy."""
    if not source.is_file():
        return
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)
        # One file alone: a journal beside it would be part of it.
        there.execute("PRAGMA journal_mode = DELETE")
    target.chmod(0o600)


def put_back_sqlite(source: Path, target: Path) -> None:
    """Put a copy in the place of a database that nobody has open."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    shutil.copy2(source, fresh)
    # What a killed program left unwritten belongs to the old file: SQLite would take it as the
    # new one's, and damage it.
    for end in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + end).unlink(missing_ok=True)
    os.replace(fresh, target)


def dump_postgres(address: str, file: Path, *options: str) -> None:
    """PostgreSQL's own copy. Raises `BackupError`."""
    _run_postgres(address, "pg_dump", "--format=custom", *options, "--file", str(file))
    file.chmod(0o600)


def put_back_postgres(address: str, file: Path) -> None:
    """Bring a dump back: all of it or, after an error, nothing. Raises `BackupError`."""
    how = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
    _run_postgres(address, "pg_restore", *how, str(file))


def _run_postgres(database: str, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by its environment, not by its line."""
    address = urlsplit(database)
    environment = {**os.environ, "PGPASSWORD": unquote(address.password or "")}
    where = [
        *("--host", address.hostname or "", "--port", str(address.port or 5432)),
        *("--username", unquote(address.username or ""), "--dbname", address.path.lstrip("/")),
    ]
    try:
        done = subprocess.run(
            [program, *where, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise BackupError(
            f"{program} is not here: install PostgreSQL's client programs."
        ) from error
    if done.returncode != 0:
        raise BackupError(f"{program} failed: {done.stderr.strip().splitlines()[-1:]}")
