"""Reading what browsers and programs send."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request


async def body_of(request: Request, most: int) -> bytes:
    """The body. Raises a 413 for one of more than `most` bytes, before it is read whole."""
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > most:
            raise HTTPException(413)
    return bytes(body)


async def form_of(request: Request, most: int) -> dict[str, str]:
    """The fields of a form; the last one counts where a name comes twice."""
    body = await body_of(request, most)
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def order_of(body: bytes) -> dict[str, Any] | None:
    """The JSON object in `body`, or None: not JSON, not UTF-8, or nested without end.

    An empty body is an empty order.
    """
    try:
        return msgspec.json.decode(body or b"{}", type=dict[str, Any])
    except (ValueError, RecursionError):
        return None


def text_in(order: dict[str, Any], name: str) -> str:
    """A field that must be text; "" when it is missing or something else."""
    value = order.get(name)
    return value if isinstance(value, str) else ""


def is_welcome(request: Request, origins: tuple[str, ...]) -> bool:
    """Whether the page that asks may: one of ours, one of `origins`, or no page but a program."""
    origin = request.headers.get("origin")
    if origin is None or origin in origins:
        return True
    return urlsplit(origin).netloc == request.headers.get("host", "")
