"""Asking Rasa: over HTTP with a time limit and a circuit breaker, or anything else that answers.

No Rasa is imported here; the door must outlive it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import anyio
import httpx
import msgspec
from circuitbreaker import CircuitBreaker, CircuitBreakerError

from signpost.register.models import Reply

TOKEN_HEADER = "x-signpost-token"


class RasaUnavailable(Exception):
    """Rasa did not answer in time, or not in the form we know."""


class Answer(msgspec.Struct):
    """What Rasa said in a turn, and the turn's events as it serialises them."""

    replies: list[Reply]
    events: list[dict[str, Any]] = []

    def merged(self) -> Reply:
        """All replies of the turn as one."""
        return Reply(
            bubbles=[bubble for reply in self.replies for bubble in reply.bubbles],
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
        breaker = CircuitBreaker(
            failure_threshold=failures,
            recovery_timeout=max(1, round(seconds)),
            expected_exception=RasaUnavailable,
            name="rasa",
        )
        # Only what the breaker has wrapped is refused while it is open; its own `call` never is.
        self._guarded = breaker.decorate(self._post)

    async def ask(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> Answer:
        order = {"conversation": conversation, "text": text, "metadata": dict(metadata)}
        try:
            answer: Answer = await self._guarded(order)
        except CircuitBreakerError as error:
            raise RasaUnavailable("not asked: it failed several times just now") from error
        return answer

    async def _post(self, order: dict[str, Any]) -> Answer:
        try:
            # httpx limits each read; this limits the whole turn, a trickling answer included.
            with anyio.fail_after(self._timeout):
                response = await self._client.post("/turn", json=order)
                response.raise_for_status()
            return msgspec.json.decode(response.content, type=Answer)
        except (httpx.HTTPError, TimeoutError, ValueError, RecursionError) as error:
            # msgspec raises ValueErrors, and RecursionError on an answer without a bottom.
            raise RasaUnavailable(type(error).__name__) from error

    async def erase(self, conversation: str) -> None:
        try:
            response = await self._client.post("/erase", json={"conversation": conversation})
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise RasaUnavailable(type(error).__name__) from error

    async def ready(self) -> bool:
        try:
            response = await self._client.get("/health", timeout=1.0)
        except httpx.HTTPError:
            return False
        return response.status_code == httpx.codes.OK

    async def close(self) -> None:
        await self._client.aclose()
