"""Which bundle each part of the bot speaks from: a small file for each, written anew every few
seconds, that the workbench reads."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec

FOLDER = "running"
# The parts by the module that each is started with.
PARTS = {
    "signpost.door.app": "door",
    "signpost.rasa.serve": "rasa",
    "signpost.rasa.serve_actions": "actions",
    "signpost.staff.app": "workbench",
}
# A part that has said nothing for so long does not run, or hangs.
SILENT = timedelta(seconds=60)
_FORGOTTEN = 24 * 3600.0


class Part(msgspec.Struct, frozen=True):
    """A part of the bot, and the bundle it speaks from; "" is the files, or nothing."""

    name: str
    bundle: str
    at: datetime

    def is_silent(self, now: datetime) -> bool:
        """Whether nothing was heard of it lately."""
        return now - self.at > SILENT


def tell(store: Path, name: str, bundle: str) -> None:
    """Say what this process speaks from. What cannot be written is not said."""
    folder = store / FOLDER
    file = folder / f"{name.replace(' ', '-')}-{os.getpid()}.json"
    fresh = folder / f".{file.name}-{secrets.token_hex(4)}"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(msgspec.json.encode(Part(name, bundle, datetime.now(timezone.utc))))
        os.replace(fresh, file)


def parts(store: Path) -> list[Part]:
    """The newest word of each part, by name; what ended long ago is forgotten."""
    newest: dict[str, Part] = {}
    for file in (store / FOLDER).glob("*.json"):
        try:
            if time.time() - file.stat().st_mtime > _FORGOTTEN:
                file.unlink()
                continue
            part = msgspec.json.decode(file.read_bytes(), type=Part)
        except (OSError, msgspec.MsgspecError, ValueError):
            continue
        if part.name not in newest or newest[part.name].at < part.at:
            newest[part.name] = part
    return sorted(newest.values(), key=lambda part: part.name)
