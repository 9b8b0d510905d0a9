"""Counting beside the door: off the turn's path, in batches, through failures, and on time."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from signpost.counts.counter import TurnCounter
from signpost.counts.measures import ALL, Key
from signpost.counts.store import Counts
from signpost.door.door import Door
from signpost.door.web import Web
from signpost.register.opening import UK
from signpost.settings import Settings

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 25, 14, 30, tzinfo=UK)
TODAY = NOW.date()


@pytest.fixture
def counts(tmp_path: Path) -> Counts:
    return Counts(tmp_path)


def counter(counts: Counts, now: datetime = NOW, days: int = 800) -> TurnCounter:
    return TurnCounter(lambda: counts, days, lambda: now)


def test_what_people_do_on_the_web_is_in_the_totals_when_the_door_has_ended(
    door: Door, settings: Settings, counts: Counts
) -> None:
    counting = counter(counts)
    door.observers.add(counting)
    with TestClient(counting.attach(Web(door, settings).app())) as client:
        token = client.post("/api/conversations").json()["token"]
        for text in ("is it legal", "really"):
            client.post("/api/messages", json={"token": token, "text": text})
        client.post("/api/feedback", json={"token": token, "helpful": False})
    found = {
        (key.measure, key.value): number for key, number in counts.between(TODAY, TODAY).items()
    }
    assert found == {
        ("messages", "all"): 2,
        ("hours", "office"): 2,
        ("channel", "web"): 2,
        ("audience", "unknown"): 2,
        ("outcome", "advice"): 2,
        ("concern", "law_question"): 2,
        ("feedback", "not_helpful"): 1,
    }


async def test_what_the_database_does_not_take_is_kept_for_the_next_time_and_said_once(
    tmp_path: Path, counts: Counts
) -> None:
    broken = tmp_path / "counts.db"
    broken.mkdir()
    counting = counter(counts)
    counting.rated("web", helpful=True)
    with capture_logs() as logs:
        for _ in range(3):
            await counting._try_to_write()
    assert [line["event"] for line in logs] == ["counts.not_written"]
    broken.rmdir()
    counting.rated("web", helpful=True)
    await counting.write()
    assert counts.between(TODAY, TODAY) == Counter({Key(TODAY, "feedback", "helpful"): 2})


async def test_what_is_noted_while_the_database_is_slow_is_not_lost(counts: Counts) -> None:
    counting = counter(counts)
    for _ in range(20):
        counting.rated("web", helpful=True)
        writing = asyncio.create_task(counting.write())
        await asyncio.sleep(0)
        counting.rated("web", helpful=True)
        await writing
    await counting.write()
    assert counts.between(TODAY, TODAY).total() == 40


async def test_totals_go_after_the_days_that_are_set(counts: Counts) -> None:
    old: date = TODAY - timedelta(days=31)
    counts.add({Key(old, "messages", ALL): 9, Key(TODAY, "messages", ALL): 9})
    await counter(counts, days=30).write()
    assert counts.days() == (TODAY, TODAY)
