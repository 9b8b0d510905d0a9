"""Who asked not to be answered: kept as keyed digests, apart from everything else.

Looked up in memory, so that a broken disk makes nobody wait; written behind, by one thread.
"""

from __future__ import annotations

import secrets
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import structlog

from signpost.privacy.keys import recipient_key

log = structlog.get_logger()
FILE = "opt-outs.db"


class OptOuts:
    """The addresses that said STOP, under `key`; without one they last only for this start.

    Raises `WeakSecretError` when asked under a key of fewer than 16 characters.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._file = folder / FILE if key else None
        self._secret = key or secrets.token_hex(32)
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="opt-outs")
        self._known: set[str] = self._read()

    def __contains__(self, who: tuple[str, str]) -> bool:
        return self._name(*who) in self._known

    def add(self, channel: str, address: str) -> None:
        """They said STOP."""
        name = self._name(channel, address)
        self._known.add(name)
        self._write("INSERT OR IGNORE INTO opt_outs VALUES (?, date('now'))", name)

    def remove(self, channel: str, address: str) -> None:
        """They said START."""
        name = self._name(channel, address)
        self._known.discard(name)
        self._write("DELETE FROM opt_outs WHERE who = ?", name)

    def close(self) -> None:
        """Write what waits to be written."""
        self._writer.shutdown(wait=True)

    def _name(self, channel: str, address: str) -> str:
        return recipient_key(self._secret, "no more messages", channel, address)

    def _read(self) -> set[str]:
        if self._file is None:
            return set()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=5)) as database, database:
                database.execute(
                    "CREATE TABLE IF NOT EXISTS opt_outs (who TEXT PRIMARY KEY, since TEXT)"
                )
                return {str(row[0]) for row in database.execute("SELECT who FROM opt_outs")}
        except (sqlite3.Error, OSError) as error:
            log.error("opt_outs.unreadable", kind=type(error).__name__)
            return set()

    def _write(self, statement: str, name: str) -> None:
        if self._file is not None:
            self._writer.submit(self._execute, self._file, statement, name)

    @staticmethod
    def _execute(file: Path, statement: str, name: str) -> None:
        try:
            with closing(sqlite3.connect(file, timeout=5)) as database, database:
                database.execute(statement, (name,))
        except sqlite3.Error as error:
            # In force until the next start all the same.
            log.error("opt_outs.not_written", kind=type(error).__name__)
