"""What the door remembers of a conversation, in memory and for a limited time."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from signpost.register.models import Bubble, Choice, Reply

# Letters and figures that nobody mistakes for one another, read aloud or copied by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_REFERENCE = 16  # characters: 79 bits, beyond guessing
# The crisis floor reads this many earlier messages, so that a sentence split over several counts.
REMEMBERED_TURNS = 6
# What the page without JavaScript shows again; older lines are gone.
TRANSCRIPT_LINES = 60
MOST_CONVERSATIONS = 50_000
T = TypeVar("T")


class Line(msgspec.Struct, frozen=True):
    """One line of the transcript: a bubble of the bot's, or the user's words after redaction."""

    speaker: str  # "bot" or "user"
    bubble: Bubble


class Recent(deque[T]):
    """The latest things, which knows what came in since other doors were told of it."""

    def __init__(self, things: Iterable[T] = (), most: int | None = None) -> None:
        super().__init__(things, most)
        # How many at the end nobody else knows yet.
        self.untold = 0

    def append(self, thing: T) -> None:
        super().append(thing)
        self.untold += 1

    def extend(self, things: Iterable[T]) -> None:
        for thing in things:
            self.append(thing)

    def clear(self) -> None:
        super().clear()
        self.untold = 0

    def news(self) -> list[T]:
        """What nobody else knows yet, as far as it is still here."""
        return list(self)[max(0, len(self) - self.untold) :]

    def told(self, count: int) -> None:
        """Note that others know of the first `count` of the news."""
        self.untold = max(0, self.untold - count)

    def take_over(self, known: Iterable[T]) -> None:
        """Replace all but the news by what others know."""
        news = self.news()
        super().clear()
        super().extend([*known, *news])


@dataclass
class Elsewhere:
    """What other doors know of a conversation: as it was when they were last told or asked."""

    # Its id, "" before anybody was told; its key in the store; who asks, and what was offered.
    id: str = ""
    key: str = ""
    audience: str | None = None
    choices: list[Choice] = field(default_factory=list)
    in_crisis: bool = False
    # One telling or asking at a time; and messages enter the common queue in order.
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    entering: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Conversation:
    """One person's conversation. `token` is the user's only key to it; `id` is Rasa's.

    All keys are random: none says anything of the person, their number or their device.
    """

    token: str
    id: str
    channel: str
    last_seen: float
    # What every id begins with that it ever has; "" for the public's.
    prefix: str = ""
    turns: Recent[str] = field(default_factory=lambda: Recent(most=REMEMBERED_TURNS))
    transcript: Recent[Line] = field(default_factory=lambda: Recent(most=TRANSCRIPT_LINES))
    choices: list[Choice] = field(default_factory=list)
    audience: str | None = None
    in_crisis: bool = False
    # Messages of one conversation are answered one after another; asyncio's lock is first come,
    # first served. A crisis does not wait for it.
    queue: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    # Replies by the ids that the sender gave its messages: sent twice, a message is answered once.
    answers: dict[str, asyncio.Future[Reply]] = field(default_factory=dict)
    # When its latest messages came, for the limit on their number.
    arrivals: deque[float] = field(default_factory=deque)
    elsewhere: Elsewhere = field(default_factory=Elsewhere)

    @property
    def reference(self) -> str:
        """What the user may give to staff to have the conversation erased; opens nothing."""
        return "-".join(self.id[place : place + 4] for place in range(0, len(self.id), 4))

    def grow_quiet(self) -> None:
        """End the standing line; what was said before is not read for danger again."""
        self.in_crisis = False
        self.turns.clear()

    def forget(self) -> None:
        """Start again: nothing said before is read or shown any more, and Rasa starts anew."""
        self.id = self.prefix + _new_id()
        self.turns.clear()
        self.transcript.clear()
        self.choices = []
        self.audience = None
        self.in_crisis = False
        self.answers.clear()


class Conversations:
    """Conversations by token, dropped when idle for `seconds`.

    `quiet_seconds` without a message end the standing line and the memory of earlier turns. With
    a `prefix` Rasa can tell these conversations from others; theirs have no reference for users.
    """

    def __init__(
        self,
        seconds: float,
        quiet_seconds: float,
        now: Callable[[], float] = time.monotonic,
        most: int = MOST_CONVERSATIONS,
        prefix: str = "",
    ) -> None:
        self._seconds = seconds
        self._quiet = quiet_seconds
        self._now = now
        self._most = most
        self._prefix = prefix
        self._by_token: OrderedDict[str, Conversation] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_token)

    def start(self, channel: str, token: str = "") -> Conversation:
        """A new conversation, with a token nobody can guess unless the caller brings one."""
        self.sweep()
        while len(self._by_token) >= self._most:
            self._by_token.popitem(last=False)
        id_ = self._prefix + _new_id()
        conversation = Conversation(
            token or new_token(), id_, channel, self._now(), prefix=self._prefix
        )
        self._by_token[conversation.token] = conversation
        return conversation

    def find(self, token: str) -> Conversation | None:
        """The conversation for a token, or None when there is none or it was idle too long."""
        conversation = self._by_token.get(token)
        if conversation is None:
            return None
        idle = self._now() - conversation.last_seen
        if idle > self._seconds:
            del self._by_token[token]
            return None
        if idle > self._quiet:
            conversation.grow_quiet()
        return conversation

    def find_by_id(self, id_: str) -> Conversation | None:
        """The conversation that Rasa knows by `id_`."""
        return next((each for each in self._by_token.values() if each.id == id_), None)

    def held(self, token: str) -> Conversation | None:
        """The conversation for a token as it is here, however long ago it was seen."""
        return self._by_token.get(token)

    def newest_first(self) -> list[Conversation]:
        """All conversations, the most recently seen first."""
        return list(reversed(self._by_token.values()))

    def touch(self, conversation: Conversation) -> None:
        """Note that a message came; the least recently seen stay at the front."""
        conversation.last_seen = self._now()
        if conversation.token in self._by_token:
            self._by_token.move_to_end(conversation.token)

    def end(self, token: str) -> None:
        """Forget a conversation whole."""
        self._by_token.pop(token, None)

    def sweep(self) -> int:
        """Drop what was idle too long, and the earlier turns of what is quiet; returns how many
        were dropped."""
        oldest = self._now() - self._seconds
        dropped = 0
        while self._by_token:
            token, conversation = next(iter(self._by_token.items()))
            if conversation.last_seen >= oldest:
                break
            del self._by_token[token]
            dropped += 1
        quiet = self._now() - self._quiet
        for conversation in self._by_token.values():
            if conversation.last_seen >= quiet:
                break
            conversation.grow_quiet()
        return dropped


def id_of(reference: str) -> str | None:
    """The id that a reference stands for, however it was copied; None if it is no reference."""
    bare = "".join(character for character in reference.lower() if character.isalnum())
    fits = len(bare) == _REFERENCE and all(character in _LETTERS for character in bare)
    return bare if fits else None


def new_token() -> str:
    """Random: 256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


def _new_id() -> str:
    """Random and ASCII: Rasa's tracker store fails on some other characters."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_REFERENCE))
