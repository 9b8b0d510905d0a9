"""The providers, on loopback: each checks what it is sent as the real one says that it does."""

from __future__ import annotations

import base64
import re
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from tests.loopback import Loopback

SID, AUTH, SMS_FROM, WHATSAPP_FROM = "AC1", "twilio-token", "+447700900999", "+447700900998"
PAGE_TOKEN, BOT_TOKEN = "page-token", "1:bot-token"
TEMPLATES = {"HXbuttons3": ("buttons", 3), "HXlist4": ("list", 4)}


@dataclass
class Taken:
    """A message that a provider took for somebody."""

    to: str
    text: str
    choices: list[str] = field(default_factory=list)
    at: float = field(default_factory=time.monotonic)


Answer = tuple[int, dict[str, Any]]


class Provider(Loopback):
    """A real server. `trouble` maps a recipient, or "*", to what goes wrong for them."""

    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(_Asked)
        self.taken: list[Taken] = []
        self.asked: list[tuple[str, Any]] = []
        self.trouble: dict[str, str] = {}
        self.per_second = 1000
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self._news = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def wait(self, count: int, seconds: float = 10) -> list[Taken]:
        """The messages, once there are `count`; fails when there are not in time."""
        with self._news:
            enough = self._news.wait_for(lambda: len(self.taken) >= count, seconds)
            assert enough, f"{len(self.taken)} of {count} messages: {self.taken}"
            return list(self.taken)

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Take a message or say why not, as the provider would."""
        raise NotImplementedError

    def refusal(self, to: str) -> Answer | None:
        """What goes wrong for this recipient, in the provider's form."""
        raise NotImplementedError

    def too_fast(self, to: str) -> bool:
        """Whether more came for a recipient within a second than may."""
        now = time.monotonic()
        recent = self._recent[to]
        while recent and now - recent[0] > 1:
            recent.popleft()
        if len(recent) >= self.per_second:
            return True
        recent.append(now)
        return False

    def take(self, message: Taken) -> None:
        with self._news:
            self.taken.append(message)
            self._news.notify_all()

    def troubled(self, to: str) -> str | None:
        """The kind of trouble, after having waited where it is that."""
        kind = self.trouble.get(to) or self.trouble.get("*")
        if kind == "slow":
            time.sleep(3)
        return kind


