from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from signpost.crisis.floor import Floor
from signpost.door import last_resort
from signpost.door.channels.outbox import Patience
from signpost.door.channels.routes import Channels
from signpost.door.door import Door
from signpost.door.rasa import Answer
from signpost.door.store import Store
from signpost.edition import Edition, Editions
from signpost.register.loader import Register, load
from signpost.register.models import Reply
from signpost.register.render import render_entry
from signpost.settings import ROOT, Settings
from tests.door.channels.drivers import DRIVERS, Driver, Hook
from tests.door.channels.providers import Provider, Taken
from tests.door.channels.table import TABLE
from tests.stand_ins import ScriptedRasa

QUICK = Patience(seconds=6.0, first=0.05, longest=0.3)
QUICK_CRISIS = Patience(seconds=12.0, first=0.02, longest=0.2, insist=3)
# After these a crisis goes into the answer to the provider's own call. Longer than a provider that
# is well takes on a busy machine, or the crisis reply that a test waits for comes that other way.
RESPONSE_SECONDS = 2.5


@dataclass
class Bench:
    """A door with real words and the real floor, one channel, and its provider on loopback."""

    client: TestClient
    driver: Driver
    provider: Provider
    rasa: ScriptedRasa
    channels: Channels
    door: Door

    def post(self, hook: Hook) -> httpx.Response:
        """Let the provider call."""
        return self.client.post(hook.path, content=hook.body, headers=hook.headers)

    def say(self, text: str, person: int = 1) -> httpx.Response:
        """One typed message, which the door takes."""
        response = self.post(self.driver.says(text, person))
        assert response.status_code == 200
        return response

    def at_once(self, hooks: list[Hook]) -> list[httpx.Response]:
        """Several calls of the provider's at the same time."""
        with ThreadPoolExecutor(len(hooks)) as pool:
            return list(pool.map(self.post, hooks))

    def meet(self, person: int = 1) -> None:
        """Get the first words of the channel out of the way."""
        self.say("hello", person)
        assert self.settle()
        self.provider.taken.clear()

    def settle(self, seconds: float = 10) -> list[Taken]:
        """What the provider has taken, once every message is answered."""
        eventually(lambda: self.channels.at_rest, seconds)
        return list(self.provider.taken)


@pytest.fixture(scope="session")
def edition() -> Edition:
    """The project's own words and its floor's rules."""
    register = load(ROOT / "content", Settings().council)
    return Edition(register, Floor.load(ROOT / "content"), folder=ROOT / "content")


@pytest.fixture(scope="session")
def words(edition: Edition) -> Register:
    assert edition.register is not None
    return edition.register


@pytest.fixture
def make_bench(edition: Edition, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Make benches: `make_bench(driver, **settings)`; they end with the test."""
    running: list[Any] = []

    def make(driver: Driver, store: Store | None = None, **changes: Any) -> Bench:
        provider = driver.provider()
        provider.__enter__()
        settings = Settings(
            **{
                "state": tmp_path / "state",
                "opt_out_key": "a key of the tests",
                "provider_timeout": 2.0,
                **driver.settings(provider.url),
                **changes,
            }
        )
        assert edition.register is not None
        rasa = ScriptedRasa(script=lambda text: answers(edition.register, text))
        editions = Editions.of(edition.register, edition.floor)
        door = Door(
            settings,
            editions=editions,
            rasa=rasa,
            last_resort_text=last_resort.read(),
            store=store,
        )
        channels = Channels(
            settings,
            door,
            last_resort.read_sms(),
            ordinary=QUICK,
            crisis=QUICK_CRISIS,
            response_seconds=RESPONSE_SECONDS,
        )
        app = Starlette(routes=channels.routes)
        client = TestClient(app)
        client.__enter__()
        running.append((client, channels, provider))
        return Bench(client, driver, provider, rasa, channels, door)

    yield make
    for client, channels, provider in running:
        client.portal.call(channels.close, 0.1)
        client.__exit__(None, None, None)
        provider.__exit__()


@pytest.fixture(params=DRIVERS, ids=lambda driver: driver.name)
def bench(request: pytest.FixtureRequest, make_bench: Callable[..., Bench]) -> Bench:
    """A bench for each channel in turn."""
    return make_bench(request.param())


def answers(register: Register | None, text: str) -> Answer:
    """What Rasa would say: advice, then the question who is asking; words that it gets as asked."""
    assert register is not None
    asked = {
        "hello": ["conversation.greet"],
        "/tell_audience_parent": ["advice.cyberbullying:parent"],
        "is it legal": ["advice.law_question"],
    }.get(text, ["advice.cyberbullying", "conversation.ask_audience"])
    replies: list[Reply] = []
    for name in asked:
        entry, _, audience = name.partition(":")
        replies.append(render_entry(register, entry, audience or None))
    return Answer(replies=replies)


def eventually(true: Callable[[], bool], seconds: float = 5) -> None:
    """Wait until `true()`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.02)


def replace(hook: Hook, **changes: Any) -> Hook:
    return msgspec.structs.replace(hook, **changes)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write down how each case of the contract went."""
    report = yield
    if report.when == "call" or report.failed:
        TABLE.note(item, passed=report.passed)
    return report


@pytest.fixture(scope="session", autouse=True)
def table() -> Iterator[None]:
    """reports/channels.md: the contract, case by case and channel by channel."""
    yield
    TABLE.write()
