"""Tokens: only ours, only for a time; and the limit on a conversation's messages."""

from __future__ import annotations

import asyncio
import base64
import json

import jwt
import pytest

from signpost.door.door import Door
from signpost.door.web.sessions import Sessions, Tokens
from signpost.register.models import Bubble, Reply
from tests.door.web.conftest import KEY

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(door: Door, clock: Clock) -> Sessions:
    return Sessions(door, Tokens(KEY, 60), 3, clock)


async def test_a_token_opens_its_own_conversation_and_no_other(sessions: Sessions) -> None:
    mine, other = await sessions.start(), await sessions.start()
    assert await sessions.find(sessions.token(mine)) is mine
    assert await sessions.find(sessions.token(other)) is other


def forged(token: str) -> dict[str, str]:
    head, claims, signature = token.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    other_key = jwt.encode({"sub": "x", "exp": 9_999_999_999}, "another key " * 4, "HS256")
    return {
        "unsigned": f"{none}.{claims}.",
        "signed by another": other_key,
        "cut": token[:-3],
        "without an end": jwt.encode({"sub": "x"}, KEY, "HS256"),
        "its parts swapped": f"{claims}.{head}.{signature}",
        "empty": "",
        "no token": "hello",
        "not ASCII": "ħéllo.ħ.ħ",
        "a lone surrogate": "\ud800.a.b",
        "without a subject": jwt.encode({"exp": 9_999_999_999}, KEY, "HS256"),
        "a subject that is a list": jwt.encode({"sub": ["x"], "exp": 9_999_999_999}, KEY, "HS256"),
    }


@pytest.mark.parametrize("kind", forged("a.b.c").keys())
async def test_a_forged_token_opens_nothing(sessions: Sessions, kind: str) -> None:
    token = forged(sessions.token(await sessions.start()))[kind]
    assert await sessions.find(token) is None
    assert not await sessions.was_ended(token)
    await sessions.end(token)


async def test_a_token_ends_by_itself(door: Door) -> None:
    sessions = Sessions(door, Tokens(KEY, -1), 3)
    assert await sessions.find(sessions.token(await sessions.start())) is None


async def test_the_token_says_nothing_but_a_random_key_and_its_end(sessions: Sessions) -> None:
    claims = sessions.token(await sessions.start()).split(".")[1]
    found = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert set(found) == {"sub", "exp"}
    assert len(found["sub"]) >= 43


async def test_what_its_owner_ended_is_known_as_ended(sessions: Sessions) -> None:
    token = sessions.token(await sessions.start())
    assert not await sessions.was_ended(token)
    await sessions.end(token)
    assert await sessions.find(token) is None
    assert await sessions.was_ended(token)


async def test_a_page_s_own_token_begins_one_conversation_however_often_it_is_sent(
    sessions: Sessions,
) -> None:
    token = sessions.token_to_begin()
    assert sessions.is_new(token)
    assert await sessions.find(token) is None
    begun = await sessions.start(token)
    assert await sessions.find(token) is begun
    await sessions.end(token)
    assert await sessions.was_ended(token)


async def test_the_limit_is_each_conversation_s_own_and_passes_with_time(
    sessions: Sessions, clock: Clock
) -> None:
    mine, other = await sessions.start(), await sessions.start()
    assert [sessions.is_over_limit(mine) for _ in range(5)] == [False] * 3 + [True] * 2
    assert not sessions.is_over_limit(other)
    clock.now = 61
    assert not sessions.is_over_limit(mine)


def never() -> bool:
    """Nothing here is urgent."""
    return False


def say(text: str) -> Reply:
    return Reply(bubbles=[Bubble(entry="a/child", text=text)])


async def test_a_message_that_is_sent_twice_is_answered_once(sessions: Sessions) -> None:
    conversation, calls = await sessions.start(), []

    async def answer() -> Reply:
        calls.append(1)
        await asyncio.sleep(0.01)
        return say(f"answer {len(calls)}")

    first, second = await asyncio.gather(
        sessions.once(conversation, "id", answer, never),
        sessions.once(conversation, "id", answer, never),
    )
    assert first == second == say("answer 1")
    assert await sessions.once(conversation, "id", answer, never) == say("answer 1")
    assert await sessions.once(conversation, "other", answer, never) == say("answer 2")


async def test_who_gives_up_waiting_does_not_stop_the_answer(sessions: Sessions) -> None:
    conversation, ready = await sessions.start(), asyncio.Event()

    async def answer() -> Reply:
        await ready.wait()
        return say("here")

    waiting = asyncio.ensure_future(sessions.once(conversation, "id", answer, never))
    await asyncio.sleep(0)
    waiting.cancel()
    ready.set()
    assert await sessions.once(conversation, "id", answer, never) == say("here")


async def test_only_the_latest_answers_are_kept(sessions: Sessions) -> None:
    conversation = await sessions.start()

    async def answer() -> Reply:
        return say("x")

    for number in range(60):
        await sessions.once(conversation, str(number), answer, never)
    assert len(conversation.answers) == 20
    conversation.forget()
    assert conversation.answers == {}
