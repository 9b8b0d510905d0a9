"""Delete idle conversations from Rasa's tracker store, whole and under their lock.

Whole, because Rasa writes back what it holds of a conversation in progress: a row deleted in
mid-turn would return.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import sqlalchemy as sa
import structlog
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from sanic import Sanic

from signpost import settings

log = structlog.get_logger()
SECONDS_BETWEEN = 600.0


async def delete_idle(
    tracker_store: TrackerStore, lock_store: LockStore, idle_seconds: float
) -> int:
    """Delete every conversation without an event for `idle_seconds`; returns how many.

    Oldest first, each in a transaction of its own, so that a purge that is cut short has done
    part of the work and the next one does the rest. Stores other than SQL keep nothing on disk.
    """
    store = sql_store(tracker_store)
    if store is None:
        return 0
    before = time.time() - idle_seconds
    deleted = 0
    for conversation in _idle(store, before):
        async with lock_store.lock(conversation):
            deleted += _delete(store, conversation, before)
    return deleted


async def erase(tracker_store: TrackerStore, lock_store: LockStore, conversation: str) -> None:
    """Delete one conversation now, whatever its age."""
    store = sql_store(tracker_store)
    async with lock_store.lock(conversation):
        if store is not None:
            _delete(store, conversation, before=float("inf"))


def sql_store(tracker_store: Any) -> SQLTrackerStore | None:
    """The SQL store inside Rasa's wrappers, or None."""
    while tracker_store is not None and not isinstance(tracker_store, SQLTrackerStore):
        tracker_store = getattr(tracker_store, "_tracker_store", None)
    return tracker_store


def _idle(store: SQLTrackerStore, before: float) -> list[str]:
    event = store.SQLEvent
    latest = sa.func.max(event.timestamp)
    with store.session_scope() as session:
        rows = (
            session.query(event.sender_id)
            .group_by(event.sender_id)
            .having(latest < before)
            .order_by(latest)
            .all()
        )
    return [name for (name,) in rows]


def _delete(store: SQLTrackerStore, conversation: str, before: float) -> int:
    """Delete a conversation unless something was said since it was found idle."""
    event = store.SQLEvent
    with store.session_scope() as session:
        latest = (
            session.query(sa.func.max(event.timestamp))
            .filter(event.sender_id == conversation)
            .scalar()
        )
        if latest is None or latest >= before:
            return 0
        session.query(event).filter(event.sender_id == conversation).delete()
        session.commit()
    return 1


async def start(app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
    """A Sanic listener: purge now and then for as long as the server runs."""
    app.add_task(_purge_for_ever(app))


async def _purge_for_ever(app: Sanic) -> None:
    idle = settings.load().conversation_seconds
    while True:
        agent = app.ctx.agent
        if agent is not None:
            try:
                deleted = await delete_idle(agent.tracker_store, agent.lock_store, idle)
                log.info("retention.purged", conversations=deleted)
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.error("retention.failed", kind=type(error).__name__)
        await asyncio.sleep(SECONDS_BETWEEN)
