"""What Prometheus is told of a door, read as Prometheus reads it."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from signpost.door import metrics
from signpost.door.channels.routes import Channels
from signpost.door.conversations import Conversation
from signpost.door.door import Door
from signpost.door.readiness import Readiness
from signpost.register.models import Reply
from signpost.settings import Settings
from tests.servers import free_port
from tests.stand_ins import EXPLOITATION, LOW, SUICIDE, ScriptedRasa, dead

pytestmark = pytest.mark.anyio
Samples = dict[tuple[str, str], float]


class Shown:
    """A door whose measurements are shown on loopback."""

    def __init__(self, door: Door, settings: Settings) -> None:
        self.door = door
        self.channels = Channels(settings, door, "999")
        self.port = free_port()
        registry = CollectorRegistry()
        metrics.measure(door, self.channels, Readiness(door), registry)
        chosen = msgspec.structs.replace(settings, metrics_port=self.port)
        self.close = metrics.serve(chosen, registry)

    def text(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=30) as answer:
            return str(answer.read().decode())

    def samples(self) -> Samples:
        """The values by name and labels."""
        return {
            (sample.name, ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))): value
            for family in text_string_to_metric_families(self.text())
            for sample in family.samples
            for value in [sample.value]
        }


@pytest.fixture
def shown(door: Door, settings: Settings) -> Iterator[Shown]:
    running = Shown(door, settings)
    yield running
    running.close()


async def say(door: Door, *texts: str) -> Conversation:
    conversation = door.conversations.start("web")

    async def send(_: Reply) -> None:
        pass

    for text in texts:
        await door.handle(conversation, text, send)
    await door.close()
    return conversation


async def test_turns_escalations_and_check_ins_are_counted(shown: Shown) -> None:
    await say(shown.door, "is it legal", SUICIDE, SUICIDE, EXPLOITATION, LOW)
    found = shown.samples()
    assert found["signpost_escalations_total", "route=999"] == 2
    assert found["signpost_escalations_total", "route=CEOP"] == 1
    assert found["signpost_check_ins_total", ""] == 1
    assert found["signpost_messages_total", "channel=web"] == 5
    assert found["signpost_turns_total", "outcome=advice"] == 1
    assert found["signpost_turn_seconds_count", "kind=crisis"] == 4
    assert found["signpost_turn_seconds_count", "kind=ordinary"] == 1


async def test_a_rasa_that_fails_is_counted_by_reason(shown: Shown, rasa: ScriptedRasa) -> None:
    assert shown.samples()["signpost_faults_total", "fault=unavailable"] == 0
    rasa.script = dead
    await say(shown.door, "is it legal", "is it legal")
    found = shown.samples()
    assert found["signpost_faults_total", "fault=unavailable"] == 2
    assert found["signpost_turns_total", "outcome=fault"] == 2


async def test_a_message_that_nobody_could_read_is_counted(shown: Shown) -> None:
    shown.door.assess.run = lambda turn: None  # type: ignore[method-assign]
    await say(shown.door, "hello")
    assert shown.samples()["signpost_unread_total", ""] == 1


async def test_the_state_of_the_door_is_told_when_asked(shown: Shown) -> None:
    found = shown.samples()
    assert found["signpost_queue", ""] == 0
    assert found["signpost_store_up", ""] == 1
    assert found["signpost_rasa_breaker_open", ""] == 0
    assert found["signpost_register_overdue", ""] == 0
    assert found["signpost_register_next_review_days", ""] > 10_000
    # This small floor does not know the test phrase, and that shows.
    assert found["signpost_escalation_path", ""] == 0
    assert {key for key in found if key[0] == "signpost_ready"} == {
        ("signpost_ready", f"part={part}") for part in ("model", "register", "floor")
    }


async def test_overdue_reviews_are_counted(door: Door, settings: Settings) -> None:
    state = metrics.DoorState(
        door, Channels(settings, door, "999"), Readiness(door), today=lambda: date(2100, 1, 1)
    )
    found = {family.name: family.samples[0].value for family in state.collect() if family.samples}
    register = door.editions.register
    assert found["signpost_register_overdue"] == len(register.entries) + len(register.services)
    assert found["signpost_register_next_review_days"] < 0


async def test_deliveries_and_refused_requests_are_told(shown: Shown) -> None:
    shown.channels.outcomes["delivery.given_up", "sms", True] += 2
    shown.channels.refused["telegram", "wrong"] += 3
    found = shown.samples()
    assert found["signpost_deliveries_total", "channel=sms,crisis=yes,outcome=given_up"] == 2
    assert found["signpost_webhooks_refused_total", "channel=telegram"] == 3


async def test_nothing_that_was_typed_is_told_nor_whose_it_is(shown: Shown) -> None:
    talk = await say(shown.door, "my gerbil marmalade", f"{SUICIDE} marmalade")
    text = shown.text()
    for part in ("marmalade", talk.token, talk.id):
        assert part not in text


def test_a_port_that_is_taken_costs_the_measurements_and_not_the_door(
    settings: Settings, door: Door
) -> None:
    from signpost.door.app import measured
    from signpost.door.web import Web

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        chosen = msgspec.structs.replace(settings, metrics_port=taken.getsockname()[1])
        measured(chosen, door, Channels(chosen, door, "999"), Web(door, chosen))()


def test_every_measure_is_explained() -> None:
    from signpost.settings import ROOT

    explained = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")
    source = (ROOT / "signpost" / "door" / "metrics.py").read_text(encoding="utf-8")
    import re

    names = set(re.findall(r'"(signpost_[a-z_]+)"', source))
    names |= {f"signpost_{name}" for name in re.findall(r'_gauge\("([a-z_]+)"', source)}
    assert len(names) > 12
    assert {name for name in names if f"`{name}" not in explained} == set()
