"""Corrections in the workbench's database, and the rows that the accepted ones become."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from signpost.register.models import Reply
from signpost.staff.database import Database, now
from signpost.staff.reviews.rows import Should, files_of, left_over, merged, rows_of, saved
from signpost.staff.reviews.tables import corrections
from signpost.staff.talk.store import Trial, TrialStore, TrialTurn
from signpost.staff.talk.why import Why

# Days for which whoever proposed it can read why it was declined.
DECLINED_DAYS = 90
State = Literal["waiting", "accepted", "declined"]


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says that a turn should have been, and what a lead made of it."""

    id: int
    trial: int | None
    number: int
    author: str
    made_at: datetime
    should: Should
    reply: Reply
    why: Why
    channel: str
    note: str
    state: State = "waiting"
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""

    @property
    def has_test(self) -> bool:
        """Whether a test holds it in place once it is accepted."""
        return bool(rows_of(self.should))

    @property
    def left_over(self) -> list[str]:
        """What of it no test holds."""
        return left_over(self.should)


class CorrectionStore:
    """Reads and writes corrections."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._trials = TrialStore(database)

    def propose(self, trial: Trial, turn: TrialTurn, should: Should, note: str, by: str) -> int:
        """Put a correction on the list; returns its number."""
        values = {
            "trial": trial.id,
            "number": turn.number,
            "author": by,
            "made_at": now(),
            "should": _json(should),
            "reply": _json(turn.reply),
            "why": _json(turn.why),
            "channel": trial.channel,
            "note": note,
            "state": "waiting",
            "decided_by": "",
            "decided_at": None,
            "reason": "",
        }
        with self._database.write() as connection:
            result = connection.execute(corrections.insert().values(**values))
            return int(result.inserted_primary_key[0])

    def find(self, number: int) -> Correction | None:
        """A correction, or None when there is none with that number."""
        found = self._where(corrections.c.id == number)
        return found[0] if found else None

    def all(self, state: str = "") -> list[Correction]:
        """Those in a state, or all; the latest first."""
        return self._where(corrections.c.state == state if state else sa.true())

    def of(self, trial: int) -> dict[int, list[Correction]]:
        """Those of a conversation by the number of their turn, the latest first."""
        found: dict[int, list[Correction]] = {}
        for each in self._where(corrections.c.trial == trial):
            found.setdefault(each.number, []).append(each)
        return found

    def count_waiting(self) -> int:
        """How many wait for a lead."""
        query = sa.select(sa.func.count(corrections.c.id)).where(corrections.c.state == "waiting")
        with self._database.read() as connection:
            return int(connection.execute(query).scalar() or 0)

    def decide(self, number: int, state: State, reason: str, by: str, *, audit: Any = None) -> None:
        """Accept or decline; what was decided before is decided anew. `audit` writes it down in
        the same transaction."""
        values = {"state": state, "reason": reason, "decided_by": by, "decided_at": now()}
        with self._database.write() as connection:
            connection.execute(
                corrections.update().where(corrections.c.id == number).values(**values)
            )
            if audit is not None:
                audit.record(
                    by, f"corrections.{state}", str(number), connection=connection, reason=reason
                )

    def sweep(self, days: float = DECLINED_DAYS) -> int:
        """Delete what was declined longer ago; returns how many."""
        old = sa.and_(
            corrections.c.state == "declined",
            corrections.c.decided_at < now() - timedelta(days=days),
        )
        with self._database.write() as connection:
            return int(connection.execute(corrections.delete().where(old)).rowcount)

    def files(self) -> dict[str, str]:
        """The text of each file of rows: accepted corrections, and conversations that are kept."""
        accepted = sorted(self.all("accepted"), key=lambda each: (each.decided_at, each.id))
        rows = merged(rows_of(_named(each)) for each in accepted)
        kept = [saved(trial.name, list(self._turns(trial))) for trial in self._trials.saved()]
        return files_of(rows, kept)

    def _turns(self, trial: Trial) -> Iterator[tuple[str, Reply, Should | None]]:
        decided = self.of(trial.id)
        for turn in self._trials.turns(trial.id):
            accepted = [each for each in decided.get(turn.number, []) if each.state == "accepted"]
            yield turn.said, turn.reply, accepted[0].should if accepted else None

    def _where(self, condition: Any) -> list[Correction]:
        query = sa.select(corrections).where(condition).order_by(corrections.c.id.desc())
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [_correction(row) for row in rows]


def _named(correction: Correction) -> Should:
    return msgspec.structs.replace(correction.should, name=f"correction-{correction.id}")


def _correction(row: Any) -> Correction:
    return Correction(
        **{
            **row,
            "should": msgspec.json.decode(row["should"], type=Should),
            "reply": msgspec.json.decode(row["reply"], type=Reply),
            "why": msgspec.json.decode(row["why"], type=Why),
        }
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
