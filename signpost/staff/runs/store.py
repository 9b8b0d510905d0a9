"""What the database keeps of runs: one at a time, honest about those that died, each compared with
the one before it, case by case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from signpost.evaluation.cases import Case, CaseTurn
from signpost.staff.database import Database, now
from signpost.staff.runs.tables import run_cases, runs

RUNNING, DONE, STOPPED, DIED = "running", "done", "stopped", "died"
# A run that nobody has watched over for this long has died with whoever did.
SILENT_FOR = timedelta(seconds=60)
# Older runs are deleted when a new one starts.
KEPT = 40
_TURNS = msgspec.json.Decoder(list[CaseTurn])


class RunningError(Exception):
    """A run goes on already; `id` says which."""

    def __init__(self, id_: int) -> None:
        self.id = id_
        super().__init__(f"Run {id_} is still going on.")


class Run(msgspec.Struct, frozen=True):
    """One run. `model` and `register` are checksums, "" until it got so far."""

    id: int
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    state: str
    sets: list[str]
    model: str
    register: str
    cases: int
    done: int
    wrong: int
    reason: str

    @property
    def is_running(self) -> bool:
        return self.state == RUNNING

    @property
    def right(self) -> int:
        """How many of those that were played were right."""
        return self.done - self.wrong


class Outcome(msgspec.Struct, frozen=True):
    """What came of a case, and in the run before; `before` is None where it was not played."""

    set: str
    number: int
    name: str
    right: bool
    turns: list[CaseTurn]
    before: bool | None

    @property
    def change(self) -> str:
        """ "better", "worse", "new" or ""."""
        if self.before is None:
            return "new"
        return "" if self.before == self.right else "better" if self.right else "worse"


class Tally(msgspec.Struct, frozen=True):
    """The cases of one set in a run. `before` is the latest earlier run of the set."""

    set: str
    cases: int
    wrong: int
    worse: int
    better: int
    new: int
    before: int | None


class Runs:
    """All runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, by: str, sets: Sequence[str]) -> int:
        """Take the lock and write a new run down; its number. Raises `RunningError`."""
        moment = now()
        self._bury(moment)
        values = {
            "started_by": by,
            "started_at": moment,
            "state": RUNNING,
            "lock": 1,
            "seen_at": moment,
            "sets": "\n".join(sets),
            **dict.fromkeys(("model", "register", "reason"), ""),
            **dict.fromkeys(("cases", "done", "wrong"), 0),
        }
        try:
            with self._database.write() as connection:
                self._drop_oldest(connection)
                made = connection.execute(runs.insert().values(**values))
                return int(made.inserted_primary_key[0])
        except IntegrityError as error:
            going_on = self.running()
            raise RunningError(going_on.id if going_on else 0) from error

    def seen(self, id_: int) -> bool:
        """Say that a run is watched over; whether it is still to go on."""
        return self._set(id_, seen_at=now())

    def describe(self, id_: int, model: str, register: str, cases: int) -> None:
        """Keep with what a run is played."""
        self._set(id_, model=model, register=register, cases=cases)

    def add(self, id_: int, cases: Sequence[Case]) -> None:
        """Keep what came of cases."""
        rows = [
            {
                "run": id_,
                "set_name": case.set,
                "number": case.number,
                "key": case.key,
                "name": case.name[:300],
                "right": case.right,
                "turns": msgspec.json.encode(case.turns).decode(),
            }
            for case in cases
        ]
        wrong = sum(not case.right for case in cases)
        with self._database.write() as connection:
            connection.execute(run_cases.insert(), rows)
            connection.execute(
                runs.update()
                .where(runs.c.id == id_)
                .values(done=runs.c.done + len(rows), wrong=runs.c.wrong + wrong, seen_at=now())
            )

    def end(self, id_: int, state: str, reason: str = "") -> None:
        """End a run, once: what ended it first stays."""
        self._set(id_, state=state, reason=reason, ended_at=now(), lock=None)

    def running(self) -> Run | None:
        """The run that goes on."""
        self._bury(now())
        return self._one(runs.c.state == RUNNING)

    def find(self, id_: int) -> Run | None:
        self._bury(now())
        return self._one(runs.c.id == id_)

    def latest(self, most: int = 20) -> list[Run]:
        """The newest first."""
        self._bury(now())
        with self._database.read() as connection:
            query = sa.select(runs).order_by(runs.c.id.desc()).limit(most)
            return [_run(row) for row in connection.execute(query).mappings()]

    def tallies(self, id_: int) -> list[Tally]:
        """What came of each set, and how that differs from the run before."""
        found = []
        outcomes = self._outcomes(id_)
        befores = self._befores(id_)
        for name in sorted({each.set for each in outcomes}):
            of_set = [each for each in outcomes if each.set == name]
            changes = [each.change for each in of_set]
            found.append(
                Tally(
                    set=name,
                    cases=len(of_set),
                    wrong=sum(not each.right for each in of_set),
                    worse=changes.count("worse"),
                    better=changes.count("better"),
                    new=changes.count("new") if name in befores else 0,
                    before=befores.get(name),
                )
            )
        return found

    def outcomes(self, id_: int, *, show: str = "wrong", set_name: str = "") -> list[Outcome]:
        """Cases of a run: the "wrong", "worse", "better" or "all" ones, of a set or of all."""
        return [
            each
            for each in self._outcomes(id_)
            if (not set_name or each.set == set_name)
            and (show == "all" or each.change == show or (show == "wrong" and not each.right))
        ]

    def _outcomes(self, id_: int) -> list[Outcome]:
        befores = self._befores(id_)
        with self._database.read() as connection:
            before: dict[tuple[str, str], bool] = {}
            for name, run in befores.items():
                query = sa.select(run_cases.c.key, run_cases.c.right).where(
                    run_cases.c.run == run, run_cases.c.set_name == name
                )
                before.update({(name, row.key): row.right for row in connection.execute(query)})
            query = (
                sa.select(run_cases)
                .where(run_cases.c.run == id_)
                .order_by(run_cases.c.set_name, run_cases.c.number)
            )
            rows = connection.execute(query).mappings().all()
        return [
            Outcome(
                row["set_name"],
                row["number"],
                row["name"],
                row["right"],
                _TURNS.decode(row["turns"]),
                before.get((row["set_name"], row["key"])),
            )
            for row in rows
        ]

    def _befores(self, id_: int) -> dict[str, int]:
        """For each set the latest earlier run that played it to the end."""
        query = (
            sa.select(run_cases.c.set_name, sa.func.max(run_cases.c.run))
            .join(runs, runs.c.id == run_cases.c.run)
            .where(runs.c.id < id_, runs.c.state == DONE)
            .group_by(run_cases.c.set_name)
        )
        with self._database.read() as connection:
            return {name: int(run) for name, run in connection.execute(query)}

    def _bury(self, moment: datetime) -> None:
        """Say of a run that nobody watches any more that it died, and free the lock."""
        silent = (runs.c.lock == 1) & (runs.c.seen_at < moment - SILENT_FOR)
        with self._database.read() as connection:
            if connection.execute(sa.select(runs.c.id).where(silent)).first() is None:
                return
        with self._database.write() as connection:
            connection.execute(
                runs.update()
                .where(silent)
                .values(
                    state=DIED,
                    lock=None,
                    ended_at=runs.c.seen_at,
                    reason="The workbench stopped while the tests ran. Start them again.",
                )
            )

    def _drop_oldest(self, connection: Any) -> None:
        kept = sa.select(runs.c.id).order_by(runs.c.id.desc()).limit(KEPT - 1)
        ids = [row.id for row in connection.execute(kept)]
        if len(ids) == KEPT - 1:
            for table, column in ((run_cases, run_cases.c.run), (runs, runs.c.id)):
                connection.execute(table.delete().where(column < min(ids)))

    def _set(self, id_: int, **values: Any) -> bool:
        """Change a run that goes on; whether it does."""
        with self._database.write() as connection:
            changed = connection.execute(
                runs.update().where(runs.c.id == id_, runs.c.state == RUNNING).values(**values)
            )
        return bool(changed.rowcount)

    def _one(self, condition: Any) -> Run | None:
        with self._database.read() as connection:
            row = connection.execute(sa.select(runs).where(condition)).mappings().first()
        return _run(row) if row else None


def _run(row: Any) -> Run:
    fields = {name: row[name] for name in Run.__struct_fields__ if name != "sets"}
    return Run(**fields, sets=row["sets"].splitlines())
