"""The promise when Rasa, its model, its database or the register are broken, not just absent.

Faults that concern only the door start only the door. Those that need Rasa start it first and
let it load while the others run.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from harness import (
    ROOT,
    Behaviour,
    Bot,
    InRasasPlace,
    LoneDoor,
    wait_until,
    words,
)
from promise import (
    BLACKMAIL,
    ORDINARY,
    OUTCOMES,
    OVERDOSE,
    SECONDS,
    answered_with,
    assert_999_first,
    assert_ceop_first,
    assert_every_message_is_answered,
    assert_help_is_named,
    assert_last_resort_first,
    timed,
)

from signpost.register import bundle

pytestmark = pytest.mark.faults

ADVICE = "advice/grooming_stranger_contact.yaml"


class Loading:
    """What takes Rasa's time to start: a whole bot, and doors whose Rasa cannot load."""

    def __init__(self, folder: Path, model: Path) -> None:
        self.bot = Bot(folder / "bot")
        self.corrupt = LoneDoor(folder / "corrupt")
        self.no_encoder = LoneDoor(folder / "encoder", SIGNPOST_ENCODER=str(folder / "nothing"))
        half = folder / "half.tar.gz"
        half.write_bytes(model.read_bytes()[: model.stat().st_size // 2])
        (folder / "nothing").mkdir()
        self.bot.start()
        self.corrupt.start()
        self.corrupt.start_rasa(half)
        self.no_encoder.start()
        self.no_encoder.start_rasa(model)

    def stop(self) -> None:
        for each in (self.corrupt, self.no_encoder, self.bot):
            each.stop()


@pytest.fixture(scope="module", autouse=True)
def loading(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Loading]:
    """Started before the first test, so that it has loaded when the last ones need it."""
    everything = Loading(tmp_path_factory.mktemp("loading"), model)
    try:
        yield everything
    finally:
        everything.stop()


# Something else in Rasa's place


def saying(body: bytes, status: int = 200, **headers: str) -> Behaviour:
    """Answers everything with the same bytes."""

    def behaviour(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return behaviour


def not_http(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")


def breaking_off(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b'{"replies":')


def closing(request: BaseHTTPRequestHandler) -> None:
    request.connection.close()


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b" " * 65536)


def slow(request: BaseHTTPRequestHandler) -> None:
    time.sleep(6)
    saying(b'{"replies": []}')(request)


def trickling(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    for _ in range(60):
        request.wfile.write(b" ")
        time.sleep(0.1)


BLANK = b'{"replies": [{"bubbles": [{"entry": "advice.x/child", "text": " "}]}], "events": []}'
ODD_EVENTS = b'{"replies": [], "events": [{"event": "slot", "name": ["audience"]}, {}]}'
ANSWERS = {
    "a page of another program": saying(b"<html><h1>It works!</h1></html>"),
    "bytes that are no text": saying(bytes(range(256)) * 40),
    "JSON of another shape": saying(b'[{"recipient_id": "x", "text": "hello"}]'),
    "JSON without a bottom": saying(b"[" * 100_000),
    "an answer said to be packed": saying(b"not packed", Content_Encoding="gzip"),
    "a redirect to itself": saying(b"", 307, Location="/webhooks/door/turn"),
    "an error": saying(b"boom", 500),
    "an empty list": saying(b'{"replies": []}'),
    "blank words": saying(BLANK),
    "events of no known kind": saying(ODD_EVENTS),
    "another protocol": not_http,
    "half an answer": breaking_off,
    "a closed connection": closing,
    "an answer without end": endless,
    "an answer after six seconds": slow,
    "one byte now and then": trickling,
}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoneDoor]:
    """A door that never stops asking: each of these answers must be met, not the last one's."""
    lone = LoneDoor(tmp_path_factory.mktemp("door"), SIGNPOST_BREAKER_FAILURES="100000")
    lone.start()
    try:
        lone.wait_until_listening()
        yield lone
    finally:
        lone.stop()


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_message_is_answered_when_rasa_s_port_answers(door: LoneDoor, answer: str) -> None:
    with InRasasPlace(door.ports["rasa"], ANSWERS[answer]) as other:
        said = assert_every_message_is_answered(door, f"Rasa's port answers: {answer}")
        assert other.asked >= 1, "nobody asked it"
    assert "It works!" not in said


def test_every_message_is_answered_when_nothing_is_on_rasa_s_port(door: LoneDoor) -> None:
    assert_every_message_is_answered(door, "nothing on Rasa's port")


# The register


class Files:
    """A register of its own to spoil, its bundles, and the door that reads them."""

    def __init__(self, folder: Path) -> None:
        self.content = folder / "content"
        self.store = folder / "bundles"
        shutil.copytree(ROOT / "content", self.content)
        self.door = LoneDoor(
            folder / "state",
            SIGNPOST_CONTENT=str(self.content),
            SIGNPOST_BUNDLES=str(self.store),
            SIGNPOST_BUNDLE_SECONDS="0.1",
        )

    def publish(self) -> str:
        return bundle.publish(self.content, self.store).checksum

    def publish_half(self) -> str:
        """A bundle whose copying was cut short, with the pointer on it."""
        self.store.mkdir(exist_ok=True)
        half = self.store / "0123456789abcdef"
        shutil.copytree(self.content / "crisis", half / "crisis")
        self.point(half.name)
        return half.name

    def point(self, name: str) -> None:
        self.store.mkdir(exist_ok=True)
        (self.store / bundle.POINTER).write_text(name, encoding="utf-8")

    def replace(self, file: str, text: bytes) -> None:
        (self.content / file).write_bytes(text)

    def remove(self) -> None:
        for folder in (self.content, self.store):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    own = Files(tmp_path)
    try:
        yield own
    finally:
        own.door.stop()


def missing(files: Files) -> None:
    files.remove()


def corrupt_advice(files: Files) -> None:
    files.replace(ADVICE, b"id: [\xff\x00")


def corrupt_rules(files: Files) -> None:
    for file in (files.content / "crisis").glob("*.yaml"):
        file.write_bytes(file.read_bytes()[:200] + b"\n  - [")


def half_published_only(files: Files) -> None:
    files.publish_half()
    corrupt_rules(files)


def half_published_over_a_whole_one(files: Files) -> None:
    files.publish()
    files.publish_half()
    missing_content(files)


def missing_content(files: Files) -> None:
    shutil.rmtree(files.content)


def folder_in_the_bundle(files: Files) -> None:
    name = files.publish()
    (files.store / name / "advice" / "folder.yaml").mkdir()


def rubbish_in_the_pointer(files: Files) -> None:
    files.point("../\x00\udc80".encode("utf-8", "surrogatepass").decode("utf-8", "replace") * 90)


AT_START: dict[str, tuple[Callable[[Files], None], bool]] = {
    "register missing": (missing, True),
    "an advice file corrupt": (corrupt_advice, True),
    "crisis rules corrupt": (corrupt_rules, True),
    "half a bundle, corrupt rules": (half_published_only, True),
    "half a bundle over a whole one, no files": (half_published_over_a_whole_one, False),
    "a folder among a bundle's files": (folder_in_the_bundle, False),
    "rubbish in the pointer": (rubbish_in_the_pointer, False),
}


@pytest.mark.parametrize("fault", AT_START)
def test_the_door_starts_and_answers_with(files: Files, fault: str) -> None:
    spoil, last_resort = AT_START[fault]
    spoil(files)
    files.door.start()
    files.door.wait_until_listening()
    assert_every_message_is_answered(files.door, f"at start: {fault}", last_resort=last_resort)
    page = files.door.client.post("/chat", data={"text": OVERDOSE}).raise_for_status().text
    assert "999" in page.split('<ol class="log">')[1]


def test_without_crisis_rules_and_with_a_slow_rasa_no_message_waits_for_the_one_before(
    files: Files,
) -> None:
    corrupt_rules(files)
    files.door.start()
    files.door.wait_until_listening()
    token = files.door.conversation()
    with (
        InRasasPlace(files.door.ports["rasa"], slow),
        ThreadPoolExecutor() as people,
    ):
        started = time.monotonic()
        replies = list(people.map(files.door.say, [OVERDOSE] * 3, [token] * 3))
        assert time.monotonic() - started < SECONDS
    for reply in replies:
        assert_last_resort_first(reply)


def test_a_running_door_keeps_its_words_when_the_register_breaks(files: Files) -> None:
    name = files.publish()
    files.door.start()
    files.door.wait_until_listening()
    before = words(files.door.say(OVERDOSE))

    files.publish_half()
    wait_until(lambda: "edition.refused" in files.door.lines(), 5, "half a bundle was not refused")
    assert_every_message_is_answered(files.door, "running: half a bundle published")

    files.point(name)
    for file in (files.store / name).rglob("*.yaml"):
        file.unlink()
        file.write_bytes(b"id: [\xff")
    time.sleep(0.3)  # longer than the door waits between two looks
    assert_every_message_is_answered(files.door, "running: bundle in force corrupted")

    files.remove()
    time.sleep(0.3)
    assert_every_message_is_answered(files.door, "running: register deleted")
    assert words(files.door.say(OVERDOSE)) == before
    page = files.door.client.get("/chat").raise_for_status().text
    assert "999" in page


# Rasa that cannot load


def test_every_message_is_answered_without_a_model(door: LoneDoor, tmp_path: Path) -> None:
    door.start_rasa(tmp_path / "model.tar.gz")
    assert door.rasa_exit(20) == 2
    assert "there is no model" in door.lines()
    assert_every_message_is_answered(door, "no model")


def test_every_message_is_answered_with_a_corrupt_model(loading: Loading) -> None:
    loading.corrupt.wait_until_rasa_gave_up()
    assert_every_message_is_answered(loading.corrupt, "model corrupt")
    assert loading.corrupt.client.get("/health/ready").status_code == 503


def test_every_message_is_answered_without_the_sentence_encoder(loading: Loading) -> None:
    loading.no_encoder.wait_until_rasa_gave_up()
    assert_every_message_is_answered(loading.no_encoder, "sentence encoder missing")
    assert loading.no_encoder.client.get("/health/ready").status_code == 503


# The whole bot


@pytest.fixture
def bot(loading: Loading) -> Bot:
    """The whole bot with its model loaded and the door asking it."""
    loading.bot.wait_until_ready()
    loading.bot.wait_until_rasa_is_asked(ORDINARY)
    return loading.bot


class TestManyAtOnce:
    def test_two_hundred_messages_at_once_are_all_answered(self, bot: Bot) -> None:
        outcome = OUTCOMES.begin("200 messages at once, slowest of each kind")
        six = (OVERDOSE, ORDINARY, ORDINARY, BLACKMAIL, ORDINARY, ORDINARY)
        texts = [six[n % 6] for n in range(200)]
        answers = asyncio.run(say_at_once(bot, texts))
        slowest = {text: max(took for said, _, took in answers if said == text) for text in texts}
        outcome.life = f"{slowest[OVERDOSE]:.1f}"
        outcome.ceop = f"{slowest[BLACKMAIL]:.1f}"
        ordinary = [reply for text, reply, _ in answers if text == ORDINARY]
        kinds = Counter(answered_with(reply, 0).split(" ")[0] for reply in ordinary)
        outcome.ordinary = ", ".join(f"{n} × {kind}" for kind, n in kinds.most_common()) + (
            f" ({slowest[ORDINARY]:.1f} s)"
        )
        for text, reply, took in answers:
            if text == OVERDOSE:
                assert_999_first(reply)
            elif text == BLACKMAIL:
                assert_ceop_first(reply)
            else:
                assert_help_is_named(reply)
            assert text == ORDINARY or took < SECONDS, (text, took)
        # Those who come first get their advice; only the others are told to try again.
        assert kinds["advice.grooming_stranger_contact"] >= 5, kinds


async def say_at_once(bot: Bot, texts: list[str]) -> list[tuple[str, dict[str, Any], float]]:
    """Each text in a conversation of its own, all sent together; with reply and seconds."""
    tokens = [bot.conversation() for _ in texts]
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=bot.url, timeout=30, limits=limits) as client:

        async def say(token: str, text: str) -> tuple[str, dict[str, Any], float]:
            order = {"token": token, "text": text}
            started = time.monotonic()
            answer = await client.post("/api/messages", json=order)
            took = time.monotonic() - started
            reply: dict[str, Any] = answer.raise_for_status().json()["reply"]
            return text, reply, took

        return await asyncio.gather(*map(say, tokens, texts))


class TestDatabase:
    def test_a_full_disk_silences_nobody(self, bot: Bot) -> None:
        rows = bot.rows()
        with bot.full_database():
            assert_every_message_is_answered(bot, "tracker database full")
            assert bot.rows() == rows, "there was room"
        bot.say(ORDINARY)
        assert bot.rows() > rows, "there is no room again"

    def test_a_corrupt_row_silences_nobody_its_own_conversation_included(self, bot: Bot) -> None:
        rasa = bot.process("rasa").pid
        token = bot.conversation()
        bot.say(ORDINARY, token)
        bot.spoil_newest_row()
        assert_help_is_named(bot.say(ORDINARY, token))
        assert_999_first(bot.say(OVERDOSE, token))
        said = assert_every_message_is_answered(bot, "tracker database with a corrupt row")
        assert "only know online" in said.lower(), "others got no advice"
        assert bot.process("rasa").pid == rasa, "Rasa ended"

    def test_a_database_deleted_while_running_silences_nobody(self, bot: Bot) -> None:
        bot.delete_database()
        said = assert_every_message_is_answered(bot, "tracker database gone")
        assert "only know online" in said.lower()


class TestDoorRestarted:
    def test_a_conversation_goes_on_in_the_new_door(self, loading: Loading) -> None:
        bot = loading.bot
        token = bot.conversation()
        bot.say(ORDINARY, token)
        outcome = OUTCOMES.begin("door killed in a conversation (times from its death on)")
        bot.kill("door")
        died = time.monotonic()
        life = until_answered(bot, token, OVERDOSE)
        outcome.life = f"{time.monotonic() - died:.1f}"
        assert_999_first(life)
        ceop = until_answered(bot, token, BLACKMAIL)
        outcome.ceop = f"{time.monotonic() - died:.1f}"
        assert_ceop_first(ceop)
        assert_help_is_named(until_answered(bot, token, ORDINARY))
        ordinary, took = timed(bot, ORDINARY)
        outcome.ordinary = answered_with(ordinary, took)
        page = bot.client.post("/chat", data={"token": token, "text": OVERDOSE}).text
        assert "999" in page.split('<ol class="log">')[1]


def until_answered(bot: Bot, token: str, text: str) -> dict[str, Any]:
    """Send again until the door is back, as a widget does; the old token is of no use to it."""
    answers: list[httpx.Response] = []

    def answered() -> bool:
        try:
            answers.append(bot.client.post("/api/messages", json={"token": token, "text": text}))
        except httpx.HTTPError:
            return False
        return True

    wait_until(answered, 20, "the door did not come back")
    assert answers[0].status_code == httpx.codes.GONE
    reply: dict[str, Any] = msgspec.json.decode(answers[0].content)["reply"]
    return reply


@pytest.mark.parametrize("part", ["corrupt", "no_encoder"])
def test_rasa_that_cannot_load_ends_to_be_started_again(loading: Loading, part: str) -> None:
    door: LoneDoor = getattr(loading, part)
    door.wait_until_rasa_gave_up()
    assert door.rasa_exit(30) == 1
