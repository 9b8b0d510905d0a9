"""The whole bot with every messaging channel on, each with its provider's stand-in on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from harness import Bot, Doorway

from tests.door.channels.drivers import DRIVERS, Driver, Hook
from tests.door.channels.providers import Provider


def environment(driver: Driver, provider: Provider) -> dict[str, str]:
    """The environment that turns a channel on."""
    settings = {**driver.settings(provider.url), "opt_out_key": "a key of the tests"}
    return {f"SIGNPOST_{name.upper()}": value for name, value in settings.items()}


def post(door: Doorway, hook: Hook) -> httpx.Response:
    """Send a webhook as the provider would."""
    return door.client.post(hook.path, content=hook.body, headers=hook.headers)


@contextmanager
def all_channels(state: Path, **more: str) -> Iterator[tuple[Bot, dict[str, Provider]]]:
    """A bot that is ready, and the provider of each channel by the channel's name."""
    providers: dict[str, Provider] = {}
    settings: dict[str, str] = {}
    by_kind: dict[type[Provider], Provider] = {}
    for kind in DRIVERS:
        running = by_kind.setdefault(kind.provider, kind.provider())
        providers[kind.name] = running
        settings |= environment(kind(), running)
    bot = Bot(state, **settings, **more)
    with ExitStack() as stack:
        for each in by_kind.values():
            stack.enter_context(each)
        bot.start()
        stack.callback(bot.stop)
        bot.wait_until_ready(240)
        yield bot, providers
