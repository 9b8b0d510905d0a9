"""The contract of a channel: what the module of each provider has to do, and nothing more."""

from __future__ import annotations

import hmac
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import httpx
import msgspec
from starlette.responses import PlainTextResponse, Response

from signpost.door.channels.message import Message
from signpost.register.channels.sheets import Sheet, Sheets
from signpost.register.channels.sms import SmsWords
from signpost.register.models import Reply


class Forged(Exception):
    """A request that the provider did not sign. `reason` is "missing" or "wrong"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Unreadable(Exception):
    """A signed request in a form that we do not know."""


class Refused(Exception):
    """The provider did not take a message. `final`: the same request will never be taken."""

    def __init__(self, code: str, *, final: bool, retry_after: float = 0.0) -> None:
        self.code = code
        self.final = final
        self.retry_after = retry_after
        super().__init__(code)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request of a provider's, as it came: `url` is the public one, `body` the raw bytes."""

    url: str
    body: bytes
    headers: Mapping[str, str]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A request to a provider: a form or a JSON object to post."""

    url: str
    form: dict[str, str] | None = None
    json: dict[str, Any] | None = None
    headers: dict[str, str] = {}
    auth: tuple[str, str] | None = None


class Channel(ABC):
    """One provider's way of talking. It holds its secrets and keeps nothing of anybody."""

    name: ClassVar[str]
    path: ClassVar[str]
    # Seconds after a message in which the provider lets it be answered.
    window: ClassVar[float] = float("inf")

    @abstractmethod
    def verify(self, request: Request) -> None:
        """Raise `Forged` unless the provider signed the request."""

    @abstractmethod
    def read(self, request: Request) -> list[Message]:
        """Every message of a signed request. Raises `Unreadable`."""

    @abstractmethod
    def render(self, words: SmsWords, reply: Reply) -> Sheets:
        """The reply in the form that the channel shows."""

    @abstractmethod
    def orders(self, address: str, sheet: Sheet) -> list[Order]:
        """The requests that send a sheet: the best one, then plainer ones if it is refused."""

    @abstractmethod
    def check(self, answer: httpx.Response) -> None:
        """Raise `Refused` unless the provider has taken the message."""

    def receipt(self, receipt: str) -> Order | None:
        """A request that tells the provider something was seen; no words are in it."""
        return None

    def acknowledge(self) -> Response:
        """What the provider hears when all is well and the reply goes another way."""
        return PlainTextResponse("")

    def say_in_response(self, address: str, sheets: Sequence[Sheet]) -> Response | None:
        """Words in the answer to the provider's own request; None where it would not show them."""
        return None


def same(given: str, expected: str) -> bool:
    """Compare secrets in a time that tells nothing about where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def require(given: str | None, expected: str) -> None:
    """Raise `Forged` unless a secret was given and is the right one."""
    if not given:
        raise Forged("missing")
    if not same(given, expected):
        raise Forged("wrong")


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a request. Raises `Unreadable`."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError) as error:
        raise Unreadable(type(error).__name__) from error


def refuse_by_status(answer: httpx.Response) -> None:
    """Raise `Refused` for what every provider means by a status."""
    status = answer.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
        raise Refused(str(status), final=False, retry_after=retry_after(answer))
    # A wrong password is mended by people, perhaps while we try again.
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.REQUEST_TIMEOUT):
        raise Refused(str(status), final=False)
    if status >= 300:
        raise Refused(str(status), final=True)


def retry_after(answer: httpx.Response) -> float:
    """Seconds that the provider asks us to wait; 0 when it does not say."""
    try:
        return max(0.0, float(answer.headers.get("Retry-After", "0")))
    except ValueError:
        return 0.0


def mapping(value: object) -> dict[str, Any]:
    """`value` where it is a JSON object, else an empty one: providers change their forms."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[dict[str, Any]]:
    """The JSON objects of a list; nothing where it is none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
