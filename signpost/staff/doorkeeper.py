"""Who stands before every page of the workbench.

Nobody gets past who is not signed in, may not do what the page does, or sends a form that is not
from a page of ours; and what they typed is given back to them.
"""

from __future__ import annotations

import hmac
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import anyio.to_thread
import structlog
from sqlalchemy.exc import DBAPIError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Message

from signpost.staff import permissions
from signpost.staff.permissions import May
from signpost.staff.visit import Page, Visit, path_of, session_cookie, sign_in_offers

if TYPE_CHECKING:
    from signpost.staff.workbench import Workbench

log = structlog.get_logger()
# Fields of a form that are never shown again or carried along.
_SECRET = ("password", "csrf")
_SEE_OTHER, _TOO_LARGE = 303, 413


class Doorkeeper:
    """Stands before one page."""

    def __init__(self, bench: Workbench, page: Page) -> None:
        self._bench = bench
        self.page = page

    async def answer(self, request: Request) -> Response:
        """What the page answers, or why it does not."""
        visit = Visit(request, self._bench, None)
        try:
            return await self._answer(visit)
        except HTTPException:
            raise
        except Exception as error:
            # Whatever failed, what was typed is given back.
            log.error("request.failed", kind=type(error).__name__, exc_info=error)
            return trouble(visit, error)

    async def _answer(self, visit: Visit) -> Response:
        if self.page.method == "POST":
            if not is_ours(visit):
                return await self._in_thread(_not_ours, visit)
            visit.form = await self._form(visit.request)
        token = visit.request.cookies.get(session_cookie(self._bench), "")
        visit.session = await anyio.to_thread.run_sync(self._bench.sessions.find, token)
        if visit.session is None and not self.page.is_open:
            return await self._in_thread(sign_in_first, visit)
        if self.page.method == "POST" and not _carries_token(visit):
            return await self._in_thread(_send_again, visit)
        if visit.session and self.page.may and not visit.person.may(self.page.may):
            return await self._in_thread(_may_not, visit, self.page.may)
        if inspect.iscoroutinefunction(self.page.handler):
            answered: Response = await self.page.handler(visit)
            return answered
        return await self._in_thread(self.page.handler, visit)

    async def _form(self, request: Request) -> FormData:
        """The form. Raises a 413 for one that is too large, before it is read whole."""
        receive, read = request.receive, 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.page.most_bytes:
                raise HTTPException(_TOO_LARGE)
            return message

        return await Request(request.scope, limited).form(
            max_fields=5000, max_part_size=self.page.most_bytes
        )

    @staticmethod
    async def _in_thread(answer: Callable[..., Any], *given: Any) -> Response:
        response: Response = await anyio.to_thread.run_sync(answer, *given)
        return response


def is_ours(visit: Visit) -> bool:
    """Whether a form comes from a page of ours, by what the browser says of it.

    A program says nothing; the token that it has to bring decides.
    """
    origin = visit.request.headers.get("origin")
    if origin is None:
        return visit.request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")
    own = (
        visit.request.headers.get("host", ""),
        urlsplit(visit.bench.settings.staff_address).netloc,
    )
    return urlsplit(origin).netloc in own


def kept(form: FormData) -> list[tuple[str, str]]:
    """The fields of a form that may be carried along: all but secrets and files."""
    return [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and not any(secret in name for secret in _SECRET)
    ]


def sign_in_first(visit: Visit) -> Response:
    """To the sign-in; what was typed into a form goes along and can be sent after it."""
    if visit.request.method == "POST":
        return visit.page(
            "accounts/sign_in.html",
            401,
            to=visit.request.url.path,
            fields=kept(visit.form),
            was_signed_out=True,
            **sign_in_offers(visit.bench),
        )
    path = path_of(visit.request)
    to = "" if path == "/" else "?" + urlencode({"to": path})
    return RedirectResponse("/sign-in" + to, status_code=_SEE_OTHER)


def trouble(visit: Visit, error: Exception) -> Response:
    """Something broke. What was typed can be sent again from the page."""
    sentences = ["This is a fault of the program or its machine, not of what you did."]
    if isinstance(error, DBAPIError):
        status, heading = 503, "The workbench cannot reach its database"
        sentences.append("Try again in a minute. If it stays so, tell whoever runs the bot.")
    else:
        status, heading = 500, "Something went wrong here"
        sentences.append("Tell whoever runs the bot what you did and when: its log has a line.")
    html = visit.bench.render(
        "parts/trouble.html",
        visit=visit,
        csrf=visit.csrf,
        menu=[],
        csrf_now="",
        notice="",
        problems={},
        heading=heading,
        sentences=sentences,
        to=path_of(visit.request),
        fields=kept(visit.form),
        is_form=visit.request.method == "POST",
    )
    return HTMLResponse(html, status_code=status)


def _carries_token(visit: Visit) -> bool:
    given = visit.raw("csrf") or visit.request.headers.get("x-csrf-token", "")
    return hmac.compare_digest(given.encode(), visit.csrf.encode())


def _not_ours(visit: Visit) -> Response:
    return visit.refuse(
        403,
        "This form did not come from the workbench",
        "Another website tried to send it in your name, so nothing was done.",
        "If you did press a button here, go back, load the page again, and try once more.",
    )


def _send_again(visit: Visit) -> Response:
    """A form of ours from before the last sign-in: nothing was done, nothing is lost."""
    return visit.page(
        "parts/send_again.html",
        403,
        to=visit.request.url.path,
        fields=kept(visit.form),
        is_new_sign_in=False,
    )


def _may_not(visit: Visit, act: May) -> Response:
    roles = permissions.joined(permissions.roles_for(act), "or")
    return visit.refuse(
        403,
        f"You cannot {act.value}",
        f"That needs the role {roles}. You have: {visit.person.role_words}.",
        "An administrator can give you the role.",
    )
