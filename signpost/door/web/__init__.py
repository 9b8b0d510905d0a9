"""What the public reaches over HTTP: the pages, the JSON interface, the widget's file, health.

Every error a user can see carries the emergency line, and a text that comes with a broken request
is read for danger all the same.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from signpost.door.door import Door
from signpost.door.readiness import Readiness
from signpost.door.web.api import Api
from signpost.door.web.headers import SafeHeaders, headers
from signpost.door.web.pages import Pages
from signpost.door.web.refusals import Refusals
from signpost.door.web.sessions import Sessions, Tokens
from signpost.door.web.templates import Templates
from signpost.door.web.widget import Widget
from signpost.settings import Settings

log = structlog.get_logger()
# Seconds for which a browser need not ask again whether a site may use the interface.
_PERMISSION_SECONDS = 7200


class Web:
    """Puts the routes together. `more` are routes of other channels."""

    def __init__(self, door: Door, settings: Settings, more: Sequence[BaseRoute] = ()) -> None:
        self._door = door
        self._origins = settings.allowed_origins
        self._more = more
        self._templates = Templates(door.editions, preview=settings.mode == "preview")
        tokens = Tokens(settings.session_key or secrets.token_urlsafe(32), settings.session_seconds)
        sessions = Sessions(door, tokens, settings.messages_per_minute)
        self._refusals = Refusals(door, self._templates, self._headers)
        self._pages = Pages(door, sessions, self._templates, self._refusals, settings)
        self._api = Api(door, sessions, self._templates, self._refusals, settings)
        self._kept = settings.state / "widget"
        self.readiness = Readiness(door)

    def app(self, on_close: Callable[[], Awaitable[None]] | None = None) -> Starlette:
        """The ASGI application."""

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            yield
            await self._door.close()
            if on_close is not None:
                await on_close()

        return Starlette(
            routes=[
                *self._pages.routes(),
                *self._api.routes(),
                *self._widget_routes(),
                Route("/health/live", self.live),
                Route("/health/ready", self.ready),
                *self._more,
            ],
            exception_handlers={
                HTTPException: self._refusals.refuse,
                Exception: self._refusals.refuse,
            },
            middleware=[
                Middleware(SafeHeaders, chosen=self._headers),
                Middleware(
                    CORSMiddleware,
                    allow_origins=self._origins,
                    allow_methods=["POST"],
                    allow_headers=["content-type"],
                    max_age=_PERMISSION_SECONDS,
                ),
            ],
            lifespan=lifespan,
        )

    async def live(self, _: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(self, _: Request) -> Response:
        """Whether everything works; without a model the door still answers emergencies."""
        found = await self.readiness.find()
        said = {"door": True, **found, "store": self._door.store.state}
        return JSONResponse(said, 200 if all(found.values()) else 503)

    def _headers(self) -> dict[str, str]:
        return headers(self._origins, self._templates.neutral_site)

    def _widget_routes(self) -> list[Route]:
        """The widget; without its files the door comes up all the same, and /chat works."""
        try:
            return Widget(self._templates, self._kept).routes()
        except Exception as error:  # noqa: BLE001 - whatever is broken, the door comes up
            log.error("widget.unusable", kind=type(error).__name__)
            return []
