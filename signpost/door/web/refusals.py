"""Every refusal says what happened and carries the emergency words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from signpost.door.conversations import Conversation
from signpost.door.door import Door
from signpost.door.web.templates import Templates, with_links
from signpost.register.models import Reply

log = structlog.get_logger()


class Refusals:
    """Words for what went wrong. `headers` go on each: an unexpected error is answered outside
    all middleware."""

    def __init__(
        self, door: Door, templates: Templates, headers: Callable[[], dict[str, str]]
    ) -> None:
        self._door = door
        self._templates = templates
        self._headers = headers

    async def refuse(self, request: Request, error: Exception) -> Response:
        """The answer to a request that failed: a page, or JSON for the interface."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if not isinstance(error, HTTPException):
            log.error("request.failed", kind=type(error).__name__, path=request.url.path)
        reply = self._door.render.last_resort()
        reply.bubbles += self._door.render.entry("conversation.trouble").bubbles
        if request.url.path.startswith("/api/"):
            response = as_json({"error": _reason(error), "reply": reply}, status)
        else:
            response = self.page(reply, status)
        response.headers.update({**self._headers(), **(getattr(error, "headers", None) or {})})
        return response

    def page(self, reply: Reply, status: int, language: str = "") -> Response:
        """A page of a refusal; bare words when pages themselves cannot be made."""
        try:
            html = self._templates.render("error.html", language, bubbles=reply.bubbles)
        except Exception as error:  # noqa: BLE001 - whatever failed, the words are shown
            log.error("error_page.failed", kind=type(error).__name__)
            html = Markup("").join(
                Markup("<p>{}</p>").format(with_links(bubble.text)) for bubble in reply.bubbles
            )
        return HTMLResponse(html, status_code=status)

    def without_conversation(self, text: str, entry: str) -> Reply:
        """The answer to a message that belongs to no conversation: read for danger, answered, and
        forgotten."""
        turn = self._door.receive.run(Conversation("", "", "web", 0.0), text)
        self._door.assess.run(turn)
        if turn.in_crisis or turn.assessment is None:
            return self._door.render.crisis(turn)
        reply = self._door.render.entry(f"conversation.{entry}")
        reply.bubbles += self._door.render.entry("conversation.safety_tail").bubbles
        return reply


def as_json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status_code=status, media_type="application/json")


def _reason(error: Exception) -> str:
    return error.detail if isinstance(error, HTTPException) else "internal error"
