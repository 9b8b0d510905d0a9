"""What the bot that runs on this machine leaves for commands that talk to its parts.

`signpost run` writes it into the state's folder, readable by its owner alone: it holds the token
that Rasa was started with.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from signpost.settings import Settings


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach the parts, and what they speak from."""

    rasa_port: int
    rasa_token: str
    bundles: str
    weights: str


class NotRunningError(Exception):
    """No bot was started with this state's folder; the message says what to do."""


def _file(state: Path) -> Path:
    return state / "run" / "bot.json"


def leave(state: Path, running: Running) -> None:
    """Write it for the commands of whoever may read the state."""
    file = _file(state)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    # Made with its rights, not given them afterwards: nobody can open it in between.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(msgspec.json.encode(running))


def settings_of(settings: Settings) -> Settings:
    """`settings` with what the running bot was started with. Raises `NotRunningError`."""
    if settings.rasa_token:
        # The parts were started one by one, and this command with the same variables.
        return settings
    file = _file(settings.state)
    try:
        running = msgspec.json.decode(file.read_bytes(), type=Running)
    except FileNotFoundError:
        raise NotRunningError(
            f"No bot was started with the state folder {settings.state}. Start it in another "
            "window with `make run`, or name its folder in SIGNPOST_STATE."
        ) from None
    except (OSError, ValueError) as error:
        raise NotRunningError(
            f"{file}, where the running bot says how to reach it, cannot be read "
            f"({type(error).__name__}). Only the account that started the bot may read it; if "
            "that is you, start the bot again."
        ) from error
    return msgspec.structs.replace(settings, **msgspec.structs.asdict(running))
