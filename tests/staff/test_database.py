"""The migrations make what the code describes, on each kind of database, and only once."""

from __future__ import annotations

import os
import stat
import threading
from datetime import datetime, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from signpost.settings import Settings
from signpost.staff.accounts.people import AccountError, People
from signpost.staff.accounts.tables import keys
from signpost.staff.app import build
from signpost.staff.audit import audit
from signpost.staff.database import MIGRATIONS, Database, DatabaseError, Moment, address, metadata


def test_the_migrations_make_the_tables_that_the_code_describes(
    database: Database, tmp_path: Path
) -> None:
    build(Settings(state=tmp_path))  # every section has described its tables
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_section_s_migrations_hang_on_the_first() -> None:
    revisions = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    assert [each.revision for each in revisions if each.down_revision is None] == ["0001"]


def test_a_second_upgrade_changes_nothing(database: Database, people: People) -> None:
    people.add("jo", "Jo Green", ["admin"], "three random words", by="a test")
    database.upgrade()
    assert [person.name for person in people.all()] == ["jo"]


def test_programs_that_start_together_do_not_trip_each_other(tmp_path: Path) -> None:
    failed: list[Exception] = []

    def start() -> None:
        try:
            Database.of(Settings(state=tmp_path)).close()
        except DatabaseError as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_the_file_can_be_read_by_its_own_user_alone(tmp_path: Path) -> None:
    Database.of(Settings(state=tmp_path / "state")).close()
    assert stat.S_IMODE(os.stat(tmp_path / "state" / "staff.db").st_mode) == 0o600


def test_what_fails_half_way_is_not_kept(database: Database, people: People) -> None:
    def twice() -> None:
        with database.write() as connection:
            for _ in range(2):
                connection.execute(keys.insert().values(name="a", value="b"))

    with pytest.raises(sa.exc.IntegrityError):
        twice()
    with database.read() as connection:
        assert connection.execute(sa.select(keys)).all() == []


def test_moments_come_back_with_their_time_zone(database: Database, people: People) -> None:
    person = people.add("jo", "Jo Green", ["admin"], "three random words", by="a test")
    assert person.made_at.tzinfo is timezone.utc
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 1, 1), None)


def test_the_audit_log_can_only_be_added_to(database: Database, people: People) -> None:
    people.add("jo", "Jo Green", ["admin"], "three random words", by="a test")
    for act in (audit.update().values(who="nobody"), audit.delete()):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.write() as connection:
            connection.execute(act)
    with database.read() as connection:
        assert connection.execute(sa.select(audit.c.who)).scalars().all() == ["a test"]


def test_a_database_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseError) as caught:
        Database("postgresql://signpost:geheim@127.0.0.1:9/none").upgrade()
    assert "127.0.0.1:9/none" in str(caught.value)
    assert "SIGNPOST_STAFF_DATABASE" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_a_state_folder_that_is_none_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DatabaseError, match=r"staff\.db.* cannot be used"):
        Database.of(Settings(state=tmp_path / "file"))


def test_a_database_of_a_newer_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    database = Database(address(Settings(state=tmp_path)))
    database.upgrade()
    with database.write() as connection:
        # Each section has a row of its own.
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('of_tomorrow')"))
    with pytest.raises(DatabaseError, match="another version of Signpost"):
        database.upgrade()


def test_a_transaction_that_refuses_an_account_leaves_no_line(people: People) -> None:
    with pytest.raises(AccountError):
        people.add("jo", "Jo Green", ["king"], "three random words", by="a test")
    assert people.all() == []
