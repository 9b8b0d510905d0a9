"""The grown set-up as its users meet it, and with parts of it dead or hanging."""

from __future__ import annotations

import re
import secrets
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from signpost.settings import ROOT
from tests.production.stack import Stack, first, words
from tests.servers import wait_until

ORDINARY = "someone i met on roblox wants my number"
TABLETS = "i took loads of tablets"
BLACKMAIL = "he says he'll post my pics if i dont send more, im 14"
# At once, as a person feels it, on a machine that does a dozen other things.
AT_ONCE = 5.0


def is_whole(stack: Stack) -> bool:
    try:
        ready = [stack.ready(number) for number in (0, 1)]
    except httpx.HTTPError:
        return False
    if not all(each["model"] and each["store"] == "redis" for each in ready):
        return False
    try:
        return all(
            first(stack.say(ORDINARY, door=door.url)).startswith("advice.") for door in stack.doors
        )
    except httpx.HTTPError:
        return False


def wait_until_whole(stack: Stack) -> None:
    """Until every part works again: nothing has to be done for that."""
    wait_until(lambda: is_whole(stack), "the set-up is not whole", 120)


@pytest.fixture(scope="module", autouse=True)
def whole(stack: Stack) -> None:
    """The tests begin with all parts up; who does something to one waits until it is again."""
    wait_until_whole(stack)


def at_once(stack: Stack, text: str, token: str = "") -> dict[str, object]:
    """A message whose answer must not wait."""
    token = token or stack.begin()
    started = time.monotonic()
    reply = stack.say(text, token)
    assert time.monotonic() - started < AT_ONCE
    return reply


def assert_crises_are_answered(stack: Stack) -> None:
    assert "999" in words(at_once(stack, TABLETS))[:40]
    assert "CEOP" in words(at_once(stack, BLACKMAIL))[:40]


