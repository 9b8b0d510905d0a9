"""The off switch, for safeguarding leads: the bot gives no advice, and answers danger as ever."""

from __future__ import annotations

from datetime import date, datetime

from starlette.responses import Response

from signpost import off
from signpost.register.opening import UK
from signpost.staff.permissions import May
from signpost.staff.visit import Visit, get, post, problems_of
from signpost.staff.workbench import Section, Workbench


def section(bench: Workbench) -> Section:
    pages = Pages(bench)
    act = May.SWITCH_OFF
    return Section(
        "Off switch",
        "/off",
        "Turn the bot off when its advice must not be shown, and on again.",
        act,
        [
            get("/off", pages.show, act),
            post("/off/turn-off", pages.turn_off, act),
            post("/off/turn-on", pages.turn_on, act),
        ],
    )


def local(moment: datetime) -> str:
    """A moment as staff read it, by the British clock."""
    here = moment.astimezone(UK)
    return f"{local_day(here)}, {here:%H:%M}"


def local_day(day: date) -> str:
    """A day as staff read it: 5 January 2027."""
    return f"{day.day} {day:%B %Y}"


class Pages:
    """The switch itself. What it does is written to the audit log."""

    def __init__(self, bench: Workbench) -> None:
        self._state = bench.settings.state

    def show(self, visit: Visit) -> Response:
        return self._page(visit)

    def turn_off(self, visit: Visit) -> Response:
        reason = visit.value("reason")
        wrong = off.why_not(reason)
        problems = problems_of(("reason", bool(wrong), wrong))
        if problems:
            return self._page(visit, reason, dict(problems))
        try:
            off.turn_off(self._state, visit.person.full_name, reason)
        except OSError as error:
            return self._page(visit, reason, {"reason": self._refused(error)})
        visit.record("bot turned off", reason=reason)
        return visit.redirect("/off", "The bot is off. Danger is answered as ever.")

    def turn_on(self, visit: Visit) -> Response:
        try:
            was_off = off.turn_on(self._state)
        except OSError as error:
            return self._page(visit, problems={"turn-on": self._refused(error)})
        if was_off:
            visit.record("bot turned on")
        return visit.redirect("/off", "The bot is on and gives advice.")

    def _page(
        self, visit: Visit, reason: str = "", problems: dict[str, str] | None = None
    ) -> Response:
        now = off.seen(self._state)
        return visit.page(
            "off/switch.html",
            422 if problems else 200,
            now=now,
            since=local(now.since) if now else "",
            reason=reason,
            problems=problems or {},
        )

    def _refused(self, error: OSError) -> str:
        return (
            f"Nothing was changed: {self._state / off.FILE} cannot be written ({error.strerror}). "
            "Tell whoever runs the bot; on its machine `signpost off` does the same."
        )