class _Asked(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, answer = self.server.answer(self.path, headers, body)
        content = msgspec.json.encode(answer)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Twilio(Provider):
    """The Messages resource: basic auth, numbers, 1600 characters, content templates."""

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        self.asked.append((path, form))
        given = "Basic " + base64.b64encode(f"{SID}:{AUTH}".encode()).decode()
        if headers.get("authorization") != given:
            return 401, {"code": 20003, "status": 401}
        if path != f"/2010-04-01/Accounts/{SID}/Messages.json":
            return 404, {"code": 20404, "status": 404}
        to = form.get("To", "")
        problem = self._problem(form)
        if problem:
            return 400, {"code": problem, "status": 400}
        if refusal := self.refusal(to):
            return refusal
        if self.too_fast(to):
            return 429, {"code": 20429, "status": 429}
        self.take(self._shown(to, form))
        return 201, {"sid": f"SM{len(self.taken):032d}", "status": "queued"}

    def refusal(self, to: str) -> Answer | None:
        codes = {"down": (503, 20503), "blocked": (400, 21610), "late": (400, 63016)}
        kind = self.troubled(to)
        if kind not in codes:
            return None
        status, code = codes[kind]
        return status, {"code": code, "status": status}

    @staticmethod
    def _problem(form: dict[str, str]) -> int | None:
        to, sender = form.get("To", ""), form.get("From", "")
        whatsapp = to.startswith("whatsapp:")
        if not re.fullmatch(r"(?:whatsapp:)?\+\d{8,15}", to):
            return 21211
        if sender != (f"whatsapp:{WHATSAPP_FROM}" if whatsapp else SMS_FROM):
            return 21606
        if "ContentSid" in form:
            return None if whatsapp and _fits_template(form) else 21656
        body = form.get("Body", "")
        return 21602 if not body else 21617 if len(body) > 1600 else None

    @staticmethod
    def _shown(to: str, form: dict[str, str]) -> Taken:
        if "ContentSid" not in form:
            return Taken(to, form["Body"])
        values = msgspec.json.decode(form["ContentVariables"], type=dict[str, str])
        step = {"buttons": 2, "list": 3}[TEMPLATES[form["ContentSid"]][0]]
        ids = [values[str(n)] for n in range(3, len(values) + 1, step)]
        return Taken(to, values["1"], ids)


def _fits_template(form: dict[str, str]) -> bool:
    kind, count = TEMPLATES.get(form["ContentSid"], ("", 0))
    values = msgspec.json.decode(form["ContentVariables"], type=dict[str, str])
    step, width = {"buttons": (2, 20), "list": (3, 24)}.get(kind, (1, 0))
    titles = [values[str(n)] for n in range(2, len(values) + 1, step)]
    return (
        len(values) == 1 + step * count
        and all(values.values())
        and "\n" not in "".join(values.values())
        and len(values["1"]) <= 1024
        and all(len(title) <= width for title in titles)
        and len(set(titles)) == len(titles)
    )


class Meta(Provider):
    """The Send API: a bearer token, 2000 characters, 13 quick replies of 20 characters."""

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        order = msgspec.json.decode(body)
        self.asked.append((path, order))
        if headers.get("authorization") != f"Bearer {PAGE_TOKEN}":
            return _meta(401, 190)
        to, message = order["recipient"]["id"], order["message"]
        quick = message.get("quick_replies", [])
        sound = (
            path == "/me/messages"
            and order.get("messaging_type") == "RESPONSE"
            and 0 < len(message["text"]) <= 2000
            and len(quick) <= 13
            and all(each["content_type"] == "text" for each in quick)
            and all(0 < len(each["title"]) <= 20 for each in quick)
            and all(len(each["payload"]) <= 1000 for each in quick)
        )
        if not sound:
            return _meta(400, 100)
        if refusal := self.refusal(to):
            return refusal
        if self.too_fast(to):
            return _meta(400, 613)
        self.take(Taken(to, message["text"], [each["payload"] for each in quick]))
        return 200, {"recipient_id": to, "message_id": f"m_{len(self.taken)}"}

    def refusal(self, to: str) -> Answer | None:
        codes = {"down": (500, 2), "blocked": (400, 551), "late": (400, 10)}
        kind = self.troubled(to)
        return _meta(*codes[kind]) if kind in codes else None


def _meta(status: int, code: int) -> Answer:
    return status, {"error": {"message": "…", "type": "OAuthException", "code": code}}


class Telegram(Provider):
    """The Bot API: the token in the path, 4096 UTF-16 units, callback data of 64 bytes."""

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        order = msgspec.json.decode(body)
        self.asked.append((path, order))
        if not path.startswith(f"/bot{BOT_TOKEN}/"):
            return _telegram(401)
        if path.endswith("/answerCallbackQuery"):
            return 200, {"ok": True, "result": True}
        to = str(order["chat_id"])
        rows = order.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [button for row in rows for button in row]
        sound = (
            path.endswith("/sendMessage")
            and 0 < len(order["text"].encode("utf-16-le")) // 2 <= 4096
            and all(1 <= len(each["callback_data"].encode()) <= 64 for each in buttons)
            and all(each["text"] for each in buttons)
        )
        if not sound:
            return _telegram(400)
        if refusal := self.refusal(to):
            return refusal
        if self.too_fast(to):
            return 429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 1}}
        self.take(Taken(to, order["text"], [each["callback_data"] for each in buttons]))
        return 200, {"ok": True, "result": {"message_id": len(self.taken)}}

    def refusal(self, to: str) -> Answer | None:
        codes = {"down": 502, "blocked": 403}
        kind = self.troubled(to)
        return _telegram(codes[kind]) if kind in codes else None


def _telegram(status: int) -> Answer:
    return status, {"ok": False, "error_code": status, "description": "…"}
