"""The totals on their own database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from signpost.counts.measures import Key
from signpost.counts.store import Counts, CountsError

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
CHILD = Key(MONDAY, "audience", "child")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return ""
    url = str(request.getfixturevalue("postgres").url)
    engine = sa.create_engine(url, future=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS use_counts")
    engine.dispose()
    return url


@pytest.fixture
def counts(tmp_path: Path, address: str) -> Iterator[Counts]:
    counts = Counts(tmp_path, address)
    yield counts
    counts.close()


def test_totals_add_up_over_time(counts: Counts) -> None:
    counts.add({CHILD: 2})
    counts.add({CHILD: 3, Key(TUESDAY, "audience", "child"): 1})
    counts.add({})
    assert counts.between(MONDAY, MONDAY) == Counter({CHILD: 5})
    assert counts.between(MONDAY, TUESDAY).total() == 6
    assert counts.days() == (MONDAY, TUESDAY)


def test_nothing_counted_is_no_error(counts: Counts) -> None:
    assert counts.between(MONDAY, TUESDAY) == Counter()
    assert counts.days() is None


def test_what_is_too_old_is_deleted(counts: Counts) -> None:
    counts.add({CHILD: 2, Key(TUESDAY, "audience", "child"): 1})
    assert counts.forget_before(TUESDAY) == 1
    assert counts.days() == (TUESDAY, TUESDAY)
    assert counts.forget_before(TUESDAY) == 0


def add_often(state: Path, address: str) -> None:
    counts = Counts(state, address)
    for _ in range(20):
        while True:
            try:
                counts.add({CHILD: 1, Key(MONDAY, "channel", "web"): 1})
                break
            except CountsError:  # the door would try again, too
                continue


def test_several_doors_add_to_the_same_totals(counts: Counts, tmp_path: Path, address: str) -> None:
    doors = [
        multiprocessing.get_context("fork").Process(target=add_often, args=(tmp_path, address))
        for _ in range(3)
    ]
    for door in doors:
        door.start()
    for door in doors:
        door.join(timeout=60)
    assert [door.exitcode for door in doors] == [0, 0, 0]
    assert counts.between(MONDAY, MONDAY)[CHILD] == 60


def test_the_file_can_be_read_by_nobody_else_and_holds_totals_alone(tmp_path: Path) -> None:
    counts = Counts(tmp_path)
    counts.add({CHILD: 2})
    counts.close()
    file = tmp_path / "counts.db"
    assert file.stat().st_mode & 0o077 == 0
    with sqlite3.connect(file) as connection:
        columns = connection.execute("SELECT name FROM pragma_table_info('use_counts')").fetchall()
    assert columns == [("day",), ("measure",), ("value",), ("number",)]


def test_a_database_that_cannot_be_used_says_which_and_why(tmp_path: Path) -> None:
    (tmp_path / "counts.db").write_text("this is no database, but long enough to be taken for one")
    with pytest.raises(CountsError, match=r"counts\.db.*not a database"):
        Counts(tmp_path).add({CHILD: 1})
    with pytest.raises(CountsError, match=r"127\.0\.0\.1") as refused:
        Counts(tmp_path, "postgresql://me:secret@127.0.0.1:1/none").days()
    assert "secret" not in str(refused.value)
