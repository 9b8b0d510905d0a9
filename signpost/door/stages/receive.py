"""Stage 1, receive: make any string usable, and find which offered choice it picks."""

from __future__ import annotations

import re
import unicodedata

from signpost.door.conversations import Conversation
from signpost.door.turn import Turn
from signpost.register.models import Choice

# Characters that show nothing or turn the line's direction round. Joiners inside emoji go too:
# the parts of such an emoji mean the same to us.
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
_KEPT = {"\n", "\t"}


class Receive:
    """Cleans the text for the model; the floor still reads it raw."""

    def __init__(self, characters: int) -> None:
        self._characters = characters

    def run(self, conversation: Conversation, raw: str, choice: str | None = None) -> Turn:
        """A turn for `raw`. `choice` is the intent of a button that was pressed."""
        turn = Turn(conversation, raw)
        text = clean(raw)
        turn.choice = pick(conversation.choices, text, choice)
        if not text:
            turn.problem = "empty"
        elif not any(character.isalnum() for character in text):
            turn.problem = "unreadable"
        elif len(text) > self._characters:
            turn.problem = "too_long"
            # People put the point at the end of a long message as often as at its start.
            half = self._characters // 2
            text = f"{text[:half]} {text[-half:]}"
        turn.text = text
        return turn


def clean(raw: str) -> str:
    """`raw` without invisible characters, on one line, and without a leading slash.

    Rasa takes a text that starts with a slash for an order and skips understanding it.
    """
    visible = "".join(
        character
        if character in _KEPT or unicodedata.category(character) not in _INVISIBLE
        else ("" if unicodedata.category(character) == "Cf" else " ")
        for character in raw
    )
    return re.sub(r"\s+", " ", visible).strip().lstrip("/ ")


def pick(choices: list[Choice], text: str, intent: str | None = None) -> Choice | None:
    """The choice that a button, a number or its words name; None when there is no such choice."""
    for number, choice in enumerate(choices, start=1):
        words = text.casefold().rstrip(".!) ")
        if intent == choice.intent or words in (choice.title.casefold(), str(number)):
            return choice
    return None
