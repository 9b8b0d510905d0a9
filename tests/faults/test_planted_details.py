"""Details planted in conversations with the real processes: no store holds them afterwards.

The harshest case: every part logs at debug, a crisis is among the messages, and Rasa and the
action server are killed and stopped while somebody types.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from harness import ROOT, Bot, wait_until

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


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Bot]:
    running = Bot(
        tmp_path_factory.mktemp("planted"),
        SIGNPOST_LOG_LEVEL="debug",
        SIGNPOST_BREAKER_SECONDS="1",
    )
    running.start()
    try:
        running.wait_until_ready(seconds=240)
        yield running
    finally:
        running.stop()


def by_api(bot: Bot) -> None:
    token = bot.conversation()
    for text in MESSAGES:
        bot.say(text, token)


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


def test_no_store_and_no_log_holds_what_was_planted(bot: Bot) -> None:
    by_api(bot)
    page = by_page(bot)
    wait_until(lambda: KEPT.encode() in everything(bot), 15, "nothing was recorded")
    assert_nothing_of_it(everything(bot))
    assert_nothing_of_it(page.encode())


def test_nor_when_the_parts_fail_while_somebody_types(bot: Bot) -> None:
    with bot.locked_database():
        by_api(bot)
    bot.kill("actions")
    by_api(bot)
    bot.kill("rasa")
    by_api(bot)
    for body in (b"{", b'"' + MESSAGES[0].encode(), b"\xff" + MESSAGES[1].encode(), b"[" * 5000):
        bot.client.post("/api/messages", content=body)
        bot.client.post("/chat", content=body)
    bot.client.get("/" + MESSAGES[0])
    bot.wait_until_ready()
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
