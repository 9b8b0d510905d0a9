"""Stage 2, assess: the crisis floor on the raw text and the last turns."""

from __future__ import annotations

import structlog

from signpost.crisis.floor import Floor
from signpost.door.turn import Turn

log = structlog.get_logger()


class Assess:
    """Runs the floor. When there is none, or it fails, the turn has no assessment.

    A turn without an assessment is answered with the last-resort text before anything else:
    what nobody could read for danger is treated as if it were.
    """

    def __init__(self, floor: Floor | None) -> None:
        self._floor = floor

    def run(self, turn: Turn) -> None:
        if self._floor is None:
            return
        try:
            turn.assessment = self._floor.assess(turn.raw, tuple(turn.conversation.turns))
        except Exception as error:  # noqa: BLE001 - whatever failed, the user is answered
            log.error("floor.failed", kind=type(error).__name__)
        finally:
            turn.conversation.turns.append(turn.raw)
