"""Stage 2, assess: the crisis floor on the raw text and the last turns."""

from __future__ import annotations

import structlog

from signpost.door.turn import Turn
from signpost.edition import Editions

log = structlog.get_logger()


class Assess:
    """Runs the floor of the edition in force; the turn keeps that edition.

    When there is no floor, or it fails, the turn has no assessment.

    A turn without an assessment is answered with the last-resort text before anything else:
    what nobody could read for danger is treated as if it were.
    """

    def __init__(self, editions: Editions) -> None:
        self._editions = editions

    def run(self, turn: Turn) -> None:
        turn.edition = self._editions.current
        if turn.edition.floor is None:
            return
        try:
            turn.assessment = turn.edition.floor.assess(turn.raw, tuple(turn.conversation.turns))
        except Exception as error:  # noqa: BLE001 - whatever failed, the user is answered
            log.error("floor.failed", kind=type(error).__name__)
