"""Requests to erase a conversation: files in the state folder, so that none is lost.

`signpost erase` writes one, the running door carries it out and takes it away. While the door or
Rasa is down the request waits. A request holds nothing but the conversation's random id.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FOLDER = "erase"


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
