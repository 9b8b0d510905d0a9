"""A backup comes back whole, and what was erased does not come back with it."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from signpost import backup, off
from signpost.counts.sample_store import SampleStore
from signpost.door.channels.opt_outs import OptOuts
from signpost.privacy import requests
from signpost.register.bundle import pointed, publish
from signpost.register.publishing import choose, chosen
from signpost.settings import Settings
from signpost.staff.accounts.people import People
from signpost.staff.accounts.sessions import Sessions
from signpost.staff.accounts.tables import sessions
from signpost.staff.audit import Audit
from signpost.staff.database import Database, now
from signpost.staff.register.copy import Copy
from signpost.staff.register.keeper import Keeper
from signpost.staff.talk.store import TrialStore
from signpost.staff.talk.tables import trials
from signpost.staff.talk.trial import Memory
from tests.staff.conftest import emptied

KEY = "a key of the tests, long enough"
PASSWORD = "a long one of the tests"
NUMBER = "services/childline.yaml"


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings with each kind of database."""
    settings.state.mkdir(parents=True, exist_ok=True)
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres").url
    return msgspec.structs.replace(settings, tracker_database=url)


@pytest.fixture(params=["sqlite", "postgresql"])
def staffed(request: pytest.FixtureRequest, content: Path, settings: Settings) -> Settings:
    """Settings with a working copy of the register, and each kind of database for the
    workbench."""
    shutil.copytree(content, settings.own_content)
    url = ""
    if request.param == "postgresql":
        url = emptied(request.getfixturevalue("postgres").url)
    return msgspec.structs.replace(settings, content=settings.own_content, staff_database=url)


def lose(settings: Settings) -> None:
    """The disk is lost, all but the record of erasures, which is kept apart."""
    for each in settings.state.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        elif each.name != requests.RECORD:
            each.unlink()
    if settings.staff_database:
        emptied(settings.staff_database)


