"""The pages: the chat without script, the advice to take away, easy read, privacy, the way out.

The token stands only in hidden fields and POST bodies, never in an address.
"""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from signpost.door.conversations import Conversation, Line
from signpost.door.door import Door
from signpost.door.web.api import (
    give_feedback,
    has_privacy_page,
    notices,
    nowhere,
    opening_choice,
)
from signpost.door.web.feedback import FeedbackBox
from signpost.door.web.refusals import Refusals
from signpost.door.web.requests import form_of
from signpost.door.web.sessions import Sessions
from signpost.door.web.templates import DOOR, Templates
from signpost.register.models import Bubble, Choice, Reply
from signpost.settings import Settings

# The easy-read page: an entry for each step, and the picture beside it.
EASY_READ = {
    "conversation.easy_read_danger": "phone",
    "conversation.easy_read_no_speech": "hand",
    "conversation.easy_read_ceop": "screen",
    "conversation.easy_read_childline": "talk",
    "conversation.easy_read_tell": "people",
}

_LOST = "conversation.wrong_conversation"


class Pages:
    """The routes of the pages."""

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
        self._most = settings.request_bytes
        self._box = FeedbackBox(settings.state / "feedback", settings.feedback_days)

    def routes(self) -> list[Route | Mount]:
        return [
            Route("/", self.home),
            Route("/chat", self.chat, methods=["GET"]),
            Route("/chat", self.say, methods=["POST"]),
            Route("/language", self.language, methods=["POST"]),
            Route("/start-again", self.start_again, methods=["POST"]),
            Route("/clear", self.clear, methods=["POST"]),
            Route("/feedback", self.feedback, methods=["POST"]),
            Route("/take-away", self.take_away, methods=["POST"]),
            Route("/leave", self.leave, methods=["GET", "POST"]),
            Route("/easy-read", self.easy_read),
            Route("/privacy", self.privacy),
            Mount("/static", StaticFiles(directory=DOOR / "static")),
        ]

    async def home(self, _: Request) -> Response:
        return RedirectResponse("/chat", status_code=303)

    async def chat(self, request: Request) -> Response:
        language = request.query_params.get("language", "")
        choice = opening_choice(self._door, request.query_params.get("context", ""))
        return self._opening_page(language, [choice] if choice else [])

    async def say(self, request: Request) -> Response:
        form = await form_of(request, self._most)
        text, choice, token = form.get("text", ""), form.get("choice"), form.get("token", "")
        language = form.get("language", "")
        if await self._sessions.was_ended(token):
            # Sent again by going back, after leaving: nothing of it may be shown.
            reply = self._refusals.without_conversation(text, "wrong_conversation")
            return self._page(bot_lines(reply), language)
        conversation = await self._conversation(token)
        if choice and not text:
            offered = conversation.choices or self._offered_at_the_opening(choice)
            conversation.choices = offered
            text = next((each.title for each in offered if each.intent == choice), "")
        if self._sessions.is_over_limit(conversation):
            await self._door.handle_without_rasa(conversation, text, nowhere)
        else:
            await self._door.handle(conversation, text, nowhere, choice)
        return await self._conversation_page(conversation, language)

    async def language(self, request: Request) -> Response:
        """The same conversation with the page's labels in another language."""
        form = await form_of(request, self._most)
        language = form.get("language", "")
        conversation = await self._sessions.find(form.get("token", ""))
        if conversation is None:
            return self._opening_page(language)
        return await self._conversation_page(conversation, language)

    async def start_again(self, request: Request) -> Response:
        form = await form_of(request, self._most)
        conversation = await self._conversation(form.get("token", ""))
        reply = self._door.start_again(conversation)
        conversation.transcript.clear()
        conversation.transcript.extend(bot_lines(reply))
        return await self._conversation_page(conversation, form.get("language", ""))

    async def clear(self, request: Request) -> Response:
        """End the conversation and show the page as it was before it."""
        form = await form_of(request, self._most)
        await self._sessions.end(form.get("token", ""))
        return self._opening_page(form.get("language", ""), status="cleared")

    async def feedback(self, request: Request) -> Response:
        form = await form_of(request, self._most)
        line, language = form.get("text", ""), form.get("language", "")
        conversation = await self._sessions.find(form.get("token", ""))
        if conversation is None:
            reply = self._refusals.without_conversation(line, "wrong_conversation")
            return self._page(bot_lines(reply), language)
        helpful = form.get("helpful") == "yes"
        await give_feedback(self._door, self._box, conversation, helpful=helpful, line=line)
        return await self._conversation_page(conversation, language, status="feedback_thanks")

    async def take_away(self, request: Request) -> Response:
        """The advice alone, on a plain page: to print or to keep."""
        form = await form_of(request, self._most)
        language = form.get("language", "")
        conversation = await self._sessions.find(form.get("token", ""))
        if conversation is None:
            reply = self._refusals.without_conversation("", "wrong_conversation")
            return self._refusals.page(reply, 410, language)
        html = self._templates.render(
            "take_away.html", language, bubbles=advice_in(conversation), banner=self._banner()
        )
        return HTMLResponse(html)

    async def leave(self, request: Request) -> Response:
        """The way out. Works without script: by a form, or by a plain link."""
        if request.method == "POST":
            form = await form_of(request, self._most)
            await self._sessions.end(form.get("token", ""))
        response = RedirectResponse(self._templates.neutral_site, status_code=303)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    async def easy_read(self, request: Request) -> Response:
        steps = [
            (picture, self._door.render.entry(name).bubbles) for name, picture in EASY_READ.items()
        ]
        language = request.query_params.get("language", "")
        return HTMLResponse(self._templates.render("easy_read.html", language, steps=steps))

    async def privacy(self, request: Request) -> Response:
        language = request.query_params.get("language", "")
        if not has_privacy_page(self._door):
            return self._refusals.page(self._door.render.last_resort(), 404, language)
        bubbles = self._door.render.entry("conversation.privacy_notice_full").bubbles
        return HTMLResponse(self._templates.render("privacy.html", language, bubbles=bubbles))

    def _banner(self) -> list[Bubble]:
        return notices(self._door, preview=self._templates.preview)

    async def _conversation(self, token: str) -> Conversation:
        """The token's conversation; a new one, which says so, when the token was of no use."""
        found = await self._sessions.find(token)
        if found is not None:
            return found
        name = "conversation.greet" if self._sessions.is_new(token) else _LOST
        conversation = await self._sessions.start(token)
        conversation.transcript.extend(bot_lines(self._door.render.entry(name)))
        return conversation

    def _offered_at_the_opening(self, intent: str) -> list[Choice]:
        choice = opening_choice(self._door, intent)
        return [choice] if choice else []

    def _opening_page(
        self, language: str, choices: list[Choice] | None = None, status: str = ""
    ) -> Response:
        lines = bot_lines(self._door.greeting())
        return self._page(lines, language, choices, self._sessions.token_to_begin(), status)

    async def _conversation_page(
        self, conversation: Conversation, language: str, status: str = ""
    ) -> Response:
        await self._sessions.save(conversation)
        token = self._sessions.token(conversation)
        lines = list(conversation.transcript)
        return self._page(
            lines, language, conversation.choices, token, status, conversation.reference
        )

    def _page(
        self,
        lines: list[Line],
        language: str,
        choices: list[Choice] | None = None,
        token: str = "",
        status: str = "",
        reference: str = "",
    ) -> Response:
        html = self._templates.render(
            "chat.html",
            language,
            turns=turns_of(lines),
            choices=choices or [],
            token=token,
            has_begun=any(line.speaker == "user" for line in lines),
            banner=self._banner(),
            status=status,
            reference=reference,
            privacy=has_privacy_page(self._door),
        )
        return HTMLResponse(html)


class SpokenTurn(msgspec.Struct):
    """What one speaker said before the other spoke again."""

    speaker: str
    bubbles: list[Bubble]


def turns_of(lines: list[Line]) -> list[SpokenTurn]:
    """Lines grouped by who speaks, in order."""
    turns: list[SpokenTurn] = []
    for line in lines:
        if not turns or turns[-1].speaker != line.speaker:
            turns.append(SpokenTurn(line.speaker, []))
        turns[-1].bubbles.append(line.bubble)
    return turns


def advice_in(conversation: Conversation) -> list[Bubble]:
    """What the bot advised, each thing once, without greetings and without the user's words."""
    advice: dict[tuple[str, str], Bubble] = {}
    for line in conversation.transcript:
        bubble = line.bubble
        if line.speaker == "bot" and not bubble.entry.startswith("conversation."):
            advice[bubble.entry, bubble.text] = bubble
    return list(advice.values())


def bot_lines(reply: Reply) -> list[Line]:
    """A reply as lines of a transcript."""
    return [Line("bot", bubble) for bubble in reply.bubbles]
