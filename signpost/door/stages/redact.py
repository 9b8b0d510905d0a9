"""Stage 3, redact: nothing personal goes further than the door."""

from __future__ import annotations

import structlog

from signpost.door.turn import Turn
from signpost.privacy.redact import Redactor

log = structlog.get_logger()
# What goes on when redaction itself fails: nothing of the message.
WITHHELD = "‹text›"


class Redact:
    """Replaces personal details in the turn's text by typed placeholders."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def run(self, turn: Turn) -> None:
        try:
            turn.redacted = self._redactor.redact(turn.text)
        except Exception as error:  # noqa: BLE001 - a detail must not pass because of a fault
            log.error("redaction.failed", kind=type(error).__name__)
            turn.redacted = WITHHELD
