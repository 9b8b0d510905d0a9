"""The JSON interface, for the widget and for programs.

Orders are JSON objects in POST bodies, whatever content type they claim: one that browsers take
for plain text spares a phone on a bad line the question beforehand whether it may ask at all.
Which sites may ask is checked here, and again by the browser when it hands over the answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from signpost.door.conversations import Conversation, Line
from signpost.door.door import Door
from signpost.door.web.feedback import Feedback, FeedbackBox
from signpost.door.web.refusals import Refusals, as_json
from signpost.door.web.requests import body_of, is_welcome, order_of, text_in
from signpost.door.web.sessions import Sessions
from signpost.door.web.templates import Templates
from signpost.register.models import Bubble, Choice, Reply
from signpost.settings import Settings

Order = dict[str, Any]


class Api:
    """The routes under /api."""

    def __init__(
        self,
        door: Door,
        sessions: Sessions,
        templates: Templates,
        refusals: Refusals,
        settings: Settings,
    ) -> None:
        self._door = door
        self._sessions = sessions
        self._templates = templates
        self._refusals = refusals
        self._settings = settings
        self._box = FeedbackBox(settings.state / "feedback", settings.feedback_days)

    def routes(self) -> list[Route]:
        orders = {
            "/api/opening": self.opening,
            "/api/conversations": self.start,
            "/api/messages": self.say,
            "/api/transcript": self.transcript,
            "/api/renew": self.renew,
            "/api/start-again": self.start_again,
            "/api/feedback": self.feedback,
            "/api/end": self.end,
        }
        return [Route(path, self._endpoint(run), methods=["POST"]) for path, run in orders.items()]

    def _endpoint(
        self, run: Callable[[Order], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body = await body_of(request, self._settings.request_bytes)
            order = order_of(body)
            if order is None:
                # Not in our form: its bytes are read for danger as they are.
                return self._refused(body.decode("utf-8", "replace"), "trouble", 400)
            # A page that is being left may no longer say where it is from; and who knows the token
            # may always end the conversation.
            is_end = request.url.path == "/api/end"
            if not is_end and not is_welcome(request, self._settings.allowed_origins):
                return self._refused(text_in(order, "text"), "trouble", 403)
            return await run(order)

        return endpoint

    async def opening(self, order: Order) -> Response:
        """What is shown before the first message. Nothing is kept yet."""
        choice = opening_choice(self._door, text_in(order, "context"))
        return as_json(
            {
                "council": self._templates.council_in_short,
                "ceop": self._templates.ceop,
                "neutral_site": self._templates.neutral_site,
                "reply": self._door.greeting(),
                "choices": [choice] if choice else [],
                "notices": notices(self._door, preview=self._templates.preview),
                "privacy": has_privacy_page(self._door),
                "warning_seconds": self._settings.session_warning_seconds,
            }
        )

    async def start(self, order: Order) -> Response:
        conversation = await self._sessions.start()
        greeting = self._door.greeting()
        conversation.transcript.extend(Line("bot", bubble) for bubble in greeting.bubbles)
        choice = opening_choice(self._door, text_in(order, "context"))
        conversation.choices = [choice] if choice else []
        return await self._answer(conversation, 201, reply=greeting)

    async def say(self, order: Order) -> Response:
        text, token = order.get("text"), order.get("token")
        if not isinstance(text, str) or not isinstance(token, str):
            return self._refused(str(order), "trouble", 400)
        conversation = await self._sessions.find(token)
        if conversation is None:
            return self._refused(text, "wrong_conversation", 410)
        message = text_in(order, "id")
        is_new = not message or message not in conversation.answers
        if is_new and self._sessions.is_over_limit(conversation):
            turn = await self._door.handle_without_rasa(conversation, text, nowhere)
            return await self._answer(conversation, 429, error="too_many", reply=turn.reply)

        async def answer() -> Reply:
            choice = text_in(order, "choice") or None
            return (await self._door.handle(conversation, text, nowhere, choice)).reply

        reply = await self._sessions.once(
            conversation, message, answer, lambda: self._door.is_urgent(conversation, text)
        )
        return await self._answer(conversation, reply=reply)

    async def transcript(self, order: Order) -> Response:
        """The conversation so far, as it is kept: what the user said is redacted."""
        conversation = await self._sessions.find(text_in(order, "token"))
        if conversation is None:
            return self._refused("", "wrong_conversation", 410)
        return await self._answer(
            conversation,
            lines=[
                {"speaker": line.speaker, "bubble": line.bubble} for line in conversation.transcript
            ],
            choices=conversation.choices,
        )

    async def renew(self, order: Order) -> Response:
        """A new token, for somebody who is still reading."""
        conversation = await self._sessions.find(text_in(order, "token"))
        if conversation is None:
            return self._refused("", "wrong_conversation", 410)
        return await self._answer(conversation)

    async def start_again(self, order: Order) -> Response:
        conversation = await self._sessions.find(text_in(order, "token"))
        if conversation is None:
            return self._refused("", "wrong_conversation", 410)
        reply = self._door.start_again(conversation)
        conversation.transcript.extend(Line("bot", bubble) for bubble in reply.bubbles)
        return await self._answer(conversation, reply=reply)

    async def feedback(self, order: Order) -> Response:
        """An opinion; its line is read for danger like any message."""
        line = text_in(order, "text")
        conversation = await self._sessions.find(text_in(order, "token"))
        if conversation is None:
            return self._refused(line, "wrong_conversation", 410)
        reply = await give_feedback(
            self._door, self._box, conversation, helpful=order.get("helpful") is True, line=line
        )
        return await self._answer(conversation, reply=reply)

    async def end(self, order: Order) -> Response:
        await self._sessions.end(text_in(order, "token"))
        return Response(status_code=204)

    async def _answer(
        self, conversation: Conversation, status: int = 200, **content: Any
    ) -> Response:
        """An answer with the session's new token and the seconds for which it is good."""
        await self._sessions.save(conversation)
        session = {
            "token": self._sessions.token(conversation),
            "expires_in": self._sessions.seconds,
            "reference": conversation.reference,
        }
        return as_json({**content, **session}, status)

    def _refused(self, text: str, entry: str, status: int) -> Response:
        reply = self._refusals.without_conversation(text, entry)
        return as_json({"error": entry, "reply": reply}, status)


