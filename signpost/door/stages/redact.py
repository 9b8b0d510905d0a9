"""Stage 3, redact: nothing personal goes further than the door, nor stays in it."""

from __future__ import annotations

import structlog

from signpost.door.turn import Turn
from signpost.privacy.public import public_of
from signpost.privacy.redact import Redactor

log = structlog.get_logger()
# What goes on when redaction itself fails: nothing of the message.
WITHHELD = "‹text›"


class Redact:
    """Replaces personal details in the turn's text by typed placeholders.

    The conversation remembers the redacted words for the crisis floor, which has read this
    message raw before. Only when redaction fails does it remember them as they were typed, in
    memory and no longer than the others: danger that is told in two messages must be seen.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def run(self, turn: Turn) -> None:
        try:
            public = public_of(turn.edition.register if turn.edition else None)
            turn.redacted = remembered = self._redactor.redact(turn.text, public)
        except Exception as error:  # noqa: BLE001 - a detail must not pass because of a fault
            log.error("redaction.failed", kind=type(error).__name__)
            turn.redacted, remembered = WITHHELD, turn.text
        if remembered:
            turn.conversation.turns.append(remembered)
