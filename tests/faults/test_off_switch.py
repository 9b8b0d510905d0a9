"""The off switch over the real door: page, widget and one channel, and over a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import LoneDoor, wait_until, words
from promise import OVERDOSE

from signpost import off
from tests.door.channels.drivers import Driver, Sms
from tests.door.channels.providers import Provider

pytestmark = pytest.mark.faults
ORDINARY = "someone keeps being mean to me on snapchat"
SAID = "switched off for now"
# A lead was promised five; a machine with much to do gets more.
SECONDS = 30


@pytest.fixture
def driver() -> Driver:
    return Sms()


@pytest.fixture
def provider(driver: Driver) -> Iterator[Provider]:
    with driver.provider() as running:
        yield running


@pytest.fixture
def door(driver: Driver, provider: Provider, tmp_path: Path) -> Iterator[LoneDoor]:
    settings = {**driver.settings(provider.url), "opt_out_key": "a key of the tests"}
    environment = {f"SIGNPOST_{name.upper()}": value for name, value in settings.items()}
    door = LoneDoor(tmp_path / "door", **environment)
    door.start()
    try:
        door.wait_until_listening()
        yield door
    finally:
        door.stop()


def page(door: LoneDoor) -> str:
    """The page without JavaScript, as it opens."""
    return str(door.client.get("/chat").raise_for_status().text)


def wait_until_off(door: LoneDoor) -> None:
    wait_until(lambda: SAID in page(door), SECONDS, "the page does not say that the bot is off")


def wait_until_on(door: LoneDoor) -> None:
    wait_until(lambda: SAID not in page(door), SECONDS, "the page says that the bot is off")


def texted(door: LoneDoor, driver: Driver, provider: Provider, text: str) -> str:
    """The first text that comes back."""
    before = len(provider.taken)
    hook = driver.says(text)
    door.client.post(hook.path, content=hook.body, headers=hook.headers).raise_for_status()
    return provider.wait(before + 1)[before].text


def test_a_bot_is_turned_off_and_on_while_people_use_it(
    door: LoneDoor, driver: Driver, provider: Provider
) -> None:
    assert SAID not in page(door)
    token = door.conversation()
    off.turn_off(door.state, "Robin", "a number is wrong")
    wait_until_off(door)

    opened = page(door)
    assert 'href="tel:999"' in opened
    assert "0800 1111" in opened
    assert SAID in words(door.say(ORDINARY, token))
    assert SAID in words(door.say(ORDINARY))
    assert SAID in door.client.post("/chat", data={"text": ORDINARY}).text
    assert SAID in texted(door, driver, provider, ORDINARY)

    # Danger is answered as ever, in the middle of a conversation and at the start of one.
    for crisis in (door.say(OVERDOSE, token), door.say(OVERDOSE)):
        assert words(crisis).startswith("Call 999 now")
        assert SAID not in words(crisis)
    assert 'data-entry="crisis.' in door.client.post("/chat", data={"text": OVERDOSE}).text
    assert texted(door, driver, provider, OVERDOSE).startswith("Call 999 now")

    off.turn_on(door.state)
    wait_until_on(door)
    assert SAID not in words(door.say(ORDINARY))


def test_off_outlives_a_restart_and_a_broken_file_never_leaves_the_bot_off(door: LoneDoor) -> None:
    off.turn_off(door.state, "Robin", "a number is wrong")
    wait_until_off(door)
    door.stop()
    door.start()
    door.wait_until_listening()
    assert SAID in page(door)

    (door.state / off.FILE).write_bytes(b'{"since": "20')
    wait_until_on(door)
    assert words(door.say(OVERDOSE)).startswith("Call 999 now")
    assert "off_switch.unreadable" in door.lines()
    assert "a number is wrong" not in door.lines()
