"""One person's messages come to two doors: each is answered once, and nobody is greeted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.door.channels import drivers
from tests.door.channels.conftest import Bench
from tests.door.channels.drivers import to
from tests.door.store.conftest import open_redis
from tests.servers import RedisServer


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path / "redis", forgetful=True) as server:
        yield server


@pytest.fixture
def doors(redis: RedisServer, make_bench: Callable[..., Bench]) -> tuple[Bench, Bench]:
    # Telegram answers whoever asks: both doors have the same provider's secret.
    one, other = (make_bench(drivers.Telegram(), store=open_redis(redis.url)) for _ in range(2))
    return one, other


def said(bench: Bench) -> list[str]:
    return to(bench.settle(), bench.driver.address(1))


def test_a_webhook_that_comes_to_both_is_answered_once(doors: tuple[Bench, Bench]) -> None:
    one, other = doors
    hook = one.driver.says("people are mean to me online")
    one.post(hook)
    first = said(one)
    other.post(hook)
    assert first
    assert said(other) == []


def test_who_is_known_at_one_is_known_at_the_other(doors: tuple[Bench, Bench]) -> None:
    one, other = doors
    one.say("people are mean to me online")
    greeted = said(one)
    other.say("people are mean to me online")
    assert len(said(other)) == len(greeted) - 1, "the first words are said once"


def test_danger_told_in_two_messages_is_seen_at_whichever_door(doors: tuple[Bench, Bench]) -> None:
    one, other = doors
    one.say("i want to")
    said(one)
    other.say("kill myself")
    assert said(other)[0].startswith("Call 999")
