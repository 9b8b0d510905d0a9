"""The off switch: a file in the state folder, which every door that uses the folder looks at.

While it is there the bot gives no advice. Danger is answered as ever. A file that cannot be read
counts as none: a bot that answers is safer than one that is off by accident.
"""

from __future__ import annotations

import threading
from datetime import datetime, timezone
from pathlib import Path

import msgspec
import structlog

from signpost import pointer

log = structlog.get_logger()
FILE = "off.json"
# Seconds between two looks: a lead who turns the bot off sees it off at once.
SECONDS_BETWEEN = 1.0
_FEWEST_CHARACTERS, _MOST_CHARACTERS = 10, 500


class Off(msgspec.Struct, frozen=True):
    """That the bot is off: since when, by whom, and why. The public reads none of it."""

    since: datetime
    by: str
    reason: str


def turn_off(state: Path, by: str, reason: str) -> Off:
    """Turn the bot off. Raises `OSError` when the state folder cannot be written to."""
    off = Off(datetime.now(timezone.utc).replace(microsecond=0), by, reason)
    pointer.put(state / FILE, off)
    return off


def why_not(reason: str) -> str:
    """What is wrong with a reason for turning the bot off, in a sentence; "" when it will do."""
    if len(reason) < _FEWEST_CHARACTERS:
        return "Write why, so that others can decide when to turn it on again."
    if len(reason) > _MOST_CHARACTERS:
        return f"Write why in {_MOST_CHARACTERS} characters at most; these are {len(reason)}."
    return ""


def turn_on(state: Path) -> bool:
    """Turn the bot on; whether it was off. Raises `OSError`."""
    was_off = (state / FILE).exists()
    (state / FILE).unlink(missing_ok=True)
    return was_off


def look(state: Path) -> Off | None:
    """Whether the bot is off, by its file. Raises one of `pointer.BROKEN`."""
    return pointer.read(state / FILE, Off)


def seen(state: Path) -> Off | None:
    """Whether the bot is off, as its doors see it: a broken file counts as none."""
    try:
        return look(state)
    except pointer.BROKEN:
        return None


class OffSwitch:
    """The switch as a door knows it: as of its last look."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._broken = False
        self.now: Off | None = None
        self.refresh()

    def refresh(self) -> None:
        """Look at the file."""
        before, self.now = self.now, self._read()
        if (before is None) != (self.now is None):
            log.warning("bot.switched", off=self.now is not None)

    def poll(self) -> None:
        """Call `refresh` every second from now on, in a thread of its own."""
        threading.Thread(target=self._poll_for_ever, name="off", daemon=True).start()

    def _read(self) -> Off | None:
        try:
            off = look(self._state)
        except pointer.BROKEN as error:
            if not self._broken:
                log.error("off_switch.unreadable", kind=type(error).__name__)
            self._broken = True
            return None
        self._broken = False
        return off

    def _poll_for_ever(self) -> None:
        pause = threading.Event()
        while not pause.wait(SECONDS_BETWEEN):
            try:
                self.refresh()
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.error("off_switch.poll_failed", kind=type(error).__name__)
