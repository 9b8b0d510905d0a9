"""Backups: what must survive a lost disk, and how it comes back without what was erased.

In a backup are the workbench with its working copy of the register, the people who said STOP,
opinions, totals of use, the published bundles, the off switch, the record of deletions and, if
asked for, redacted conversations. Not in it: samples of what was not understood; Redis, whose data
live a day at most; models, which are files of their own; secrets, which belong somewhere else.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

import msgspec
import sqlalchemy as sa

from signpost import off
from signpost.copying import (
    BackupError,
    copy_sqlite,
    dump_postgres,
    put_back_postgres,
    put_back_sqlite,
)
from signpost.door.channels.opt_outs import FILE as OPT_OUTS
from signpost.privacy import audit, requests
from signpost.register.bundle import POINTER
from signpost.register.publishing import CHOSEN
from signpost.settings import Settings
from signpost.staff import backup as workbench

__all__ = ["BackupError", "Manifest", "restore", "verify", "write"]

MANIFEST = "manifest.json"
DUMP, TRACKER = "tracker.dump", "tracker.db"
_DATABASES = (OPT_OUTS, "counts.db")
_FOLDERS = ("feedback", "audit")


class Manifest(msgspec.Struct):
    """What a backup holds: the SHA-256 of each file, and when it was made."""

    made_at: datetime
    files: dict[str, str]


def write(settings: Settings, folder: Path, *, conversations: bool = False) -> list[str]:
    """Write a backup into a new folder; returns its files. Raises `BackupError`."""
    try:
        folder.mkdir(parents=True, mode=0o700)
        _copy_files(settings, folder)
        with workbench.unchanged(settings):
            workbench.write(settings, folder, conversations=conversations)
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
    workbench.refuse_other_kind(settings, folder)
    try:
        yield from _files_back(settings, folder)
        yield from workbench.restore(settings, folder)
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


def _copy_files(settings: Settings, folder: Path) -> None:
    for name in _DATABASES:
        copy_sqlite(settings.state / name, folder / name)
    for name in _FOLDERS:
        if (settings.state / name).is_dir():
            shutil.copytree(settings.state / name, folder / name)
    with suppress(FileNotFoundError):
        shutil.copy2(settings.state / off.FILE, folder / off.FILE)


def _files_back(settings: Settings, folder: Path) -> Iterator[str]:
    settings.state.mkdir(parents=True, exist_ok=True)
    for name in _DATABASES:
        if (folder / name).is_file():
            put_back_sqlite(folder / name, settings.state / name)
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
        for name in (CHOSEN, POINTER):
            if (folder / "bundles" / name).is_file():
                # Of the same moment as the workbench: its history says what is in force.
                shutil.copy2(folder / "bundles" / name, settings.bundle_store / name)
        yield "brought back bundles/"
    if (folder / off.FILE).is_file():
        _if_new(str(folder / off.FILE), str(settings.state / off.FILE))
        yield "brought back off.json: the bot is off, until `signpost on`"


def _if_new(source: str, target: str) -> str:
    if not Path(target).exists():
        shutil.copy2(source, target)
    return target


def _dump(settings: Settings, folder: Path) -> None:
    if not settings.tracker_database:
        copy_sqlite(settings.state / TRACKER, folder / TRACKER)
        return
    # The workbench may be in the same database; its tables go their own way.
    dump_postgres(settings.tracker_database, folder / DUMP, "--table=events")


def _conversations_back(settings: Settings, folder: Path) -> str:
    if settings.tracker_database and (folder / DUMP).is_file():
        put_back_postgres(settings.tracker_database, folder / DUMP)
    elif not settings.tracker_database and (folder / TRACKER).is_file():
        put_back_sqlite(folder / TRACKER, settings.state / TRACKER)
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


def _hashes(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != MANIFEST:
            with suppress(OSError):
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
                found[file.relative_to(folder).as_posix()] = digest
    return found
