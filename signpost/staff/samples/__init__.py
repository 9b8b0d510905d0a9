"""What the bot did not understand: redacted samples, for safeguarding leads, off by default."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from functools import cached_property

import structlog
from starlette.responses import Response

from signpost.beside import beside
from signpost.counts import samples
from signpost.counts.database import CountsError
from signpost.counts.sample_store import FILE, SampleStore
from signpost.counts.samples import LONGEST, Sampling
from signpost.edition import Editions
from signpost.register.models import Bubble, ContactRole
from signpost.register.opening import UK
from signpost.register.render import contact_cards
from signpost.staff.off import local_day
from signpost.staff.permissions import May
from signpost.staff.visit import Visit, get, post, problems_of
from signpost.staff.workbench import Section, Workbench

log = structlog.get_logger()
_FEWEST_CHARACTERS, _MOST_CHARACTERS = 20, 500
_SECONDS_BETWEEN = 3600.0
# Whom to tell of a child at risk.
_TEAMS: tuple[ContactRole, ...] = ("childrens_social_care", "emergency_duty_team")


def section(bench: Workbench) -> Section:
    pages = Pages(bench)
    act = May.SEE_SAMPLES
    return Section(
        "Not understood",
        "/samples",
        "Samples of messages that the bot did not understand, to see which themes it lacks.",
        act,
        [
            get("/samples", pages.show, act),
            post("/samples/turn-on", pages.turn_on, act),
            post("/samples/turn-off", pages.turn_off, act),
            post("/samples/delete", pages.delete, act),
        ],
        beside=pages.forget_on_time,
        waiting=pages.waiting,
    )


class Pages:
    """The pages. `today` is for tests."""

    def __init__(
        self, bench: Workbench, today: Callable[[], date] = lambda: datetime.now(UK).date()
    ) -> None:
        self._settings = bench.settings
        self._store = SampleStore.of(bench.settings)
        self._today = today

    def show(self, visit: Visit) -> Response:
        return self._page(visit)

    def turn_on(self, visit: Visit) -> Response:
        reason, until = visit.value("reason"), _day(visit.value("until"))
        last = self._today() + timedelta(days=LONGEST)
        problems = problems_of(
            (
                "reason",
                not _FEWEST_CHARACTERS <= len(reason) <= _MOST_CHARACTERS,
                "Write what you want to find out, in 20 to 500 characters.",
            ),
            (
                "until",
                until is None or not self._today() <= until <= last,
                f"Give the last day, from today to {local_day(last)}.",
            ),
        )
        if problems or until is None or self._settings.samples == "off":
            return self._page(visit, dict(problems))
        try:
            told = Sampling(until=until, by=visit.person.full_name, reason=reason)
            samples.turn_on(self._settings.state, told)
        except OSError as error:
            return self._page(visit, {"reason": self._refused(error)})
        visit.record("samples turned on", reason=reason, until=until)
        return visit.redirect("/samples", f"Samples are kept until {local_day(until)}.")

    def turn_off(self, visit: Visit) -> Response:
        try:
            samples.turn_off(self._settings.state)
        except OSError as error:
            return self._page(visit, {"turn-off": self._refused(error)})
        visit.record("samples turned off")
        return visit.redirect("/samples", "No more samples are kept.")

    def delete(self, visit: Visit) -> Response:
        ids = visit.values("sample")
        if not ids:
            return self._page(visit, {"sample": "Tick the samples that you have looked at."})
        try:
            number = self._store.delete(ids)
        except CountsError as error:
            return _unreadable(visit, error)
        visit.record("samples deleted", samples=number)
        return visit.redirect("/samples", f"Deleted: {number}.")

    def waiting(self) -> int:
        """How many samples wait; none when that cannot be found out."""
        try:
            return self._store.number() if self._may_exist else 0
        except CountsError:
            return 0

    @asynccontextmanager
    async def forget_on_time(self) -> AsyncIterator[None]:
        """Delete what nobody has looked at in time, also where no door does it any more."""
        async with beside(self._forget_for_ever()):
            yield

    async def _forget_for_ever(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._forget)
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.error("samples.not_forgotten", kind=type(error).__name__)
            await asyncio.sleep(_SECONDS_BETWEEN)

    def _forget(self) -> None:
        if self._may_exist:
            oldest = self._today() - timedelta(days=self._settings.samples_days)
            self._store.forget_before(oldest)

    @property
    def _may_exist(self) -> bool:
        """Whether there may be any: where samples never were on, no file is made for them."""
        return bool(self._settings.staff_database) or (self._settings.state / FILE).exists()

    @cached_property
    def _editions(self) -> Editions:
        return Editions(self._settings, with_floor=False)

    def _teams(self) -> list[Bubble]:
        """The council's teams for a child at risk, those that answer now first."""
        self._editions.refresh()
        register = self._editions.current.register
        if register is None:
            return []
        return contact_cards(register, _TEAMS, datetime.now(UK))

    def _page(self, visit: Visit, problems: dict[str, str] | None = None) -> Response:
        try:
            self._forget()
            kept = self._store.all() if self._may_exist else []
        except CountsError as error:
            return _unreadable(visit, error)
        if kept:
            visit.record("samples read", samples=len(kept))
        now = samples.sampling(self._settings.state, self._today())
        return visit.page(
            "samples/samples.html",
            422 if problems else 200,
            allowed=self._settings.samples == "on",
            now=now,
            until=local_day(now.until) if now else "",
            kept=[(each.id, local_day(each.day), each.text) for each in kept],
            ticked=visit.values("sample"),
            teams=self._teams(),
            days=self._settings.samples_days,
            reason=visit.value("reason"),
            last_day=visit.value("until"),
            problems=problems or {},
        )

    def _refused(self, error: OSError) -> str:
        return (
            f"Nothing was changed: {self._settings.state / samples.FILE} cannot be written "
            f"({error.strerror}). Tell whoever runs the bot."
        )


def _day(typed: str) -> date | None:
    """A day as a browser sends it, or None."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _unreadable(visit: Visit, error: CountsError) -> Response:
    return visit.refuse(
        503,
        "The samples cannot be read now",
        f"{str(error)[:1].upper()}{str(error)[1:]}.",
        "The bot goes on answering. Tell whoever runs it if this stays so.",
    )
