"""Sessions: who is signed in, known by a random cookie of which only a digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from signpost.staff.accounts.people import Person, person_in
from signpost.staff.accounts.tables import accounts, sessions
from signpost.staff.database import Database, now

# A page a second must not mean a write a second.
_BETWEEN_NOTES = timedelta(seconds=60)


class Session(msgspec.Struct, frozen=True):
    """One browser in which somebody is signed in."""

    digest: str
    person: Person
    notice: str


class Sessions:
    """Begins, finds and ends sessions.

    One ends `idle` seconds after its last page, `longest` seconds after it began, and whenever
    its account's password or roles change or it is disabled.
    """

    def __init__(self, database: Database, idle: float, longest: float) -> None:
        self._database = database
        self._idle = timedelta(seconds=idle)
        self._longest = timedelta(seconds=longest)

    def begin(self, person: Person, instead_of: str = "") -> str:
        """Sign somebody in; returns the cookie's value. The session that the browser had before,
        `instead_of`, ends: whoever knew its cookie knows nothing of the new one."""
        token = secrets.token_urlsafe(32)
        moment = now()
        with self._database.write() as connection:
            self._sweep(connection)
            if instead_of:
                connection.execute(sessions.delete().where(sessions.c.digest == _of(instead_of)))
            connection.execute(
                sessions.insert().values(
                    digest=_of(token), account=person.id, began_at=moment, seen_at=moment, notice=""
                )
            )
        return token

    def find(self, token: str) -> Session | None:
        """The session of a cookie; None when there is none, it ended, or its account is
        disabled."""
        if not token:
            return None
        moment = now()
        query = (
            sa.select(accounts, sessions.c.digest, sessions.c.notice, sessions.c.seen_at)
            .join(accounts, accounts.c.id == sessions.c.account)
            .where(sessions.c.digest == _of(token), accounts.c.disabled.is_(False))
            .where(sessions.c.seen_at > moment - self._idle)
            .where(sessions.c.began_at > moment - self._longest)
        )
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        if row["notice"] or moment - row["seen_at"] >= min(_BETWEEN_NOTES, self._idle / 4):
            self._note(row["digest"], seen_at=moment)
        return Session(row["digest"], person_in(row), row["notice"])

    def leave_notice(self, session: Session, notice: str) -> None:
        """Something to say on the next page."""
        self._note(session.digest, notice=notice)

    def take_notice(self, session: Session) -> str:
        """What was left to say; it is said once."""
        if session.notice:
            self._note(session.digest, notice="")
        return session.notice

    def end(self, token: str) -> None:
        """Sign out in this browser."""
        with self._database.write() as connection:
            connection.execute(sessions.delete().where(sessions.c.digest == _of(token)))

    def end_all(self, person: Person) -> None:
        """Sign out in every browser."""
        with self._database.write() as connection:
            connection.execute(sessions.delete().where(sessions.c.account == person.id))

    def _note(self, digest: str, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(
                sessions.update().where(sessions.c.digest == digest).values(**values)
            )

    def _sweep(self, connection: Any) -> None:
        moment = now()
        connection.execute(
            sessions.delete().where(
                (sessions.c.seen_at <= moment - self._idle)
                | (sessions.c.began_at <= moment - self._longest)
            )
        )


def _of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
