"""One request to the workbench: who asks, what they sent, and how to answer."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from signpost.staff.accounts.people import Person
from signpost.staff.accounts.sessions import Session
from signpost.staff.permissions import May

if TYPE_CHECKING:
    from signpost.staff.workbench import Workbench

Handler = Callable[["Visit"], "Response | Awaitable[Response]"]
_SEE_OTHER = 303


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


def own_path(path: str) -> str:
    """`path` when it leads to a page of ours, else the first page."""
    parts = urlsplit(path)
    is_own = path.startswith("/") and not parts.scheme and not parts.netloc and "\\" not in path
    return path if is_own and path.isprintable() else "/"


def path_of(request: Request) -> str:
    """The address of a request, without the host."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def sign_in_offers(bench: Workbench) -> dict[str, Any]:
    """How one can sign in."""
    return {
        "has_accounts": bool(bench.people.all()),
        "organisation": bench.settings.staff_oidc_name if bench.settings.staff_oidc_issuer else "",
        "name": "",
    }


def problems_of(*checks: tuple[str, bool, str]) -> Mapping[str, str]:
    """The first problem of each field, from (field, whether it is wrong, sentence)."""
    found: dict[str, str] = {}
    for name, is_wrong, sentence in checks:
        if is_wrong:
            found.setdefault(name, sentence)
    return found


def link_to(path: str, **values: object) -> str:
    """An address of ours with the values that are given."""
    given = {name: value for name, value in values.items() if value}
    return path + (f"?{urlencode(given)}" if given else "")
