"""HttpRasa against a real HTTP server on loopback that can be told to misbehave."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest

from signpost.door.rasa import AT_ONCE, TOKEN_HEADER, Answer, HttpRasa, RasaUnavailable
from signpost.register.models import Bubble, Choice, Reply

pytestmark = pytest.mark.anyio

TOKEN = "a token"
TIMEOUT = 0.4
ANSWER = Answer(
    replies=[Reply(bubbles=[Bubble(entry="advice.x/child", text="Hello.")])],
    events=[{"event": "user", "text": "hi"}],
)

Behaviour = Callable[["Handler"], None]


class Server(ThreadingHTTPServer):
    """Answers each request by `behaviour`, and counts them."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour: Behaviour = right
        self.orders: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/webhooks/door"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.orders.append(msgspec.json.decode(body))
        if self.path != "/webhooks/door/turn":
            self.answer(404, b"")
        elif self.headers[TOKEN_HEADER] != TOKEN:
            self.answer(403, b'{"error": "wrong token"}')
        else:
            self.server.behaviour(self)

    def do_GET(self) -> None:
        self.answer(200 if self.server.behaviour is right else 503, b"{}")

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def right(handler: Handler) -> None:
    handler.answer(200, msgspec.json.encode(ANSWER))


def failing(handler: Handler) -> None:
    handler.answer(500, b"boom")


def saying(body: bytes) -> Behaviour:
    return lambda handler: handler.answer(200, body)


def hanging(handler: Handler) -> None:
    time.sleep(TIMEOUT * 4)
    handler.close_connection = True


def trickling(handler: Handler) -> None:
    """A byte now and then, each well within a read's time limit."""
    body = msgspec.json.encode(ANSWER)
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for place in range(20):
        try:
            handler.wfile.write(body[place : place + 1])
        except OSError:
            return
        time.sleep(TIMEOUT / 4)
    handler.close_connection = True


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" " * 65536)
    except OSError:
        handler.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield running
        running.shutdown()


@pytest.fixture
async def rasa(server: Server) -> AsyncIterator[HttpRasa]:
    client = asking(server.url)
    yield client
    await client.close()


def asking(url: str, token: str = TOKEN) -> HttpRasa:
    return HttpRasa(url, token, TIMEOUT, failures=2, seconds=1)


async def refused(rasa: HttpRasa) -> str:
    """Why there was no answer."""
    with pytest.raises(RasaUnavailable) as error:
        await rasa.ask("c1", "hello", {})
    return str(error.value)


async def test_a_right_answer_comes_back_whole(server: Server, rasa: HttpRasa) -> None:
    assert await rasa.ask("c1", "hello", {"door": {"assessed": True}}) == ANSWER
    assert server.orders == [
        {"conversation": "c1", "text": "hello", "metadata": {"door": {"assessed": True}}}
    ]


async def test_a_failing_rasa_is_unavailable(server: Server, rasa: HttpRasa) -> None:
    server.behaviour = failing
    assert await refused(rasa) == "HTTPStatusError"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"replies": "none"}',
        b'{"replies": [{"bubbles": [{"text": "no entry"}]}]}',
        b'{"replies": [{"bubbles": [{"entry": "x", "text": "\xff"}]}]}',
        b'{"replies": [], "events": [{"a": ' + b"[" * 100_000,
    ],
    ids=["nothing", "html", "list", "wrong kind", "no entry id", "no UTF-8", "bottomless"],
)
async def test_garbage_is_no_answer(server: Server, rasa: HttpRasa, body: bytes) -> None:
    server.behaviour = saying(body)
    await refused(rasa)


@pytest.mark.parametrize("behaviour", [hanging, trickling])
async def test_a_slow_answer_is_not_waited_for(
    server: Server, rasa: HttpRasa, behaviour: Behaviour
) -> None:
    server.behaviour = behaviour
    started = time.monotonic()
    await refused(rasa)
    assert TIMEOUT * 0.9 <= time.monotonic() - started < TIMEOUT * 2


async def test_an_answer_without_end_is_given_up_before_it_fills_the_memory(
    server: Server,
) -> None:
    server.behaviour = endless
    patient = HttpRasa(server.url, TOKEN, timeout=20, failures=2, seconds=1)
    started = time.monotonic()
    assert await refused(patient) == "its answer is too long"
    assert time.monotonic() - started < 10
    await patient.close()


