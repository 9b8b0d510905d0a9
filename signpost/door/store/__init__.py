"""Where a conversation is kept between two messages: this door's memory, or Redis for several.

With one door the memory is all. Several doors behind one address agree through Redis: on what was
said, on whose turn it is, on messages that come twice, and on what has ended. A door works on its
own copy and goes on with what it knows when Redis is dead or hangs: nothing here raises, and
nothing takes longer than the store's own short time limit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec

from signpost.door.conversations import Conversation, Conversations
from signpost.register.models import Reply


class StoreUnavailable(Exception):
    """The shared store does not answer; the message says in what way."""


class Known(msgspec.Struct):
    """What is remembered of somebody on a messaging channel. `token` is their conversation's key,
    `later` holds pages that wait for MORE."""

    token: str = ""
    greeted: bool = False
    later: bytes = b""


class Store(Protocol):
    """The contract of a store; `tests/door/store/test_contract.py` holds for each."""

    # The conversations that this door itself knows.
    local: Conversations

    async def start(self, channel: str, token: str = "") -> Conversation:
        """A new conversation, known to the others once it is saved."""

    async def find(self, token: str, channel: str = "web") -> Conversation | None:
        """The conversation as it is now, whichever door heard of it last; None when it has ended,
        was idle too long or never began. When nobody can say, a new one under this token."""

    async def save(self, conversation: Conversation) -> None:
        """Let the other doors know what happened since it was found."""

    async def end(self, token: str) -> str | None:
        """Forget a conversation whole, at every door; returns its id, None when there was none."""

    async def was_ended(self, token: str) -> bool:
        """Whether its owner ended it, at any door."""

    async def erase(self, id_: str) -> Conversation | None:
        """End the conversation that Rasa knows by `id_`; returns this door's copy. Raises
        `StoreUnavailable` when the others could not be told; then it has to be asked again."""

    def turn(self, conversation: Conversation) -> AbstractAsyncContextManager[None]:
        """Wait until everything that came before is answered: first come, first served."""

    async def once(
        self,
        conversation: Conversation,
        message: str,
        answer: Callable[[], Awaitable[Reply]],
        urgent: Callable[[], bool],
    ) -> Reply:
        """The answer to a message that is not answered twice, at whichever door it comes again.
        One that is `urgent` waits for no other door."""

    async def is_first(self, name: str, seconds: float) -> bool:
        """Whether this name was not claimed within the last `seconds`; claims it."""

    async def keep_claim(self, name: str, seconds: float) -> None:
        """Keep a claimed name for so long from now on."""

    async def unclaim(self, name: str) -> None:
        """Let a claimed name come again."""

    async def person(self, key: str) -> Known | None:
        """What another door knows of somebody; None when nothing, or nobody can be asked."""

    async def remember_person(self, key: str, known: Known) -> None:
        """Let the other doors know."""

    async def sweep(self) -> int:
        """Forget what was idle too long or ended elsewhere; returns how many were dropped."""

    @property
    def state(self) -> str:
        """For the health page: "memory", "redis", or "memory: redis does not answer"."""

    async def close(self) -> None:
        """Let go of connections."""
