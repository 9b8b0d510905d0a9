"""A session is a random cookie; it ends after quiet, after hours, and when one signs out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from signpost.staff.accounts.people import People, Person
from signpost.staff.accounts.sessions import Sessions
from signpost.staff.accounts.tables import sessions as table
from signpost.staff.database import Database, now


@pytest.fixture
def person(people: People) -> Person:
    return people.add("jo", "Jo Green", ["tester"], "three random words", by="a test")


@pytest.fixture
def sessions(database: Database) -> Sessions:
    return Sessions(database, idle=3600, longest=36000)


def age(database: Database, **values: timedelta) -> None:
    """Let all sessions have begun, or been seen, longer ago."""
    with database.write() as connection:
        connection.execute(
            table.update().values({name: now() - value for name, value in values.items()})
        )


def test_a_session_is_found_by_its_cookie_and_only_its_digest_is_kept(
    sessions: Sessions, person: Person, database: Database
) -> None:
    token = sessions.begin(person)
    found = sessions.find(token)
    assert found is not None
    assert found.person == person
    with database.read() as connection:
        rows = connection.execute(sa.select(table)).all()
    assert token not in str(rows)
    assert sessions.find(found.digest) is None


def test_cookies_are_long_and_never_the_same(sessions: Sessions, person: Person) -> None:
    tokens = {sessions.begin(person) for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 43


@pytest.mark.parametrize("token", ["", "nobody's", "0" * 5000])
def test_another_cookie_is_nobody_s(sessions: Sessions, token: str) -> None:
    assert sessions.find(token) is None


def test_it_ends_after_quiet(sessions: Sessions, person: Person, database: Database) -> None:
    token = sessions.begin(person)
    age(database, seen_at=timedelta(seconds=3599 - 60))
    assert sessions.find(token)  # and this counts as seen
    age(database, seen_at=timedelta(seconds=3601))
    assert sessions.find(token) is None


def test_a_page_keeps_it_alive(sessions: Sessions, person: Person, database: Database) -> None:
    token = sessions.begin(person)
    age(database, seen_at=timedelta(seconds=3000))
    sessions.find(token)
    with database.read() as connection:
        seen = connection.execute(sa.select(table.c.seen_at)).scalar_one()
    assert now() - seen < timedelta(seconds=60)


def test_it_ends_after_hours_however_busy(
    sessions: Sessions, person: Person, database: Database
) -> None:
    token = sessions.begin(person)
    age(database, began_at=timedelta(seconds=36001))
    assert sessions.find(token) is None


def test_signing_in_makes_a_new_cookie_and_ends_the_one_before(
    sessions: Sessions, person: Person
) -> None:
    before = sessions.begin(person)
    after = sessions.begin(person, instead_of=before)
    assert sessions.find(before) is None
    assert sessions.find(after)


def test_signing_out_ends_one_and_everywhere_ends_all(sessions: Sessions, person: Person) -> None:
    one, two, three = (sessions.begin(person) for _ in range(3))
    sessions.end(one)
    assert sessions.find(one) is None
    assert sessions.find(two)
    sessions.end_all(person)
    assert [sessions.find(token) for token in (two, three)] == [None, None]


def test_what_ended_is_swept_away(sessions: Sessions, person: Person, database: Database) -> None:
    sessions.begin(person)
    age(database, seen_at=timedelta(seconds=4000))
    sessions.begin(person)
    with database.read() as connection:
        assert len(connection.execute(sa.select(table)).all()) == 1


def test_a_notice_is_said_once(sessions: Sessions, person: Person) -> None:
    token = sessions.begin(person)
    session = sessions.find(token)
    assert session is not None
    sessions.leave_notice(session, "Saved.")
    again = sessions.find(token)
    assert again is not None
    assert sessions.take_notice(again) == "Saved."
    last = sessions.find(token)
    assert last is not None
    assert sessions.take_notice(last) == ""
