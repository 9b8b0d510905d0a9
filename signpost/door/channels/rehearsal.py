"""`signpost rehearse`: a provider on this machine, for trying a channel without an account.

It signs a message with the settings that the running bot has, sends it to the bot, and shows what
the bot would have sent to the provider. Nothing leaves this machine.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import msgspec
from twilio.request_validator import RequestValidator

from signpost.door.channels import messenger, switch, telegram, twilio
from signpost.register.channels.segments import segments
from signpost.settings import Settings

# Seconds to wait for a first message of the bot's, and for another one after each.
FIRST, NEXT = 10.0, 2.0
# Done in the shells of both, so that the command sees the settings of the bot.
START = "set -a; . docs/channels/rehearsal.env; set +a; make run"


class RehearsalError(Exception):
    """The rehearsal cannot go on; one sentence says what to do."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A signed request as a provider would send it."""

    path: str
    body: bytes
    headers: dict[str, str]


def rehearse(
    settings: Settings, channel: str, text: str, *, sender: int = 1, picture: bool = False
) -> Iterator[str]:
    """Send the message and yield what the bot answers, a line or more at a time.

    Raises `RehearsalError` when the channel is off or the bot is not running.
    """
    state = next(each for each in switch.states(settings) if each.name == channel)
    if not state.on:
        raise RehearsalError(f"{state}. For a rehearsal: {START}")
    sample = make(settings, channel, text, sender, picture)
    with Listener(_api(settings, channel)) as provider:
        answer = _post(settings, sample)
        yield f"the bot answered the provider: {answer.status_code}"
        if "<Message>" in answer.text or '"method"' in answer.text:
            yield f"with the words in the answer itself:\n{answer.text}"
        number = 0
        while (said := provider.next(FIRST if number == 0 else NEXT)) is not None:
            number += 1
            yield f"\nmessage {number}, {said}"
    if not number:
        yield "the bot sent nothing (STOP was said before, or it answered above)"


def make(settings: Settings, channel: str, text: str, sender: int, picture: bool) -> Sample:
    """A request that the channel will accept as its provider's."""
    makers = {"messenger": _of_meta, "telegram": _of_telegram}
    return makers.get(channel, _of_twilio)(settings, channel, text, sender, picture)


def _of_twilio(settings: Settings, channel: str, text: str, sender: int, picture: bool) -> Sample:
    # Numbers that Ofcom keeps free for plays and films.
    number = f"+4477009{sender:05d}"
    to = settings.twilio_sms_from if channel == "sms" else settings.twilio_whatsapp_from
    fields = {
        "MessageSid": f"SM{time.time_ns():032d}",
        "AccountSid": settings.twilio_account_sid,
        "From": number if channel == "sms" else f"whatsapp:{number}",
        "To": to,
        "Body": text,
        "NumMedia": "1" if picture else "0",
        "FromCity": "",
    }
    if picture:
        fields |= {"MediaContentType0": "image/jpeg", "MediaUrl0": "https://example.org/none"}
    path = f"/webhooks/twilio/{channel}"
    url = settings.public_url.rstrip("/") + path
    signature = RequestValidator(settings.twilio_auth_token).compute_signature(url, fields)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return Sample(
        path=path,
        body=urlencode(fields).encode(),
        headers={twilio.SIGNATURE: signature, **form},
    )


def _of_meta(settings: Settings, _: str, text: str, sender: int, picture: bool) -> Sample:
    message: dict[str, Any] = {"mid": f"m_{time.time_ns()}"}
    if text:
        message["text"] = text
    if picture:
        message["attachments"] = [{"type": "image", "payload": {"url": "https://example.org/"}}]
    event = {"sender": {"id": str(sender)}, "recipient": {"id": "0"}, "message": message}
    body = msgspec.json.encode({"object": "page", "entry": [{"id": "0", "messaging": [event]}]})
    signature = messenger.sign(settings.messenger_app_secret.encode(), body)
    return Sample(
        path=messenger.Messenger.path, body=body, headers={messenger.SIGNATURE: signature}
    )


def _of_telegram(settings: Settings, _: str, text: str, sender: int, picture: bool) -> Sample:
    number = time.time_ns() // 1000
    message: dict[str, Any] = {
        "message_id": number,
        "from": {"id": sender, "is_bot": False},
        "chat": {"id": sender, "type": "private"},
        "date": int(time.time()),
    }
    message |= {"photo": [{"file_id": "none"}], "caption": text} if picture else {"text": text}
    body = msgspec.json.encode({"update_id": number, "message": message})
    headers = {telegram.SECRET: settings.telegram_secret}
    return Sample(path=telegram.Telegram.path, body=body, headers=headers)


def _api(settings: Settings, channel: str) -> int:
    """The port on this machine to which the running bot sends what is meant for the provider."""
    name = f"{channel if channel in ('messenger', 'telegram') else 'twilio'}_api"
    address = urlsplit(getattr(settings, name))
    if address.hostname not in ("127.0.0.1", "localhost") or not address.port:
        raise RehearsalError(
            f"SIGNPOST_{name.upper()} is {address.geturl()}: a real provider's. A rehearsal needs "
            f"an address of this machine, in the bot and here: {START}"
        )
    return int(address.port)


def _post(settings: Settings, sample: Sample) -> httpx.Response:
    door = f"http://{settings.host}:{settings.door_port}"
    try:
        return httpx.post(
            door + sample.path,
            content=sample.body,
            headers=sample.headers,
            timeout=20,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise RehearsalError(
            f"No bot answers at {door} ({type(error).__name__}). Start it first: {START}"
        ) from error


class Listener(ThreadingHTTPServer):
    """Takes everything that the bot sends, as a provider in the best of moods would."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        try:
            super().__init__(("127.0.0.1", port), _Taking)
        except OSError as error:
            raise RehearsalError(
                f"Port {port}, where the provider is played, is taken ({error.strerror})."
            ) from error
        self._said: list[str] = []
        self._news = threading.Condition()

    def __enter__(self) -> Listener:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def take(self, said: str) -> None:
        """Keep one message."""
        with self._news:
            self._said.append(said)
            self._news.notify()

    def next(self, seconds: float) -> str | None:
        """The next message, or None when none came in time."""
        with self._news:
            if self._news.wait_for(lambda: self._said, seconds):
                return self._said.pop(0)
            return None


class _Taking(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Type"] == "application/json":
            said = _shown_json(msgspec.json.decode(body))
        else:
            said = _shown_form(dict(parse_qsl(body.decode(), keep_blank_values=True)))
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"ok":true,"sid":"SM0","message_id":"m0"}')
        self.server.take(said)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _shown_form(form: dict[str, str]) -> str:
    text = form.get("Body", "")
    if form["To"].startswith("whatsapp:"):
        template = {name: form[name] for name in form if name.startswith("Content")}
        return f"{len(text)} characters:\n{text or template}"
    return f"{segments(text)} segments, {len(text)} characters:\n{text}"


def _shown_json(order: dict[str, Any]) -> str:
    message = order.get("message", order)
    text = message.get("text", "")
    quick = [each["title"] for each in message.get("quick_replies", [])]
    keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [*quick, *(button["text"] for row in keyboard for button in row)]
    shown = "".join(f"\n[{title}]" for title in buttons)
    return f"{len(text)} characters:\n{text}{shown}"
