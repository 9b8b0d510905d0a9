"""The door: takes a message through the stages, and never leaves one unanswered."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import anyio
import structlog

from signpost.door.conversations import Conversation, Conversations
from signpost.door.observers import Observers
from signpost.door.rasa import Rasa, RasaUnavailable
from signpost.door.stages.ask import Ask
from signpost.door.stages.assess import Assess
from signpost.door.stages.deliver import Deliver, Send
from signpost.door.stages.receive import Receive
from signpost.door.stages.redact import Redact
from signpost.door.stages.render import SWITCHED_OFF, Render
from signpost.door.store import Store
from signpost.door.store.memory import MemoryStore
from signpost.door.turn import Turn
from signpost.edition import Editions
from signpost.off import OffSwitch
from signpost.privacy.redact import Redactor
from signpost.register.models import Reply
from signpost.settings import Settings

log = structlog.get_logger()
_GREETING = "conversation.greet"


class Door:
    """The six stages in order.

    A crisis leaves the line at stage 2: its reply is delivered at once, without waiting for
    messages before it, and Rasa then records the redacted turn with its own output discarded.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        editions: Editions,
        rasa: Rasa,
        last_resort_text: str,
        off: OffSwitch | None = None,
        store: Store | None = None,
    ) -> None:
        self._off = off
        self.store = store or MemoryStore(
            Conversations(settings.conversation_seconds, settings.crisis_seconds)
        )
        self.editions = editions
        self.rasa = rasa
        self.receive = Receive(settings.message_characters)
        self.assess = Assess(editions)
        self.redactor = Redactor()
        self.redact = Redact(self.redactor)
        self.ask = Ask(rasa, settings.queue_length, self.store)
        self.render = Render(editions, last_resort_text)
        self.deliver = Deliver()
        self.observers = Observers()
        # Ids under which Rasa was asked to erase something, until housekeeping has noted them.
        self.erased: list[str] = []
        # A little more than Rasa's own time, so that its failures are still counted as such.
        self._unread_seconds = settings.rasa_timeout + 0.3
        self._background: set[asyncio.Task[None]] = set()

    @property
    def is_off(self) -> bool:
        """Whether a lead has turned the bot off: it says so, and answers danger as ever."""
        return self._off is not None and self._off.now is not None

    @property
    def conversations(self) -> Conversations:
        """The conversations that this door itself knows."""
        return self.store.local

    async def handle(
        self, conversation: Conversation, raw: str, send: Send, choice: str | None = None
    ) -> Turn:
        """Answer one message through `send`; returns the turn with all that was found."""
        return await self.answer(self.read(conversation, raw, choice), send)

    def read(self, conversation: Conversation, raw: str, choice: str | None = None) -> Turn:
        """Receive, assess and redact a message; nothing in this waits for anybody, and what is
        read next is read with this before it."""
        self.conversations.touch(conversation)
        turn = self.receive.run(conversation, raw, choice)
        self.assess.run(turn)
        self.redact.run(turn)
        return turn

    async def answer(self, turn: Turn, send: Send) -> Turn:
        """Answer a message that was read; a crisis before anything is asked."""
        if turn.in_crisis:
            turn.reply = self.render.crisis(turn)
            await self._deliver(turn, send)
            await self.store.save(turn.conversation)
            self._in_background(self._tell_rasa(turn))
            return turn
        # Before anybody is asked: what another door reads next is read with this before it.
        await self.store.save(turn.conversation)
        await self._answer(turn, send)
        await self.store.save(turn.conversation)
        return turn

    def is_urgent(self, conversation: Conversation, raw: str) -> bool:
        """Whether a message must not wait for anybody; nothing is kept of the look."""
        turn = Turn(conversation, raw)
        self.assess.run(turn)
        return turn.in_crisis or turn.assessment is None

    async def handle_without_rasa(self, conversation: Conversation, raw: str, send: Send) -> Turn:
        """Answer a message that is over a limit: read for danger like any, and not asked on."""
        turn = self._read_aside(conversation, raw)
        if not turn.reply.bubbles:
            turn.fault = "off" if self.is_off else "busy"
            turn.reply = self.render.ordinary(turn)
        await self._deliver(turn, send)
        await self.store.save(conversation)
        return turn

    async def handle_aside(self, conversation: Conversation, raw: str, send: Send) -> Turn:
        """Take a line that asks for no answer, such as an opinion on the bot: only danger in it
        is answered, else the reply is empty."""
        turn = self._read_aside(conversation, raw)
        if turn.reply.bubbles:
            await self._deliver(turn, send)
        await self.store.save(conversation)
        return turn

    def start_again(self, conversation: Conversation) -> Reply:
        """Forget all that was said, here and in Rasa, and greet anew."""
        self._forget(conversation)
        self.conversations.touch(conversation)
        return self.greeting() if self.is_off else self.render.entry("conversation.start_again")

    async def end(self, token: str) -> None:
        """Forget a conversation whole, here, at other doors and in Rasa."""
        held = self.conversations.held(token) or Conversation(token, "", "web", 0.0)
        id_ = await self.store.end(token)
        if id_ is not None:
            self._in_background(self._erase(held, id_))

    async def erase(self, id_: str) -> None:
        """Erase one conversation everywhere, by its id. Raises `RasaUnavailable` when Rasa's part,
        or `StoreUnavailable` when other doors', has to be tried again; this door's own is gone by
        then."""
        self.erased.append(id_)
        conversation = await self.store.erase(id_)
        if conversation is None:
            await self.rasa.erase(id_)
            return
        # A message that is being answered now has nothing left to be written to.
        conversation.forget()
        async with self.store.turn(conversation):
            await self.rasa.erase(id_)

    def greeting(self) -> Reply:
        """What a new conversation opens with."""
        return self.render.switched_off() if self.is_off else self.render.entry(_GREETING)

    async def close(self) -> None:
        """Let recordings and erasures in progress end."""
        if self._background:
            await asyncio.wait(self._background, timeout=5)

    def _read_aside(self, conversation: Conversation, raw: str) -> Turn:
        """A turn with what the floor alone has to say to it, which may be nothing."""
        turn = self.read(conversation, raw)
        if turn.in_crisis:
            turn.reply = self.render.crisis(turn)
        elif turn.assessment is None:
            turn.reply = self.render.last_resort()
        else:
            turn.reply = self.render.in_place_of_the_model(turn) or Reply()
        return turn

    async def _answer(self, turn: Turn, send: Send) -> None:
        try:
            if turn.problem not in ("empty", "unreadable"):
                await self._ask(turn)
            if self.is_off:
                self._hold_back(turn)
            self._learn(turn)
            turn.reply = self.render.ordinary(turn)
        except Exception as error:  # noqa: BLE001 - whatever failed, the user is answered
            log.error("turn.failed", kind=type(error).__name__)
            turn.reply = self.render.last_resort()
        if turn.reply.bubbles and turn.reply.bubbles[0].entry.startswith(
            "conversation.start_again/"
        ):
            self._forget(turn.conversation)
        await self._deliver(turn, send)

    async def _deliver(self, turn: Turn, send: Send) -> None:
        """Hand the reply over; only then is anybody told who looks on."""
        await self.deliver.run(turn, send)
        self.observers.answered(turn)

    async def _ask(self, turn: Turn) -> None:
        """Ask Rasa. A message that nobody could read for danger does not wait in the queue: its
        reply opens with the last resort, which must not be late."""
        seconds = self._unread_seconds if turn.assessment is None else None
        with anyio.move_on_after(seconds) as limit:
            await self.ask.run(turn)
        if limit.cancelled_caught:
            turn.fault = "unavailable"

    def _hold_back(self, turn: Turn) -> None:
        """The bot is off: of what Rasa answers only the second net's escalations are said."""
        if turn.answer is None or turn.fault:
            turn.fault = "off"
        elif turn.answer.route is None and not turn.answer.check_in:
            turn.answer, turn.problem = self.render.entry(SWITCHED_OFF), None

    @staticmethod
    def _learn(turn: Turn) -> None:
        """Take who is asking from the turn's events: a later crisis is answered in their words."""
        if turn.was_cleared:
            return
        slots = {
            event.get("name"): event.get("value")
            for event in turn.events
            if event.get("event") == "slot"
        }
        conversation = turn.conversation
        if "audience" in slots:
            conversation.audience = slots["audience"]
        elif conversation.audience is None:
            conversation.audience = slots.get("audience_guess")

    def _forget(self, conversation: Conversation) -> None:
        self._in_background(self._erase(conversation, conversation.id))
        conversation.forget()

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)  # asyncio itself keeps no hold on a task
        task.add_done_callback(self._background.discard)

    async def _erase(self, conversation: Conversation, rasa_id: str) -> None:
        self.erased.append(rasa_id)
        try:
            # After the messages that wait in the queue: none may be written once this is done.
            async with self.store.turn(conversation):
                await self.rasa.erase(rasa_id)
        except RasaUnavailable as error:
            # The purge of idle conversations deletes it later.
            log.warning("erase.later", reason=str(error))

    async def _tell_rasa(self, turn: Turn) -> None:
        try:
            await self.ask.run(turn)
            self._learn(turn)
            await self.store.save(turn.conversation)
        except Exception as error:  # noqa: BLE001 - the user was answered; this is only a record
            log.error("record.failed", kind=type(error).__name__)
