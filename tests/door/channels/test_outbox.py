from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from signpost.door.channels.messenger import Messenger
from signpost.door.channels.outbox import Lane, Outbox, Parcel, Patience
from signpost.door.channels.sms import Sms
from signpost.register.channels.sheets import Sheet
from signpost.settings import Settings
from tests.door.channels import drivers, providers
from tests.door.channels.drivers import to

pytestmark = pytest.mark.anyio

ORDINARY = Patience(seconds=1.0, first=0.05, longest=0.2)
CRISIS = Patience(seconds=3.0, first=0.02, longest=0.1, insist=3)
SAM, KIM = "+447700900001", "+447700900002"


@pytest.fixture
def provider() -> Iterator[providers.Twilio]:
    with providers.Twilio() as running:
        assert isinstance(running, providers.Twilio)
        yield running


@pytest.fixture
def sms(provider: providers.Twilio) -> Sms:
    return Sms(Settings(**drivers.Sms().settings(provider.url)))


def parcel(sms: Sms, text: str, address: str = SAM, *, crisis: bool = False) -> Parcel:
    return Parcel(sms, sms.orders(address, Sheet(text=text)), ("entry",), crisis)


async def until_empty(outbox: Outbox, seconds: float = 8) -> None:
    await outbox.drain(seconds)
    assert outbox.is_empty


async def test_places_are_kept_in_the_order_in_which_they_were_taken(
    sms: Sms, provider: providers.Twilio
) -> None:
    outbox, lane = Outbox(2, ORDINARY, CRISIS), Lane()
    slots = [outbox.slot(lane) for _ in range(3)]
    for number in (2, 0, 1):
        slots[number].fill([parcel(sms, str(number))])
        await asyncio.sleep(0.02)
    await until_empty(outbox)
    assert to(provider.taken, SAM) == ["0", "1", "2"]
    await outbox.close()


async def test_a_crisis_waits_for_no_place(sms: Sms, provider: providers.Twilio) -> None:
    outbox, lane = Outbox(2, ORDINARY, CRISIS), Lane()
    waiting = outbox.slot(lane)
    outbox.urgent([parcel(sms, "now", crisis=True)], lane)
    await asyncio.sleep(0.3)
    assert to(provider.taken, SAM) == ["now"]
    waiting.fill([])
    await until_empty(outbox)
    await outbox.close()


async def test_what_follows_a_crisis_does_not_overtake_it(
    sms: Sms, provider: providers.Twilio
) -> None:
    provider.trouble = {SAM: "down"}
    outbox, lane = Outbox(2, ORDINARY, CRISIS), Lane()
    outbox.urgent([parcel(sms, "crisis", crisis=True)], lane)
    outbox.slot(lane).fill([parcel(sms, "after")])
    await asyncio.sleep(0.2)
    provider.trouble = {}
    await until_empty(outbox)
    assert to(provider.taken, SAM) == ["crisis", "after"]
    await outbox.close()


async def test_a_failing_message_is_tried_again_and_holds_up_nobody_else(
    sms: Sms, provider: providers.Twilio
) -> None:
    provider.trouble = {SAM: "down"}
    outbox = Outbox(2, ORDINARY, CRISIS)
    outbox.slot(Lane()).fill([parcel(sms, "for Sam")])
    outbox.slot(Lane()).fill([parcel(sms, "for Kim", KIM)])
    await asyncio.sleep(0.3)
    assert to(provider.taken, KIM) == ["for Kim"]
    provider.trouble = {}
    await until_empty(outbox)
    assert to(provider.taken, SAM) == ["for Sam"]
    await outbox.close()


async def test_what_finally_fails_is_recorded_without_words_or_number(
    sms: Sms, provider: providers.Twilio
) -> None:
    provider.trouble = {"*": "down"}
    outbox = Outbox(2, ORDINARY, CRISIS)
    with capture_logs() as logs:
        outbox.slot(Lane()).fill([parcel(sms, "the words")])
        await until_empty(outbox)
    (line,) = logs
    assert line["event"] == "delivery.given_up"
    assert line["log_level"] == "error"
    assert line["attempts"] > 2
    assert line["code"] == "20503"
    assert line["entries"] == ["entry"]
    assert "the words" not in str(line)
    assert SAM not in str(line)
    await outbox.close()


@pytest.mark.parametrize(("crisis", "attempts"), [(False, 1), (True, 3)])
async def test_a_crisis_insists_where_an_ordinary_message_gives_up(
    sms: Sms, provider: providers.Twilio, crisis: bool, attempts: int
) -> None:
    provider.trouble = {"*": "blocked"}
    outbox, lane = Outbox(2, ORDINARY, CRISIS), Lane()
    with capture_logs() as logs:
        if crisis:
            outbox.urgent([parcel(sms, "x", crisis=True)], lane)
        else:
            outbox.slot(lane).fill([parcel(sms, "x")])
        await until_empty(outbox)
    assert (logs[-1]["attempts"], logs[-1]["code"]) == (attempts, "21610")
    await outbox.close()


async def test_a_message_is_not_sent_once_the_provider_s_window_is_over(
    provider: providers.Twilio, sms: Sms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sms, "window", 0.2)
    provider.trouble = {"*": "down"}
    outbox = Outbox(2, CRISIS, CRISIS)
    started = time.monotonic()
    outbox.urgent([parcel(sms, "x", crisis=True)], Lane())
    await until_empty(outbox)
    assert time.monotonic() - started < 1.5
    await outbox.close()


async def test_a_withdrawn_message_is_not_tried_again(sms: Sms, provider: providers.Twilio) -> None:
    provider.trouble = {"*": "down"}
    outbox = Outbox(2, ORDINARY, CRISIS)
    urgent = parcel(sms, "x", crisis=True)
    outbox.urgent([urgent], Lane())
    await asyncio.sleep(0.1)
    urgent.withdrawn = True
    asked = len(provider.asked)
    await until_empty(outbox, 1.5)  # its patience would last for three
    assert len(provider.asked) <= asked + 1  # the one that was under way
    assert not urgent.delivered.is_set()
    await outbox.close()


async def test_a_provider_that_is_nowhere_is_one_that_is_down() -> None:
    settings = Settings(**drivers.Messenger().settings("http://127.0.0.1:9"))
    messenger = Messenger(settings)
    outbox = Outbox(1, ORDINARY, CRISIS)
    with capture_logs() as logs:
        lost = Parcel(messenger, messenger.orders("1", Sheet(text="x")))
        outbox.slot(Lane()).fill([lost])
        await until_empty(outbox)
    assert logs[-1]["code"] == "ConnectError"
    await outbox.close()


async def test_what_is_on_its_way_when_the_door_closes_is_recorded(
    sms: Sms, provider: providers.Twilio
) -> None:
    provider.trouble = {"*": "down"}
    outbox = Outbox(2, ORDINARY, CRISIS)
    outbox.urgent([parcel(sms, "x", crisis=True)], Lane())
    with capture_logs() as logs:
        await asyncio.sleep(0.1)
        await outbox.close(0.1)
    assert logs[-1]["event"] == "delivery.given_up"
    assert logs[-1]["crisis"] is True
