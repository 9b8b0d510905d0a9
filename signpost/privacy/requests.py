"""Requests to erase a conversation: files in the state folder, so that none is lost.

What was erased is noted by its random id for as long as backups may be brought back: a restored
backup must not bring back what its owner had erased.

`signpost erase` writes one, the running door carries it out and takes it away. While the door or
Rasa is down the request waits. A request holds nothing but the conversation's random id.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

FOLDER = "erase"
RECORD = "erased.txt"
# Longer than any backup may be kept (docs/retention.md).
RECORD_DAYS = 40


def ask(state: Path, id_: str) -> Path:
    """Ask for a conversation to be erased; returns the request's file. Raises `OSError`."""
    folder = state / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / id_
    file.touch()
    return file


def waiting(state: Path) -> Iterator[Path]:
    """The requests that wait; a file's name is the id."""
    folder = state / FOLDER
    if folder.is_dir():
        yield from sorted(file for file in folder.iterdir() if file.is_file())


def done(request: Path) -> None:
    """Take a request away."""
    request.unlink(missing_ok=True)


def note(state: Path, ids: Iterable[str], today: date | None = None) -> None:
    """Note that these conversations were erased. Raises `OSError`."""
    day = today or date.today()
    lines = [f"{day} {id_}\n" for id_ in ids]
    if not lines:
        return
    state.mkdir(parents=True, exist_ok=True)
    oldest = str(day - timedelta(days=RECORD_DAYS))
    # The door and the workbench both note.
    with (state / f".{RECORD}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = [line for line in _lines(state) if line[:10] >= oldest]
        fresh = state / f".{RECORD}-{os.getpid()}"
        with fresh.open("w", encoding="ascii") as file:
            file.writelines([*kept, *lines])
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, state / RECORD)


def erased(state: Path) -> set[str]:
    """The ids of what was erased, as far back as the record goes."""
    return {line.split()[1] for line in _lines(state) if len(line.split()) == 2}


def _lines(state: Path) -> list[str]:
    try:
        return (state / RECORD).read_text(encoding="ascii").splitlines(keepends=True)
    except FileNotFoundError:
        return []
