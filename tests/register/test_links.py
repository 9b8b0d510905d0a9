"""Links are asked of a real server on loopback that gives every kind of answer."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from signpost import cli
from signpost.register import checks, links
from signpost.register.checks import Problem
from signpost.register.loader import load
from tests.stand_ins import COUNCIL, entry, service, write, write_entry


class Server(ThreadingHTTPServer):
    """Answers by path, and counts who asked what and how many were asking at once."""

    daemon_threads = True
    port: int

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = int(self.server_address[1])
        self.asked: list[tuple[str, str]] = []
        self.agents: set[str] = set()
        self.asking: dict[str, int] = {}
        self.most_of_a_host = 0
        self.most = 0
        self.times: list[float] = []
        # What a path answers first; then it answers 200.
        self.busy: dict[str, str] = {}
        self.lock = threading.Lock()
        self.stopped = threading.Event()

    def url(self, path: str, host: str = "a.test") -> str:
        return f"http://{host}:{self.port}{path}"

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no news."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        server, host = self.server, self.headers["Host"]
        with server.lock:
            server.asked.append((self.command, self.path))
            server.times.append(time.monotonic())
            server.agents.add(self.headers["User-Agent"])
            server.asking[host] = server.asking.get(host, 0) + 1
            server.most_of_a_host = max(server.most_of_a_host, server.asking[host])
            server.most = max(server.most, sum(server.asking.values()))
        if self.path.startswith("/pause"):
            time.sleep(0.1)
        # Before the answer: whoever has it may ask again at once.
        with server.lock:
            server.asking[host] -= 1
        self.say()

    def say(self) -> None:
        kind, _, rest = self.path.strip("/").partition("/")
        self.close_connection = True
        if kind == "slow":
            self.server.stopped.wait(5)
            return
        if kind == "closed" or (kind == "closed-to-head" and self.command == "HEAD"):
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        refused = kind == "get-only" and self.command == "HEAD"
        status = 405 if refused else 302 if kind == "circle" else 200
        if kind.isdigit():
            status = int(kind)
        wait = self.server.busy.pop(self.path, "")
        if wait:
            status = 429
        self.send_response(status)
        if wait:
            self.send_header("Retry-After", wait)
        if kind == "circle":
            self.send_header("Location", self.path)
        elif status in (301, 302):
            self.send_header("Location", f"/{rest}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing to stderr."""


