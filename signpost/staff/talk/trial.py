"""Conversations of staff with the bot, through a door of the workbench's own.

The same stages, bundles and weights as the public's, and the same Rasa; but the ids that Rasa keeps
begin with a prefix, so that nobody takes a test for a person. Of what a tester types only the
redacted words are kept.
"""

from __future__ import annotations

import asyncio
import time

import msgspec
import structlog

from signpost.door import last_resort
from signpost.door.conversations import Conversation, Conversations
from signpost.door.door import Door
from signpost.door.rasa import HttpRasa, Rasa
from signpost.door.stages.redact import WITHHELD
from signpost.door.store.memory import MemoryStore
from signpost.edition import Editions
from signpost.privacy import requests
from signpost.privacy.redact import Redactor
from signpost.register.models import Choice, Reply
from signpost.settings import Settings
from signpost.staff.talk.why import Background, Why, explain, readings

log = structlog.get_logger()
PREFIX = "trial-"
ASKING = "conversation.ask_audience"
# Rasa's own time for a message, with room for a machine that trains or tests beside it.
SECONDS = 10.0


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What a conversation needs to go on later: nothing here was not redacted."""

    id: str
    turns: list[str] = []
    choices: list[Choice] = []
    audience: str | None = None
    in_crisis: bool = False


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One turn. `typed` and `readings` hold the words as typed: they are shown, never kept."""

    said: str
    reply: Reply
    why: Why
    typed: str
    readings: list[str]


class Trials:
    """The workbench's door. `say` holds a conversation, `start` begins one."""

    def __init__(
        self, settings: Settings, *, editions: Editions | None = None, rasa: Rasa | None = None
    ) -> None:
        self._settings = settings
        self.editions = editions or _editions(settings)
        self._rasa = rasa or http_rasa(settings)
        self._door = Door(
            msgspec.structs.replace(settings, rasa_timeout=SECONDS),
            editions=self.editions,
            rasa=self._rasa,
            last_resort_text=last_resort.read(),
            store=MemoryStore(
                Conversations(settings.conversation_seconds, settings.crisis_seconds, prefix=PREFIX)
            ),
        )
        self._background = Background(settings)
        self._loading = asyncio.Lock()
        self._loaded = False

    @property
    def redactor(self) -> Redactor:
        """What takes personal details out of all that is kept."""
        return self._door.redactor

    async def ready(self) -> bool:
        """Whether Rasa answers."""
        return await self._rasa.ready()

    def start(self) -> Conversation:
        """A conversation in which nothing was said yet."""
        return self._door.conversations.start("trial")

    def greeting(self, channel: str) -> Reply:
        """What somebody reads first: on a page before, in an app with the first answer."""
        if channel == "web":
            return self._door.greeting()
        first = self._door.render.entry("conversation.first_contact")
        if self._settings.mode == "preview":
            first.bubbles = [
                *self._door.render.entry("conversation.preview_banner").bubbles,
                *first.bubbles,
            ]
        return first

    def introduction(self, as_: str) -> Choice | None:
        """The words with which somebody says who they are, as the bot itself offers them."""
        register = self.editions.current.register
        entry = register.entries.get(ASKING) if register else None
        intent = f"tell_audience_{as_}"
        choices = entry.choices if entry else []
        return next((each for each in choices if each.intent == intent), None)

    async def say_who(self, conversation: Conversation, as_: str) -> Heard | None:
        """Begin as somebody; None where the register has no words for it."""
        choice = self.introduction(as_)
        if choice is None:
            return None
        conversation.choices = [choice]
        return await self.say(conversation, choice.title, choice.intent)

    async def say(self, conversation: Conversation, text: str, choice: str = "") -> Heard:
        """One message, its reply, and why. The reply never fails; the reasons may be few."""
        await self._know_all_details()
        earlier = tuple(conversation.turns)
        offered = next((each for each in conversation.choices if each.intent == choice), None)
        started = time.perf_counter()

        async def nowhere(_: Reply) -> None:
            """The page shows it."""

        turn = await self._door.handle(
            conversation, offered.title if offered else text, nowhere, choice or None
        )
        seconds = time.perf_counter() - started
        if turn.redacted == WITHHELD and conversation.turns:
            # The door then remembers the words as typed, in memory; what is remembered here stays.
            conversation.turns[-1] = WITHHELD
        # A crisis is recorded in Rasa after its reply; what Rasa made of it belongs to the reasons.
        await self._door.close()
        why = await asyncio.to_thread(explain, turn, earlier, self._background, seconds)
        return Heard(
            said=turn.choice.title if turn.choice else turn.redacted or turn.text,
            reply=turn.reply,
            why=why,
            typed=turn.raw,
            readings=readings(turn, turn.raw),
        )

    async def _know_all_details(self) -> None:
        """Bring in the recognisers that are slow to load, once: what is said here is kept."""
        async with self._loading:
            if not self._loaded:
                await asyncio.to_thread(self._door.redactor.add_presidio)
                self._loaded = True

    def start_again(self, conversation: Conversation) -> Reply:
        """Forget all that was said, here and in Rasa."""
        return self._door.start_again(conversation)

    async def forget(self, id_: str) -> None:
        """Erase what Rasa keeps of a conversation. Raises `RasaUnavailable`."""
        try:
            # Noted before it is carried out: a backup that comes back must not undo it.
            await asyncio.to_thread(requests.note, self._settings.state, [id_])
        except OSError as error:
            log.error("erase.not_noted", kind=type(error).__name__)
        await self._door.erase(id_)

    def resume(self, memory: Memory, idle_seconds: float) -> Conversation:
        """A conversation as it was left, which this process may never have seen."""
        found = self._door.conversations.find_by_id(memory.id)
        if found is not None:
            return found
        conversation = self.start()
        conversation.id = memory.id
        conversation.choices = list(memory.choices)
        conversation.audience = memory.audience
        if idle_seconds < self._settings.crisis_seconds:
            conversation.turns.extend(memory.turns)
            conversation.in_crisis = memory.in_crisis
        return conversation

    async def close(self) -> None:
        """Let recordings in progress end."""
        await self._door.close()
        if isinstance(self._rasa, HttpRasa):
            await self._rasa.close()


def memory_of(conversation: Conversation) -> Memory:
    """What `resume` needs."""
    return Memory(
        id=conversation.id,
        turns=list(conversation.turns),
        choices=list(conversation.choices),
        audience=conversation.audience,
        in_crisis=conversation.in_crisis,
    )


def http_rasa(settings: Settings) -> HttpRasa:
    """The Rasa of the running bot."""
    return HttpRasa(
        settings.rasa_url,
        settings.rasa_token,
        SECONDS,
        settings.breaker_failures,
        settings.breaker_seconds,
    )


def _editions(settings: Settings) -> Editions:
    editions = Editions(settings)
    editions.poll()
    return editions
