"""Redis itself: what stands in it, and what a door does when it is dead, hangs or forgets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest
from redis import Redis

from signpost.door.conversations import Conversation, Line
from signpost.door.door import Door
from signpost.door.store.redis import PREFIX, RedisStore
from signpost.edition import Editions
from signpost.register.loader import Register
from signpost.register.models import Bubble, Reply
from signpost.settings import Settings
from tests.door.store.conftest import KEEP, QUIET, open_redis
from tests.servers import RedisServer
from tests.stand_ins import LAST_RESORT, SUICIDE, ScriptedRasa, ThreeSentenceFloor

pytestmark = pytest.mark.anyio
Open = Callable[..., RedisStore]
IMPATIENT = 0.25


@pytest.fixture
async def open_store() -> AsyncIterator[Open]:
    opened: list[RedisStore] = []

    def open_(server: RedisServer, **changes: float | str) -> RedisStore:
        opened.append(open_redis(server.url, **changes))  # type: ignore[arg-type]
        return opened[-1]

    yield open_
    for store in opened:
        await store.close()


async def talk_of(store: RedisStore, *turns: str) -> Conversation:
    conversation = await store.start("web")
    conversation.turns.extend(turns)
    conversation.transcript.extend(Line("user", Bubble(entry="", text=turn)) for turn in turns)
    conversation.audience = "child"
    await store.save(conversation)
    return conversation


def everything(server: RedisServer) -> dict[bytes, bytes]:
    """All keys with all that they hold, as one could read it there."""
    client = Redis.from_url(server.url)
    readers = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"stream": client.xrange,
    }
    return {key: repr(readers[client.type(key)](key)).encode() for key in client.keys("*")}


async def eventually(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        found = true()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        assert time.monotonic() < end, "it never came to be"
        await asyncio.sleep(0.05)


async def test_nothing_that_was_said_can_be_read_there_and_no_token(
    own_redis: RedisServer, open_store: Open
) -> None:
    store = open_store(own_redis)
    talk = await talk_of(store, "about my marmalade collection")
    async with store.turn(talk):
        stored = everything(own_redis)
    assert len(stored) >= 5
    for part in (*stored.keys(), *stored.values()):
        assert b"marmalade" not in part
        assert talk.token.encode() not in part
        assert b"child" not in part


async def test_everything_there_ends_by_itself(own_redis: RedisServer, open_store: Open) -> None:
    store = open_store(own_redis)
    talk = await talk_of(store, "hello")
    await store.once(talk, "one", said, never)
    await store.is_first("sms:1", 5)
    await store.end((await talk_of(store, "another")).token)
    client = Redis.from_url(own_redis.url)
    left = {key: client.ttl(key) for key in client.keys("*")}
    assert left
    assert all(0 < seconds <= 600 for seconds in left.values()), left
    turns = [key for key in left if key.startswith(f"{PREFIX}turns:".encode())]
    assert all(left[key] <= QUIET < KEEP for key in turns)


async def said() -> Reply:
    return Reply(bubbles=[Bubble(entry="advice.x/child", text="Here.")])


def never() -> bool:
    return False


async def test_after_the_quiet_time_old_turns_are_not_read_again_at_any_door(
    own_redis: RedisServer, open_store: Open
) -> None:
    one, other = open_store(own_redis, quiet=1.0), open_store(own_redis, quiet=1.0)
    mine = await talk_of(one, "i feel low")
    mine.in_crisis = True
    await one.save(mine)
    await asyncio.sleep(2.2)
    theirs = await other.find(mine.token)
    assert theirs is not None
    assert (list(theirs.turns), theirs.in_crisis) == ([], False)
    assert [line.bubble.text for line in theirs.transcript] == ["i feel low"]


async def test_a_message_sent_to_two_doors_is_answered_once(
    redis: RedisServer, open_store: Open
) -> None:
    one, other = open_store(redis), open_store(redis)
    mine = await talk_of(one, "hello")
    theirs = await other.find(mine.token)
    assert theirs is not None
    answers: list[int] = []

    async def answer() -> Reply:
        answers.append(1)
        await asyncio.sleep(0.2)
        return Reply(bubbles=[Bubble(entry="advice.x/child", text=f"Answer {len(answers)}.")])

    first, second = await asyncio.gather(
        one.once(mine, "id", answer, never), other.once(theirs, "id", answer, never)
    )
    assert first == second
    assert len(answers) == 1


async def test_a_crisis_does_not_wait_for_what_another_door_has_to_say(
    redis: RedisServer, open_store: Open
) -> None:
    one, other = open_store(redis), open_store(redis)
    mine = await talk_of(one, "hello")
    never_ends = asyncio.ensure_future(one.once(mine, "id", forever, never))
    await asyncio.sleep(0.1)
    reply = await asyncio.wait_for(other.once(mine, "id", said, lambda: True), 20)
    assert reply.text() == "Here."
    never_ends.cancel()


async def forever() -> Reply:
    await asyncio.Event().wait()
    return Reply()


async def test_the_place_of_a_door_that_died_is_given_up(
    redis: RedisServer, open_store: Open
) -> None:
    dead, alive = open_store(redis), open_store(redis)
    talk = await talk_of(dead, "hello")
    queue = f"{PREFIX}queue:{dead._key_of(talk)}"
    # It took its place and was killed: nobody will ever take it back.
    await dead._enter(queue, "the ticket of a dead door")
    theirs = await alive.find(talk.token)
    assert theirs is not None

    async def turn() -> None:
        async with alive.turn(theirs):
            return

    await asyncio.wait_for(turn(), 30)


async def test_a_claim_is_kept_from_other_doors_and_passes(
    redis: RedisServer, open_store: Open
) -> None:
    one, other = open_store(redis), open_store(redis)
    assert await one.is_first("telegram:77", 0.3)
    assert not await other.is_first("telegram:77", 0.3)
    await eventually(lambda: other.is_first("telegram:77", 0.3))


async def test_who_writes_is_known_at_every_door_and_their_number_is_not_there(
    own_redis: RedisServer, open_store: Open
) -> None:
    from signpost.door.store import Known

    one, other = open_store(own_redis), open_store(own_redis)
    await one.remember_person("sms:+447700900123", Known("a token", True, b"[]"))
    assert await other.person("sms:+447700900123") == Known("a token", True, b"[]")
    assert await other.person("sms:+447700900124") is None
    stored = b"".join([*everything(own_redis).keys(), *everything(own_redis).values()])
    assert b"7700900123" not in stored
    assert b"a token" not in stored


class TestRedisDead:
    async def test_a_door_goes_on_with_what_it_knows_and_says_so(
        self, own_redis: RedisServer, open_store: Open
    ) -> None:
        store = open_store(own_redis)
        talk = await talk_of(store, "i met someone")
        assert store.state == "redis"
        own_redis.kill()
        found = await store.find(talk.token)
        assert found is talk
        assert list(found.turns) == ["i met someone"]
        found.turns.append("he wants pictures")
        await store.save(found)
        async with store.turn(found):
            assert (await store.once(found, "id", said, never)).text() == "Here."
        assert store.state == "memory: redis does not answer"

    async def test_a_door_that_never_heard_of_a_conversation_begins_it_anew(
        self, own_redis: RedisServer, open_store: Open
    ) -> None:
        one, other = open_store(own_redis), open_store(own_redis)
        talk = await talk_of(one, "hello")
        own_redis.kill()
        found = await other.find(talk.token)
        assert found is not None
        assert list(found.turns) == []

    async def test_what_happened_meanwhile_is_known_when_redis_is_back(
        self, own_redis: RedisServer, open_store: Open
    ) -> None:
        one, other = open_store(own_redis), open_store(own_redis)
        talk = await talk_of(one, "i met someone")
        await other.find(talk.token)
        own_redis.kill()
        await one.find(talk.token)
        talk.turns.append("he wants pictures")
        talk.in_crisis = True
        await one.save(talk)
        own_redis.start()  # it has forgotten everything

        async def known() -> bool:
            await one.sweep()
            theirs = await other.find(talk.token)
            return theirs is not None and theirs.in_crisis

        await eventually(known)
        theirs = await other.find(talk.token)
        assert theirs is not None
        assert "he wants pictures" in theirs.turns
        assert (one.state, other.state) == ("redis", "redis")

    async def test_what_was_ended_meanwhile_is_ended_everywhere_when_redis_is_back(
        self, redis: RedisServer, open_store: Open
    ) -> None:
        one, other = open_store(redis), open_store(redis)
        talk = await talk_of(one, "a secret")
        await other.find(talk.token)
        redis.pause()
        try:
            await one.end(talk.token)
            assert await one.find(talk.token) is None
        finally:
            redis.resume()

        async def gone() -> bool:
            await one.sweep()
            await other.sweep()
            return other.local.held(talk.token) is None

        await eventually(gone)
        assert await other.find(talk.token) is None


async def test_a_wrong_key_reads_nothing_and_stops_nobody(
    redis: RedisServer, open_store: Open
) -> None:
    one = open_store(redis)
    other = open_store(redis, key="another key of 32 characters or more")
    talk = await talk_of(one, "hello")
    assert await other.find(talk.token) is None


class TestRedisHangs:
    """A crisis gets its reply at once: within the short time that Redis is given, twice at most."""

    @pytest.fixture
    def door(
        self, own_redis: RedisServer, open_store: Open, settings: Settings, register: Register
    ) -> Door:
        return Door(
            settings,
            editions=Editions.of(register, ThreeSentenceFloor()),  # type: ignore[arg-type]
            rasa=ScriptedRasa(),
            last_resort_text=LAST_RESORT,
            store=open_store(own_redis, seconds=IMPATIENT),
        )

    async def test_a_crisis_is_answered_at_once_and_an_ordinary_message_too(
        self, own_redis: RedisServer, door: Door
    ) -> None:
        talk = await talk_of(door.store, "i met someone")  # type: ignore[arg-type]
        own_redis.pause()
        answered: list[tuple[float, Reply]] = []
        started = time.monotonic()

        async def send(reply: Reply) -> None:
            answered.append((time.monotonic() - started, reply))

        found = await door.store.find(talk.token)
        assert found is not None
        await door.handle(found, SUICIDE, send)
        await door.handle(found, "is it legal", send)
        took, crisis = answered[0]
        assert crisis.route == "999"
        assert took < 5 * IMPATIENT
        assert answered[1][1].text().startswith("The law says.")
        assert found.in_crisis
        assert door.store.state == "memory: redis does not answer"
        await door.close()
