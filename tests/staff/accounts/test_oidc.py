"""Signing in through a real local provider, and every way in which it may not work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from signpost.settings import Settings, SettingsError, load
from signpost.staff.accounts.oidc import name_of, roles_of
from tests.staff.accounts.provider import CLIENT, SECRET, Provider
from tests.staff.workbenches import Client, Running

ROLES = "tester=Signpost.Tester,editor=Signpost.Editor,lead=Signpost.Lead,admin=Signpost.Admin"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.fixture
def workbench(tmp_path: Path, provider: Provider) -> Iterator[Running]:
    with Running(
        tmp_path,
        staff_oidc_issuer=provider.issuer,
        staff_oidc_client=CLIENT,
        staff_oidc_secret=SECRET,
        staff_oidc_name="Example Council",
        staff_oidc_roles=ROLES,
    ) as running:
        yield running


def sign_in(client: Client, path: str = "/sign-in/organisation") -> httpx.Response:
    """To the provider and back, as a browser goes."""
    return client.get(path)


def test_somebody_from_the_council_signs_in_and_has_the_roles_given_there(
    workbench: Running, provider: Provider
) -> None:
    client = workbench.client()
    assert "Sign in with Example Council" in client.get("/sign-in").text
    page = sign_in(client)
    assert page.url.path == "/"
    assert "Olive Outside" in page.text
    person = workbench.bench.people.named("olive.outside@example.gov.uk")
    assert person.roles == ("editor",)
    assert person.from_outside
    assert provider.refused == []
    assert workbench.bench.audit.lines()[0].details == {"way": "organisation"}


def test_one_lands_where_one_wanted_to_go(workbench: Running) -> None:
    page = sign_in(workbench.client(), "/sign-in/organisation?to=/account")
    assert page.url.path == "/account"
    assert sign_in(workbench.client(), "/sign-in/organisation?to=//evil.example").url.path == "/"


def test_the_second_time_it_is_the_same_account_with_the_roles_of_now(
    workbench: Running, provider: Provider
) -> None:
    first = workbench.client()
    sign_in(first)
    provider.claims.update(roles=["Signpost.Lead", "Another.App"], name="Olive Outside-Smith")
    provider.claims["preferred_username"] = "another.name@example.gov.uk"
    assert "Olive Outside-Smith" in sign_in(workbench.client()).text
    [person] = workbench.bench.people.all()
    assert person.roles == ("lead",)
    assert person.name == "olive.outside@example.gov.uk"
    # With other roles, the session from before is over.
    assert first.get("/account").url.path == "/sign-in"


@pytest.mark.parametrize("roles", [[], None, ["Another.App"], "lead", {"lead": True}, [["x"]]])
def test_without_a_role_of_the_workbench_nobody_is_let_in(
    workbench: Running, provider: Provider, roles: Any
) -> None:
    provider.claims["roles"] = roles
    page = sign_in(workbench.client())
    assert page.status_code == 403
    assert "You have no role in this workbench." in page.text
    assert workbench.bench.people.all() == []


LIES = {
    "another nonce": {"nonce": "of another sign-in"},
    "no nonce": {"nonce": ""},
    "another audience": {"aud": "another-app"},
    "another audience, for us": {"aud": "another-app", "azp": CLIENT},
    "another issuer": {"iss": "https://login.example.com/other/v2.0"},
    "expired": {"exp": int(time.time()) - 120, "iat": int(time.time()) - 600},
    # Far off: this is read long before the test runs.
    "not yet": {"nbf": int(time.time()) + 10**8},
    "without an end": {"exp": None},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_what_cannot_be_confirmed_lets_nobody_in(
    workbench: Running, provider: Provider, lie: dict[str, Any]
) -> None:
    provider.lies = lie
    client = workbench.client()
    page = sign_in(client)
    assert page.status_code == 403
    assert "could not be confirmed" in page.text
    assert workbench.bench.people.all() == []
    assert client.get("/account").url.path == "/sign-in"


def another_key(provider: Provider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "of today"})


def another_key_of_another_name(provider: Provider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "of nobody"})


@pytest.mark.parametrize(
    "forge",
    [
        another_key,
        another_key_of_another_name,
        Provider.sign_with_its_public_key,
        Provider.sign_nothing,
    ],
)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    workbench: Running, provider: Provider, forge: Callable[[Provider], None]
) -> None:
    forge(provider)
    assert sign_in(workbench.client()).status_code == 403
    assert workbench.bench.people.all() == []


def test_a_provider_that_changed_its_key_is_asked_for_it(
    workbench: Running, provider: Provider
) -> None:
    sign_in(workbench.client())
    provider.key = provider.signs_with = RSAKey.generate_key(2048, {"kid": "of tomorrow"})
    assert sign_in(workbench.client()).url.path == "/"


def test_a_code_of_somebody_else_s_sign_in_is_refused(
    workbench: Running, provider: Provider
) -> None:
    theirs = workbench.client()
    theirs.http.follow_redirects = False
    leading = theirs.http.get("/sign-in/organisation").headers["location"]
    back = httpx.get(leading).headers["location"]
    parts = urlsplit(back)
    # The address that leads back, opened in another browser: it never started a sign-in.
    page = workbench.client().get(f"{parts.path}?{parts.query}")
    assert page.status_code == 403
    assert "could not be confirmed" in page.text
    # The same code with another state, in the browser that did start one.
    code = parse_qs(parts.query)["code"][0]
    assert theirs.http.get(f"{parts.path}?code={code}&state=guessed").status_code == 403
    assert workbench.bench.people.all() == []


def test_a_way_back_is_good_for_once(workbench: Running) -> None:
    client = workbench.client()
    client.http.follow_redirects = False
    back = httpx.get(client.http.get("/sign-in/organisation").headers["location"])
    parts = urlsplit(back.headers["location"])
    assert client.http.get(f"{parts.path}?{parts.query}").status_code == 303
    assert client.http.get(f"{parts.path}?{parts.query}").status_code == 403


def test_a_refusal_of_the_provider_is_told(workbench: Running) -> None:
    page = workbench.client().get("/sign-in/organisation/back?error=access_denied&state=x")
    assert page.status_code == 403
    assert "You could not be signed in" in page.text


def test_an_account_is_never_taken_over_by_its_name(workbench: Running) -> None:
    workbench.add("olive.outside@example.gov.uk", "Olive Inside", "admin")
    page = sign_in(workbench.client())
    assert page.status_code == 403
    assert "never taken over by its name" in page.text
    assert workbench.bench.people.named("olive.outside@example.gov.uk").roles == ("admin",)


def test_a_disabled_account_stays_out(workbench: Running) -> None:
    sign_in(workbench.client())
    workbench.bench.people.set_disabled("olive.outside@example.gov.uk", True, by="a test")
    page = sign_in(workbench.client())
    assert page.status_code == 403
    assert "Your account is disabled." in page.text


def test_who_signs_in_outside_has_no_password_here(workbench: Running) -> None:
    client = workbench.client()
    sign_in(client)
    assert "Change your password" not in client.get("/account").text
    fields = {"password_now": "", "password": "window summer rope"}
    answer = client.post("/account/password", {**fields, "password_2": "window summer rope"})
    assert answer.status_code == 422
    assert workbench.client().sign_in("olive.outside@example.gov.uk", "").status_code == 422


def test_a_provider_that_is_gone_is_said(tmp_path: Path) -> None:
    with Running(
        tmp_path,
        staff_oidc_issuer="http://127.0.0.1:9/tenant",
        staff_oidc_client=CLIENT,
        staff_oidc_secret=SECRET,
    ) as workbench:
        page = sign_in(workbench.client())
        assert page.status_code == 502
        assert "cannot be reached" in page.text


def test_a_provider_of_many_tenants_is_refused(workbench: Running, provider: Provider) -> None:
    provider.calls_itself = f"{provider.url}/{{tenantid}}/v2.0"
    page = sign_in(workbench.client())
    assert page.status_code == 403
    assert "one tenant" in page.text


def test_the_accounts_of_the_workbench_go_on_working(workbench: Running) -> None:
    workbench.add("jo", "Jo Green", "admin")
    assert workbench.client().sign_in("jo").url.path == "/"


def test_roles_may_be_text_under_another_claim() -> None:
    settings = Settings(staff_oidc_claim="groups", staff_oidc_roles="lead=g-7,tester=g-1")
    assert roles_of(settings, {"groups": "g-1 g-2 g-7"}) == ["tester", "lead"]


def test_a_name_that_cannot_be_a_name_is_made_one() -> None:
    assert name_of({"sub": "1", "preferred_username": "Zoë Ö/x@Example.org"}) == "zo-x@example.org"
    assert name_of({"sub": "AbC"}) == "abc"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"ISSUER": "https://a.example/t"}, "STAFF_OIDC_CLIENT and SIGNPOST_STAFF_OIDC_SECRET"),
        ({"ISSUER": "http://a.example", "CLIENT": "c", "SECRET": "s"}, "must begin with https://"),
        ({"ROLES": "king=King"}, "must be written like"),
        ({"ROLES": ""}, "must be written like"),
    ],
)
def test_settings_that_cannot_work_are_named(variables: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load({f"SIGNPOST_STAFF_OIDC_{name}": value for name, value in variables.items()})