@pytest.fixture(autouse=True)
def _standard_loop() -> Iterator[None]:
    """asyncio's own loop: Rasa sets another, whose name look-ups no test can lead to loopback."""
    before = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())
    yield
    asyncio.set_event_loop_policy(before)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A running server; names under .test lead to it, and nothing leads anywhere else."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    real = socket.getaddrinfo

    def resolve(host: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name.endswith(".test"):
            return real("127.0.0.1", *rest, **more)
        if name == "resolver.down":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(links, "SECONDS", 1.0)
    monkeypatch.setattr(links, "PAUSE", 0.0)
    running = Server()
    thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield running
    running.stopped.set()
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "state" / "links.json"


def told(cache: Path, *urls: str) -> list[Problem]:
    return links.check_links({url: ["service.x/url"] for url in urls}, cache)


def test_an_address_that_answers_is_no_problem(server: Server, cache: Path) -> None:
    assert told(cache, server.url("/200")) == []
    assert server.asked == [("HEAD", "/200")]
    assert server.agents == {links.USER_AGENT}


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_an_error(server: Server, cache: Path, status: int) -> None:
    url = server.url(f"/{status}")
    assert [(each.level, str(each)) for each in told(cache, url)] == [
        (
            "error",
            f"service.x/url: {url} is dead ({status}); find where it went, or take it out.",
        )
    ]
    assert [method for method, _ in server.asked] == ["HEAD", "GET"]


def test_a_host_that_does_not_exist_is_an_error(server: Server, cache: Path) -> None:
    found = told(cache, "http://nowhere.invalid/", server.url("/200"))
    assert [each.level for each in found] == ["error"]
    assert "is dead (no such host)" in str(found[0])


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_refusal_says_nothing_of_the_page(server: Server, cache: Path, status: int) -> None:
    found = told(cache, server.url(f"/{status}"))
    assert [each.level for each in found] == ["warning"]
    assert f"could not be checked ({status})" in str(found[0])


def test_a_host_that_asks_for_fewer_requests_gets_no_second_one(
    server: Server, cache: Path
) -> None:
    told(cache, server.url("/429"))
    assert server.asked == [("HEAD", "/429")]


@pytest.mark.parametrize("how", ["seconds", "a date"])
def test_a_host_that_asks_for_a_moment_gets_it(server: Server, cache: Path, how: str) -> None:
    soon = datetime.now(timezone.utc) + timedelta(seconds=2)
    server.busy["/busy"] = "1" if how == "seconds" else format_datetime(soon, usegmt=True)
    assert told(cache, server.url("/busy")) == []
    assert [method for method, _ in server.asked] == ["HEAD", "HEAD"]
    assert server.times[1] - server.times[0] >= (0.9 if how == "seconds" else 0.2)


def test_a_host_that_asks_for_long_is_left_alone(server: Server, cache: Path) -> None:
    server.busy["/busy"] = "3600"
    found = told(cache, server.url("/busy"), server.url("/200"), server.url("/200", "b.test"))
    assert server.asked.count(("HEAD", "/200")) == 1
    assert [each.level for each in found] == ["warning", "warning"]
    assert "could not be checked (429)" in str(found[0])
    assert "the site asked to be left alone" in str(found[1])


def test_a_host_is_not_asked_again_within_its_pause(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "PAUSE", 0.3)
    assert told(cache, *(server.url(f"/200/{number}") for number in range(3))) == []
    gaps = [after - before for before, after in zip(server.times, server.times[1:], strict=False)]
    assert min(gaps) >= 0.25


def test_each_answer_is_told_as_it_comes(server: Server) -> None:
    heard: list[str] = []
    urls = [server.url("/200"), server.url("/404")]
    asyncio.run(links.ask(urls, told=lambda url, answer: heard.append(f"{answer.status} {url}")))
    assert sorted(heard) == [f"200 {urls[0]}", f"404 {urls[1]}"]


@pytest.mark.parametrize("path", ["/get-only", "/closed-to-head"])
def test_a_page_that_answers_only_to_get_is_no_problem(
    server: Server, cache: Path, path: str
) -> None:
    assert told(cache, server.url(path)) == []
    assert [method for method, _ in server.asked] == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("path", "reason"), [("/slow", "no answer in time"), ("/closed", "no connection")]
)
def test_silence_is_a_warning(server: Server, cache: Path, path: str, reason: str) -> None:
    found = told(cache, server.url(path), server.url("/200"))
    assert [each.level for each in found] == ["warning"]
    assert f"could not be checked ({reason})" in str(found[0])


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Iterator[Server]:
    """A server over TLS, with a believed certificate for the name right.test."""
    certificate, key = certificate_for("right.test", tmp_path)
    monkeypatch.setattr(links, "trusted", lambda: ssl.create_default_context(cafile=certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    running = Server()
    running.socket = context.wrap_socket(running.socket, server_side=True)
    thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def certificate_for(name: str, folder: Path) -> tuple[Path, Path]:
    """Files of a new certificate that signs itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


def test_a_certificate_for_another_name_is_told(
    secure: Server, server: Server, cache: Path
) -> None:
    right = f"https://right.test:{secure.port}/200"
    wrong = f"https://wrong.test:{secure.port}/200"
    found = told(cache, right, wrong, server.url("/200"))
    assert [each.words for each in found] == [wrong]
    assert "has a certificate that browsers warn of" in str(found[0])


def test_a_resolver_that_is_down_says_nothing_of_the_host(server: Server, cache: Path) -> None:
    found = told(cache, "http://resolver.down/", server.url("/200"))
    assert [each.level for each in found] == ["warning"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/301/200", "has moved for good to"),
        ("/302/200", "redirects to"),
        ("/301/302/200", "redirects to"),
    ],
)
def test_a_redirect_is_told_of(server: Server, cache: Path, path: str, words: str) -> None:
    found = told(cache, server.url(path))
    assert [each.level for each in found] == ["warning"]
    assert f"{words} {server.url('/200')};" in str(found[0])


def test_a_redirect_to_a_page_that_is_gone_is_an_error(server: Server, cache: Path) -> None:
    assert [each.level for each in told(cache, server.url("/301/404"))] == ["error"]


@pytest.mark.parametrize("path", ["/circle", "/301/302/301/302/301/302/301/200"])
def test_redirects_without_end_are_given_up(server: Server, cache: Path, path: str) -> None:
    found = told(cache, server.url(path))
    assert "redirects without end" in str(found[0])
    assert len(server.asked) <= links.HOPS + 1


def test_every_place_of_an_address_is_named(server: Server, cache: Path) -> None:
    found = links.check_links({server.url("/404"): ["service.a/url", "advice.b/child"]}, cache)
    assert str(found[0]).startswith("service.a/url: ")
    assert str(found[0]).endswith("(also in advice.b/child).")


def test_a_host_is_asked_one_thing_at_a_time_and_all_hosts_four(
    server: Server, cache: Path
) -> None:
    hosts = [f"{name}.test" for name in "abcdefgh"]
    urls = [server.url(f"/pause/{n}", host) for host in hosts for n in range(3)]
    assert told(cache, *urls) == []
    assert server.most_of_a_host == 1
    assert server.most == links.AT_ONCE


def test_an_answer_is_kept_for_a_day(server: Server, cache: Path) -> None:
    url = server.url("/404")
    assert told(cache, url) == told(cache, url)
    assert len(server.asked) == 2
    old = datetime.now(timezone.utc) - timedelta(hours=25)
    cache.write_text(json.dumps({url: {"checked_at": old.isoformat(), "status": 200}}))
    assert len(told(cache, url)) == 1
    assert len(server.asked) == 4


def test_a_failure_to_connect_is_asked_again(server: Server, cache: Path) -> None:
    told(cache, server.url("/closed"), server.url("/200"))
    assert list(json.loads(cache.read_text())) == [server.url("/200")]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"a": {"checked_at": "x"}}'])
def test_a_cache_that_cannot_be_read_is_no_cache(server: Server, cache: Path, text: str) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text(text)
    assert len(told(cache, server.url("/404"))) == 1


def test_without_a_network_one_sentence_is_said_and_nothing_kept(
    server: Server, cache: Path
) -> None:
    found = told(cache, "http://nowhere.invalid/", "http://resolver.down/", "http://b.invalid/")
    assert [str(each) for each in found] == [
        "links: there is no network, so no link was checked; try again when there is."
    ]
    assert found[0].level == "warning"
    assert not cache.exists()


def test_no_addresses_are_no_problem(server: Server, cache: Path) -> None:
    assert told(cache) == []


def test_a_time_limit_holds_for_the_whole_request(server: Server) -> None:
    started = time.monotonic()
    answers = asyncio.run(links.ask([server.url("/slow"), server.url("/200")], seconds=0.3))
    assert answers[server.url("/slow")].failure == "no answer in time"
    assert time.monotonic() - started < 3


def test_the_addresses_of_services_councils_and_entries_are_asked(content: Path) -> None:
    write(content, "services", service("iwf", url="https://www.iwf.org.uk/"))
    words = "See https://example.org/a. {iwf.url} Also https://www.iwf.org.uk/ here."
    write_entry(content, entry("advice.scam_fraud", words))
    found = links.addresses(load(content, COUNCIL))
    assert found["https://www.iwf.org.uk/"] == [
        "service.iwf/url",
        "advice.scam_fraud/child/bubble 1",
        "advice.scam_fraud/child/sms",
    ]
    assert found["https://example.org/a"][0] == "advice.scam_fraud/child/bubble 1"
    assert any(place[0].startswith("council.") for place in found.values())


def test_the_command_asks_only_when_told_to(
    server: Server,
    content: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SIGNPOST_CONTENT", str(content))
    monkeypatch.setenv("SIGNPOST_COUNCIL", COUNCIL)
    monkeypatch.setenv("SIGNPOST_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(checks, "CHECKS", ())
    monkeypatch.setattr(
        links, "addresses", lambda register: {server.url("/404"): ["service.x/url"]}
    )
    assert cli.main(["check"]) == 0
    assert server.asked == []
    assert cli.main(["check", "--links"]) == 1
    assert f"error: service.x/url: {server.url('/404')} is dead (404)" in capsys.readouterr().out
    assert (tmp_path / "state" / "links.json").exists()


def test_the_command_passes_without_a_network(
    server: Server,
    content: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SIGNPOST_CONTENT", str(content))
    monkeypatch.setenv("SIGNPOST_COUNCIL", COUNCIL)
    monkeypatch.setenv("SIGNPOST_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(checks, "CHECKS", ())
    assert cli.main(["check", "--links"]) == 0
    assert "warning: links: there is no network" in capsys.readouterr().out