class Staffed:
    """What the workbench keeps, as its parts see it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database.of(settings)
        self.audit = Audit(self.database)
        self.people = People(self.database, self.audit)
        self.copy = Copy(settings)
        self.keeper = Keeper(self.database, self.copy, self.audit)
        self.trials = TrialStore(self.database)

    def change(self, before: str, after: str) -> str:
        """A change that goes the whole way to the public; returns the bundle."""
        text = (self.copy.read(NUMBER) or b"").replace(before.encode(), after.encode())
        editor, lead = self.people.named("editor"), self.people.named("lead")
        draft = self.keeper.save(editor, NUMBER, text)
        self.keeper.propose(editor, draft.id, f"It is {after} now.")
        self.keeper.approve(lead, draft.id, "I have looked.")
        made = publish(self.copy.folder, self.settings.bundle_store)
        choose(self.settings.bundle_store, made.checksum)
        return made.checksum

    def trial(self, id_: str, age: float = 60, name: str = "") -> None:
        """A trial conversation that was quiet for `age` seconds."""
        number = self.trials.begin("editor", "web", "", Memory(id=id_, turns=[f"words of {id_}"]))
        with self.database.write() as connection:
            quiet = now() - timedelta(seconds=age)
            connection.execute(
                trials.update().where(trials.c.id == number).values(name=name, last_at=quiet)
            )

    def trial_ids(self) -> set[str]:
        with self.database.read() as connection:
            found = connection.execute(sa.select(trials.c.memory)).scalars()
            return {msgspec.json.decode(each, type=Memory).id for each in found}


def everybody(settings: Settings) -> Staffed:
    staff = Staffed(settings)
    staff.people.add("editor", "Eddie Editor", ["editor"], PASSWORD, by="a test")
    staff.people.add("lead", "Lee Lead", ["lead"], PASSWORD, by="a test", post="Lead officer")
    return staff


def test_the_workbench_that_was_in_no_backup_comes_back_whole(
    staffed: Settings, tmp_path: Path
) -> None:
    staff = everybody(staffed)
    Sessions(staff.database, 3600, 3600).begin(staff.people.named("lead"))
    published = staff.change("0800 1111", "01632 960001")
    files = backup.write(staffed, tmp_path / "backup")
    assert {"content/" + NUMBER, "bundles/chosen"} <= set(files)
    staff.change("01632 960001", "01632 960002")
    staff.people.add("late", "Lou Late", ["tester"], PASSWORD, by="a test")
    staff.database.close()

    list(backup.restore(staffed, tmp_path / "backup"))
    staff = Staffed(staffed)
    assert staff.people.with_password("lead", PASSWORD)
    assert staff.people.find("late") is None
    # The number of the copy: in the files, in the history, and in force over the next start.
    assert b"01632 960001" in (staff.copy.read(NUMBER) or b"")
    assert [each.act for each in staff.keeper.history(NUMBER)] == ["approve", "start"]
    assert pointed(staffed.bundle_store) == chosen(staffed) == published
    with staff.database.read() as connection:
        assert not connection.execute(sa.select(sessions)).all()
    staff.database.close()


def test_after_a_lost_disk_staff_go_on_where_they_were(staffed: Settings, tmp_path: Path) -> None:
    staff = everybody(staffed)
    staff.change("0800 1111", "01632 960001")
    backup.write(staffed, tmp_path / "backup")
    acts = len(staff.audit.lines())
    staff.database.close()
    lose(staffed)

    list(backup.restore(staffed, tmp_path / "backup"))
    staff = Staffed(staffed)
    assert len(staff.audit.lines()) == acts
    with (
        pytest.raises(sa.exc.DBAPIError, match="append-only"),
        staff.database.write() as connection,
    ):
        connection.execute(sa.text("DELETE FROM audit"))
    bundle = staff.change("01632 960001", "01632 960003")
    assert chosen(staffed) == bundle
    staff.database.close()


def test_trials_that_were_deleted_or_idle_do_not_come_back(
    staffed: Settings, tmp_path: Path
) -> None:
    staff = everybody(staffed)
    staff.trial("trial-fresh")
    staff.trial("trial-deleted")
    staff.trial("trial-old", age=90_000)
    staff.trial("trial-kept", age=90_000, name="A test")
    staff.database.close()
    backup.write(staffed, tmp_path / "backup", conversations=True)
    requests.note(staffed.state, ["trial-deleted"])
    lose(staffed)

    said = list(backup.restore(staffed, tmp_path / "backup"))
    assert "trials erased again: 1 on request, 1 that were idle for too long" in said
    staff = Staffed(staffed)
    assert staff.trial_ids() == {"trial-fresh", "trial-kept"}
    staff.database.close()


def test_trials_are_in_it_only_when_conversations_are_asked_for(
    settings: Settings, tmp_path: Path
) -> None:
    staff = everybody(settings)
    staff.trial("trial-fresh")
    staff.trial("trial-kept", name="A test")
    staff.database.close()
    backup.write(settings, tmp_path / "backup")
    copy = (tmp_path / "backup" / "staff.db").read_bytes()
    assert b"words of trial-kept" in copy
    assert b"words of trial-fresh" not in copy
    assert sorted(path.name for path in (tmp_path / "backup").glob("staff*")) == ["staff.db"]


def test_a_working_copy_that_is_newer_than_the_backup_is_left_and_named(
    settings: Settings, tmp_path: Path
) -> None:
    everybody(settings).database.close()
    backup.write(settings, tmp_path / "backup")
    shutil.copytree(settings.content, settings.own_content)
    said = list(backup.restore(settings, tmp_path / "backup"))
    assert "left content/ as it is: the backup has none, look at what stands there" in said
    assert (settings.own_content / NUMBER).is_file()


def test_samples_are_in_no_backup(staffed: Settings, tmp_path: Path) -> None:
    everybody(staffed).database.close()
    store = SampleStore.of(staffed)
    store.add(["zebra crossing words"], now().date())
    store.close()
    backup.write(staffed, tmp_path / "backup")
    lose(staffed)
    list(backup.restore(staffed, tmp_path / "backup"))
    assert SampleStore.of(staffed).number() == 0
    for file in (tmp_path / "backup").rglob("*"):
        assert not file.is_file() or b"zebra crossing words" not in file.read_bytes()


def test_what_a_killed_workbench_left_unwritten_does_not_damage_what_comes_back(
    settings: Settings, tmp_path: Path
) -> None:
    staff = everybody(settings)
    backup.write(settings, tmp_path / "backup")
    log = settings.state / "staff.db-wal"
    with closing(sqlite3.connect(settings.state / "staff.db")) as killed:
        killed.execute("SELECT * FROM accounts").fetchall()
        staff.people.add("late", "Lou Late", ["tester"], PASSWORD, by="a test")
        left = log.read_bytes()
    staff.database.close()
    log.write_bytes(left)

    list(backup.restore(settings, tmp_path / "backup"))
    staff = Staffed(settings)
    assert [each.name for each in staff.people.all()] == ["editor", "lead"]
    with staff.database.read() as connection:
        assert connection.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
    staff.database.close()


def test_one_database_for_both_comes_back_without_conversations_that_nobody_asked_for(
    staffed: Settings, tmp_path: Path
) -> None:
    if not staffed.staff_database:
        both = staffed
    else:
        both = msgspec.structs.replace(staffed, tracker_database=staffed.staff_database)
    everybody(both).database.close()
    fill(both, fresh=60)
    backup.write(both, tmp_path / "without")
    backup.write(both, tmp_path / "with", conversations=True)
    fill(both)
    list(backup.restore(both, tmp_path / "without"))
    assert names(both) == set()
    list(backup.restore(both, tmp_path / "with"))
    assert names(both) == {"fresh"}
    staff = Staffed(both)
    assert staff.people.with_password("lead", PASSWORD)
    staff.database.close()


def test_a_workbench_of_the_other_kind_is_refused_and_changes_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    everybody(settings).database.close()
    backup.write(settings, tmp_path / "backup")
    lose(settings)
    other = msgspec.structs.replace(settings, staff_database="postgresql://u:p@127.0.0.1:9/none")
    with pytest.raises(backup.BackupError, match="set SIGNPOST_STAFF_DATABASE as it was"):
        list(backup.restore(other, tmp_path / "backup"))
    assert not list(settings.state.iterdir())


def test_a_bot_that_was_off_is_off_again(settings: Settings, tmp_path: Path) -> None:
    off.turn_off(settings.state, "lead", "A number is wrong.")
    backup.write(settings, tmp_path / "backup")
    lose(settings)
    said = list(backup.restore(settings, tmp_path / "backup"))
    assert off.look(settings.state) is not None
    assert "brought back off.json: the bot is off, until `signpost on`" in said


def test_a_bot_that_was_turned_off_since_stays_off(settings: Settings, tmp_path: Path) -> None:
    settings.state.mkdir(parents=True)
    backup.write(settings, tmp_path / "backup")
    off.turn_off(settings.state, "lead", "A number is wrong.")
    list(backup.restore(settings, tmp_path / "backup"))
    assert off.look(settings.state) is not None


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
    today = date(2026, 11, 25)
    requests.note(tmp_path, ["first"], today - timedelta(days=requests.RECORD_DAYS + 1))
    requests.note(tmp_path, ["second"], today)
    assert requests.erased(tmp_path) == {"second"}


def test_two_that_note_at_once_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda each: requests.note(tmp_path, [f"id-{each}"]), range(60)))
    assert len(requests.erased(tmp_path)) == 60
