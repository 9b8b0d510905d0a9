from __future__ import annotations

from signpost.door.conversations import Conversation
from signpost.door.stages.redact import WITHHELD, Redact
from signpost.door.turn import Turn
from signpost.privacy.redact import Redactor


class BrokenRedactor(Redactor):
    def redact(self, text: str) -> str:
        raise RuntimeError(text)


def test_the_text_goes_on_without_its_details(conversation: Conversation) -> None:
    turn = Turn(conversation, "", text="im 12, my number is 07700 900123")
    Redact(Redactor()).run(turn)
    assert turn.redacted == "im 12, my number is ‹phone›"


def test_when_redaction_fails_nothing_of_the_text_goes_on(conversation: Conversation) -> None:
    turn = Turn(conversation, "", text="my number is 07700 900123")
    Redact(BrokenRedactor()).run(turn)
    assert turn.redacted == WITHHELD
