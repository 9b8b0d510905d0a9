"""Who may read or continue a conversation on the web: a signed token that ends by itself.

The token is a JWT. Its subject is the conversation's own key, which nobody else knows; signing it
lets the door give it an end, and turn away what it never gave out without looking anything up.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import jwt

from signpost.door.conversations import Conversation
from signpost.door.door import Door
from signpost.register.models import Reply

_ALGORITHM = "HS256"
_MINUTE = 60.0
# Answers kept for a message that is sent again; older ones are no longer on their way.
_ANSWERS = 20
_MOST_ENDED = 50_000


class Tokens:
    """Signs and reads tokens. `seconds` is how long a new one is good for."""

    def __init__(self, key: str, seconds: float) -> None:
        self._key = key
        self.seconds = seconds

    def sign(self, subject: str) -> str:
        """A token for `subject` that is good from now on."""
        return jwt.encode(
            {"sub": subject, "exp": time.time() + self.seconds}, self._key, _ALGORITHM
        )

    def read(self, token: str) -> str | None:
        """The subject of a token of ours that has not ended, or None."""
        try:
            claims = jwt.decode(token, self._key, [_ALGORITHM], options={"require": ["sub", "exp"]})
        except (jwt.PyJWTError, ValueError):
            return None
        return str(claims["sub"])


class Sessions:
    """The web's conversations, by token, with a limit on the messages of each."""

    def __init__(
        self,
        door: Door,
        tokens: Tokens,
        per_minute: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._door = door
        self._tokens = tokens
        self._per_minute = per_minute
        self._now = now
        self._ended: OrderedDict[str, None] = OrderedDict()

    @property
    def seconds(self) -> float:
        """How long a token is good for after the last message."""
        return self._tokens.seconds

    def start(self) -> Conversation:
        return self._door.conversations.start("web")

    def token(self, conversation: Conversation) -> str:
        """A new token for a conversation: each message puts its end off."""
        return self._tokens.sign(conversation.token)

    def find(self, token: str) -> Conversation | None:
        """The token's conversation; None when it is not ours, has ended, or was forgotten."""
        key = self._tokens.read(token)
        return self._door.conversations.find(key) if key else None

    def was_ended(self, token: str) -> bool:
        """Whether its owner ended this conversation, and nothing of it may come up again."""
        return self._tokens.read(token) in self._ended

    def end(self, token: str) -> None:
        """Forget a conversation whole, here and in Rasa."""
        key = self._tokens.read(token)
        if key is None:
            return
        self._door.end(key)
        self._ended[key] = None
        if len(self._ended) > _MOST_ENDED:
            self._ended.popitem(last=False)

    def is_over_limit(self, conversation: Conversation) -> bool:
        """Count one more message; whether there were too many within a minute.

        The limit is each conversation's own: behind one address may be a whole school.
        """
        now = self._now()
        arrivals = conversation.arrivals
        while arrivals and arrivals[0] <= now - _MINUTE:
            arrivals.popleft()
        if len(arrivals) >= self._per_minute:
            return True
        arrivals.append(now)
        return False

    @staticmethod
    async def once(
        conversation: Conversation, message: str, answer: Callable[[], Awaitable[Reply]]
    ) -> Reply:
        """The answer to a message. One that is sent again, because its answer was lost on the
        way, gets the same answer and is not said twice."""
        if not message:
            return await answer()
        known = conversation.answers.get(message)
        if known is None:
            known = asyncio.ensure_future(answer())
            conversation.answers[message] = known
            while len(conversation.answers) > _ANSWERS:
                del conversation.answers[next(iter(conversation.answers))]
        # Who stops waiting must not stop the answer for who asks again.
        return await asyncio.shield(known)
