"""The one way into Rasa: the door's messages, answered with replies and the turn's events.

Evaluation, the workbench's "why" and the door all use this seam, so that what is tested is what
is served.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.events import Event, UserUttered
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from signpost import settings
from signpost.door.rasa import TOKEN_HEADER
from signpost.rasa import retention

NAME = "door"


class DoorOutput(CollectingOutputChannel):  # type: ignore[misc]
    """Collects the `Reply` objects that RegisterNLG put under `custom`."""

    @classmethod
    def name(cls) -> str:
        return NAME

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        reply = (message.get("custom") or {}).get("reply")
        if reply is not None:
            self.messages.append(reply)


class DoorInput(InputChannel):  # type: ignore[misc]
    """POST /webhooks/door/turn {conversation, text, metadata} → {replies, events}.

    Only the door may call it: every request carries the token that both were started with.
    """

    @classmethod
    def name(cls) -> str:
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        return cls(settings.load().rasa_token)

    def __init__(self, token: str) -> None:
        self._token = token

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        routes = Blueprint("door_channel", __name__)

        @routes.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            ready = request.app.ctx.agent is not None and request.app.ctx.agent.is_ready()
            return response.json({"ready": ready}, status=200 if ready else 503)

        @routes.route("/turn", methods=["POST"])
        async def turn(request: Request) -> HTTPResponse:
            if not self._allowed(request):
                return response.json({"error": "wrong token"}, status=403)
            agent = request.app.ctx.agent
            if agent is None or not agent.is_ready():
                return response.json({"error": "no model is loaded"}, status=503)
            order = request.json
            replies, events = await run_turn(
                agent, order["conversation"], order["text"], order.get("metadata") or {}
            )
            return response.json({"replies": replies, "events": events})

        @routes.route("/erase", methods=["POST"])
        async def erase(request: Request) -> HTTPResponse:
            if not self._allowed(request):
                return response.json({"error": "wrong token"}, status=403)
            agent = request.app.ctx.agent
            if agent is None:
                return response.json({"error": "no model is loaded"}, status=503)
            await retention.erase(
                agent.tracker_store, agent.lock_store, request.json["conversation"]
            )
            return response.empty()

        return routes

    def _allowed(self, request: Request) -> bool:
        given = request.headers.get(TOKEN_HEADER, "")
        return bool(self._token) and hmac.compare_digest(given.encode(), self._token.encode())


async def run_turn(
    agent: Any, conversation: str, text: str, metadata: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Let `agent` (a `rasa.core.agent.Agent`) handle one message.

    Returns the replies in order, and the turn's events as Rasa serialises them, from the user's
    message on. Also used in process by the evaluation.
    """
    output = DoorOutput()
    await agent.handle_message(
        UserMessage(text, output, sender_id=conversation, input_channel=NAME, metadata=metadata)
    )
    tracker = await agent.tracker_store.retrieve(conversation)
    events = _latest_turn(list(tracker.events)) if tracker else []
    return output.messages, [event.as_dict() for event in events]


def _latest_turn(events: list[Event]) -> list[Event]:
    for index in range(len(events) - 1, -1, -1):
        if isinstance(events[index], UserUttered):
            return events[index:]
    return []
