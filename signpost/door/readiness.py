"""Whether the door can do all it is there for: each part must have answered a test phrase.

That something listens, or that a file could be read, says little: a floor without its rules, a
register without its numbers and a corrupt model all look well until somebody asks them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from signpost.door.conversations import Conversation, Conversations
from signpost.door.door import Door
from signpost.door.rasa import RasaUnavailable
from signpost.door.turn import Turn

log = structlog.get_logger()

DANGER = "I want to kill myself"
GREETING = "hello"
# Seconds for which a finding holds, so that whoever asks often costs nothing.
HOLDS = 2.0


class Readiness:
    """Asks the parts, now and then."""

    def __init__(self, door: Door, now: Callable[[], float] = time.monotonic) -> None:
        self._door = door
        self._now = now
        self._until = float("-inf")
        self._found: dict[str, bool] = {"model": False, "register": False, "floor": False}
        # Asked once after each start of Rasa; from then on its own word is taken.
        self._model_has_answered = False

    async def find(self) -> dict[str, bool]:
        """By part, whether it has answered as it should."""
        if self._now() >= self._until:
            self._found = {
                "model": await self._model(),
                "register": self._register(),
                "floor": self._floor(),
            }
            self._until = self._now() + HOLDS
        return self._found

    @property
    def latest(self) -> dict[str, bool]:
        """What was found last, without asking anybody."""
        return self._found

    def escalates(self) -> bool:
        """Whether a message of danger would get 999 first: floor and register together."""
        return self._floor() and self._register()

    def _floor(self) -> bool:
        turn = self._danger()
        return turn.in_crisis and turn.assessment is not None and turn.assessment.route == "999"

    def _register(self) -> bool:
        turn = self._danger()
        if turn.edition is None or turn.edition.register is None:
            return False
        name = (turn.assessment.reply if turn.assessment else None) or "crisis.check_in"
        reply = self._door.render.entry(name, "child", turn.edition)
        first = reply.bubbles[0] if reply.bubbles else None
        return first is not None and first.entry.startswith(f"{name}/") and "999" in first.text

    def _danger(self) -> Turn:
        turn = Turn(Conversation("", "", "probe", 0.0), DANGER)
        self._door.assess.run(turn)
        return turn

    async def _model(self) -> bool:
        rasa = self._door.rasa
        if not await rasa.ready():
            self._model_has_answered = False
        elif not self._model_has_answered:
            self._model_has_answered = await self._ask_the_model()
        return self._model_has_answered

    async def _ask_the_model(self) -> bool:
        # A new one each time: several doors may ask at once.
        probe = Conversations(1.0, 1.0).start("probe")
        try:
            answer = await self._door.rasa.ask(probe.id, GREETING, {"door": {"assessed": False}})
            await self._door.rasa.erase(probe.id)
        except RasaUnavailable as error:
            log.warning("readiness.model", reason=str(error))
            return False
        return bool(answer.merged().bubbles)
