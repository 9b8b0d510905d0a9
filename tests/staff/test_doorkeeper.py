"""Before every page: nobody gets in without a sign-in, a role and a form of ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from starlette.routing import Mount, Route

from signpost.settings import Settings, SettingsError
from signpost.staff.app import build, check, headers
from signpost.staff.doorkeeper import Doorkeeper
from signpost.staff.permissions import ROLES, May, allowed, in_words, roles_for
from tests.staff.workbenches import Client, Running

As = Callable[[str], Client]


def doorkeepers(workbench: Running) -> list[Doorkeeper]:
    """What stands before each route, read from the application itself."""
    app = build(workbench.settings, workbench.bench.database)
    found = []
    for route in app.routes:
        if isinstance(route, Mount) or (isinstance(route, Route) and route.path == "/health/live"):
            continue
        assert isinstance(route, Route)
        keeper = getattr(route.endpoint, "__self__", None)
        assert isinstance(keeper, Doorkeeper), f"{route.path} has nobody before it"
        found.append(keeper)
    return found


def test_only_the_sign_in_and_out_are_open(workbench: Running) -> None:
    open_paths = {each.page.path for each in doorkeepers(workbench) if each.page.is_open}
    assert {path for path in open_paths if not path.startswith("/sign-")} == set()


def some(path: str) -> str:
    """An address of a page whose path has gaps."""
    return re.sub(r"\{[^}]*\}", "1", path)


def test_nobody_sees_a_page_without_signing_in(workbench: Running) -> None:
    client = workbench.client()
    for keeper in doorkeepers(workbench):
        if not keeper.page.is_open and keeper.page.method == "GET":
            answer = client.http.get(some(keeper.page.path), follow_redirects=False)
            assert answer.status_code == 303, keeper.page.path
            assert answer.headers["location"].startswith("/sign-in"), keeper.page.path


def test_nobody_does_anything_without_signing_in(workbench: Running) -> None:
    client = workbench.client()
    for keeper in doorkeepers(workbench):
        if not keeper.page.is_open and keeper.page.method == "POST":
            answer = client.http.post(some(keeper.page.path), data={"reason": "because"})
            assert answer.status_code == 401, keeper.page.path
            assert "Sign in again" in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_refused_by_address_what_it_may_not_do(
    workbench: Running, as_: As, role: str
) -> None:
    client = as_(role)
    token = client.token()
    refused = 0
    for keeper in doorkeepers(workbench):
        page = keeper.page
        if page.may is None or allowed([role], page.may):
            continue
        sent = {"csrf": token} if page.method == "POST" else None
        answer = client.http.request(page.method, some(page.path), data=sent)
        assert answer.status_code == 403, f"{page.method} {page.path}"
        assert f"You cannot {page.may.value}" in answer.text
        assert roles_for(page.may)[0] in answer.text
        refused += 1
    assert refused


def test_every_act_is_allowed_to_somebody_and_an_unknown_role_to_nobody() -> None:
    for act in May:
        assert roles_for(act), act
        assert not allowed(["king"], act)


def test_an_administrator_alone_has_no_say_over_the_advice() -> None:
    of_advice = set(May) - {May.LOOK_AFTER_ACCOUNTS, May.READ_AUDIT}
    assert [act for act in of_advice if allowed(["admin"], act)] == []
    assert in_words(["admin", "tester"]) == "tester and administrator"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1"]
)
def test_a_form_from_another_site_does_nothing(as_: As, workbench: Running, origin: str) -> None:
    client = as_("admin")
    fields = {"csrf": client.token(), "roles": "tester"}
    answer = client.http.post("/accounts/lead/roles", data=fields, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "did not come from the workbench" in answer.text
    assert workbench.bench.people.named("lead").roles == ("lead",)


def test_a_browser_that_says_cross_site_is_refused_even_with_the_token(as_: As) -> None:
    client = as_("admin")
    fields = {"csrf": client.token()}
    answer = client.http.post(
        "/account/sign-out-everywhere", data=fields, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_form_without_its_token_does_nothing_and_loses_nothing(
    as_: As, workbench: Running, token: str
) -> None:
    client = as_("admin")
    fields = {"csrf": token, "roles": "tester", "note": "two\nlines & <b>"}
    answer = client.http.post("/accounts/lead/roles", data=fields)
    assert answer.status_code == 403
    assert "Nothing is lost" in answer.text
    assert "two\nlines &amp; &lt;b&gt;</textarea>" in answer.text
    assert workbench.bench.people.named("lead").roles == ("lead",)


def test_the_token_of_one_session_is_worth_nothing_in_another(workbench: Running, as_: As) -> None:
    other = workbench.signed_in("tester").token()
    answer = as_("admin").http.post("/account/sign-out-everywhere", data={"csrf": other})
    assert answer.status_code == 403


def test_a_script_may_send_the_token_as_a_header(workbench: Running) -> None:
    client = workbench.signed_in("tester")
    answer = client.http.post("/sign-out", headers={"X-CSRF-Token": client.token()})
    assert answer.url.path == "/sign-in"


def test_a_password_is_never_carried_along(as_: As) -> None:
    fields = {"csrf": "wrong", "password_now": "lemon kettle bridge", "password": "geheim"}
    answer = as_("lead").http.post("/account/password", data=fields)
    assert answer.status_code == 403
    assert "lemon kettle" not in answer.text
    assert "geheim" not in answer.text


def test_a_form_that_is_too_large_is_refused_before_it_is_read(as_: As) -> None:
    client = as_("admin")
    answer = client.post("/accounts/lead/roles", {"roles": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "too much at once" in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/sign-in", "/accounts/nobody", "/static/none.css"])
def test_every_answer_carries_the_safe_headers(workbench: Running, as_: As, path: str) -> None:
    answer = as_("admin").get(path)
    for name, value in headers(workbench.bench).items():
        assert answer.headers[name] == value, f"{path}: {name}"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_page_that_breaks_says_so_in_plain_words_and_keeps_what_was_typed(
    tmp_path: Path,
) -> None:
    with Running(tmp_path) as workbench:
        workbench.add_everybody()
        client = workbench.signed_in("admin")
        token = client.token()

        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("geheim")

        workbench.bench.people.set_roles = broken  # type: ignore[method-assign, assignment]
        answer = client.http.post(
            "/accounts/lead/roles", data={"csrf": token, "roles": "tester", "note": "typed"}
        )
        assert answer.status_code == 500
        assert "Something went wrong here" in answer.text
        assert "typed</textarea>" in answer.text
        assert "geheim" not in answer.text
        assert answer.headers["Content-Security-Policy"]


def test_a_database_that_is_gone_is_said_and_the_sign_in_is_not_taken_for_ended(
    tmp_path: Path,
) -> None:
    with Running(tmp_path) as workbench:
        workbench.add_everybody()
        client = workbench.signed_in("admin")
        for file in tmp_path.glob("staff.db*"):
            file.unlink()
        (tmp_path / "staff.db").mkdir()
        answer = client.http.post("/accounts/lead/roles", data={"csrf": "x", "note": "typed"})
        assert answer.status_code == 503
        assert "cannot reach its database" in answer.text
        assert "typed</textarea>" in answer.text


def test_live_mode_asks_for_https_when_others_can_reach_it() -> None:
    there = Settings(mode="live", staff_host="0.0.0.0")
    with pytest.raises(SettingsError, match="SIGNPOST_STAFF_URL"):
        check(there)
    check(msgspec.structs.replace(there, staff_url="https://staff.example.gov.uk"))
    check(Settings(mode="live"))


def test_over_https_the_cookies_are_of_this_host_and_https_alone(tmp_path: Path) -> None:
    with Running(tmp_path, staff_url="https://staff.example.gov.uk") as workbench:
        answer = workbench.client().get("/sign-in")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-signpost-guest=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        assert answer.headers["Strict-Transport-Security"]
