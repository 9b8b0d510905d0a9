"""Stage 4, ask: Rasa, with a time limit, a circuit breaker and one queue per conversation."""

from __future__ import annotations

from typing import Any

import structlog

from signpost.door.rasa import Rasa, RasaUnavailable
from signpost.door.store import Store
from signpost.door.turn import Turn
from signpost.language.openers import without_opener

log = structlog.get_logger()


class Ask:
    """Puts Rasa's answer into the turn, or the reason why there is none."""

    def __init__(self, rasa: Rasa, queue_length: int, store: Store) -> None:
        self._rasa = rasa
        self._queue_length = queue_length
        self._store = store
        # Messages that wait for an answer of Rasa's now, of all conversations.
        self.waiting = 0

    async def run(self, turn: Turn) -> None:
        conversation = turn.conversation
        if conversation.waiting >= self._queue_length:
            turn.fault = "busy"
            return
        conversation.waiting += 1
        self.waiting += 1
        try:
            async with self._store.turn(conversation):
                await self._ask(turn)
        finally:
            conversation.waiting -= 1
            self.waiting -= 1

    async def _ask(self, turn: Turn) -> None:
        text = f"/{turn.choice.intent}" if turn.choice else without_opener(turn.redacted)
        try:
            answer = await self._rasa.ask(turn.rasa_id, text, metadata(turn))
        except RasaUnavailable as error:
            log.warning("rasa.unavailable", reason=str(error))
            turn.fault = "unavailable"
            return
        turn.events = answer.events
        turn.answer = answer.merged()
        if not turn.answer.bubbles:
            # A corrupt model answers 200 with nothing to say.
            log.warning("rasa.silent")
            turn.fault = "silent"


def metadata(turn: Turn) -> dict[str, Any]:
    """What Rasa is told beside the text: rule ids, scores and entries, never content."""
    found = turn.assessment
    return {
        "door": {
            "assessed": found is not None,
            "crisis_reply": found.reply if found else None,
            "rules": [hit.rule for hit in found.hits] if found else [],
            "score": found.score if found else None,
            "leaning": found.leaning if found else None,
            "escalated": turn.conversation.in_crisis,
        }
    }