async def test_what_many_ask_at_once_reaches_rasa_a_few_at_a_time(server: Server) -> None:
    rasa = HttpRasa(server.url, TOKEN, timeout=20, failures=2, seconds=1)
    at_once: list[int] = []
    working = threading.Semaphore(1000)

    def busy(handler: Handler) -> None:
        working.acquire()
        at_once.append(1000 - working._value)
        time.sleep(0.01)
        working.release()
        right(handler)

    server.behaviour = busy
    answers = await asyncio.gather(*(rasa.ask(f"c{n}", "hello", {}) for n in range(60)))
    assert answers == [ANSWER] * 60
    assert 1 < max(at_once) <= AT_ONCE
    await rasa.close()


async def test_too_many_at_once_are_refused_in_time_and_rasa_is_asked_again_at_once(
    server: Server,
) -> None:
    def slowly(handler: Handler) -> None:
        time.sleep(1.3)
        right(handler)

    server.behaviour = slowly
    rasa = HttpRasa(server.url, TOKEN, timeout=2.0, failures=2, seconds=5)
    asked = [rasa.ask(f"c{n}", "hello", {}) for n in range(AT_ONCE + 4)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert answers[:AT_ONCE] == [ANSWER] * AT_ONCE
    assert all("too many" in str(each) for each in answers[AT_ONCE:])
    assert await rasa.ask("c", "hello", {}) == ANSWER
    await rasa.close()


async def test_a_closed_port_is_unavailable_at_once() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    rasa = asking(f"http://127.0.0.1:{port}/webhooks/door")
    assert await refused(rasa) == "ConnectError"
    assert not await rasa.ready()
    await rasa.close()


async def test_a_wrong_token_is_unavailable(server: Server) -> None:
    rasa = asking(server.url, token="another")
    assert await refused(rasa) == "HTTPStatusError"
    await rasa.close()


async def test_after_several_failures_rasa_is_not_asked_for_a_while(
    server: Server, rasa: HttpRasa
) -> None:
    server.behaviour = failing
    await refused(rasa)
    await refused(rasa)
    assert "not asked" in await refused(rasa)
    assert len(server.orders) == 2


async def test_once_rasa_is_well_again_it_is_asked_again(server: Server, rasa: HttpRasa) -> None:
    server.behaviour = failing
    await refused(rasa)
    await refused(rasa)
    server.behaviour = right
    time.sleep(1.05)  # noqa: ASYNC251 - nothing else runs meanwhile
    assert await rasa.ask("c1", "hello", {}) == ANSWER
    server.behaviour = failing
    assert await refused(rasa) == "HTTPStatusError"


async def test_one_failure_between_answers_does_not_stop_the_asking(
    server: Server, rasa: HttpRasa
) -> None:
    for _ in range(3):
        server.behaviour = failing
        await refused(rasa)
        server.behaviour = right
        assert await rasa.ask("c1", "hello", {}) == ANSWER


async def test_a_garbled_answer_counts_as_a_failure(server: Server, rasa: HttpRasa) -> None:
    server.behaviour = saying(b'{"replies": [{"bubbles": [{"entry": "\xff"}]}]}')
    await refused(rasa)
    await refused(rasa)
    assert "not asked" in await refused(rasa)


async def test_a_proxy_for_the_outside_world_is_not_used_for_rasa(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    rasa = asking(server.url)
    assert await rasa.ask("c1", "hello", {}) == ANSWER
    await rasa.close()


async def test_rasa_is_ready_when_its_model_is_loaded(server: Server, rasa: HttpRasa) -> None:
    assert await rasa.ready()
    server.behaviour = failing
    assert not await rasa.ready()


def test_several_replies_of_a_turn_are_read_as_one() -> None:
    answer = Answer(
        replies=[
            Reply(bubbles=[Bubble(entry="a", text="One.")]),
            Reply(
                bubbles=[Bubble(entry="b", text="Two.")],
                choices=[Choice("Yes", "affirm")],
                route="999",
                check_in=True,
            ),
        ]
    )
    merged = answer.merged()
    assert merged.text() == "One.\n\nTwo."
    assert (merged.route, merged.check_in) == ("999", True)
    assert merged.choices == [Choice("Yes", "affirm")]


def test_a_bubble_that_shows_nothing_is_no_answer() -> None:
    blank = Bubble(entry="a", text=" \n")
    card = Bubble(entry="b", text="", title="Childline")
    assert Answer(replies=[Reply(bubbles=[blank])]).merged().bubbles == []
    assert Answer(replies=[Reply(bubbles=[blank, card])]).merged().bubbles == [card]
