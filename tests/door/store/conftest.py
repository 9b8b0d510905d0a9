from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from signpost.door.conversations import Conversations
from signpost.door.store import Store
from signpost.door.store.memory import MemoryStore
from signpost.door.store.redis import RedisStore
from signpost.door.store.seal import Seal
from tests.servers import RedisServer

KEY = "a key of the tests, at least 32 characters"
KEEP, QUIET, LEASE = 60.0, 30.0, 1.0
Pair = Callable[[], AbstractAsyncContextManager[tuple[Store, Store]]]


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis for a test that does something to it."""
    with RedisServer(tmp_path / "redis", forgetful=True) as server:
        yield server


def open_redis(
    url: str, *, key: str = KEY, keep: float = KEEP, quiet: float = QUIET, seconds: float = 2.0
) -> RedisStore:
    """A door's store. `seconds` are many, for a machine that is busy."""
    local = Conversations(keep, quiet)
    return RedisStore(local, url, Seal(key), seconds=seconds, keep=keep, quiet=quiet, lease=LEASE)


@pytest.fixture(params=["memory", "redis"])
def pair(request: pytest.FixtureRequest) -> Pair:
    """Opens the stores of two doors that share their conversations."""

    @asynccontextmanager
    async def memory() -> AsyncIterator[tuple[Store, Store]]:
        one = MemoryStore(Conversations(KEEP, QUIET))
        yield one, one

    @asynccontextmanager
    async def redis() -> AsyncIterator[tuple[Store, Store]]:
        url = request.getfixturevalue("redis").url
        stores = open_redis(url), open_redis(url)
        yield stores
        for each in stores:
            await each.close()

    return memory if request.param == "memory" else redis
