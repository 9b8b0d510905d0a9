"""Limits on signing in: each wrong try makes the next ones wait longer.

Counted for a name, whether or not there is such an account, and, more patiently, for an address,
behind which a whole office may sit. Only keyed digests of both are kept, for a day.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from signpost.staff.accounts.tables import sign_in_limits as limits
from signpost.staff.database import Database, now

# Wrong tries that cost nothing, and from then on seconds that double up to the longest wait.
FREE_BY_NAME, FREE_BY_ADDRESS = 4, 20
_FIRST_WAIT, LONGEST_WAIT = 2, 900
_MOST_DOUBLINGS = 12
_FORGOTTEN_AFTER = timedelta(hours=24)


class Limits:
    """`begin` before a try, `succeeded` after a right one."""

    def __init__(self, database: Database, key: str) -> None:
        self._database = database
        self._key = key.encode()

    def begin(self, name: str, address: str) -> int:
        """Seconds to wait until a try may be made; 0 when it may be now.

        It then counts as a wrong one until it turns out right: many at once gain nothing.
        """
        moment = now()
        marks = self._marks(name, address)
        with self._database.write() as connection:
            connection.execute(limits.delete().where(limits.c.last_at <= moment - _FORGOTTEN_AFTER))
        with self._database.write() as connection:
            rows = [(self._locked(connection, digest, moment), free) for digest, free in marks]
            wait = max(_wait(row, free, moment) for row, free in rows)
            if wait == 0:
                for row, _ in rows:
                    _set(connection, row["digest"], failures=row["failures"] + 1, last_at=moment)
        return wait

    def succeeded(self, name: str, address: str) -> None:
        """Forget the wrong tries of a name, and of its address the one counted ahead."""
        (of_name, _), (of_address, _) = self._marks(name, address)
        with self._database.write() as connection:
            connection.execute(limits.delete().where(limits.c.digest == of_name))
            connection.execute(
                limits.update()
                .where(limits.c.digest == of_address, limits.c.failures > 0)
                .values(failures=limits.c.failures - 1)
            )

    def _marks(self, name: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
        return (
            (self._digest("name", name.strip().lower()), FREE_BY_NAME),
            (self._digest("address", address), FREE_BY_ADDRESS),
        )

    def _digest(self, kind: str, value: str) -> str:
        return hmac.new(self._key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()

    def _locked(self, connection: Any, digest: str, moment: datetime) -> Any:
        """The row of a digest, made if need be, for this transaction alone. Names are always asked
        for before addresses, so that no two transactions wait for each other."""
        dialect = sqlite if self._database.is_sqlite else postgresql
        connection.execute(
            dialect.insert(limits)
            .values(digest=digest, failures=0, last_at=moment)
            .on_conflict_do_nothing()
        )
        query = sa.select(limits).where(limits.c.digest == digest).with_for_update()
        return connection.execute(query).mappings().one()


def _set(connection: Any, digest: str, **values: Any) -> None:
    connection.execute(limits.update().where(limits.c.digest == digest).values(**values))


def _wait(row: Any, free: int, moment: datetime) -> int:
    """Seconds left of the wait that so many wrong tries have earned."""
    over = int(row["failures"]) - free
    if over <= 0:
        return 0
    whole = min(LONGEST_WAIT, _FIRST_WAIT << min(over - 1, _MOST_DOUBLINGS))
    return max(0, whole - int((moment - row["last_at"]).total_seconds()))
