"""Details planted in conversations with the real processes: no store holds them afterwards.

The harshest case: every part logs at debug, a crisis is among the messages, and Rasa and the
action server are killed and stopped while somebody types.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from channels import all_channels, post
from harness import ROOT, Bot, free_port, wait_until

from tests.door.channels.drivers import DRIVERS, Driver, to
from tests.door.channels.providers import Provider

pytestmark = pytest.mark.faults

PLANTED = {
    "name": "Oluwaseun",
    "surname": "Threlkeld",
    "friend": "Wojciech",
    "phone": "07700 900451",
    "email": "olu.threlkeld",
    "street": "Quarrymeadow",
    "postcode": "CB23 7QX",
    "birth date": "14/09/2012",
    "school": "Hazelbrook",
    "handle": "dark_threlk_99",
    "NHS number": "943 476 5919",
    "NI number": "AB 12 34 56 C",
    "card": "4111 1111 1111 1111",
    "IP address": "198.51.100.23",
    "link": "joinchat/threlk",
    "picture": "iVBORw0KGgoAAAANS",
}
MESSAGES = (
    "my name is Oluwaseun Threlkeld and my friend Wojciech keeps sharing my pic on snap",
    "ring me on 07700 900451 or olu.threlkeld@example.com",
    "i live at 12 Quarrymeadow Lane, CB23 7QX, born 14/09/2012, at Hazelbrook Primary School",
    "he is @dark_threlk_99 and put t.me/joinchat/threlk online, my ip is 198.51.100.23",
    "NHS 943 476 5919, NI AB 12 34 56 C, card 4111 1111 1111 1111",
    "look data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==",
    "i want to die. from Oluwaseun Threlkeld, 07700 900451",
)
# What the database must still hold, or the search has looked in the wrong place.
KEPT = "keeps sharing my pic on snap"


Channels = tuple[Bot, dict[str, Provider]]


@pytest.fixture(scope="module")
def channels(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Channels]:
    """One bot for all of these tests, with every channel on and all that it can measure."""
    with all_channels(
        tmp_path_factory.mktemp("planted"),
        SIGNPOST_LOG_LEVEL="debug",
        SIGNPOST_BREAKER_SECONDS="1",
        SIGNPOST_METRICS_PORT=str(free_port()),
    ) as running:
        yield running


@pytest.fixture
def bot(channels: Channels) -> Bot:
    return channels[0]


def by_api(bot: Bot) -> None:
    token = bot.conversation()
    for text in MESSAGES:
        bot.say(text, token)


def all_at_once(bot: Bot) -> None:
    """Every message in a conversation of its own: a part that hangs is waited for once."""
    with ThreadPoolExecutor(len(MESSAGES)) as at_once:
        list(at_once.map(bot.say, MESSAGES))


def by_channel(bot: Bot, driver: Driver, provider: Provider) -> str:
    """The planted messages of one person, each once the one before is answered; the replies."""
    for text in MESSAGES:
        answered = len(to(provider.taken, driver.address()))
        post(bot, driver.says(text)).raise_for_status()
        wait_until(
            lambda before=answered: len(to(provider.taken, driver.address())) > before,  # type: ignore[misc]
            60,
            f"{driver.name} did not answer",
        )
    post(bot, driver.says("STOP")).raise_for_status()
    return "\n".join(to(provider.taken, driver.address()))


def by_page(bot: Bot) -> str:
    page = ""
    token = bot.conversation()
    for text in MESSAGES:
        page = bot.client.post("/chat", data={"token": token, "text": text}).text
    return page


def everything(bot: Bot) -> bytes:
    """All bytes of all files in the state folder: database, logs, requests, records."""
    return b"\n".join(
        str(file).encode() + file.read_bytes() for file in bot.state.rglob("*") if file.is_file()
    )


def assert_nothing_of_it(stored: bytes) -> None:
    folded = stored.lower()
    for kind, detail in PLANTED.items():
        assert detail.lower().encode() not in folded, kind
        # As JSON, as a query and without its spaces, too.
        assert detail.lower().replace(" ", "%20").encode() not in folded, kind
        assert detail.lower().replace(" ", "").encode() not in folded, kind


def conversations(bot: Bot) -> list[str]:
    with closing(sqlite3.connect(bot.state / "tracker.db", timeout=30)) as connection:
        rows: list[Any] = connection.execute("SELECT DISTINCT sender_id FROM events").fetchall()
    return [str(name) for (name,) in rows]


def metrics(bot: Bot) -> str:
    port = bot.environment["SIGNPOST_METRICS_PORT"]
    return httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=15).raise_for_status().text


def test_no_store_and_no_log_holds_what_was_planted(bot: Bot) -> None:
    by_api(bot)
    page = by_page(bot)
    wait_until(lambda: KEPT.encode() in everything(bot), 30, "nothing was recorded")
    assert_nothing_of_it(everything(bot))
    assert_nothing_of_it(page.encode())


def test_nor_what_was_planted_on_any_messaging_channel(channels: Channels) -> None:
    bot, providers = channels
    drivers = [kind() for kind in DRIVERS]
    with ThreadPoolExecutor(len(drivers)) as at_once:
        told = at_once.map(lambda each: by_channel(bot, each, providers[each.name]), drivers)
        replies = dict(zip((driver.name for driver in drivers), told, strict=False))
    wait_until((bot.state / "opt-outs.db").is_file, 30, "the wish was not kept")
    stored = everything(bot)
    assert_nothing_of_it(stored)
    assert_nothing_of_it(metrics(bot).encode())
    for driver in drivers:
        assert_nothing_of_it(replies[driver.name].encode())
        # Nor who they were: the provider's name for a person.
        person = driver.address().removeprefix("whatsapp:").removeprefix("+")
        assert person.encode() not in stored, driver.name
        assert person not in metrics(bot), driver.name


def test_nor_when_the_parts_fail_while_somebody_types(bot: Bot) -> None:
    with bot.locked_database():
        all_at_once(bot)
    bot.kill("actions")
    all_at_once(bot)
    bot.kill("rasa")
    by_api(bot)
    for body in (b"{", b'"' + MESSAGES[0].encode(), b"\xff" + MESSAGES[1].encode(), b"[" * 5000):
        bot.client.post("/api/messages", content=body)
        bot.client.post("/chat", content=body)
    bot.client.get("/" + MESSAGES[0])
    bot.wait_until_ready(240)
    assert_nothing_of_it(everything(bot))


def test_a_conversation_is_erased_everywhere_by_its_reference(bot: Bot) -> None:
    started = bot.client.post("/api/conversations").json()
    token, reference = started["token"], started["reference"]
    bot.say("someone on roblox keeps asking about my marmalade collection", token)
    id_ = reference.replace("-", "")
    wait_until(lambda: id_ in conversations(bot), 15, "the message was not recorded")
    assert b"marmalade" in everything(bot)
    others = set(conversations(bot)) - {id_}
    ended = subprocess.run(
        [sys.executable, "-m", "signpost.cli", "erase", reference.upper()],
        cwd=ROOT,
        env=bot.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert set(conversations(bot)) == others
    stored = everything(bot)
    assert b"marmalade" not in stored
    assert id_.encode() not in stored
    gone = bot.client.post("/api/messages", json={"token": token, "text": "hello"})
    assert gone.status_code == 410
