"""Samples of what was not understood: only when two people decided so, and never of danger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from signpost.counts import samples
from signpost.counts.sample_store import SampleStore
from signpost.counts.samples import FILE, HELD_SECONDS, MOST_CHARACTERS, Sampler, Sampling
from signpost.door.conversations import Conversation
from signpost.door.door import Door
from signpost.register.models import Choice, Reply
from signpost.register.opening import UK
from tests.stand_ins import LOW, SUICIDE, ScriptedRasa, dead, says, unsure

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 25, 14, 30, tzinfo=UK)
TODAY = NOW.date()
STRANGE = "everyone at school does the zibble challenge"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SampleStore]:
    address = ""
    if request.param == "postgresql":
        address = str(request.getfixturevalue("postgres").url)
        engine = sa.create_engine(address, future=True)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS use_samples")
        engine.dispose()
    store = SampleStore(tmp_path, address, most=5)
    yield store
    store.close()


@pytest.fixture
def turned_on(tmp_path: Path) -> None:
    told = Sampling(until=TODAY, by="Lee Lead", reason="which challenges children ask about")
    samples.turn_on(tmp_path, told)


class Clock:
    """The time, which passes only when a test says so."""

    def __init__(self) -> None:
        self.now = NOW

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sampler(
    door: Door, rasa: ScriptedRasa, store: SampleStore, tmp_path: Path, clock: Clock
) -> Sampler:
    rasa.script = lambda _: says("conversation.not_sure/child", "I did not understand.")
    sampler = Sampler(tmp_path, lambda: store, days=14, now=lambda: clock.now)
    door.observers.add(sampler)
    return sampler


async def nobody(_: Reply) -> None:
    pass


async def say(door: Door, *texts: str, conversation: Conversation | None = None) -> None:
    conversation = conversation or door.conversations.start("web")
    for text in texts:
        await door.handle(conversation, text, nobody)
    await door.close()


async def kept(sampler: Sampler, store: SampleStore, clock: Clock) -> list[str]:
    """What is kept once it was held back long enough."""
    clock.passes(HELD_SECONDS)
    await sampler.write()
    return [sample.text for sample in store.all()]


async def test_nothing_is_kept_until_a_lead_turns_it_on(
    door: Door, sampler: Sampler, store: SampleStore, tmp_path: Path, clock: Clock
) -> None:
    await sampler.write()
    await say(door, STRANGE)
    assert await kept(sampler, store, clock) == []


@pytest.mark.usefixtures("turned_on")
async def test_what_was_not_understood_is_kept_redacted_and_with_its_day_alone(
    door: Door, sampler: Sampler, store: SampleStore, clock: Clock
) -> None:
    await sampler.write()
    await say(door, f"my name is Samantha, {STRANGE}, ring 07700 900123")
    assert await kept(sampler, store, clock) == [f"my name is ‹name›, {STRANGE}, ring ‹phone›"]
    [sample] = store.all()
    assert sample.day == TODAY
    assert sample.__struct_fields__ == ("id", "day", "text")


@pytest.mark.usefixtures("turned_on")
async def test_one_message_of_a_conversation_is_kept_at_most(
    door: Door, sampler: Sampler, store: SampleStore, clock: Clock
) -> None:
    await sampler.write()
    await say(door, STRANGE, "and the other thing too", "and a third of them")
    assert await kept(sampler, store, clock) == [STRANGE]


@pytest.mark.usefixtures("turned_on")
async def test_nothing_of_a_conversation_with_danger_in_it_is_kept(
    door: Door, sampler: Sampler, store: SampleStore, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    await sampler.write()
    await say(door, SUICIDE, STRANGE)
    await say(door, LOW, STRANGE)
    monkeypatch.setattr(door.editions.current.floor, "assess", lambda *_: unsure("crisis.suicide"))
    await say(door, STRANGE)
    assert await kept(sampler, store, clock) == []


@pytest.mark.usefixtures("turned_on")
async def test_what_was_understood_or_pressed_or_met_a_fault_is_not_kept(
    door: Door, sampler: Sampler, store: SampleStore, rasa: ScriptedRasa, clock: Clock
) -> None:
    await sampler.write()
    await say(door, "zibble")
    await say(door, "")
    pressed = door.conversations.start("web")
    pressed.choices = [Choice("The long name of something", "cyberbullying")]
    await say(door, "the long name of something", conversation=pressed)
    rasa.script = dead
    await say(door, STRANGE)
    rasa.script = lambda _: says("advice.law_question/child", "The law says.")
    await say(door, STRANGE)
    assert await kept(sampler, store, clock) == []


@pytest.mark.usefixtures("turned_on")
async def test_nothing_is_kept_of_which_the_details_could_not_be_taken_out(
    door: Door, sampler: Sampler, store: SampleStore, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    await sampler.write()

    def fails(*_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(door.redactor, "redact", fails)
    await say(door, STRANGE)
    assert await kept(sampler, store, clock) == []


@pytest.mark.usefixtures("turned_on")
async def test_a_long_message_is_cut(
    door: Door, sampler: Sampler, store: SampleStore, clock: Clock
) -> None:
    await sampler.write()
    await say(door, "zibble " * 200)
    [text] = await kept(sampler, store, clock)
    assert len(text) == MOST_CHARACTERS


@pytest.mark.usefixtures("turned_on")
async def test_danger_that_comes_after_it_undoes_a_sample_that_is_held_back(
    door: Door, sampler: Sampler, store: SampleStore, clock: Clock
) -> None:
    await sampler.write()
    told, other = door.conversations.start("web"), door.conversations.start("web")
    await say(door, STRANGE, conversation=told)
    await say(door, "everyone does the wobble challenge", conversation=other)
    clock.passes(HELD_SECONDS / 2)
    await sampler.write()
    assert store.all() == []
    await say(door, SUICIDE, conversation=told)
    assert await kept(sampler, store, clock) == ["everyone does the wobble challenge"]


@pytest.mark.usefixtures("turned_on")
async def test_it_ends_by_itself_after_its_last_day_and_at_once_by_a_lead(
    door: Door, sampler: Sampler, store: SampleStore, clock: Clock, tmp_path: Path
) -> None:
    await sampler.write()
    clock.passes(24 * 3600)
    await say(door, STRANGE)
    assert await kept(sampler, store, clock) == []
    clock.now = NOW
    samples.turn_off(tmp_path)
    await sampler.write()
    await say(door, STRANGE)
    assert await kept(sampler, store, clock) == []


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000])
def test_a_file_that_cannot_be_read_has_nothing_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert samples.sampling(tmp_path, TODAY) is None


async def test_samples_go_after_their_days_and_when_they_were_looked_at(
    store: SampleStore, sampler: Sampler
) -> None:
    store.add(["one of long ago"], TODAY - timedelta(days=15))
    store.add(["one of today", "another of today"], TODAY)
    await sampler.write()
    left = store.all()
    assert sorted(sample.text for sample in left) == ["another of today", "one of today"]
    assert store.delete([left[0].id, "no such id"]) == 1
    assert [sample.text for sample in store.all()] == [left[1].text]


def test_more_than_somebody_would_read_is_not_kept(store: SampleStore) -> None:
    store.add([f"number {number}" for number in range(4)], TODAY)
    store.add([f"number {number}" for number in range(4, 9)], TODAY)
    assert store.number() == 5


def test_what_was_deleted_is_gone_from_the_file_itself(tmp_path: Path) -> None:
    store = SampleStore(tmp_path)
    store.add([STRANGE], date(2026, 1, 1))
    assert STRANGE.encode() in (tmp_path / "samples.db").read_bytes()
    store.forget_before(TODAY)
    store.close()
    assert STRANGE.encode() not in (tmp_path / "samples.db").read_bytes()
    assert (tmp_path / "samples.db").stat().st_mode & 0o077 == 0
