"""Signing in and out, and one's own account."""

from __future__ import annotations

import json
from collections.abc import Sequence

import structlog
from starlette.responses import RedirectResponse, Response

from signpost.staff.accounts.people import AccountError, Person
from signpost.staff.visit import (
    Page,
    Visit,
    get,
    guest_cookie,
    own_path,
    post,
    session_cookie,
    set_cookie,
    sign_in_offers,
)
from signpost.staff.workbench import Workbench

log = structlog.get_logger()
Fields = Sequence[tuple[str, str]]
# Seconds; longer waits are told in minutes.
_MINUTE = 60


class SignIn:
    """The pages."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def pages(self) -> list[Page]:
        return [
            Page("/sign-in", self.show, is_open=True),
            Page("/sign-in", self.sign_in, method="POST", is_open=True),
            Page("/sign-out", self.sign_out, method="POST", is_open=True),
            get("/account", self.account, None),
            post("/account/password", self.change_password, None),
            post("/account/sign-out-everywhere", self.sign_out_everywhere, None),
        ]

    def show(self, visit: Visit) -> Response:
        to = own_path(visit.asked("to") or "/")
        if visit.session is not None:
            return RedirectResponse(to, status_code=303)
        return self._form(visit, to, [])

    def sign_in(self, visit: Visit) -> Response:
        """Check name and password; on success go on to where the person was going."""
        name, password = visit.value("name"), visit.raw("password")
        to, fields = own_path(visit.raw("to") or "/"), kept_fields(visit.raw("kept"))
        missing = {
            field: sentence
            for field, value, sentence in (
                ("name", name, "Enter the name of your account."),
                ("password", password, "Enter your password."),
            )
            if not value
        }
        if missing:
            return self._form(visit, to, fields, missing, 422)
        wait = self._bench.limits.begin(name, visit.address)
        if wait:
            said = f"Too many wrong tries. Wait {waiting_time(wait)}, then try again."
            return self._form(visit, to, fields, {"password": said}, 429, wait)
        person = self._bench.people.with_password(name, password)
        if person is None:
            # A name that is none may be a password in the wrong field: it is not written down.
            known = self._bench.people.find(name)
            self._bench.audit.record(known.name if known else "an unknown name", "sign-in failed")
            return self._form(
                visit, to, fields, {"password": "The name or the password is wrong."}, 422
            )
        self._bench.limits.succeeded(name, visit.address)
        return admit(visit, person, to, fields)

    def sign_out(self, visit: Visit) -> Response:
        if visit.session is not None:
            visit.record("signed out")
            self._bench.sessions.end(visit.request.cookies.get(session_cookie(self._bench), ""))
        return self._goodbye()

    def account(self, visit: Visit) -> Response:
        return visit.page("accounts/own.html")

    def change_password(self, visit: Visit) -> Response:
        """One's own; the one until now is asked for: somebody may have left a browser open."""
        person = visit.person
        now, new, again = (visit.raw(name) for name in ("password_now", "password", "password_2"))
        problems: dict[str, str] = {}
        if self._bench.limits.begin(person.name, visit.address):
            problems["password_now"] = "Too many wrong tries. Wait a few minutes, then try again."
        elif self._bench.people.with_password(person.name, now) is None:
            problems["password_now"] = "This is not your password until now."
        else:
            self._bench.limits.succeeded(person.name, visit.address)
        if new != again:
            problems["password_2"] = "The two new passwords are not the same."
        if not problems:
            try:
                self._bench.people.set_password(person.name, new, by=person.name)
            except AccountError as error:
                problems["password"] = str(error)
        if problems:
            return visit.page("accounts/own.html", 422, problems=problems)
        return admit(visit, person, "/account", [], notice="Your password is changed.")

    def sign_out_everywhere(self, visit: Visit) -> Response:
        visit.record("signed out everywhere")
        self._bench.sessions.end_all(visit.person)
        return self._goodbye()

    def _goodbye(self) -> Response:
        response = RedirectResponse("/sign-in", status_code=303)
        set_cookie(response, self._bench, session_cookie(self._bench), "")
        # What the browser kept of these pages goes, too.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def _form(
        self,
        visit: Visit,
        to: str,
        fields: Fields,
        problems: dict[str, str] | None = None,
        status: int = 200,
        wait: int = 0,
    ) -> Response:
        offers = {**sign_in_offers(self._bench), "name": visit.value("name")}
        response = visit.page(
            "accounts/sign_in.html",
            status,
            problems=problems or {},
            to=to,
            fields=fields,
            was_signed_out=bool(fields),
            **offers,
        )
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response


def admit(
    visit: Visit,
    person: Person,
    to: str,
    fields: Fields,
    *,
    notice: str = "",
    way: str = "password",
) -> Response:
    """Begin a session and go on to `to`; with `fields`, to a page that sends them there."""
    bench = visit.bench
    name = session_cookie(bench)
    token = bench.sessions.begin(person, instead_of=visit.request.cookies.get(name, ""))
    bench.people.signed_in(person)
    bench.audit.record(person.name, "signed in", way=way)
    visit.session = bench.sessions.find(token)
    if fields:
        response = visit.page(
            "parts/send_again.html",
            csrf_now=visit.csrf_of(token),
            to=to,
            fields=fields,
            is_new_sign_in=True,
        )
    else:
        response = visit.redirect(to, notice)
    set_cookie(response, bench, name, token)
    set_cookie(response, bench, guest_cookie(bench), "")
    return response


def kept_fields(text: str) -> list[tuple[str, str]]:
    """The fields of a form that a sign-in page carries along; none when they are not readable."""
    try:
        return [(str(name), str(value)) for name, value in json.loads(text or "[]")]
    except (ValueError, TypeError):
        return []


def waiting_time(seconds: int) -> str:
    """How long, in words: "40 seconds", "5 minutes"."""
    if seconds < _MINUTE:
        return f"{seconds} seconds"
    minutes = -(-seconds // _MINUTE)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
