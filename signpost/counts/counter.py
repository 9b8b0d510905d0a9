"""Counts in the door: takes note in memory, and adds to the totals every few seconds.

No turn waits for it. What was counted since the last time is lost when the door is killed, and
kept for the next time when the database does not take it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import structlog
from starlette.applications import Starlette

from signpost.counts.measures import Key, of_opinion, of_turn
from signpost.door.observers import Observer
from signpost.door.turn import Turn
from signpost.register.opening import UK

log = structlog.get_logger()
SECONDS_BETWEEN = 2.0
# What an ending door gives its last totals.
_LAST_SECONDS = 3.0


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
        self._fails = False

    def answered(self, turn: Turn) -> None:
        self._noted.update(of_turn(turn, self._now()))

    def rated(self, channel: str, *, helpful: bool) -> None:
        self._noted[of_opinion(helpful, self._now())] += 1

    def attach(self, app: Starlette) -> Starlette:
        """Let it write from the application's start to its end, and once more then."""
        serve = app.router.lifespan_context

        @asynccontextmanager
        async def lifespan(application: Starlette) -> AsyncIterator[Any]:
            async with serve(application) as state:
                ending = asyncio.Event()
                task = asyncio.create_task(self._until(ending))
                try:
                    yield state
                finally:
                    ending.set()
                    with suppress(asyncio.TimeoutError):
                        await asyncio.wait_for(task, _LAST_SECONDS)

        app.router.lifespan_context = lifespan
        return app

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

    async def _until(self, ending: asyncio.Event) -> None:
        while not ending.is_set():
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(ending.wait(), SECONDS_BETWEEN)
            await self._try_to_write()

    async def _try_to_write(self) -> None:
        try:
            await self.write()
            self._fails = False
        except Exception as error:  # noqa: BLE001 - the next round tries again
            if not self._fails:  # said once, not every other second
                log.error("counts.not_written", kind=type(error).__name__, reason=str(error))
            self._fails = True
