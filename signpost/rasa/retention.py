"""Delete idle conversations from Rasa's tracker stores, whole and under their lock.

Whole, because Rasa writes back what it holds of a conversation in progress: a row deleted in
mid-turn would return. From every store, because Rasa keeps in memory what a failing database did
not take.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any, TypeAlias

import sqlalchemy as sa
import structlog
from rasa.core.lock_store import LockError, LockStore
from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore, TrackerStore
from sanic import Sanic

from signpost import settings
from signpost.privacy import audit
from signpost.settings import Settings

log = structlog.get_logger()
SECONDS_BETWEEN = 600.0
# Conversations that are looked up at once: the names of a year would fill the memory.
BATCH = 500
Store: TypeAlias = Any  # SQLTrackerStore or InMemoryTrackerStore; Rasa has no types


async def delete_idle(
    tracker_store: TrackerStore, lock_store: LockStore, idle_seconds: float
) -> int:
    """Delete every conversation without an event for `idle_seconds`; returns how many.

    Oldest first, each in a transaction of its own, so that a purge that is cut short has done
    part of the work and the next one does the rest. A conversation whose lock cannot be had is
    in use; it is left for the next purge.
    """
    before = time.time() - idle_seconds
    deleted = 0
    for store in stores(tracker_store):
        after: tuple[float, str] = (float("-inf"), "")
        while batch := _idle(store, before, after):
            for last_event, conversation in batch:
                after = (last_event, conversation)
                try:
                    async with lock_store.lock(conversation):
                        deleted += _delete(store, conversation, before)
                except LockError:
                    log.warning("retention.in_use")
    return deleted


async def erase(tracker_store: TrackerStore, lock_store: LockStore, conversation: str) -> None:
    """Delete one conversation now, whatever its age, from every store."""
    async with lock_store.lock(conversation):
        for store in stores(tracker_store):
            _delete(store, conversation, before=float("inf"))


def stores(tracker_store: Any) -> Iterator[Store]:
    """Every store inside Rasa's wrappers: the database, and the memory that it falls back to."""
    if isinstance(tracker_store, (SQLTrackerStore, InMemoryTrackerStore)):
        yield tracker_store
        return
    for name in ("_tracker_store", "_fallback_tracker_store"):
        inner = getattr(tracker_store, name, None)
        if inner is not None:
            yield from stores(inner)


def _idle(store: Store, before: float, after: tuple[float, str]) -> list[tuple[float, str]]:
    """The next conversations to delete with their latest events' times, the oldest first."""
    if isinstance(store, InMemoryTrackerStore):
        idle = ((_latest_in_memory(store, name) or 0.0, name) for name in store.store)
        return sorted(each for each in idle if after < each < (before, ""))[:BATCH]
    event = store.SQLEvent
    latest = sa.func.max(event.timestamp)
    later = sa.or_(latest > after[0], sa.and_(latest == after[0], event.sender_id > after[1]))
    with store.session_scope() as session:
        query = session.query(latest, event.sender_id).group_by(event.sender_id)
        query = query.having(latest < before)
        if after[1]:
            query = query.having(later)
        rows = query.order_by(latest, event.sender_id).limit(BATCH).all()
    return [(float(last), name) for last, name in rows]


def _delete(store: Store, conversation: str, before: float) -> int:
    """Delete a conversation unless something was said since it was found idle."""
    if isinstance(store, InMemoryTrackerStore):
        latest = _latest_in_memory(store, conversation)
        if latest is None or latest >= before:
            return 0
        del store.store[conversation]
        return 1
    event = store.SQLEvent
    with store.session_scope() as session:
        if store.engine.dialect.name == "sqlite":
            # Else the words stay in the file until something is written over them.
            session.execute(sa.text("PRAGMA secure_delete = ON"))
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


def _latest_in_memory(store: InMemoryTrackerStore, conversation: str) -> float | None:
    """The time of the latest event, or None when there is no such conversation."""
    serialised = store.store.get(conversation)
    if serialised is None:
        return None
    events = json.loads(serialised).get("events") or [{}]
    return float(events[-1].get("timestamp") or 0.0)


async def start(app: Sanic, _loop: asyncio.AbstractEventLoop) -> None:
    """A Sanic listener: purge now and then for as long as the server runs."""
    app.add_task(_purge_for_ever(app))


async def _purge_for_ever(app: Sanic) -> None:
    chosen = settings.load()
    while True:
        agent = app.ctx.agent
        if agent is not None:
            try:
                await purge(agent.tracker_store, agent.lock_store, chosen)
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.error("retention.failed", kind=type(error).__name__)
        # A conversation outlives its time by a tenth at most.
        await asyncio.sleep(min(SECONDS_BETWEEN, chosen.conversation_seconds / 10))


async def purge(tracker_store: TrackerStore, lock_store: LockStore, chosen: Settings) -> int:
    """Delete what was idle too long and record how many; returns the count."""
    deleted = await delete_idle(tracker_store, lock_store, chosen.conversation_seconds)
    log.info("retention.purged", conversations=deleted)
    if deleted:
        audit.record(chosen.state, "purge", deleted)
    return deleted
