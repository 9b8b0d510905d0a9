"""What holds for every store: two doors agree on one conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from signpost.door.conversations import Conversation, Line, new_token
from signpost.door.store import Store
from signpost.door.store.redis import PREFIX, RedisStore
from signpost.register.models import Bubble, Choice, Reply
from tests.door.store.conftest import Pair

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stores(pair: Pair) -> AsyncIterator[tuple[Store, Store]]:
    async with pair() as both:
        yield both


def bubble(text: str) -> Bubble:
    return Bubble(entry="advice.x/child", text=text)


async def begun(store: Store, *turns: str) -> Conversation:
    """A conversation that other doors know of."""
    conversation = await store.start("web")
    conversation.turns.extend(turns)
    await store.save(conversation)
    return conversation


async def found(store: Store, token: str) -> Conversation:
    conversation = await store.find(token)
    assert conversation is not None
    return conversation


def texts(conversation: Conversation) -> list[str]:
    return [line.bubble.text for line in conversation.transcript]


async def test_another_door_knows_all_that_was_said(stores: tuple[Store, Store]) -> None:
    one, other = stores
    mine = await begun(one, "i met someone", "he is nice")
    mine.transcript.extend([Line("user", bubble("he is nice")), Line("bot", bubble("Careful."))])
    mine.choices, mine.audience = [Choice("I'm under 18", "tell_audience_child")], "child"
    mine.in_crisis = True
    await one.save(mine)
    theirs = await found(other, mine.token)
    assert list(theirs.turns) == ["i met someone", "he is nice"]
    assert texts(theirs) == ["he is nice", "Careful."]
    assert (theirs.choices, theirs.audience, theirs.in_crisis) == (mine.choices, "child", True)
    assert (theirs.id, theirs.reference, theirs.channel) == (mine.id, mine.reference, "web")


async def test_a_conversation_goes_to_and_fro_in_order(stores: tuple[Store, Store]) -> None:
    token = (await begun(stores[0], "0")).token
    for number in range(1, 8):
        talk = await found(stores[number % 2], token)
        talk.turns.append(str(number))
        await stores[number % 2].save(talk)
    assert list((await found(stores[0], token)).turns) == ["2", "3", "4", "5", "6", "7"]


async def test_the_standing_line_of_a_crisis_follows_to_every_door(
    stores: tuple[Store, Store],
) -> None:
    one, other = stores
    mine = await begun(one, "hello")
    theirs = await found(other, mine.token)
    assert not theirs.in_crisis
    mine.in_crisis = True
    await one.save(mine)
    assert (await found(other, mine.token)).in_crisis
    # What the other door does with an older copy does not end it.
    theirs.turns.append("thanks")
    await other.save(theirs)
    assert (await found(one, mine.token)).in_crisis


async def test_starting_again_at_one_door_starts_again_at_every_door(
    stores: tuple[Store, Store],
) -> None:
    one, other = stores
    mine = await begun(one, "a secret")
    theirs = await found(other, mine.token)
    theirs.in_crisis = True
    theirs.forget()
    await other.save(theirs)
    again = await found(one, mine.token)
    assert (list(again.turns), again.in_crisis, again.id) == ([], False, theirs.id)


async def test_an_answer_to_what_was_said_before_starting_again_is_not_kept(
    stores: tuple[Store, Store],
) -> None:
    one, other = stores
    mine = await begun(one, "a secret")
    theirs = await found(other, mine.token)
    theirs.forget()
    await other.save(theirs)
    if mine is not theirs:
        mine.transcript.append(Line("bot", bubble("about a secret")))
        await one.save(mine)
    assert "about a secret" not in texts(await found(other, mine.token))


async def test_what_is_ended_at_one_door_is_gone_at_every_door(
    stores: tuple[Store, Store],
) -> None:
    one, other = stores
    mine = await begun(one, "a secret")
    await found(other, mine.token)
    id_ = mine.id
    assert not await one.was_ended(mine.token)
    assert await other.end(mine.token) == id_
    for store in stores:
        assert await store.was_ended(mine.token)
        assert await store.find(mine.token) is None
    await one.sweep()
    assert one.local.held(mine.token) is None


async def test_writing_to_an_ended_conversation_does_not_bring_it_back(
    stores: tuple[Store, Store],
) -> None:
    one, other = stores
    mine = await begun(one, "hello")
    theirs = await found(other, mine.token)
    await one.end(mine.token)
    theirs.turns.append("too late")
    await other.save(theirs)
    assert await one.find(mine.token) is None
    assert await other.find(mine.token) is None


async def test_a_reference_erases_a_conversation_at_a_door_that_never_heard_of_it(
    stores: tuple[Store, Store],
) -> None:
    one, other = stores
    mine = await begun(one, "a secret")
    await other.erase(mine.id)
    await one.sweep()
    assert await one.find(mine.token) is None
    assert one.local.held(mine.token) is None


async def test_nobody_s_token_finds_nothing(stores: tuple[Store, Store]) -> None:
    assert await stores[0].find(new_token()) is None
    assert await stores[0].end(new_token()) is None
    await stores[0].erase("nobodyatallhere2")


async def test_messages_are_answered_first_come_first_served_across_doors(
    stores: tuple[Store, Store],
) -> None:
    token = (await begun(stores[0], "hello")).token
    talks = [(store, await found(store, token)) for store in stores]
    answered: list[int] = []
    at_once = 0
    first_may_end = asyncio.Event()

    async def answer(number: int) -> None:
        nonlocal at_once
        store, talk = talks[number % 2]
        async with store.turn(talk):
            at_once += 1
            assert at_once == 1
            await first_may_end.wait()
            answered.append(number)
            at_once -= 1

    waiting = []
    for number in range(8):
        waiting.append(asyncio.ensure_future(answer(number)))
        await until_queued(*talks[0], number + 1)
    first_may_end.set()
    await asyncio.wait_for(asyncio.gather(*waiting), 60)
    assert answered == list(range(8))


async def until_queued(store: Store, conversation: Conversation, count: int) -> None:
    """Wait until so many messages of a conversation are being answered or wait for that."""

    async def queued() -> int:
        if isinstance(store, RedisStore):
            queue = f"{PREFIX}queue:{store._key_of(conversation)}"
            return int(await store._redis.llen(queue))
        return conversation.queue.locked() + len(conversation.queue._waiters or ())

    end = asyncio.get_running_loop().time() + 30
    while await queued() < count:
        assert asyncio.get_running_loop().time() < end, "it never stood in the queue"
        await asyncio.sleep(0.01)


async def test_who_stops_waiting_holds_nobody_up(stores: tuple[Store, Store]) -> None:
    talk = await begun(stores[0], "hello")
    other = await found(stores[1], talk.token)
    async with stores[0].turn(talk):
        impatient = asyncio.ensure_future(hold(stores[1], other))
        await asyncio.sleep(0.1)
        impatient.cancel()
        patient = asyncio.ensure_future(hold(stores[1], other))
        await asyncio.sleep(0.1)
        assert not patient.done()
    await asyncio.wait_for(patient, 20)


async def hold(store: Store, conversation: Conversation) -> None:
    async with store.turn(conversation):
        await asyncio.sleep(0)


def never() -> bool:
    return False


async def test_an_answer_that_is_not_known_is_given(stores: tuple[Store, Store]) -> None:
    talk = await begun(stores[0], "hello")

    async def answer() -> Reply:
        return Reply(bubbles=[bubble("Here.")])

    reply = await stores[0].once(talk, "one", answer, never)
    assert reply.text() == "Here."


async def test_an_answer_that_fails_may_be_given_again(stores: tuple[Store, Store]) -> None:
    talk = await begun(stores[0], "hello")
    tries: list[int] = []

    async def answer() -> Reply:
        tries.append(1)
        if len(tries) == 1:
            raise ConnectionError("gone")
        return Reply(bubbles=[bubble("Here.")])

    with pytest.raises(ConnectionError):
        await stores[0].once(talk, "one", answer, never)
    assert (await stores[1].once(talk, "one", answer, never)).text() == "Here."


async def test_a_name_that_was_let_go_may_be_claimed_again(stores: tuple[Store, Store]) -> None:
    assert await stores[0].is_first("sms:1" + new_token(), 60)
    assert await stores[0].is_first("sms:2", 60)
    await stores[1].unclaim("sms:2")
    assert await stores[1].is_first("sms:2", 60)
    await stores[1].unclaim("sms:2")
