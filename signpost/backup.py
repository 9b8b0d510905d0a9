"""Backups: what must survive a lost disk, and how it comes back without what was erased.

In a backup are the people who said STOP, opinions, the published bundles, the record of deletions
and, if asked for, Rasa's redacted conversations. Not in it: Redis, whose data live a day at most;
models, which are files of their own; secrets, which belong somewhere else.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
import sqlalchemy as sa

from signpost.door.channels.opt_outs import FILE as OPT_OUTS
from signpost.privacy import audit, requests
from signpost.settings import Settings

MANIFEST = "manifest.json"
DUMP, TRACKER = "tracker.dump", "tracker.db"
_DATABASES = (OPT_OUTS, "counts.db")
_FOLDERS = ("feedback", "audit")


class BackupError(Exception):
    """Nothing was written or brought back; the message says why."""


class Manifest(msgspec.Struct):
    """What a backup holds: the SHA-256 of each file, and when it was made."""

    made_at: datetime
    files: dict[str, str]


def write(settings: Settings, folder: Path, *, conversations: bool = False) -> list[str]:
    """Write a backup into a new folder; returns its files. Raises `BackupError`."""
    try:
        folder.mkdir(parents=True, mode=0o700)
        for name in _DATABASES:
            _copy_database(settings.state / name, folder / name)
        for name in _FOLDERS:
            if (settings.state / name).is_dir():
                shutil.copytree(settings.state / name, folder / name)
        if settings.bundle_store.is_dir():
            shutil.copytree(settings.bundle_store, folder / "bundles")
        if conversations:
            _dump(settings, folder)
        files = _hashes(folder)
        manifest = Manifest(datetime.now(timezone.utc), files)
        (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    except FileExistsError as error:
        raise BackupError(f"{folder} is there already: a backup needs a new folder.") from error
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The backup could not be written to {folder}: {error}.") from error
    return sorted(files)


def restore(settings: Settings, folder: Path) -> Iterator[str]:
    """Bring a backup back, saying what was done. Stop the parts first. Raises `BackupError`.

    What the record of erasures names is erased again, and so is what was idle for too long.
    """
    verify(folder)
    try:
        yield from _files_back(settings, folder)
        if (folder / DUMP).is_file() or (folder / TRACKER).is_file():
            yield _conversations_back(settings, folder)
            erased, idle = _erase_again(settings)
            yield f"erased again: {erased} on request, {idle} that were idle for too long"
    except (OSError, sqlite3.Error, sa.exc.SQLAlchemyError) as error:
        raise BackupError(
            f"The backup could not be brought back: {type(error).__name__}."
        ) from error


def verify(folder: Path) -> Manifest:
    """The manifest of a backup that is whole. Raises `BackupError`."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder} is no backup: it has no readable {MANIFEST}.") from error
    found = _hashes(folder)
    damaged = sorted(name for name, digest in manifest.files.items() if found.get(name) != digest)
    if damaged:
        raise BackupError(f"The backup {folder} is damaged: {', '.join(damaged[:3])}.")
    return manifest


def _files_back(settings: Settings, folder: Path) -> Iterator[str]:
    settings.state.mkdir(parents=True, exist_ok=True)
    for name in _DATABASES:
        if (folder / name).is_file():
            shutil.copy2(folder / name, settings.state / name)
            yield f"brought back {name}"
    for name in _FOLDERS:
        if (folder / name).is_dir():
            # What was recorded since the backup stays.
            shutil.copytree(
                folder / name, settings.state / name, dirs_exist_ok=True, copy_function=_if_new
            )
            yield f"brought back {name}/"
    if (folder / "bundles").is_dir():
        shutil.copytree(
            folder / "bundles", settings.bundle_store, dirs_exist_ok=True, copy_function=_if_new
        )
        yield "brought back bundles/"


def _if_new(source: str, target: str) -> str:
    if not Path(target).exists():
        shutil.copy2(source, target)
    return target


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own copy: whole also while somebody writes."""
    if source.is_file():
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)
        target.chmod(0o600)


def _dump(settings: Settings, folder: Path) -> None:
    if not settings.tracker_database:
        _copy_database(settings.state / TRACKER, folder / TRACKER)
        return
    _run_postgres(settings, "pg_dump", "--format=custom", "--file", str(folder / DUMP))
    (folder / DUMP).chmod(0o600)


def _conversations_back(settings: Settings, folder: Path) -> str:
    if settings.tracker_database and (folder / DUMP).is_file():
        _run_postgres(
            settings, "pg_restore", "--clean", "--if-exists", "--no-owner", str(folder / DUMP)
        )
    elif not settings.tracker_database and (folder / TRACKER).is_file():
        shutil.copy2(folder / TRACKER, settings.state / TRACKER)
    else:
        raise BackupError(
            "The backup's conversations are of the other kind of database: "
            "set SIGNPOST_TRACKER_DATABASE as it was."
        )
    return "brought back the conversations"


def _erase_again(settings: Settings) -> tuple[int, int]:
    """How many conversations were erased: on request, and for having been idle."""
    url = settings.tracker_database or f"sqlite:///{settings.state / TRACKER}"
    engine = sa.create_engine(url, future=True)
    events = sa.table("events", sa.column("sender_id"), sa.column("timestamp"))
    last = sa.func.max(events.c.timestamp)
    before = time.time() - settings.conversation_seconds
    try:
        with engine.begin() as connection:
            found = connection.execute(
                sa.select(events.c.sender_id, last).group_by(events.c.sender_id)
            ).all()
            wished = {row[0] for row in found} & requests.erased(settings.state)
            idle = {name for name, latest in found if latest < before} - wished
            for name in wished | idle:
                connection.execute(sa.delete(events).where(events.c.sender_id == name))
    finally:
        engine.dispose()
    for action, names in (("erase", wished), ("purge", idle)):
        if names:
            audit.record(settings.state, action, len(names))  # type: ignore[arg-type]
    return len(wished), len(idle)


def _run_postgres(settings: Settings, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by its environment, not by its line."""
    address = urlsplit(settings.tracker_database)
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


def _hashes(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != MANIFEST:
            with suppress(OSError):
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
                found[file.relative_to(folder).as_posix()] = digest
    return found
