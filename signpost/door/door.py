"""The door: takes a message through the stages, and never leaves one unanswered."""

from __future__ import annotations

import asyncio

import structlog

from signpost.crisis.floor import Floor
from signpost.door.conversations import Conversation, Conversations
from signpost.door.rasa import Rasa
from signpost.door.stages.ask import Ask
from signpost.door.stages.assess import Assess
from signpost.door.stages.deliver import Deliver, Send
from signpost.door.stages.receive import Receive
from signpost.door.stages.redact import Redact
from signpost.door.stages.render import Render
from signpost.door.turn import Turn
from signpost.privacy.redact import Redactor
from signpost.register.loader import Register
from signpost.register.models import Reply
from signpost.settings import Settings

log = structlog.get_logger()


class Door:
    """The six stages in order.

    A crisis leaves the line at stage 2: its reply is delivered at once, without waiting for
    messages before it, and Rasa then records the redacted turn with its own output discarded.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        floor: Floor | None,
        register: Register | None,
        rasa: Rasa,
        last_resort_text: str,
    ) -> None:
        self.conversations = Conversations(settings.conversation_seconds, settings.crisis_seconds)
        self.rasa = rasa
        self.receive = Receive(settings.message_characters)
        self.assess = Assess(floor)
        self.redact = Redact(Redactor())
        self.ask = Ask(rasa, settings.queue_length)
        self.render = Render(register, last_resort_text)
        self.deliver = Deliver()
        self._recording: set[asyncio.Task[None]] = set()

    async def handle(
        self, conversation: Conversation, raw: str, send: Send, choice: str | None = None
    ) -> Turn:
        """Answer one message through `send`; returns the turn with all that was found."""
        self.conversations.touch(conversation)
        turn = self.receive.run(conversation, raw, choice)
        self.assess.run(turn)
        if turn.in_crisis:
            turn.reply = self.render.crisis(turn)
            self.redact.run(turn)
            await self.deliver.run(turn, send)
            self._record(turn)
            return turn
        await self._answer(turn, send)
        return turn

    def start_again(self, conversation: Conversation) -> Reply:
        """Forget all that was said and greet anew."""
        conversation.forget()
        self.conversations.touch(conversation)
        return self.render.entry("conversation.start_again")

    def greeting(self) -> Reply:
        """What a new conversation opens with."""
        return self.render.entry("conversation.greet")

    async def close(self) -> None:
        """Let recordings in progress end."""
        if self._recording:
            await asyncio.wait(self._recording, timeout=5)

    async def _answer(self, turn: Turn, send: Send) -> None:
        try:
            self.redact.run(turn)
            if turn.problem not in ("empty", "unreadable"):
                await self.ask.run(turn)
            self._learn(turn)
            turn.reply = self.render.ordinary(turn)
        except Exception as error:  # noqa: BLE001 - whatever failed, the user is answered
            log.error("turn.failed", kind=type(error).__name__)
            turn.reply = self.render.last_resort()
        if turn.reply.bubbles and turn.reply.bubbles[0].entry.startswith(
            "conversation.start_again/"
        ):
            turn.conversation.forget()
        await self.deliver.run(turn, send)

    @staticmethod
    def _learn(turn: Turn) -> None:
        """Take who is asking from the turn's events: a later crisis is answered in their words."""
        for event in turn.events:
            if event.get("event") == "slot" and event.get("name") == "audience":
                turn.conversation.audience = event.get("value")

    def _record(self, turn: Turn) -> None:
        task = asyncio.create_task(self._tell_rasa(turn))
        self._recording.add(task)
        task.add_done_callback(self._recording.discard)

    async def _tell_rasa(self, turn: Turn) -> None:
        try:
            await self.ask.run(turn)
        except Exception as error:  # noqa: BLE001 - the user was answered; this is only a record
            log.error("record.failed", kind=type(error).__name__)
