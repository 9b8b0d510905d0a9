"""Accounts are made, changed and disabled, and every change is recorded."""

from __future__ import annotations

import pytest

from signpost.staff.accounts import passwords
from signpost.staff.accounts.people import AccountError, People
from signpost.staff.accounts.sessions import Sessions
from signpost.staff.audit import Audit
from signpost.staff.database import Database

PASSWORD = "three random words"


def acts(database: Database) -> list[tuple[str, str, str]]:
    return [(line.who, line.action, line.subject) for line in Audit(database).lines()]


def test_an_account_is_found_by_its_name_however_it_is_written(people: People) -> None:
    made = people.add(" Jo.Green ", "Jo Green", ["lead", "tester"], PASSWORD, by="a test")
    assert made.name == "jo.green"
    assert made.roles == ("tester", "lead")
    assert people.find("JO.GREEN") == made
    assert people.with_password("Jo.Green", PASSWORD) == made


def test_a_wrong_password_and_an_unknown_name_are_the_same_to_who_tries(people: People) -> None:
    people.add("jo", "Jo Green", ["tester"], PASSWORD, by="a test")
    assert people.with_password("jo", PASSWORD + "!") is None
    assert people.with_password("nobody", PASSWORD) is None


@pytest.mark.parametrize(
    ("name", "full_name", "roles", "password", "field"),
    [
        ("j", "Jo", ["tester"], PASSWORD, "name"),
        ("jo green", "Jo", ["tester"], PASSWORD, "name"),
        ("jo/green", "Jo", ["tester"], PASSWORD, "name"),
        ("jo", "  ", ["tester"], PASSWORD, "full_name"),
        ("jo", "Jo", [], PASSWORD, "roles"),
        ("jo", "Jo", ["king"], PASSWORD, "roles"),
        ("jo", "Jo", ["tester"], "short", "password"),
        ("jo", "Jo", ["tester"], "a" * 20, "password"),
        ("jo", "Jo", ["tester"], "x" * 201 + "yzabc", "password"),
        ("jogreen", "Jo", ["tester"], "JoGreen and more", "password"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_named(
    people: People, name: str, full_name: str, roles: list[str], password: str, field: str
) -> None:
    with pytest.raises(AccountError) as caught:
        people.add(name, full_name, roles, password, by="a test")
    assert caught.value.field == field
    assert people.all() == []


def test_a_name_is_given_once(people: People) -> None:
    people.add("jo", "Jo Green", ["tester"], PASSWORD, by="a test")
    with pytest.raises(AccountError, match="already"):
        people.add("JO", "Joseph Grey", ["admin"], PASSWORD, by="a test")
    assert [person.full_name for person in people.all()] == ["Jo Green"]


def test_a_password_is_kept_by_argon2_alone(people: People, database: Database) -> None:
    people.add("jo", "Jo Green", ["tester"], PASSWORD, by="a test")
    from signpost.staff.accounts.tables import accounts

    with database.read() as connection:
        row = connection.execute(accounts.select()).mappings().one()
    assert row["password"].startswith("$argon2id$")
    assert PASSWORD not in str(dict(row))


def test_a_password_kept_with_less_effort_is_kept_anew_at_the_sign_in(
    people: People, database: Database
) -> None:
    from argon2 import PasswordHasher

    from signpost.staff.accounts.tables import accounts

    people.add("jo", "Jo Green", ["tester"], PASSWORD, by="a test")
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.write() as connection:
        connection.execute(accounts.update().values(password=weak))
    assert people.with_password("jo", PASSWORD)
    with database.read() as connection:
        kept = connection.execute(accounts.select()).mappings().one()["password"]
    assert kept != weak
    assert not passwords.is_dated(kept)


@pytest.mark.parametrize("change", ["roles", "password", "disabled"])
def test_a_change_signs_out_everywhere_and_is_recorded(
    people: People, database: Database, change: str
) -> None:
    person = people.add("jo", "Jo Green", ["tester"], PASSWORD, by="a test")
    sessions = Sessions(database, 3600, 36000)
    tokens = [sessions.begin(person) for _ in range(2)]
    if change == "roles":
        people.set_roles("jo", ["lead"], by="addy")
    elif change == "password":
        people.set_password("jo", "other random words", by="addy")
    else:
        people.set_disabled("jo", True, by="addy")
    assert [sessions.find(token) for token in tokens] == [None, None]
    assert acts(database)[0][0::2] == ("addy", "jo")


def test_a_disabled_account_cannot_sign_in_until_it_is_enabled(
    people: People, database: Database
) -> None:
    people.add("jo", "Jo Green", ["tester"], PASSWORD, by="a test")
    people.set_disabled("jo", True, by="a test")
    assert people.with_password("jo", PASSWORD) is None
    people.set_disabled("jo", False, by="a test")
    assert people.with_password("jo", PASSWORD)
    assert [action for _, action, _ in acts(database)] == [
        "account enabled", "account disabled", "account made",
    ]  # fmt: skip


def test_no_line_of_the_audit_log_holds_a_password(people: People, database: Database) -> None:
    people.add("jo", "Jo Green", ["tester"], PASSWORD, by="a test")
    people.set_password("jo", "other random words", by="a test")
    assert "random words" not in str(Audit(database).lines())
