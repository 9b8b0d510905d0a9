"""The headers of every response: what a page may load, who may frame it, what caches may keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send


def headers(origins: Iterable[str] = (), leaving_to: str = "") -> dict[str, str]:
    """The headers. `origins` may show our pages in a frame; a form may lead to `leaving_to`:
    browsers hold a form's redirect, the way out, against this rule too."""
    frames = " ".join(origins)
    site = urlsplit(leaving_to)
    forms = f" {site.scheme}://{site.netloc}" if site.netloc else ""
    chosen = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
            f"img-src 'self' data:; form-action 'self'{forms}; base-uri 'none'; "
            f"frame-ancestors {frames or repr('none')}"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    # This older header knows no list of sites: with one, the policy above speaks alone.
    if not frames:
        chosen["X-Frame-Options"] = "DENY"
    return chosen


class SafeHeaders:
    """Adds the headers to every response that does not bring its own."""

    def __init__(self, app: ASGIApp, chosen: Callable[[], dict[str, str]]) -> None:
        self._app = app
        self._chosen = chosen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (name.lower().encode(), value.encode())
                        for name, value in self._chosen().items()
                        if name.lower().encode() not in present
                    ),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)
