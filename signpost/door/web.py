"""What the public reaches over HTTP: the page at /chat, the JSON interface, health.

The page works without JavaScript. The token stands only in POST bodies and hidden fields, never
in an address. Every error a user can see carries the emergency line, and a text that comes with a
broken request is read for danger all the same.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jinja2
import msgspec
import structlog
from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from signpost.door.conversations import Conversation, Line
from signpost.door.door import Door
from signpost.edition import Edition, Editions
from signpost.register.models import Bubble, Choice, Reply

log = structlog.get_logger()

HERE = Path(__file__).parent
# Used when the register cannot say them.
_CEOP = "https://www.ceop.police.uk/Safety-Centre/"
_NEUTRAL_SITE = "https://www.bbc.co.uk/weather"
_LINKABLE = re.compile(r"https://[^\s]*[^\s.,;:!?)]|\b(?:999|0800 1111|116 123)\b")
# Characters of an address that still fit a line on a phone.
_SHORT = 36
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Page:
    """What the pages show beside the conversation."""

    def __init__(self, editions: Editions, *, preview: bool) -> None:
        self.preview = preview
        self._editions = editions
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True
        )
        self._templates.filters["with_links"] = with_links

    @property
    def neutral_site(self) -> str:
        """Where a quick exit lands."""
        register = self._editions.current.register
        return register.council.neutral_site if register else _NEUTRAL_SITE

    def render(self, name: str, **values: Any) -> str:
        """The HTML of a template, with the labels and the council of the edition in force."""
        edition = self._editions.current
        return self._templates.get_template(name).render(
            words=edition.words,
            council=edition.register.council.name if edition.register else "",
            ceop=_ceop(edition),
            **values,
        )


def _ceop(edition: Edition) -> str:
    service = edition.register.services.get("ceop-safety-centre") if edition.register else None
    return (service.url if service else None) or _CEOP


def with_links(text: str) -> Markup:
    """`text`, escaped, with addresses and emergency numbers that can be pressed."""
    parts: list[Markup] = []
    end = 0
    for match in _LINKABLE.finditer(text):
        parts.append(escape(text[end : match.start()]))
        found = match[0]
        if found.startswith("https://"):
            pattern = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
            parts.append(pattern.format(found, short_address(found)))
        else:
            number = found.replace(" ", "")
            parts.append(Markup('<a href="tel:{}">{}</a>').format(number, found))
        end = match.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def short_address(address: str) -> str:
    """An address as people say it: without its scheme, and only the site when it is long."""
    shown = address.removeprefix("https://").removeprefix("www.").rstrip("/")
    return shown if len(shown) <= _SHORT else shown.split("/", 1)[0]


class Web:
    """The routes. `door` answers; this class only turns requests into messages and back."""

    def __init__(self, door: Door, page: Page, request_bytes: int) -> None:
        self._door = door
        self._page = page
        self._request_bytes = request_bytes

    def app(self, on_close: Callable[[], Awaitable[None]] | None = None) -> Starlette:
        """The ASGI application."""

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            yield
            await self._door.close()
            if on_close is not None:
                await on_close()

        return Starlette(
            routes=[
                Route("/", self.home),
                Route("/chat", self.chat, methods=["GET"]),
                Route("/chat", self.say, methods=["POST"]),
                Route("/start-again", self.start_again, methods=["POST"]),
                Route("/leave", self.leave, methods=["GET", "POST"]),
                Route("/api/conversations", self.api_start, methods=["POST"]),
                Route("/api/messages", self.api_say, methods=["POST"]),
                Route("/api/end", self.api_end, methods=["POST"]),
                Route("/health/live", self.live),
                Route("/health/ready", self.ready),
                Mount("/static", StaticFiles(directory=HERE / "static")),
            ],
            exception_handlers={HTTPException: self.refuse, Exception: self.refuse},
            middleware=[Middleware(SafeHeaders)],
            lifespan=lifespan,
        )

    # The page

    async def home(self, _: Request) -> Response:
        return RedirectResponse("/chat", status_code=303)

    async def chat(self, _: Request) -> Response:
        return self._chat_page(None, self._door.greeting())

    async def say(self, request: Request) -> Response:
        form = await self._form(request)
        text, choice = form.get("text", ""), form.get("choice")
        conversation, stale = self._conversation(form.get("token", ""), "web")
        if choice and not text:
            text = next((each.title for each in conversation.choices if each.intent == choice), "")
        if stale:
            notice = self._door.render.entry("conversation.wrong_conversation")
            conversation.transcript.extend(Line("bot", bubble) for bubble in notice.bubbles)
        elif not conversation.transcript:
            greeting = self._door.greeting()
            conversation.transcript.extend(Line("bot", bubble) for bubble in greeting.bubbles)
        await self._door.handle(conversation, text, _nowhere, choice)
        return self._chat_page(conversation)

    async def start_again(self, request: Request) -> Response:
        form = await self._form(request)
        conversation, _ = self._conversation(form.get("token", ""), "web")
        reply = self._door.start_again(conversation)
        conversation.transcript.extend(Line("bot", bubble) for bubble in reply.bubbles)
        return self._chat_page(conversation)

    async def leave(self, request: Request) -> Response:
        if request.method == "POST":
            form = await self._form(request)
            self._door.end(form.get("token", ""))
        response = RedirectResponse(self._page.neutral_site, status_code=303)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    # JSON, for the widget and for programs

    async def api_start(self, _: Request) -> Response:
        conversation = self._door.conversations.start("web")
        order = {"token": conversation.token, "reference": conversation.reference}
        return _json({**order, "reply": self._door.greeting()}, 201)

    async def api_say(self, request: Request) -> Response:
        body = await self._body(request)
        order = _order(body)
        if order is None:
            return await self._unreadable(body)
        token, text, choice = order.get("token"), order.get("text"), order.get("choice")
        if not isinstance(text, str) or not isinstance(token, str):
            return await self._unreadable(body)
        conversation = self._door.conversations.find(token)
        if conversation is None:
            return await self._without_conversation(text, "wrong_conversation", 410)
        turn = await self._door.handle(
            conversation, text, _nowhere, choice if isinstance(choice, str) else None
        )
        return _json({"reply": turn.reply})

    async def api_end(self, request: Request) -> Response:
        body = await self._body(request)
        order = _order(body)
        if order is None:
            return await self._unreadable(body)
        self._door.end(str(order.get("token", "")))
        return Response(status_code=204)

    # Health

    async def live(self, _: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(self, _: Request) -> Response:
        model = await self._door.rasa.ready()
        return JSONResponse({"door": True, "model": model}, 200 if model else 503)

    # Errors

    async def refuse(self, request: Request, error: Exception) -> Response:
        """Every refusal says what happened and carries the emergency words."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if not isinstance(error, HTTPException):
            log.error("request.failed", kind=type(error).__name__, path=request.url.path)
        reply = self._door.render.last_resort()
        trouble = self._door.render.entry(
            "conversation.wrong_conversation" if status == 410 else "conversation.trouble"
        )
        reply.bubbles += trouble.bubbles
        if request.url.path.startswith("/api/"):
            response = _json({"error": _reason(error), "reply": reply}, status)
        else:
            response = HTMLResponse(self._error_page(reply), status_code=status)
        # Starlette answers an unexpected error outside all middleware, SafeHeaders included.
        response.headers.update({**_HEADERS, **(getattr(error, "headers", None) or {})})
        return response

    def _error_page(self, reply: Reply) -> str:
        """The page of a refusal; bare words when pages themselves cannot be made."""
        try:
            return self._page.render("error.html", bubbles=reply.bubbles)
        except Exception as error:  # noqa: BLE001 - whatever failed, the words are shown
            log.error("error_page.failed", kind=type(error).__name__)
            return Markup("").join(
                Markup("<p>{}</p>").format(with_links(bubble.text)) for bubble in reply.bubbles
            )

    async def _unreadable(self, body: bytes) -> Response:
        """A request that is not in our form: its bytes are read for danger as they are."""
        return await self._without_conversation(body.decode("utf-8", "replace"), "trouble", 400)

    async def _without_conversation(self, text: str, entry: str, status: int) -> Response:
        """A message that belongs to no conversation: assessed, answered, and forgotten."""
        turn = self._door.receive.run(Conversation("", "", "web", 0.0), text)
        self._door.assess.run(turn)
        if turn.in_crisis or turn.assessment is None:
            reply = self._door.render.crisis(turn)
        else:
            reply = self._door.render.entry(f"conversation.{entry}")
            reply.bubbles += self._door.render.entry("conversation.safety_tail").bubbles
        return _json({"error": entry, "reply": reply}, status)

    # Reading requests and writing pages

    def _conversation(self, token: str, channel: str) -> tuple[Conversation, bool]:
        """The token's conversation or a new one, and whether the token was of no use."""
        found = self._door.conversations.find(token) if token else None
        if found is not None:
            return found, False
        return self._door.conversations.start(channel), bool(token)

    async def _body(self, request: Request) -> bytes:
        body = b""
        async for block in request.stream():
            body += block
            if len(body) > self._request_bytes:
                raise HTTPException(413)
        return body

    async def _form(self, request: Request) -> dict[str, str]:
        body = await self._body(request)
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        return dict(pairs)

    def _chat_page(
        self, conversation: Conversation | None, opening: Reply | None = None
    ) -> Response:
        if conversation is None:
            lines = [Line("bot", bubble) for bubble in (opening or Reply()).bubbles]
            choices: list[Choice] = []
        else:
            lines, choices = list(conversation.transcript), conversation.choices
        banner = (
            self._door.render.entry("conversation.preview_banner").bubbles
            if self._page.preview
            else []
        )
        html = self._page.render(
            "chat.html",
            turns=_turns(lines),
            choices=choices,
            token=conversation.token if conversation else None,
            reference=conversation.reference if conversation else None,
            banner=banner,
        )
        return HTMLResponse(html)


class _Turns(msgspec.Struct):
    speaker: str
    bubbles: list[Bubble]


def _turns(lines: list[Line]) -> list[_Turns]:
    """Lines grouped by who speaks, in order."""
    turns: list[_Turns] = []
    for line in lines:
        if not turns or turns[-1].speaker != line.speaker:
            turns.append(_Turns(line.speaker, []))
        turns[-1].bubbles.append(line.bubble)
    return turns


def _order(body: bytes) -> dict[str, Any] | None:
    """The JSON object in `body`, or None: not JSON, not UTF-8, or nested without end."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError):
        return None


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status_code=status, media_type="application/json")


def _reason(error: Exception) -> str:
    return error.detail if isinstance(error, HTTPException) else "internal error"


async def _nowhere(_: Reply) -> None:
    """On the web the reply goes out as the HTTP response itself."""


class SafeHeaders:
    """Adds the security headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (name.lower().encode(), value.encode())
                        for name, value in _HEADERS.items()
                        if name.lower().encode() not in present
                    ),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)
