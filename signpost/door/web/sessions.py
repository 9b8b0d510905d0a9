"""Who may read or continue a conversation on the web: a signed token that ends by itself.

The token is a JWT. Its subject is the conversation's own key, which nobody else knows; signing it
lets the door give it an end, and turn away what it never gave out without looking anything up.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import jwt
import msgspec

from signpost.door.conversations import Conversation, new_token
from signpost.door.door import Door
from signpost.register.models import Reply

_ALGORITHM = "HS256"
_MINUTE = 60.0
_DAY = 24 * 3600.0
# Answers kept for a message that is sent again; older ones are no longer on their way.
_ANSWERS = 20


class Claims(msgspec.Struct, frozen=True):
    """What a token says: the conversation's key, and whether it was given out before one began."""

    sub: str
    new: bool = False


class Tokens:
    """Signs and reads tokens. `seconds` is how long a new one is good for."""

    def __init__(self, key: str, seconds: float) -> None:
        self._key = key
        self.seconds = seconds

    def sign(self, subject: str) -> str:
        """A token for a conversation that is good from now on."""
        return self._sign({"sub": subject, "exp": time.time() + self.seconds})

    def sign_new(self) -> str:
        """A token for a conversation that has yet to begin; nothing is kept for it."""
        end = time.time() + max(self.seconds, _DAY)
        return self._sign({"sub": new_token(), "exp": end, "new": True})

    def read(self, token: str) -> Claims | None:
        """What a token of ours that has not ended says, or None."""
        try:
            claims = jwt.decode(token, self._key, [_ALGORITHM], options={"require": ["exp"]})
            return msgspec.convert(claims, Claims)
        except (jwt.PyJWTError, ValueError):
            return None

    def _sign(self, claims: dict[str, object]) -> str:
        return jwt.encode(claims, self._key, _ALGORITHM)


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

    @property
    def seconds(self) -> float:
        """How long a token is good for after the last message."""
        return self._tokens.seconds

    async def start(self, token: str = "") -> Conversation:
        """A new conversation: the one that `token` was given out for, if it was for a new one."""
        claims = self._tokens.read(token)
        key = claims.sub if claims and claims.new else ""
        return await self._door.store.start("web", key)

    def token(self, conversation: Conversation) -> str:
        """A new token for a conversation: each message puts its end off."""
        return self._tokens.sign(conversation.token)

    def token_to_begin(self) -> str:
        """A token for a page on which a conversation may begin. What is sent from it a second
        time, by going back to it, then belongs to the same conversation, or to one that ended."""
        return self._tokens.sign_new()

    async def find(self, token: str) -> Conversation | None:
        """The token's conversation; None when it is not ours, has ended, or was forgotten."""
        claims = self._tokens.read(token)
        return await self._door.store.find(claims.sub) if claims else None

    async def save(self, conversation: Conversation) -> None:
        """Let other doors know of what happened, before the answer goes out."""
        await self._door.store.save(conversation)

    def is_new(self, token: str) -> bool:
        """Whether no conversation was lost: there is no token, or none had begun with it."""
        claims = self._tokens.read(token)
        return not token or (claims is not None and claims.new)

    async def was_ended(self, token: str) -> bool:
        """Whether its owner ended this conversation, and nothing of it may come up again."""
        claims = self._tokens.read(token)
        return claims is not None and await self._door.store.was_ended(claims.sub)

    async def end(self, token: str) -> None:
        """Forget a conversation whole, here and in Rasa."""
        claims = self._tokens.read(token)
        if claims is not None:
            await self._door.end(claims.sub)

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

    async def once(
        self,
        conversation: Conversation,
        message: str,
        answer: Callable[[], Awaitable[Reply]],
        urgent: Callable[[], bool],
    ) -> Reply:
        """The answer to a message. One that is sent again, because its answer was lost on the
        way, gets the same answer and is not said twice, at whichever door; one that is `urgent`
        does not wait for what another door has to say."""
        if not message:
            return await answer()
        known = conversation.answers.get(message)
        if known is None:
            known = asyncio.ensure_future(
                self._door.store.once(conversation, message, answer, urgent)
            )
            conversation.answers[message] = known
            while len(conversation.answers) > _ANSWERS:
                del conversation.answers[next(iter(conversation.answers))]
        # Who stops waiting must not stop the answer for who asks again.
        return await asyncio.shield(known)
