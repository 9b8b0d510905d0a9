"""One message on its way through the door's stages."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Literal

from signpost.crisis.floor import Assessment
from signpost.door.conversations import Conversation
from signpost.edition import Edition
from signpost.register.models import Choice, Reply

Problem = Literal["empty", "unreadable", "too_long"]


@dataclass
class Turn:
    """What is known of a message so far. `raw` never leaves the door."""

    conversation: Conversation
    raw: str
    # What judged this message also words its reply, whatever is published in between.
    edition: Edition | None = None
    text: str = ""
    problem: Problem | None = None
    choice: Choice | None = None
    assessment: Assessment | None = None
    redacted: str = ""
    answer: Reply | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    # Why there is no answer of Rasa's: "unavailable", "busy", "silent"; None when there is one.
    fault: str | None = None
    reply: Reply = field(default_factory=Reply)
    # When the message came, by the clock that only goes forward.
    began: float = field(default_factory=time.monotonic)
    # The id under which Rasa hears of it: the conversation's own when the message came.
    rasa_id: str = ""

    def __post_init__(self) -> None:
        self.rasa_id = self.conversation.id

    @property
    def was_cleared(self) -> bool:
        """Whether the user started again while this message was waiting for its answer."""
        return self.conversation.id != self.rasa_id

    @property
    def in_crisis(self) -> bool:
        """Whether the floor found that this message must be escalated or checked at once."""
        return self.assessment is not None and self.assessment.reply is not None
