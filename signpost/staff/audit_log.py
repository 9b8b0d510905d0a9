"""The audit log as a page."""

from __future__ import annotations

from starlette.responses import Response

from signpost.staff.permissions import May
from signpost.staff.visit import Visit, get
from signpost.staff.workbench import Section, Workbench

_LINES = 50


def section(bench: Workbench) -> Section:
    del bench
    return Section(
        "Audit log",
        "/audit",
        "Who did what, and when. Nobody can change it.",
        May.READ_AUDIT,
        [get("/audit", show, May.READ_AUDIT)],
    )


def show(visit: Visit) -> Response:
    """The newest lines first, by person or by act when that is asked."""
    who, action, before = visit.asked("who"), visit.asked("action"), visit.asked("before")
    lines = visit.bench.audit.lines(
        who=who,
        action=action,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        most=_LINES + 1,
    )
    people, actions = visit.bench.audit.known()
    return visit.page(
        "audit.html",
        lines=lines[:_LINES],
        has_more=len(lines) > _LINES,
        who=who,
        action=action,
        people=people,
        actions=actions,
    )
