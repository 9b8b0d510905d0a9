"""Idle conversations leave Rasa's stores whole, and one can be erased from all of them.

On SQLite and on PostgreSQL.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from rasa.core.lock_store import InMemoryLockStore, LockError
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from structlog.testing import capture_logs

from signpost.privacy import audit
from signpost.rasa import retention
from signpost.rasa.retention import delete_idle, erase, purge, stores
from signpost.settings import Settings
from tests.servers import PostgresServer

pytestmark = pytest.mark.anyio
HOUR = 3600.0


def on_postgres(server: PostgresServer) -> SQLTrackerStore:
    address = urlsplit(server.url)
    store = SQLTrackerStore(
        Domain.empty(),
        dialect="postgresql",
        host=address.hostname,
        port=address.port,
        db=address.path.strip("/"),
        username=address.username,
        password=address.password,
    )
    with store.session_scope() as session:
        session.query(store.SQLEvent).delete()
        session.commit()
    return store


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SQLTrackerStore:
    if request.param == "postgresql":
        return on_postgres(request.getfixturevalue("postgres"))
    return SQLTrackerStore(Domain.empty(), db=str(tmp_path / "tracker.db"))


async def save(store: Any, name: str, *hours_ago: float, text: str = "hello") -> None:
    now = time.time()
    events = [UserUttered(text, timestamp=now - hours * HOUR) for hours in hours_ago]
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


async def test_the_oldest_go_first_and_a_purge_cut_short_is_taken_up_again(
    store: SQLTrackerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for hours in (30, 50, 40, 60, 70):
        await save(store, f"idle-{hours}", hours)

    taken: list[str] = []

    class Cut(InMemoryLockStore):  # type: ignore[misc]
        @asynccontextmanager
        async def lock(self, name: str, *_: Any, **__: Any) -> AsyncIterator[None]:
            if len(taken) == 3:
                raise ConnectionError("the process is stopped here")
            taken.append(name)
            yield

    with pytest.raises(ConnectionError):
        await delete_idle(store, Cut(), 24 * HOUR)
    assert taken == ["idle-70", "idle-60", "idle-50"]
    assert set(await store.keys()) == {"idle-40", "idle-30"}
    assert await delete_idle(store, InMemoryLockStore(), 24 * HOUR) == 2
    assert list(await store.keys()) == []


async def test_a_conversation_in_use_is_left_and_the_others_go(
    store: SQLTrackerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    for name in ("a", "b", "c"):
        await save(store, name, 30)

    class InUse(InMemoryLockStore):  # type: ignore[misc]
        @asynccontextmanager
        async def lock(self, name: str, *_: Any, **__: Any) -> AsyncIterator[None]:
            if name == "b":
                raise LockError("held")
            yield

    assert await delete_idle(store, InUse(), 24 * HOUR) == 2
    assert list(await store.keys()) == ["b"]


async def test_what_was_said_since_it_was_found_idle_keeps_a_conversation(
    store: SQLTrackerStore,
) -> None:
    await save(store, "back again", 30)

    class Waiting(InMemoryLockStore):  # type: ignore[misc]
        @asynccontextmanager
        async def lock(self, name: str, *_: Any, **__: Any) -> AsyncIterator[None]:
            await save(store, name, 30, 0)
            yield

    assert await delete_idle(store, Waiting(), 24 * HOUR) == 0
    assert list(await store.keys()) == ["back again"]


async def test_one_conversation_is_erased_on_request_and_no_other(store: SQLTrackerStore) -> None:
    await save(store, "mine", 0)
    await save(store, "yours", 0)
    await erase(store, InMemoryLockStore(), "mine")
    assert list(await store.keys()) == ["yours"]


async def test_erasing_what_is_not_there_is_no_error(store: SQLTrackerStore) -> None:
    await erase(store, InMemoryLockStore(), "nobody")


async def test_the_memory_that_rasa_falls_back_to_is_purged_and_erased_too(
    store: SQLTrackerStore,
) -> None:
    safe = FailSafeTrackerStore(store)
    for name, hours in (("idle", 30), ("mine", 0), ("live", 0)):
        await save(safe.fallback_tracker_store, name, hours)
    assert await delete_idle(safe, InMemoryLockStore(), 24 * HOUR) == 1
    await erase(safe, InMemoryLockStore(), "mine")
    assert list(await safe.fallback_tracker_store.keys()) == ["live"]


async def test_every_store_is_found_inside_rasa_s_wrappers(store: SQLTrackerStore) -> None:
    safe = FailSafeTrackerStore(store)
    assert list(stores(safe)) == [store]
    assert list(stores(safe)) != list(stores(FailSafeTrackerStore(store, None, safe)))
    memory = InMemoryTrackerStore(Domain.empty())
    assert list(stores(FailSafeTrackerStore(store, None, memory))) == [store, memory]


async def test_deleted_words_are_gone_from_the_file_itself(tmp_path: Path) -> None:
    file = tmp_path / "tracker.db"
    store = SQLTrackerStore(Domain.empty(), db=str(file))
    await save(store, "idle", 30, text="marmalade at midnight")
    await save(store, "live", 1)
    assert b"marmalade" in file.read_bytes()
    await delete_idle(store, InMemoryLockStore(), 24 * HOUR)
    assert b"marmalade" not in file.read_bytes()


async def test_the_record_of_a_purge_holds_counts_alone(
    store: SQLTrackerStore, tmp_path: Path
) -> None:
    await save(store, "abcdefghjkmnpqrs", 30, text="marmalade")
    settings = Settings(state=tmp_path)
    with capture_logs() as logs:
        assert await purge(store, InMemoryLockStore(), settings) == 1
        assert await purge(store, InMemoryLockStore(), settings) == 0
    (line,) = (tmp_path / audit.FILE).read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert set(record) == {"at", "action", "conversations"}
    assert (record["action"], record["conversations"]) == ("purge", 1)
    assert "abcdefghjkmnpqrs" not in line + str(logs)
