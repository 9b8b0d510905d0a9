"""What stands round the door in the browser tests: a Rasa that answers from the real register, and
a council's site on an origin of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote, urlsplit

import msgspec

from signpost import settings
from signpost.register.loader import Register, load
from signpost.register.models import Bubble, Choice, Link, Reply
from signpost.register.render import render_entry
from tests.loopback import Loopback

INJECTION = '<img src=x onerror="window.stolen=1"><script>window.stolen=1</script>"\'${7*7}'
GUESSES = [
    Choice("People are being nasty online", "cyberbullying"),
    Choice("A scam or fraud", "scam_fraud"),
    Choice("Something else", "out_of_scope"),
]


class Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def answer(self, body: bytes, kind: str, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class StandInRasa(Loopback):
    """Speaks Rasa's door channel; answers after `pause` seconds. `asked` are the texts."""

    def __init__(self, port: int) -> None:
        super().__init__(_Turn, port)
        self.register: Register = load(settings.ROOT / "content", settings.Settings().council)
        self.pause = 0.0
        self.asked: list[str] = []
        self.erased: list[str] = []

    def reply(self, text: str) -> Reply:
        """What the bot says to a few sentences; to all others, its guesses."""
        if "mean" in text or text == "/cyberbullying":
            return self._entry("advice.cyberbullying")
        if "ask who" in text:
            return self._entry("conversation.ask_audience")
        if "inject" in text:
            link = Link(INJECTION, "javascript:window.stolen=1")
            bubble = Bubble(
                entry="service.x", title=INJECTION, text=INJECTION, kind="card", note=INJECTION,
                links=[link, Link("a page", "https://example.org/?a=b&c=d")],
            )  # fmt: skip
            return Reply(bubbles=[bubble], choices=[Choice(INJECTION, INJECTION)])
        lead = self._entry("conversation.choices_lead")
        lead.choices = GUESSES
        return lead

    def _entry(self, name: str) -> Reply:
        return render_entry(self.register, name, "child")


class _Turn(Quiet):
    server: StandInRasa
    # A connection that is kept open would outlive its server.
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        self.answer(b"{}", "application/json")

    def do_POST(self) -> None:
        order = msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/erase"):
            self.server.erased.append(order["conversation"])
            self.answer(b"{}", "application/json")
            return
        self.server.asked.append(order["text"])
        time.sleep(self.server.pause)
        reply = self.server.reply(order["text"])
        body = msgspec.json.encode({"replies": [reply], "events": []})
        self.answer(body, "application/json")


STRICT = (
    "default-src 'none'; script-src {door}; connect-src {door}; form-action {door}; "
    "style-src 'self'; base-uri 'none'; require-trusted-types-for 'script'"
)
HOSTILE = """
* { all: unset !important; display: block !important; color: red !important;
    font: 5px serif !important; visibility: hidden !important; position: static !important; }
body * { opacity: 0.01 !important; transform: rotate(9deg) !important; }
html { font-size: 3px; } button, a, textarea { display: none !important; }
signpost-chat { display: none !important; transform: scale(0) !important; }
signpost-chat * { display: none !important; }
"""
SNIPPET = """
<signpost-chat {attributes}>
  <p>In danger? <a href="tel:999">Call 999</a> <a href="https://www.ceop.police.uk/Safety-Centre/">Tell
  CEOP</a> <a href="tel:08001111">Childline 0800 1111</a></p>
  <p><a href="{door}/chat">Get help without the chat window</a></p>
</signpost-chat>
<script src="{door}/widget.js" defer></script>
"""


PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Anytown</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{{style}}</head>
<body><header><p>Anytown</p></header>
<main><h1>Bins</h1><p><a href="/other">Another page</a></p>{"<p>Words.</p>" * 40}</main>
{{snippet}}</body></html>
"""


class CouncilSite(Loopback):
    """Pages of a council, each with the widget in another way. `door` is set once it is known."""

    def __init__(self) -> None:
        super().__init__(_CouncilPage)
        self.door = ""
        # What a test puts in place of the usual snippet, by path.
        self.pages: dict[str, str] = {}
        self.url = f"http://localhost:{self.server_port}"
        # Another site, as the browser sees it.
        self.neutral_site = f"http://127.0.0.1:{self.server_port}/weather"

    def html(self, path: str, attributes: str) -> str:
        default = SNIPPET if path != "/script-only" else '<script src="{door}/widget.js"></script>'
        snippet = self.pages.get(path, default)
        style = '<link rel="stylesheet" href="/hostile.css">' if path == "/hostile" else ""
        snippet = snippet.replace("{door}", self.door).replace("{attributes}", attributes)
        return PAGE.replace("{style}", style).replace("{snippet}", snippet)


class _CouncilPage(Quiet):
    server: CouncilSite

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/hostile.css":
            self.answer(HOSTILE.encode(), "text/css")
            return
        if parts.path == "/favicon.ico":
            self.answer(b"", "image/png", 404)
            return
        if parts.path == "/weather":
            self.answer(b"<!doctype html><title>Weather</title>Sunny", "text/html")
            return
        headers: dict[str, str] = {}
        if parts.path == "/blocked":
            headers["Content_Security_Policy"] = "script-src 'none'"
        if parts.path in ("/strict", "/hostile"):
            headers["Content_Security_Policy"] = STRICT.format(door=self.server.door)
        html = self.server.html(parts.path, unquote(parts.query))
        self.answer(html.encode(), "text/html; charset=utf-8", **headers)


def wait_for(true: Callable[[], bool], seconds: float = 5) -> None:
    """Poll until `true()`; raises `TimeoutError`."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)
