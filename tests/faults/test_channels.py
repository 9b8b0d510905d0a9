"""The messaging channels over the real processes, with a provider's stand-in on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from channels import all_channels, environment, post
from harness import Bot, LoneDoor
from promise import OVERDOSE, SECONDS

from tests.door.channels.drivers import DRIVERS, Driver, to
from tests.door.channels.providers import Provider

pytestmark = pytest.mark.faults
ORDINARY = "someone keeps being mean to me on snapchat"


@pytest.fixture(params=DRIVERS, ids=lambda driver: driver.name)
def driver(request: pytest.FixtureRequest) -> Driver:
    made: Driver = request.param()
    return made


@pytest.fixture
def provider(driver: Driver) -> Iterator[Provider]:
    with driver.provider() as running:
        yield running


def test_while_nothing_but_the_door_runs_every_channel_answers(
    driver: Driver, provider: Provider, tmp_path: Path
) -> None:
    door = LoneDoor(tmp_path / "door", **environment(driver, provider))
    door.start()
    try:
        door.wait_until_listening()
        started = time.monotonic()
        assert post(door, driver.says(OVERDOSE)).status_code == 200
        assert provider.wait(1)[0].text.startswith("Call 999 now")
        assert time.monotonic() - started < SECONDS
        post(door, driver.says(ORDINARY, person=2))
        provider.wait(3)
        apology = to(provider.taken, driver.address(2))[-1]
        assert "999" in apology
        assert "0800 1111" in apology
        assert post(door, driver.forged(driver.says(OVERDOSE))).status_code == 403
        assert OVERDOSE not in door.lines()
        assert driver.address().removeprefix("whatsapp:+") not in door.lines()
    finally:
        door.stop()


@pytest.fixture(scope="module")
def on_all_channels(
    tmp_path_factory: pytest.TempPathFactory, model: Path
) -> Iterator[tuple[Bot, dict[str, Provider]]]:
    """The whole bot with every channel on."""
    with all_channels(tmp_path_factory.mktemp("bot")) as running:
        yield running


def test_when_rasa_is_killed_a_crisis_on_every_channel_is_answered(
    on_all_channels: tuple[Bot, dict[str, Provider]],
) -> None:
    bot, providers = on_all_channels
    for kind in DRIVERS:
        driver, provider = kind(), providers[kind.name]
        post(bot, driver.says(ORDINARY, person=1))
        provider.wait(len(provider.taken) + 2)
    bot.kill("rasa")
    for kind in DRIVERS:
        driver, provider = kind(), providers[kind.name]
        provider.taken.clear()
        started = time.monotonic()
        assert post(bot, driver.says(OVERDOSE, person=2)).status_code == 200
        assert provider.wait(1)[0].text.startswith("Call 999 now")
        assert time.monotonic() - started < SECONDS
        assert to(provider.taken, driver.address(2))
    assert "7700900" not in bot.lines()


def test_the_start_says_which_channels_are_on(
    on_all_channels: tuple[Bot, dict[str, Provider]],
) -> None:
    bot, _ = on_all_channels
    for kind in DRIVERS:
        assert f"the {kind.name} channel is on" in bot.lines()
