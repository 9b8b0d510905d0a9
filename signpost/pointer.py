"""Small files in the state folder that tell running parts what staff decided."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import msgspec

Told = TypeVar("Told", bound=msgspec.Struct)
# What a file that somebody damaged makes of reading it.
BROKEN = (OSError, ValueError, RecursionError)


def put(file: Path, told: msgspec.Struct) -> None:
    """Write the file whole, so that nobody reads half of it. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    written = file.with_name(f"{file.name}.{os.getpid()}.new")
    written.write_bytes(msgspec.json.encode(told))
    written.replace(file)


def read(file: Path, kind: type[Told]) -> Told | None:
    """What the file says, or None when there is none. Raises one of `BROKEN`."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