async def give_feedback(
    door: Door, box: FeedbackBox, conversation: Conversation, *, helpful: bool, line: str
) -> Reply:
    """Keep an opinion; returns what must be said about danger in its line, or nothing."""
    entries = latest_entries(conversation)
    redacted, reply = "", Reply()
    if line.strip():
        turn = await door.handle_aside(conversation, line, nowhere)
        redacted, reply = turn.redacted, turn.reply
    box.put(Feedback(helpful=helpful, entries=entries, line=redacted))
    door.observers.rated(conversation.channel, helpful=helpful)
    return reply


def latest_entries(conversation: Conversation) -> list[str]:
    """The ids of the entries that were said after the user's last words."""
    entries: list[str] = []
    for line in conversation.transcript:
        entries = [] if line.speaker == "user" else [*entries, line.bubble.entry]
    return entries


def opening_choice(door: Door, context: str) -> Choice | None:
    """A button for the concern that the council's page is about, when there is advice on it."""
    register = None if door.is_off else door.editions.current.register
    entry = register.advice(context) if register else None
    return Choice(entry.title, context) if entry else None


def notices(door: Door, *, preview: bool) -> list[Bubble]:
    """What is shown above a conversation: that advice is unapproved, and what becomes of words."""
    register = door.editions.current.register
    entries = register.entries if register else {}
    names = ["conversation.preview_banner"] if preview else []
    names += ["conversation.privacy_notice"] if "conversation.privacy_notice" in entries else []
    return [bubble for name in names for bubble in door.render.entry(name).bubbles]


def has_privacy_page(door: Door) -> bool:
    register = door.editions.current.register
    return register is not None and "conversation.privacy_notice_full" in register.entries


async def nowhere(_: Reply) -> None:
    """On the web the reply goes out as the HTTP response itself."""
