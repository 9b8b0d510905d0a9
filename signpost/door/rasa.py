"""Asking Rasa: over HTTP with a time limit and a circuit breaker, or anything else that answers.

No Rasa is imported here; the door must outlive it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import anyio
import httpx
import msgspec
from circuitbreaker import CircuitBreaker, CircuitBreakerError

from signpost.register.models import Reply

TOKEN_HEADER = "x-signpost-token"
# Of an answer more is not read: a turn of Rasa's is a few thousand bytes.
MOST_BYTES = 1 << 20
# Messages that Rasa works on at once. It has one thread: more would all be late together.
AT_ONCE = 8


class RasaUnavailable(Exception):
    """Rasa did not answer in time, or not in the form we know."""


class Answer(msgspec.Struct):
    """What Rasa said in a turn, and the turn's events as it serialises them."""

    replies: list[Reply]
    events: list[dict[str, Any]] = []

    def merged(self) -> Reply:
        """All replies of the turn as one, without bubbles that show nothing."""
        bubbles = [bubble for reply in self.replies for bubble in reply.bubbles]
        return Reply(
            bubbles=[each for each in bubbles if each.text.strip() or each.title or each.links],
            choices=[choice for reply in self.replies for choice in reply.choices],
            route=next((reply.route for reply in self.replies if reply.route), None),
            check_in=any(reply.check_in for reply in self.replies),
        )


class Rasa(Protocol):
    """Something that takes a redacted message and gives the bot's answer."""

    async def ask(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> Answer:
        """Raises `RasaUnavailable` when there is no answer."""

    async def erase(self, conversation: str) -> None:
        """Delete what Rasa keeps of a conversation. Raises `RasaUnavailable`."""

    async def ready(self) -> bool:
        """Whether a model is loaded and messages would be answered."""


class HttpRasa:
    """Rasa's door channel over HTTP.

    After `failures` in a row it is not asked again for `seconds`, so that a dead Rasa costs each
    user no waiting.
    """

    def __init__(self, url: str, token: str, timeout: float, failures: int, seconds: float) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={TOKEN_HEADER: token},
            timeout=timeout,
            # Rasa is on this machine: a proxy for the outside world must not see its messages.
            trust_env=False,
        )
        self._timeout = timeout
        self._places = anyio.Semaphore(AT_ONCE)
        breaker = CircuitBreaker(
            failure_threshold=failures,
            recovery_timeout=max(1, round(seconds)),
            expected_exception=RasaUnavailable,
            name="rasa",
        )
        # Only what the breaker has wrapped is refused while it is open; its own `call` never is.
        self._guarded = breaker.decorate(self._post)
        self._breaker = breaker

    @property
    def is_left_alone(self) -> bool:
        """Whether the breaker is open: Rasa failed several times, and nobody asks it now."""
        return bool(self._breaker.opened)

    async def ask(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> Answer:
        order = {"conversation": conversation, "text": text, "metadata": dict(metadata)}
        end = anyio.current_time() + self._timeout
        try:
            async with self._place():
                answer: Answer = await self._guarded(order, end)
        except CircuitBreakerError as error:
            raise RasaUnavailable("not asked: it failed several times just now") from error
        return answer

    async def erase(self, conversation: str) -> None:
        await self._send("POST", "/erase", self._timeout, {"conversation": conversation})

    async def ready(self) -> bool:
        try:
            await self._send("GET", "/health", 1.0)
        except RasaUnavailable:
            return False
        return True

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """One of Rasa's places. Too many messages are no failure of Rasa's, so that the breaker,
        which is not asked yet, stays as it was."""
        try:
            with anyio.fail_after(self._timeout / 2):
                await self._places.acquire()
        except TimeoutError as error:
            raise RasaUnavailable("not asked: too many messages at once") from error
        try:
            yield
        finally:
            self._places.release()

    async def _post(self, order: dict[str, Any], end: float) -> Answer:
        body = await self._send("POST", "/turn", end - anyio.current_time(), order)
        try:
            return msgspec.json.decode(body, type=Answer)
        except (ValueError, RecursionError) as error:
            # msgspec raises ValueErrors, and RecursionError on an answer without a bottom.
            raise RasaUnavailable(type(error).__name__) from error

    async def _send(
        self, method: str, path: str, seconds: float, order: dict[str, Any] | None = None
    ) -> bytes:
        """The body of a good answer that came whole within `seconds`."""
        try:
            # httpx limits each read; this limits them all, of a trickling answer too.
            with anyio.fail_after(seconds):
                async with self._client.stream(method, path, json=order) as response:
                    response.raise_for_status()
                    return await _read(response)
        except (httpx.HTTPError, TimeoutError) as error:
            raise RasaUnavailable(type(error).__name__) from error

    async def close(self) -> None:
        await self._client.aclose()


async def _read(response: httpx.Response) -> bytes:
    """The body, given up when it has no end: it would fill the door's memory."""
    body = bytearray()
    async for block in response.aiter_bytes():
        body += block
        if len(body) > MOST_BYTES:
            raise RasaUnavailable("its answer is too long")
    return bytes(body)
