"""One request to the workbench: who asks, what they sent, and how to answer.

Every page goes through `Doorkeeper`, which lets nobody in who is not signed in, may not do what
the page does, or sends a form that is not from a page of ours.
"""

from __future__ import annotations

import hashlib
import hmac
import inspect
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
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
from signpost.staff.accounts.people import Person
from signpost.staff.accounts.sessions import Session
from signpost.staff.permissions import May

if TYPE_CHECKING:
    from signpost.staff.workbench import Workbench

log = structlog.get_logger()
Handler = Callable[["Visit"], "Response | Awaitable[Response]"]
# Fields of a form that are never shown again or carried along.
_SECRET = ("password", "csrf")
_SEE_OTHER, _TOO_LARGE = 303, 413


@dataclass(frozen=True)
class Page:
    """An address and what answers it; a plain function runs in a thread of its own.

    `is_open` pages need no sign-in; others need `may`, or with None only a sign-in.
    """

    path: str
    handler: Handler
    may: May | None = None
    method: str = "GET"
    is_open: bool = False
    # Bytes that a form may have.
    most_bytes: int = 1_000_000


def get(path: str, handler: Handler, may: May | None) -> Page:
    """A page to look at."""
    return Page(path, handler, may)


def post(path: str, handler: Handler, may: May | None, *, most_bytes: int = 1_000_000) -> Page:
    """What a form is sent to."""
    return Page(path, handler, may, "POST", most_bytes=most_bytes)


class Visit:
    """One request. `person` is who asks; on open pages it may be nobody."""

    def __init__(self, request: Request, bench: Workbench, session: Session | None) -> None:
        self.request = request
        self.bench = bench
        self.session = session
        self.form = FormData()
        self._guest = request.cookies.get(guest_cookie(bench), "") or secrets.token_urlsafe(32)

    @property
    def person(self) -> Person:
        """Who asks; only on pages that need a sign-in."""
        if self.session is None:
            raise LookupError("nobody is signed in")
        return self.session.person

    @property
    def csrf(self) -> str:
        """What every form carries, and a script sends as X-CSRF-Token."""
        token = self.request.cookies.get(session_cookie(self.bench), "")
        return self.csrf_of(token if self.session else self._guest)

    def csrf_of(self, secret: str) -> str:
        """The form token that belongs to a cookie's value."""
        key = self.bench.form_key.encode()
        return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self.request.client.host if self.request.client else ""

    def value(self, name: str) -> str:
        """A field of the form as typed, with plain line ends and no blanks around it."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """A field of the form as typed, with plain line ends; "" when it is missing."""
        value = self.form.get(name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else ""

    def values(self, name: str) -> list[str]:
        """All values of a field that may come more than once, such as boxes ticked."""
        return [each for each in self.form.getlist(name) if isinstance(each, str)]

    def asked(self, name: str) -> str:
        """A value of the address: "" when it is missing."""
        return self.request.query_params.get(name, "").strip()

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """The page that a template makes. `problems` maps names of fields to sentences."""
        given = {"problems": {}, "csrf_now": "", **values}
        notice = ""
        if self.session is not None and status < 400:
            notice = self.bench.sessions.take_notice(self.session)
        html = self.bench.render(
            template, visit=self, csrf=self.csrf, notice=notice, menu=self._menu(), **given
        )
        response = HTMLResponse(html, status_code=status)
        if self.session is None:
            set_cookie(response, self.bench, guest_cookie(self.bench), self._guest)
        return response

    def redirect(self, path: str, notice: str = "") -> Response:
        """Go on to a page of ours after a form; `notice` is said there, once."""
        if notice and self.session is not None:
            self.bench.sessions.leave_notice(self.session, notice)
        return RedirectResponse(path, status_code=_SEE_OTHER)

    def record(self, action: str, subject: str = "", **details: Any) -> None:
        """Write into the audit log what this person did."""
        self.bench.audit.record(self.person.name, action, subject, **details)

    def refuse(self, status: int, heading: str, *sentences: str) -> Response:
        """A page that says in plain words what cannot be done and why."""
        return self.page("parts/refused.html", status, heading=heading, sentences=sentences)

    def _menu(self) -> list[dict[str, Any]]:
        if self.session is None:
            return []
        path = self.request.url.path
        return [
            {
                "title": section.title,
                "path": section.path,
                "about": section.about,
                "is_here": path == section.path or path.startswith(section.path + "/"),
                "waiting": section.waiting() if section.waiting else 0,
            }
            for section in self.bench.sections
            if section.may is None or self.person.may(section.may)
        ]


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


def session_cookie(bench: Workbench) -> str:
    """The name of the cookie of a session. With this prefix browsers take it from this host
    alone, over HTTPS alone."""
    return "__Host-signpost-staff" if bench.is_secure else "signpost-staff"


def guest_cookie(bench: Workbench) -> str:
    """The name of the cookie that a form is held against before anybody is signed in."""
    return "__Host-signpost-guest" if bench.is_secure else "signpost-guest"


def set_cookie(response: Response, bench: Workbench, name: str, value: str) -> None:
    """Set a cookie that ends with the browser, or with an empty value take it away.

    Lax, not Strict: after the organisation's sign-in the browser comes from another site.
    """
    response.set_cookie(
        name,
        value,
        max_age=None if value else 0,
        path="/",
        secure=bench.is_secure,
        httponly=True,
        samesite="lax",
    )


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


def own_path(path: str) -> str:
    """`path` when it leads to a page of ours, else the first page."""
    parts = urlsplit(path)
    is_own = path.startswith("/") and not parts.scheme and not parts.netloc and "\\" not in path
    return path if is_own and path.isprintable() else "/"


def path_of(request: Request) -> str:
    """The address of a request, without the host."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


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


def sign_in_offers(bench: Workbench) -> dict[str, Any]:
    """How one can sign in."""
    return {
        "has_accounts": bool(bench.people.all()),
        "organisation": bench.settings.staff_oidc_name if bench.settings.staff_oidc_issuer else "",
        "name": "",
    }


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


def problems_of(*checks: tuple[str, bool, str]) -> Mapping[str, str]:
    """The first problem of each field, from (field, whether it is wrong, sentence)."""
    found: dict[str, str] = {}
    for name, is_wrong, sentence in checks:
        if is_wrong:
            found.setdefault(name, sentence)
    return found
