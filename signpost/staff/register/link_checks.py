"""The link check in the background: on demand, by schedule, one at a time; what was answered is
kept and shown at the entries."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog

from signpost.beside import beside
from signpost.register import links
from signpost.register.links import Answer, NoNetwork
from signpost.register.loader import RegisterError, load
from signpost.settings import Settings
from signpost.staff.audit import Audit
from signpost.staff.database import Database, now
from signpost.staff.register.copy import Copy
from signpost.staff.register.tables import link_answers, link_runs

log = structlog.get_logger()
SCHEDULE = "by schedule"
# A run that said nothing for so long died with its process.
_DEAD = timedelta(minutes=3)
# An address that answered well is not asked again for so long.
_GOOD_FOR = timedelta(hours=24)
_SECONDS_BETWEEN_LOOKS = 60.0


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One check of the links, running or ended. `note` says why one ended early."""

    id: int
    who: str
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    total: int
    done: int
    note: str

    @property
    def is_running(self) -> bool:
        """Whether it is still at work."""
        return self.ended_at is None and now() - self.seen_at < _DEAD


class LinkChecks:
    """Starts checks and reads what they found."""

    def __init__(self, settings: Settings, database: Database, copy: Copy, audit: Audit) -> None:
        self._settings = settings
        self._database = database
        self._copy = copy
        self._audit = audit
        self._thread: threading.Thread | None = None

    def answers(self) -> dict[str, Answer]:
        """The latest answer of every address that was asked."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(link_answers)).mappings().all()
        return {row["url"]: _answer(row) for row in rows}

    def runs(self, most: int = 5) -> list[Run]:
        """The latest checks, the newest first."""
        query = sa.select(link_runs).order_by(link_runs.c.id.desc()).limit(most)
        with self._database.read() as connection:
            return [Run(**row) for row in connection.execute(query).mappings()]

    def start(self, who: str) -> bool:
        """Begin a check of every address; False when one is running. Raises `RegisterError`."""
        urls = list(links.addresses(load(self._copy.folder, self._settings.council)))
        fresh = self.answers()
        asked = [url for url in urls if not _is_good(fresh.get(url))]
        with self._database.write() as connection:
            newest = connection.execute(
                sa.select(link_runs).order_by(link_runs.c.id.desc()).limit(1)
            )
            row = newest.mappings().first()
            if row and Run(**row).is_running:
                return False
            connection.execute(
                link_runs.update()
                .where(link_runs.c.ended_at.is_(None))
                .values(ended_at=now(), note="It ended with the program that ran it.")
            )
            moment = now()
            done = connection.execute(
                link_runs.insert().values(
                    who=who, began_at=moment, seen_at=moment, total=len(asked), done=0, note=""
                )
            )
            number = int(done.inserted_primary_key[0])
            connection.execute(link_answers.delete().where(link_answers.c.url.not_in(urls)))
        self._audit.record(who, "links checked", run=number, addresses=len(asked))
        self._thread = threading.Thread(
            target=self._run, args=(number, asked), name="link check", daemon=True
        )
        self._thread.start()
        return True

    def wait(self, seconds: float) -> None:
        """Wait until the check that was started here has ended."""
        if self._thread is not None:
            self._thread.join(seconds)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """Starts checks by schedule for as long as the workbench runs."""
        async with beside(self._for_ever()):
            yield

    def is_due(self, moment: datetime) -> bool:
        """Whether a check by schedule should begin."""
        days = self._settings.link_check_pause
        if days is None:
            return False
        runs = self.runs(1)
        return not runs or (
            not runs[0].is_running and moment - runs[0].began_at >= timedelta(days=days)
        )

    async def _for_ever(self) -> None:
        while True:
            try:
                if await asyncio.to_thread(self.is_due, now()):
                    await asyncio.to_thread(self.start, SCHEDULE)
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.error("links.schedule_failed", kind=type(error).__name__)
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)

    def _run(self, number: int, urls: list[str]) -> None:
        note = ""
        try:
            asyncio.run(links.ask(urls, told=self._kept(number)))
        except NoNetwork:
            note = "There is no network here, so nothing was found out. Try again when there is."
            self._forget(urls)
        except Exception as error:  # noqa: BLE001 - whatever failed, the page says that it ended
            log.error("links.failed", kind=type(error).__name__)
            note = f"It failed ({type(error).__name__}); the log says more."
        with suppress(Exception):
            self._update(number, ended_at=now(), note=note)

    def _kept(self, number: int) -> Callable[[str, Answer], None]:
        def keep(url: str, answer: Answer) -> None:
            values = {**msgspec.structs.asdict(answer), "url": url}
            with self._database.write() as connection:
                connection.execute(link_answers.delete().where(link_answers.c.url == url))
                connection.execute(link_answers.insert().values(**values))
                connection.execute(
                    link_runs.update()
                    .where(link_runs.c.id == number)
                    .values(done=link_runs.c.done + 1, seen_at=now())
                )

        return keep

    def _forget(self, urls: list[str]) -> None:
        """Without a network, what seemed to be found out says nothing of any address."""
        with self._database.write() as connection:
            connection.execute(link_answers.delete().where(link_answers.c.url.in_(urls)))

    def _update(self, number: int, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(link_runs.update().where(link_runs.c.id == number).values(**values))


def _answer(row: Any) -> Answer:
    return Answer(
        checked_at=row["checked_at"],
        status=row["status"],
        failure=row["failure"],
        moved_to=row["moved_to"],
        for_good=row["for_good"],
    )


def _is_good(answer: Answer | None) -> bool:
    if answer is None or answer.failure or (answer.status or 0) >= 400:
        return False
    return now() - answer.checked_at < _GOOD_FOR


__all__ = ["SCHEDULE", "LinkChecks", "RegisterError", "Run"]
