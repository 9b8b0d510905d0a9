"""A backup comes back whole, and what was erased does not come back with it."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from signpost import backup
from signpost.door.channels.opt_outs import OptOuts
from signpost.privacy import requests
from signpost.register.bundle import pointed, publish
from signpost.settings import Settings

KEY = "a key of the tests, long enough"


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings with each kind of database."""
    settings.state.mkdir(parents=True, exist_ok=True)
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres").url
    return msgspec.structs.replace(settings, tracker_database=url)


def engine(settings: Settings) -> Any:
    url = settings.tracker_database or f"sqlite:///{settings.state / 'tracker.db'}"
    return sa.create_engine(url, future=True)


def fill(settings: Settings, **ages: float) -> None:
    """Conversations in Rasa's table, each with its age in seconds."""
    with engine(settings).begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS events"))
        connection.execute(
            sa.text("CREATE TABLE events (sender_id varchar(255), timestamp float, data text)")
        )
        for name, age in ages.items():
            connection.execute(
                sa.text("INSERT INTO events VALUES (:name, :at, 'redacted words')"),
                {"name": name, "at": time.time() - age},
            )


def names(settings: Settings) -> set[str]:
    with engine(settings).begin() as connection:
        return {row[0] for row in connection.execute(sa.text("SELECT sender_id FROM events"))}


def test_all_comes_back_but_what_was_erased_or_is_too_old(kept: Settings, tmp_path: Path) -> None:
    fill(kept, fresh=60, wished=60, old=90_000)
    people = OptOuts(kept.state, KEY)
    people.add("sms", "+447700900123")
    people.close()
    checksum = publish(kept.content, kept.bundle_store).checksum
    copy = tmp_path / "backup"
    backup.write(kept, copy, conversations=True)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700

    # Somebody has theirs erased; then the disk is lost, all but the record of erasures.
    requests.note(kept.state, ["wished"])
    for name in ("opt-outs.db", "tracker.db"):
        (kept.state / name).unlink(missing_ok=True)
    shutil.rmtree(kept.bundle_store)
    fill(kept)

    said = list(backup.restore(kept, copy))
    assert names(kept) == {"fresh"}
    assert "erased again: 1 on request, 1 that were idle for too long" in said
    assert ("sms", "+447700900123") in OptOuts(kept.state, KEY)
    assert pointed(kept.bundle_store) == checksum
    assert '"erase"' in (kept.state / "audit" / "deletions.jsonl").read_text(encoding="utf-8")


def test_conversations_are_in_it_only_when_asked_for(settings: Settings, tmp_path: Path) -> None:
    settings.state.mkdir(parents=True)
    fill(settings, fresh=60)
    backup.write(settings, tmp_path / "backup")
    assert not list((tmp_path / "backup").glob("tracker*"))


def test_it_is_whole_also_while_somebody_writes(settings: Settings, tmp_path: Path) -> None:
    settings.state.mkdir(parents=True)
    fill(settings, fresh=60)
    with closing(sqlite3.connect(settings.state / "tracker.db")) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("INSERT INTO events VALUES ('half', 1.0, 'not committed')")
        backup.write(settings, tmp_path / "backup", conversations=True)
    with closing(sqlite3.connect(tmp_path / "backup" / "tracker.db")) as copy:
        assert [row[0] for row in copy.execute("SELECT sender_id FROM events")] == ["fresh"]


def test_a_damaged_backup_is_refused_and_changes_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    settings.state.mkdir(parents=True)
    fill(settings, fresh=60)
    backup.write(settings, tmp_path / "backup", conversations=True)
    (tmp_path / "backup" / "tracker.db").write_bytes(b"half")
    with pytest.raises(backup.BackupError, match=r"is damaged: tracker\.db"):
        list(backup.restore(settings, tmp_path / "backup"))
    assert names(settings) == {"fresh"}


def test_a_folder_that_is_there_is_not_written_over(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(backup.BackupError, match="is there already"):
        backup.write(settings, tmp_path)


def test_what_is_no_backup_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(backup.BackupError, match="is no backup"):
        list(backup.restore(settings, tmp_path))


def test_the_record_of_erasures_forgets_after_the_last_backup(tmp_path: Path) -> None:
    from datetime import date, timedelta

    today = date(2026, 11, 25)
    requests.note(tmp_path, ["first"], today - timedelta(days=requests.RECORD_DAYS + 1))
    requests.note(tmp_path, ["second"], today)
    assert requests.erased(tmp_path) == {"second"}