class TestOneConversationAtTwoDoors:
    def test_what_was_said_at_one_is_known_at_the_other(self, stack: Stack) -> None:
        one, other = (door.url for door in stack.doors)
        token = stack.begin(one)
        asked = stack.say(ORDINARY, token, one)
        choice = next(each for each in asked["choices"] if each["intent"] == "tell_audience_parent")
        # The other door offers what this one offered, and Rasa, whichever, knows what it was about.
        answered = stack.say(choice["title"], token, other)
        entries = {bubble["entry"] for bubble in answered["bubbles"]}
        assert "advice.grooming_stranger_contact/parent" in entries

    def test_danger_told_in_two_messages_is_seen_at_whichever_door(self, stack: Stack) -> None:
        one, other = (door.url for door in stack.doors)
        token = stack.begin(one)
        stack.say("i want to", token, one)
        assert stack.say("kill myself", token, other)["route"] == "999"

    def test_the_standing_line_goes_with_the_conversation_until_start_again(
        self, stack: Stack
    ) -> None:
        one, other = (door.url for door in stack.doors)
        token = stack.begin(one)
        stack.say(TABLETS, token, one)
        assert stack.say("thanks", token, other)["bubbles"][-1]["kind"] == "standing"
        httpx.post(f"{other}/api/start-again", json={"token": token}, trust_env=False)
        assert stack.say("thanks", token, one)["bubbles"][-1]["kind"] != "standing"

    def test_a_message_that_comes_to_both_is_answered_once(self, stack: Stack) -> None:
        one, other = (door.url for door in stack.doors)
        token = stack.begin(one)
        id_ = secrets.token_hex(8)
        answers = [stack.say(ORDINARY, token, door, id=id_) for door in (one, other, one)]
        assert answers[0] == answers[1] == answers[2]
        transcript = httpx.post(
            f"{other}/api/transcript", json={"token": token}, trust_env=False
        ).json()
        assert [line["speaker"] for line in transcript["lines"]].count("user") == 1

    def test_what_is_ended_at_one_is_gone_at_the_other_and_in_the_database(
        self, stack: Stack
    ) -> None:
        one, other = (door.url for door in stack.doors)
        begun = httpx.post(f"{one}/api/conversations", json={}, trust_env=False).json()
        token, id_ = begun["token"], begun["reference"].replace("-", "")
        stack.say("people keep being mean to me on whatsapp", token, one)
        assert rows_of(stack, id_) > 0
        httpx.post(f"{other}/api/end", json={"token": token}, trust_env=False)
        wait_until(lambda: rows_of(stack, id_) == 0, "the database still holds it")
        gone = httpx.post(
            f"{one}/api/messages", json={"token": token, "text": "hello"}, trust_env=False
        )
        assert gone.status_code == 410

    def test_a_reference_given_to_any_door_erases_it_everywhere(self, stack: Stack) -> None:
        one = stack.doors[0].url
        begun = httpx.post(f"{one}/api/conversations", json={}, trust_env=False).json()
        stack.say("people keep being mean to me on whatsapp", begun["token"], one)
        ended = subprocess.run(
            [sys.executable, "-m", "signpost.cli", "erase", begun["reference"]],
            cwd=ROOT,
            env=stack.doors[1].environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert rows_of(stack, begun["reference"].replace("-", "")) == 0
        gone = httpx.post(
            f"{one}/api/messages", json={"token": begun["token"], "text": "hi"}, trust_env=False
        )
        assert gone.status_code == 410

    def test_messages_of_one_person_through_both_doors_are_all_answered(self, stack: Stack) -> None:
        token = stack.begin()
        texts = [ORDINARY, "thanks", "how do i block someone on insta", "thanks"] * 2
        replies = [stack.say(text, token) for text in texts]
        assert all(not first(reply).startswith("conversation.trouble") for reply in replies)


def rows_of(stack: Stack, id_: str) -> int:
    return int(stack.postgres.ask(f"SELECT count(*) FROM events WHERE sender_id = '{id_}'"))


class TestThePublicSide:
    def test_only_tls_is_served_and_the_headers_are_strict(self, stack: Stack) -> None:
        plain = httpx.get(
            f"http://127.0.0.1:{stack.ports['http']}/chat", trust_env=False, follow_redirects=False
        )
        assert plain.status_code == 301
        assert plain.headers["location"].startswith("https://")
        page = stack.client.get("/chat")
        assert page.status_code == 200
        assert "max-age" in page.headers["strict-transport-security"]
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["cache-control"] == "no-store"
        assert "nginx/" not in page.headers.get("server", "")

    def test_old_tls_is_refused(self, stack: Stack) -> None:
        old = ssl.create_default_context(cafile=str(stack.folder / "nginx" / "tls.pem"))
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        with (
            pytest.raises(ssl.SSLError),
            socket.create_connection(("127.0.0.1", stack.ports["https"]), 10) as plain,
        ):
            old.wrap_socket(plain, server_hostname="localhost")

    @pytest.mark.parametrize(
        "path",
        [
            *("/health/ready", "/health/live", "/metrics", "/model", "/model/train", "/status"),
            *("/webhooks/door/turn", "/webhooks/door/erase", "/webhooks/rest/webhook"),
            *("/conversations/x/tracker", "/webhook", "/.git/config", "/workbench", "/admin"),
            *("/static/..%2f..%2fapp.py", "/static/../app.py", "/static/%2e%2e/%2e%2e/app.py"),
            *("/fallback/emergency.html", "/api/%2e%2e/health/ready", "//health/ready"),
            *("/widget/0123456789abcdef/..%2f..%2f..%2fetc%2fpasswd", "/chat/../health/ready"),
        ],
    )
    def test_nothing_else_is_reached_and_the_refusal_has_the_emergency_words(
        self, stack: Stack, path: str
    ) -> None:
        for method in ("GET", "POST"):
            status, body = raw(stack, f"{method} {path} HTTP/1.1\r\nContent-Length: 0\r\n")
            assert 400 <= status < 500, (method, path, status)
            assert "999" in body
            assert "0800" in body

    @pytest.mark.parametrize(
        ("head", "status"),
        [
            pytest.param("NONSENSE\r\n", 400, id="no request at all"),
            pytest.param(
                "GET /chat HTTP/1.1\r\nX: " + "x" * 9_000 + "\r\n", 400, id="a header too long"
            ),
            pytest.param("GET /" + "x" * 9_000 + " HTTP/1.1\r\n", 414, id="an address too long"),
            pytest.param(
                "POST /chat HTTP/1.1\r\nContent-Length: 999999999\r\n", 413, id="too large"
            ),
            pytest.param(
                "POST /chat HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
                400,
                id="two lengths",
            ),
        ],
    )
    def test_what_nginx_itself_refuses_has_the_emergency_words(
        self, stack: Stack, head: str, status: int
    ) -> None:
        found, body = raw(stack, head)
        assert found == status
        assert "999" in body
        assert "Childline" in body

    def test_a_program_is_refused_in_json_with_the_same_words(self, stack: Stack) -> None:
        answer = stack.client.post("/api/messages", content=b"x" * 400_000)
        assert answer.status_code == 413
        assert answer.json()["reply"]["route"] == "both"

    def test_no_log_of_the_web_server_says_who_or_what(self, stack: Stack) -> None:
        stack.client.get("/chat?context=xylophone")
        stack.say("my gerbil marmalade is lost")
        logs = "".join(file.read_text() for file in (stack.folder / "nginx").glob("*.log"))
        assert logs
        for part in ("xylophone", "marmalade", " 127.0.0.1 ", "Mozilla", "python-httpx"):
            assert part not in logs


def raw(stack: Stack, head: str) -> tuple[int, str]:
    """Send a request as it stands, which no client would let us; returns status and body."""
    context = ssl.create_default_context(cafile=str(stack.folder / "nginx" / "tls.pem"))
    plain = socket.create_connection(("127.0.0.1", stack.ports["https"]), 20)
    with context.wrap_socket(plain, server_hostname="localhost") as connection:
        connection.sendall(f"{head}Host: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        try:
            while block := connection.recv(65536):
                answer += block
        except OSError:
            pass  # closed before all was sent: what it had to say is here
    status = re.match(rb"HTTP/1\.\d (\d+)", answer)
    return int(status[1]) if status else 400, answer.decode("utf-8", "replace")


class TestRasaIsClosed:
    def test_no_interface_of_rasa_s_own_is_open_even_where_doors_reach_it(
        self, stack: Stack
    ) -> None:
        for rasa in stack.rasas:
            for method, path in (
                *(("PUT", "/model"), ("POST", "/model/train"), ("GET", "/status")),
                *(("GET", "/conversations/x/tracker"), ("POST", "/webhooks/rest/webhook")),
            ):
                answer = httpx.request(method, f"{rasa.url}{path}", json={}, trust_env=False)
                assert answer.status_code == 404, (method, path)

    def test_without_the_token_nothing_is_answered_or_erased(self, stack: Stack) -> None:
        order = {"conversation": "x", "text": "hello"}
        for path in ("turn", "erase"):
            url = f"{stack.rasas[0].url}/webhooks/door/{path}"
            assert httpx.post(url, json=order, trust_env=False).status_code == 403

    def test_the_balancer_passes_on_nothing_but_the_door_s_own_channel(self, stack: Stack) -> None:
        base = f"http://127.0.0.1:{stack.ports['rasa_balancer']}"
        for path in ("/", "/model", "/status", "/webhooks/rest/webhook"):
            assert httpx.get(f"{base}{path}", trust_env=False).status_code == 404


@pytest.fixture
def back(stack: Stack) -> Iterator[list[Callable[[], None]]]:
    """What to do so that all is whole again, also when a test fails."""
    undo: list[Callable[[], None]] = []
    yield undo
    for each in undo:
        each()
    wait_until_whole(stack)


class TestPartsThatFail:
    def test_redis_hangs(self, stack: Stack, back: list[Callable[[], None]]) -> None:
        token = stack.begin()
        stack.say(ORDINARY, token)
        stack.redis.pause()
        back.append(stack.redis.resume)
        assert_crises_are_answered(stack)
        assert "999" in words(at_once(stack, TABLETS, token))[:40]
        # Rasa's locks are in there, too: an ordinary message gets an apology with the numbers.
        assert "999" in words(stack.say("is it legal to share a photo", token))
        assert "redis does not answer" in stack.ready(0)["store"]

    def test_redis_dies_and_forgets(self, stack: Stack, back: list[Callable[[], None]]) -> None:
        token = stack.begin()
        stack.say(TABLETS, token)
        stack.redis.kill()
        back.append(stack.redis.start)
        assert_crises_are_answered(stack)
        for door in stack.doors:
            assert stack.say("hello", token, door.url)["bubbles"]

    def test_a_door_dies(self, stack: Stack, back: list[Callable[[], None]]) -> None:
        token = stack.begin(stack.doors[0].url)
        stack.say(TABLETS, token, stack.doors[0].url)
        stack.doors[0].kill()
        back.append(stack.doors[0].start)
        # The other one goes on with the same conversation.
        for _ in range(4):
            reply = stack.say("thanks", token)
            assert reply["bubbles"][-1]["kind"] == "standing"
        assert_crises_are_answered(stack)

    def test_all_doors_die(self, stack: Stack, back: list[Callable[[], None]]) -> None:
        for door in stack.doors:
            door.kill()
            back.append(door.start)
        page = stack.client.get("/chat")
        assert page.status_code == 502
        assert 'href="tel:999"' in page.text
        answer = stack.client.post("/api/messages", json={"text": "hello", "token": "x"})
        assert answer.status_code == 502
        assert answer.json()["reply"]["bubbles"][0]["kind"] == "crisis"
        text = stack.client.post("/webhooks/twilio/sms", data={"Body": "hello"})
        assert text.status_code == 200
        assert "<Message>" in text.text
        assert "999" in text.text

    def test_a_rasa_server_dies(self, stack: Stack, back: list[Callable[[], None]]) -> None:
        stack.rasas[0].kill()
        back.append(stack.rasas[0].start)
        for _ in range(4):
            assert first(stack.say(ORDINARY)).startswith("advice.")
        assert_crises_are_answered(stack)

    def test_an_action_server_dies(self, stack: Stack, back: list[Callable[[], None]]) -> None:
        stack.actions[1].kill()
        back.append(stack.actions[1].start)
        for _ in range(4):
            assert first(stack.say(ORDINARY)).startswith("advice.")

    def test_postgresql_dies(self, stack: Stack, back: list[Callable[[], None]]) -> None:
        stack.postgres.kill()
        back.append(stack.postgres.start)
        assert_crises_are_answered(stack)
        assert stack.say(ORDINARY)["bubbles"]
