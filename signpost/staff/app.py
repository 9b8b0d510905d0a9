"""Start the workbench: `python -m signpost.staff.app`.

It stands beside the bot: when it cannot start or fails, the bot goes on without it.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from signpost import logs
from signpost.door.web.headers import SafeHeaders
from signpost.serving import serve
from signpost.settings import PREFIX, Settings, SettingsError
from signpost.settings import load as load_settings
from signpost.staff import audit_log, home, off, samples, use
from signpost.staff.accounts import admin
from signpost.staff.accounts.keys import key
from signpost.staff.accounts.oidc import SECONDS_AWAY, START, Organisation
from signpost.staff.accounts.sign_in import SignIn
from signpost.staff.database import Database, DatabaseError
from signpost.staff.doorkeeper import Doorkeeper, trouble
from signpost.staff.register.section import section as keep
from signpost.staff.reviews import pages as reviews
from signpost.staff.runs import section as runs
from signpost.staff.talk import pages as talk
from signpost.staff.visit import Visit
from signpost.staff.workbench import FOLDER, Section, Workbench

log = structlog.get_logger()
# Each makes a section of a workbench; their order is the navigation's.
SECTIONS: list[Callable[[Workbench], Section]] = [
    talk.section,
    reviews.section,
    runs,
    keep,
    use.section,
    samples.section,
    off.section,
    admin.section,
    audit_log.section,
]
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def build(settings: Settings, database: Database | None = None) -> Starlette:
    """The application. Raises `DatabaseError` or `SettingsError`."""
    check(settings)
    database = database or Database.of(settings)
    bench = Workbench(settings, database)
    bench.sections = [make(bench) for make in SECTIONS]
    pages = [*home.pages(), *SignIn(bench).pages()]
    middleware = [Middleware(SafeHeaders, chosen=lambda: headers(bench))]
    if settings.staff_oidc_issuer:
        pages += Organisation(bench).pages()
        middleware.append(_away(bench))
    for section in bench.sections:
        pages += section.pages

    async def refuse(request: Request, error: Exception) -> Response:
        return _refusal(bench, request, error)

    app = Starlette(
        routes=[
            Route("/health/live", _live),
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
            *(
                Route(page.path, Doorkeeper(bench, page).answer, methods=[page.method])
                for page in pages
            ),
        ],
        exception_handlers={HTTPException: refuse, Exception: refuse},
        middleware=middleware,
        lifespan=_beside(bench),
    )
    app.state.bench = bench
    return app


def check(settings: Settings) -> None:
    """Raise `SettingsError` when passwords would travel in the clear."""
    is_loopback = settings.staff_host in _LOOPBACK
    if settings.mode == "live" and not is_loopback and settings.staff_url[:8] != "https://":
        raise SettingsError(
            f"In live mode the workbench is reached by others ({PREFIX}STAFF_HOST is "
            f"{settings.staff_host}) only over HTTPS: put a proxy with TLS in front of it and give "
            f"its address in {PREFIX}STAFF_URL, such as https://signpost.example.gov.uk."
        )


def headers(bench: Workbench) -> dict[str, str]:
    """The headers of every answer: nothing from elsewhere, no frame, no copy kept."""
    chosen = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
            "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        # Forms say where they come from only when this is not "no-referrer".
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
    }
    if bench.is_secure:
        chosen["Strict-Transport-Security"] = "max-age=31536000"
    return chosen


def _away(bench: Workbench) -> Middleware:
    """A signed cookie that remembers who went to the organisation's sign-in until they are back."""
    return Middleware(
        SessionMiddleware,
        secret_key=key(bench.database, "organisation"),
        session_cookie="signpost-organisation",
        max_age=SECONDS_AWAY,
        path=START,
        same_site="lax",
        https_only=bench.is_secure,
    )


async def _live(_: Request) -> Response:
    return PlainTextResponse("ok")


def _refusal(bench: Workbench, request: Request, error: Exception) -> Response:
    """A page for what went wrong, with the headers that an unexpected error would go without."""
    visit = Visit(request, bench, None)
    status = error.status_code if isinstance(error, HTTPException) else 500
    if isinstance(error, HTTPException):
        heading, *sentences = _REFUSALS.get(status, ("This cannot be done", error.detail))
        response = visit.page("parts/refused.html", status, heading=heading, sentences=sentences)
    else:
        response = trouble(visit, error)
    response.headers.update({**headers(bench), **(getattr(error, "headers", None) or {})})
    return response


_REFUSALS = {
    404: ("There is no such page", "Check the address, or start from the first page."),
    405: (
        "This address takes something else",
        "It is where a form is sent to. Start from the first page.",
    ),
    413: (
        "That is too much at once",
        "Send less text, or a smaller file. Go back to have it again.",
    ),
}


def _beside(bench: Workbench) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for section in bench.sections:
                if section.beside is not None:
                    await stack.enter_async_context(section.beside())
            yield
        bench.database.close()

    return lifespan


def main() -> int:
    try:
        settings = load_settings()
        logs.configure(settings.log_level, "staff")
        logs.take_over("staff")
        app = build(settings)
    except (SettingsError, DatabaseError) as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 2
    serve(
        app,
        settings.staff_host,
        settings.staff_port,
        forwarded_allow_ips=settings.staff_proxies,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
