"""Who is told, after a turn, that it was answered: counts, metrics. Nobody waits for them.

The one seam for everything that looks on. An observer sees the turn whole, with the words as they
were typed: what it keeps is its own promise to keep.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from signpost.door.turn import Turn

log = structlog.get_logger()


class Observer:
    """Looks on. Each method is called on the door's own thread between two messages, so that it
    only takes note: no file, no database, no waiting."""

    def answered(self, turn: Turn) -> None:
        """A message was answered: `turn.reply` was handed over, or could not be. Of a crisis,
        Rasa has not heard yet: `turn.events` is empty."""

    def rated(self, channel: str, *, helpful: bool) -> None:
        """Somebody said whether the answers helped."""


class Observers:
    """Tells all of them; one that fails is logged, and harms neither the turn nor the others."""

    def __init__(self) -> None:
        self._observers: list[Observer] = []

    def add(self, observer: Observer) -> None:
        """Let an observer look on from now."""
        self._observers.append(observer)

    def answered(self, turn: Turn) -> None:
        """Tell that a message was answered."""
        self._tell(lambda observer: observer.answered(turn))

    def rated(self, channel: str, *, helpful: bool) -> None:
        """Tell that somebody said whether the answers helped."""
        self._tell(lambda observer: observer.rated(channel, helpful=helpful))

    def _tell(self, tell: Callable[[Observer], None]) -> None:
        for observer in self._observers:
            try:
                tell(observer)
            except Exception as error:  # noqa: BLE001 - who looks on must not harm a turn
                log.error(
                    "observer.failed", observer=type(observer).__name__, kind=type(error).__name__
                )
