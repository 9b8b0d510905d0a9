from __future__ import annotations

from signpost.door.conversations import Conversation
from signpost.door.stages.redact import WITHHELD, Redact
from signpost.door.turn import Turn
from signpost.edition import Edition
from signpost.privacy.redact import Redactor
from signpost.register.loader import Register


class BrokenRedactor(Redactor):
    def redact(self, text: str) -> str:
        raise RuntimeError(text)


def test_the_text_goes_on_without_its_details(conversation: Conversation) -> None:
    turn = Turn(conversation, "", text="im 12, my number is 07700 900123")
    Redact(Redactor()).run(turn)
    assert turn.redacted == "im 12, my number is ‹phone›"


def test_the_conversation_remembers_the_redacted_words_for_the_next_message(
    conversation: Conversation,
) -> None:
    for text in ("im called jake", "", "he hurts me"):
        Redact(Redactor()).run(Turn(conversation, "", text=text))
    assert list(conversation.turns) == ["im called ‹name›", "he hurts me"]


def test_a_number_of_the_edition_in_force_stays(
    conversation: Conversation, register: Register
) -> None:
    text = "is 01223 123456 right, or 01223 654321"
    turn = Turn(conversation, "", text=text, edition=Edition(register, None))
    Redact(Redactor()).run(turn)
    assert turn.redacted == "is 01223 123456 right, or ‹phone›"


def test_danger_told_in_two_messages_is_seen_even_when_redaction_fails(
    conversation: Conversation,
) -> None:
    Redact(BrokenRedactor()).run(Turn(conversation, "", text="i want to"))
    assert list(conversation.turns) == ["i want to"]


def test_when_redaction_fails_nothing_of_the_text_goes_on(conversation: Conversation) -> None:
    turn = Turn(conversation, "", text="my number is 07700 900123")
    Redact(BrokenRedactor()).run(turn)
    assert turn.redacted == WITHHELD
