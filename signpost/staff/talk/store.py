"""Trial conversations in the workbench's database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from signpost.register.models import Reply
from signpost.staff.database import Database, now
from signpost.staff.talk.tables import trial_turns, trials
from signpost.staff.talk.trial import Heard, Memory
from signpost.staff.talk.why import Why


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation without its turns. `name` is set when it is kept as a test."""

    id: int
    owner: str
    channel: str
    role: str
    name: str
    memory: Memory
    began_at: datetime
    last_at: datetime
    # What was said first, for lists; "" before anything was.
    first: str = ""
    length: int = 0

    @property
    def idle_seconds(self) -> float:
        """How long ago the last message was."""
        return (now() - self.last_at).total_seconds()


class TrialTurn(msgspec.Struct, frozen=True, kw_only=True):
    """One message, its reply and the reasons; numbers begin at 1."""

    number: int
    said: str
    reply: Reply
    why: Why
    at: datetime


class NameTakenError(Exception):
    """Another conversation is kept under this name."""


class TrialStore:
    """Reads and writes conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, owner: str, channel: str, role: str, memory: Memory) -> int:
        """Note that a conversation began; returns its number."""
        moment = now()
        values = {
            "owner": owner,
            "channel": channel,
            "role": role,
            "name": "",
            "memory": _json(memory),
            "began_at": moment,
            "last_at": moment,
        }
        with self._database.write() as connection:
            result = connection.execute(trials.insert().values(**values))
            return int(result.inserted_primary_key[0])

    def add(self, trial: int, heard: Heard, memory: Memory) -> int:
        """Note one turn and what is remembered after it; returns the turn's number.

        Raises `LookupError` when the conversation was deleted meanwhile.
        """
        moment = now()
        with self._database.write() as connection:
            # The row is written before the turns are counted: whoever comes second waits.
            changed = connection.execute(
                trials.update()
                .where(trials.c.id == trial)
                .values(memory=_json(memory), last_at=moment)
            )
            if not changed.rowcount:
                raise LookupError(f"there is no trial {trial}")
            last = sa.select(sa.func.max(trial_turns.c.number)).where(trial_turns.c.trial == trial)
            number = (connection.execute(last).scalar() or 0) + 1
            values = {
                "trial": trial,
                "number": number,
                "said": heard.said,
                "reply": _json(heard.reply),
                "why": _json(heard.why),
                "at": moment,
            }
            connection.execute(trial_turns.insert().values(**values))
        return number

    def find(self, trial: int) -> Trial | None:
        """A conversation, or None when there is none or it was deleted."""
        found = self._trials(trials.c.id == trial)
        return found[0] if found else None

    def of(self, owner: str) -> list[Trial]:
        """Somebody's conversations that are not kept as tests, the latest first."""
        return self._trials(sa.and_(trials.c.owner == owner, trials.c.name == ""))

    def saved(self) -> list[Trial]:
        """All conversations that are kept as tests, by name."""
        return sorted(self._trials(trials.c.name != ""), key=lambda each: each.name.casefold())

    def turns(self, trial: int) -> list[TrialTurn]:
        """All turns of a conversation in order."""
        query = sa.select(trial_turns).where(trial_turns.c.trial == trial)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(trial_turns.c.number)).mappings().all()
        return [_turn(row) for row in rows]

    def keep(self, trial: int, name: str) -> None:
        """Keep a conversation as a test; "" lets it go again. Raises `NameTakenError`."""
        same = sa.and_(sa.func.lower(trials.c.name) == name.lower(), trials.c.id != trial)
        with self._database.write() as connection:
            taken = connection.execute(sa.select(trials.c.id).where(same)).first()
            if name and taken:
                raise NameTakenError(name)
            # Let go, it has its whole time again.
            values = {"name": name, "last_at": now()}
            connection.execute(trials.update().where(trials.c.id == trial).values(**values))

    def delete(self, trial: int) -> None:
        """Delete a conversation with all its turns."""
        with self._database.write() as connection:
            connection.execute(trials.delete().where(trials.c.id == trial))

    def sweep(self, seconds: float) -> int:
        """Delete what was quiet for longer and is not kept as a test; returns how many."""
        quiet = trials.c.last_at < now() - timedelta(seconds=seconds)
        with self._database.write() as connection:
            gone = connection.execute(trials.delete().where(sa.and_(quiet, trials.c.name == "")))
            return int(gone.rowcount)

    def _trials(self, condition: Any) -> list[Trial]:
        first = (
            sa.select(trial_turns.c.said)
            .where(trial_turns.c.trial == trials.c.id)
            .order_by(trial_turns.c.number)
            .limit(1)
            .scalar_subquery()
        )
        length = (
            sa.select(sa.func.count(trial_turns.c.id))
            .where(trial_turns.c.trial == trials.c.id)
            .scalar_subquery()
        )
        query = sa.select(trials, first.label("first"), length.label("length")).where(condition)
        with self._database.read() as connection:
            rows: Sequence[Any] = (
                connection.execute(query.order_by(trials.c.last_at.desc(), trials.c.id.desc()))
                .mappings()
                .all()
            )
        return [_trial(row) for row in rows]


def _trial(row: Any) -> Trial:
    memory = msgspec.json.decode(row["memory"], type=Memory)
    return Trial(**{**row, "memory": memory, "first": row["first"] or ""})


def _turn(row: Any) -> TrialTurn:
    return TrialTurn(
        number=row["number"],
        said=row["said"],
        reply=msgspec.json.decode(row["reply"], type=Reply),
        why=msgspec.json.decode(row["why"], type=Why),
        at=row["at"],
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
