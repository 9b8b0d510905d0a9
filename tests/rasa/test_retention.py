"""Idle conversations leave Rasa's database whole."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from signpost.rasa.retention import delete_idle, erase, sql_store

pytestmark = pytest.mark.anyio
HOUR = 3600.0


@pytest.fixture
def store(tmp_path: Path) -> SQLTrackerStore:
    return SQLTrackerStore(Domain.empty(), db=str(tmp_path / "tracker.db"))


async def save(store: SQLTrackerStore, name: str, *hours_ago: float) -> None:
    now = time.time()
    events = [UserUttered("hello", timestamp=now - hours * HOUR) for hours in hours_ago]
    await store.save(DialogueStateTracker.from_events(name, events))


async def test_an_idle_conversation_goes_whole_and_a_live_one_stays_whole(
    store: SQLTrackerStore,
) -> None:
    await save(store, "idle", 50, 25)
    await save(store, "live", 50, 1)
    assert await delete_idle(store, InMemoryLockStore(), 24 * HOUR) == 1
    assert list(await store.keys()) == ["live"]
    kept = await store.retrieve_full_tracker("live")
    assert kept is not None
    assert len(kept.events) == 2


async def test_deleting_again_finds_nothing(store: SQLTrackerStore) -> None:
    await save(store, "idle", 30)
    await delete_idle(store, InMemoryLockStore(), 24 * HOUR)
    assert await delete_idle(store, InMemoryLockStore(), 24 * HOUR) == 0


async def test_one_conversation_is_erased_on_request_and_no_other(store: SQLTrackerStore) -> None:
    await save(store, "mine", 0)
    await save(store, "yours", 0)
    await erase(store, InMemoryLockStore(), "mine")
    assert list(await store.keys()) == ["yours"]


async def test_erasing_what_is_not_there_is_no_error(store: SQLTrackerStore) -> None:
    await erase(store, InMemoryLockStore(), "nobody")


async def test_the_database_is_found_inside_rasa_s_wrapper(store: SQLTrackerStore) -> None:
    assert sql_store(FailSafeTrackerStore(store)) is store


async def test_a_store_in_memory_has_nothing_to_purge() -> None:
    assert await delete_idle(InMemoryTrackerStore(Domain.empty()), InMemoryLockStore(), 1) == 0
