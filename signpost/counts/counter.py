"""Counts in the door: takes note in memory, and adds to the totals every few seconds.

No turn waits for it. What was counted since the last time is lost when the door is killed, and
kept for the next time when the database does not take it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

from signpost.counts.measures import Key, of_opinion, of_turn
from signpost.door.observers import Observer
from signpost.door.turn import Turn
from signpost.register.opening import UK


class Totals(Protocol):
    """Where totals are kept; `signpost.counts.store.Counts` is one."""

    def add(self, counted: Mapping[Key, int]) -> None: ...

    def forget_before(self, day: date) -> int: ...


class TurnCounter(Observer):
    """Looks on at a door. Totals older than `days` days are deleted.

    `totals` is called when something is written for the first time, in a thread: a library for
    databases takes half a second to load, for which the door's start need not wait.
    """

    def __init__(
        self,
        totals: Callable[[], Totals],
        days: int,
        now: Callable[[], datetime] = lambda: datetime.now(UK),
    ) -> None:
        self._totals = totals
        self._days = days
        self._now = now
        self._noted: Counter[Key] = Counter()
        self._forgot_on: date | None = None

    def answered(self, turn: Turn) -> None:
        self._noted.update(of_turn(turn, self._now()))

    def rated(self, channel: str, *, helpful: bool) -> None:
        self._noted[of_opinion(helpful, self._now())] += 1

    async def write(self) -> None:
        """Add what was noted to the totals; what is not taken stays noted."""
        noted, self._noted = self._noted, Counter()
        if not noted and self._forgot_on == self._now().date():
            return
        try:
            # What is noted meanwhile goes into the new counter: no other thread touches it.
            await asyncio.to_thread(lambda: self._totals().add(noted))
        except BaseException:
            self._noted.update(noted)
            raise
        today = self._now().date()
        if self._forgot_on != today:
            oldest = today - timedelta(days=self._days)
            await asyncio.to_thread(lambda: self._totals().forget_before(oldest))
            self._forgot_on = today
