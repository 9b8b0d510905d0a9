"""Conversations in process: the real door and the trained model, with no servers between."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import msgspec

from signpost.crisis.floor import Floor
from signpost.door import last_resort
from signpost.door.conversations import Conversation
from signpost.door.door import Door
from signpost.door.rasa import Rasa
from signpost.door.turn import Turn
from signpost.edition import Editions
from signpost.register.loader import Register
from signpost.register.models import Reply
from signpost.settings import Settings


class Heard(msgspec.Struct, frozen=True):
    """What came of one message."""

    reply: Reply
    ranking: tuple[str, ...]
    audience: str | None
    seconds: float
    fault: str | None = None  # why the model gave no answer; the reply then is an apology
    crisis_score: float | None = None  # infinite where a sure rule spoke
    confidences: tuple[float, ...] = ()  # of `ranking`, in its order


class Talk:
    """`fresh()` starts a conversation, `say()` holds it."""

    def __init__(
        self, settings: Settings, register: Register, rasa: Rasa, weights: Path | None = None
    ) -> None:
        self._door = Door(
            # In process, nobody waits for a socket: a slow machine must not look like a fault.
            msgspec.structs.replace(settings, rasa_timeout=60.0),
            editions=Editions.of(register, Floor.load(settings.content, weights)),
            rasa=rasa,
            last_resort_text=last_resort.read(),
        )

    def fresh(self) -> Conversation:
        return self._door.conversations.start("evaluation")

    async def say(self, conversation: Conversation, text: str) -> Heard:
        """One message and all that is known of its answer."""
        said: list[Reply] = []

        async def keep(reply: Reply) -> None:
            said.append(reply)

        started = time.perf_counter()
        turn = await self._door.handle(conversation, text, keep)
        seconds = time.perf_counter() - started
        await self._door.close()  # an escalated turn is recorded after its reply
        ranking = _ranking(turn)
        return Heard(
            reply=said[0],
            ranking=tuple(row["name"] for row in ranking),
            audience=_audience(turn),
            seconds=seconds,
            fault=turn.fault,
            crisis_score=_score(turn),
            confidences=tuple(float(row["confidence"]) for row in ranking),
        )


def _parsed(turn: Turn) -> dict[str, Any]:
    """What the model made of the message; empty when it gave no answer."""
    users = (event for event in turn.events if event.get("event") == "user")
    parsed: dict[str, Any] = next(users, {}).get("parse_data", {})
    return parsed


def _ranking(turn: Turn) -> list[dict[str, Any]]:
    """The intents as the classifier ranked them; the fallback is no intent."""
    ranking = _parsed(turn).get("intent_ranking", [])
    return [row for row in ranking if row["name"] != "nlu_fallback"]


def _score(turn: Turn) -> float | None:
    if turn.assessment and any(hit.sure for hit in turn.assessment.hits):
        return math.inf
    return _parsed(turn).get("crisis_score")


def _audience(turn: Turn) -> str | None:
    if turn.conversation.audience:
        return turn.conversation.audience
    if turn.in_crisis and turn.assessment and turn.assessment.speaker != "unknown":
        return str(turn.assessment.speaker)
    return None
