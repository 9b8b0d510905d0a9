"""Signing in over HTTP: cookies, limits, and what a stranger learns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.staff.workbenches import PASSWORD, Running


@pytest.fixture
def workbench(tmp_path: Path, database_url: str) -> Iterator[Running]:
    with Running(tmp_path, staff_database=database_url) as running:
        running.add("jo", "Jo Green", "tester", "admin")
        yield running


def actions(workbench: Running) -> list[str]:
    return [line.action for line in workbench.bench.audit.lines()]


def test_the_cookie_is_for_the_server_alone_and_ends_with_the_browser(workbench: Running) -> None:
    client = workbench.client()
    client.http.follow_redirects = False
    answer = client.sign_in("jo")
    cookies = answer.headers.get_list("set-cookie")
    session = next(each for each in cookies if each.startswith("signpost-staff="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(session.split("; "))
    assert "Max-Age" not in session
    assert "expires" not in session.lower()


def test_signing_in_gives_a_new_cookie_whatever_the_browser_brought(workbench: Running) -> None:
    client = workbench.client()
    client.http.cookies.set("signpost-staff", "chosen by somebody else", domain="127.0.0.1")
    client.sign_in("jo")
    first = client.http.cookies["signpost-staff"]
    assert first != "chosen by somebody else"
    # Signed in already, one signs in again as from an old page.
    client.http.post("/sign-in", data={"csrf": client.token(), "name": "jo", "password": PASSWORD})
    assert client.http.cookies["signpost-staff"] != first
    other = workbench.client()
    other.http.cookies.set("signpost-staff", first)
    assert "Sign in" in other.get("/account").text


@pytest.mark.parametrize(("name", "password"), [("jo", "some other words"), ("nobody", PASSWORD)])
def test_a_stranger_does_not_learn_which_of_the_two_is_wrong(
    workbench: Running, name: str, password: str
) -> None:
    answer = workbench.client().sign_in(name, password)
    assert answer.status_code == 422
    assert "The name or the password is wrong." in answer.text
    assert f'value="{name}"' in answer.text
    assert password not in answer.text


def test_what_is_missing_is_named(workbench: Running) -> None:
    answer = workbench.client().sign_in("", "")
    assert answer.status_code == 422
    assert "Enter the name of your account." in answer.text
    assert "Enter your password." in answer.text


def test_after_too_many_wrong_tries_even_the_right_password_waits(workbench: Running) -> None:
    client = workbench.client()
    for _ in range(5):
        assert client.sign_in("jo", "wrong").status_code == 422
    answer = client.sign_in("jo")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Too many wrong tries. Wait" in answer.text


def test_signing_in_and_out_and_failing_are_in_the_audit_log(workbench: Running) -> None:
    client = workbench.client()
    client.sign_in("jo", "wrong")
    client.sign_in("jo")
    client.post("/sign-out")
    assert actions(workbench)[:3] == ["signed out", "signed in", "sign-in failed"]


def test_a_password_typed_into_the_wrong_field_is_not_written_down(workbench: Running) -> None:
    workbench.client().sign_in("my secret pass words", "jo")
    line = workbench.bench.audit.lines()[0]
    assert (line.who, line.action) == ("an unknown name", "sign-in failed")
    assert "secret" not in str(workbench.bench.audit.lines())


def test_a_form_for_signing_in_needs_its_token_too(workbench: Running) -> None:
    answer = workbench.client().http.post("/sign-in", data={"name": "jo", "password": PASSWORD})
    assert answer.status_code == 403
    assert "signed in" not in actions(workbench)


def test_changing_one_s_password_signs_out_everywhere_else(workbench: Running) -> None:
    here, there = workbench.signed_in("jo"), workbench.signed_in("jo")
    fields = {"password_now": PASSWORD, "password": "window summer rope"}
    answer = here.post("/account/password", {**fields, "password_2": "window summer rope"})
    assert "Your password is changed." in answer.text
    assert "Jo Green" in here.get("/account").text
    assert there.get("/account").url.path == "/sign-in"
    assert workbench.client().sign_in("jo").status_code == 422


def test_a_wrong_password_until_now_changes_nothing(workbench: Running) -> None:
    client = workbench.signed_in("jo")
    new = {"password": "window summer rope", "password_2": "window summer rope"}
    answer = client.post("/account/password", {"password_now": "wrong", **new})
    assert answer.status_code == 422
    assert "This is not your password until now." in answer.text
    assert workbench.client().sign_in("jo").status_code == 200


def test_an_administrator_changes_roles_but_not_their_own(workbench: Running) -> None:
    workbench.add("sam", "Sam Hill", "tester")
    client = workbench.signed_in("jo")
    client.post("/accounts/sam/roles", {"roles": ["tester", "lead"]})
    assert workbench.bench.people.named("sam").roles == ("tester", "lead")
    answer = client.post("/accounts/jo/roles", {"roles": ["lead"]})
    assert answer.status_code == 422
    assert "You cannot change your own account here." in answer.text
    assert workbench.bench.people.named("jo").roles == ("tester", "admin")


def test_no_role_at_all_is_refused_and_named(workbench: Running) -> None:
    workbench.add("sam", "Sam Hill", "tester")
    answer = workbench.signed_in("jo").post("/accounts/sam/roles")
    assert answer.status_code == 422
    assert "Choose one or more of these roles" in answer.text


def test_a_disabled_person_is_out_at_once(workbench: Running) -> None:
    workbench.add("sam", "Sam Hill", "tester")
    sam = workbench.signed_in("sam")
    workbench.signed_in("jo").post("/accounts/sam/disable")
    assert sam.get("/account").url.path == "/sign-in"
    assert workbench.client().sign_in("sam").status_code == 422


def test_the_audit_log_shows_who_did_what_and_can_be_narrowed(workbench: Running) -> None:
    client = workbench.signed_in("jo")
    workbench.bench.audit.record("sam", "tried something", "a subject", reason="<because>")
    page = client.get("/audit?who=sam").text
    assert "reason: &lt;because&gt;" in page
    assert "<td>jo</td>" not in page
    for number in range(60):
        workbench.bench.audit.record("sam", "tried something", f"number {number}")
    newest = client.get("/audit?who=sam").text
    assert "number 59" in newest
    assert "number 3<" not in newest
    assert "Older lines" in newest
    assert client.get("/audit?before=x").status_code == 200


def test_without_accounts_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    with Running(tmp_path / "empty") as workbench:
        assert "signpost users add" in workbench.client().get("/").text
