"""Writes what was noted every few seconds, beside a door that serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from starlette.applications import Starlette

log = structlog.get_logger()
SECONDS_BETWEEN = 2.0
# What an ending door gives its last round.
_LAST_SECONDS = 3.0


class Writer:
    """Calls `write` in rounds. One that fails is said once, under `name`, until one succeeds."""

    def __init__(self, name: str, write: Callable[[], Awaitable[None]]) -> None:
        self._name = name
        self._write = write
        self._fails = False

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

    async def round(self) -> None:
        """Write once; never fails."""
        try:
            await self._write()
            self._fails = False
        except Exception as error:  # noqa: BLE001 - the next round tries again
            if not self._fails:  # said once, not every other second
                log.error(
                    "not_written", what=self._name, kind=type(error).__name__, reason=str(error)
                )
            self._fails = True

    async def _until(self, ending: asyncio.Event) -> None:
        while not ending.is_set():
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(ending.wait(), SECONDS_BETWEEN)
            await self.round()
