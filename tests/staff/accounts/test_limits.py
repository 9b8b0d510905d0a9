"""Wrong tries make the next ones wait, for a name and for an address."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from signpost.staff.accounts.limits import FREE_BY_ADDRESS, FREE_BY_NAME, LONGEST_WAIT, Limits
from signpost.staff.accounts.tables import sign_in_limits as table
from signpost.staff.database import Database, now

HERE = "192.0.2.7"


@pytest.fixture
def limits(database: Database) -> Limits:
    return Limits(database, "a key")


def later(database: Database, seconds: int) -> None:
    """Let all tries have been longer ago."""
    with database.write() as connection:
        for row in connection.execute(sa.select(table)).mappings().all():
            connection.execute(
                table.update()
                .where(table.c.digest == row["digest"])
                .values(last_at=row["last_at"] - timedelta(seconds=seconds))
            )


def waits(limits: Limits, database: Database, tries: int) -> list[int]:
    """The wait before each of so many tries, each made as soon as it may be."""
    found = []
    for _ in range(tries):
        wait = limits.begin("jo", HERE)
        found.append(wait)
        if wait:
            later(database, wait)
            assert limits.begin("jo", HERE) == 0
    return found


def test_each_wrong_try_after_the_free_ones_doubles_the_wait(
    limits: Limits, database: Database
) -> None:
    found = waits(limits, database, FREE_BY_NAME + 5)
    assert found[:FREE_BY_NAME] == [0] * FREE_BY_NAME
    after = found[FREE_BY_NAME + 1 :]
    assert all(2 <= small < large for small, large in pairwise(after))


def test_no_wait_is_longer_than_a_quarter_of_an_hour(limits: Limits, database: Database) -> None:
    assert limits.begin("jo", HERE) == 0
    with database.write() as connection:
        connection.execute(table.update().values(failures=100_000))
    assert 0 < limits.begin("jo", HERE) <= LONGEST_WAIT == 900


def test_the_wait_is_for_the_name_from_wherever_it_is_tried(limits: Limits) -> None:
    for place in range(FREE_BY_NAME + 1):
        assert limits.begin("jo", f"192.0.2.{place}") == 0
    assert limits.begin("JO ", "198.51.100.1") > 0
    assert limits.begin("sam", "198.51.100.1") == 0


def test_the_wait_is_for_the_address_whatever_name_is_tried(limits: Limits) -> None:
    for number in range(FREE_BY_ADDRESS + 1):
        assert limits.begin(f"name-{number}", HERE) == 0
    assert limits.begin("another", HERE) > 0
    assert limits.begin("another", "198.51.100.1") == 0


def test_a_right_try_forgets_the_wrong_ones_of_the_name(limits: Limits) -> None:
    for _ in range(3):
        for _ in range(FREE_BY_NAME):
            assert limits.begin("jo", HERE) == 0
        limits.succeeded("jo", HERE)


def test_many_at_once_gain_nothing(limits: Limits) -> None:
    allowed: list[bool] = []

    def attempt() -> None:
        allowed.append(limits.begin("jo", HERE) == 0)

    threads = [threading.Thread(target=attempt) for _ in range(FREE_BY_NAME + 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [False] * 9 + [True] * (FREE_BY_NAME + 1)


def test_neither_name_nor_address_is_kept_and_all_is_forgotten_after_a_day(
    limits: Limits, database: Database
) -> None:
    limits.begin("jo", HERE)
    with database.read() as connection:
        rows = connection.execute(sa.select(table)).all()
    assert HERE not in str(rows)
    assert "jo" not in [row.digest for row in rows]
    with database.write() as connection:
        connection.execute(table.update().values(last_at=now() - timedelta(hours=25)))
    limits.begin("sam", "198.51.100.1")
    with database.read() as connection:
        assert len(connection.execute(sa.select(table)).all()) == 2
