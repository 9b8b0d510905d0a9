"""One door's own memory, which needs nobody else."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from signpost.door.conversations import Conversation, Conversations
from signpost.door.store import Known
from signpost.register.models import Reply

MOST_ENDED = 50_000


class Ended:
    """Tokens of conversations that were ended; the oldest are let go."""

    def __init__(self, most: int = MOST_ENDED) -> None:
        self._tokens: OrderedDict[str, None] = OrderedDict()
        self._most = most

    def __contains__(self, token: str) -> bool:
        return token in self._tokens

    def add(self, token: str) -> None:
        self._tokens[token] = None
        if len(self._tokens) > self._most:
            self._tokens.popitem(last=False)


class MemoryStore:
    """Keeps conversations here alone. Ids of messages and people are kept by who asks."""

    def __init__(self, local: Conversations) -> None:
        self.local = local
        self._ended = Ended()

    async def start(self, channel: str, token: str = "") -> Conversation:
        return self.local.start(channel, token)

    async def find(self, token: str, channel: str = "web") -> Conversation | None:
        return self.local.find(token)

    async def save(self, conversation: Conversation) -> None:
        """Nobody else has to know."""

    async def end(self, token: str) -> str | None:
        conversation = self.local.find(token)
        self.local.end(token)
        self._ended.add(token)
        return conversation.id if conversation else None

    async def was_ended(self, token: str) -> bool:
        return token in self._ended

    async def erase(self, id_: str) -> Conversation | None:
        conversation = self.local.find_by_id(id_)
        if conversation is not None:
            self.local.end(conversation.token)
        return conversation

    @asynccontextmanager
    async def turn(self, conversation: Conversation) -> AsyncIterator[None]:
        async with conversation.queue:
            yield

    async def once(
        self,
        conversation: Conversation,
        message: str,
        answer: Callable[[], Awaitable[Reply]],
        urgent: Callable[[], bool],
    ) -> Reply:
        return await answer()

    async def is_first(self, name: str, seconds: float) -> bool:
        return True

    async def keep_claim(self, name: str, seconds: float) -> None:
        """Nothing was claimed."""

    async def unclaim(self, name: str) -> None:
        """Nothing was claimed."""

    async def person(self, key: str) -> Known | None:
        return None

    async def remember_person(self, key: str, known: Known) -> None:
        """Nobody else has to know."""

    async def sweep(self) -> int:
        return self.local.sweep()

    @property
    def state(self) -> str:
        return "memory"

    async def close(self) -> None:
        """There is nothing to let go of."""
