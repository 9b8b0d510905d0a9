"""What the door does by itself: forget on time, erase on request, bring in what is slow to load."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
from starlette.applications import Starlette

from signpost.beside import beside
from signpost.door.conversations import id_of
from signpost.door.door import Door
from signpost.door.rasa import RasaUnavailable
from signpost.door.readiness import Readiness
from signpost.door.store import StoreUnavailable
from signpost.privacy import audit, requests

log = structlog.get_logger()
SECONDS_BETWEEN = 1.0
# The door listens first, and answers the first messages with its own recognisers.
SECONDS_BEFORE_PRESIDIO = 3.0


class Housekeeping:
    """Runs beside the door for as long as it serves; nothing that fails here stops it."""

    def __init__(self, door: Door, state: Path, readiness: Readiness | None = None) -> None:
        self._door = door
        self._readiness = readiness
        self._state = state

    def attach(self, app: Starlette) -> Starlette:
        """Let it run from the application's start to its end."""
        serve = app.router.lifespan_context

        @asynccontextmanager
        async def lifespan(application: Starlette) -> AsyncIterator[Any]:
            async with serve(application) as state, beside(self._for_ever(), self._load()):
                yield state

        app.router.lifespan_context = lifespan
        return app

    async def tidy(self) -> None:
        """Forget what was idle too long, and erase what somebody asked to have erased."""
        dropped = await self._door.store.sweep()
        if dropped:
            log.info("conversations.forgotten", conversations=dropped)
        # Noted before it is carried out: a backup that comes back must not undo it.
        ids = list(self._door.erased)
        requests.note(self._state, ids)
        del self._door.erased[: len(ids)]
        for request in requests.waiting(self._state):
            await self._erase(request)
        if self._readiness is not None:
            await self._readiness.find()

    async def _erase(self, request: Path) -> None:
        id_ = id_of(request.name)
        try:
            if id_ is not None:
                await self._door.erase(id_)
                audit.record(self._state, "erase", 1)
                log.info("conversation.erased", conversations=1)
        except (RasaUnavailable, StoreUnavailable) as error:
            log.warning("erase.later", reason=str(error))
            return
        requests.done(request)

    async def _for_ever(self) -> None:
        while True:
            try:
                await self.tidy()
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.error("housekeeping.failed", kind=type(error).__name__)
            await asyncio.sleep(SECONDS_BETWEEN)

    async def _load(self) -> None:
        await asyncio.sleep(SECONDS_BEFORE_PRESIDIO)
        try:
            await asyncio.to_thread(self._door.redactor.add_presidio)
        except Exception as error:  # noqa: BLE001 - our own recognisers do without
            log.error("presidio.failed", kind=type(error).__name__)
