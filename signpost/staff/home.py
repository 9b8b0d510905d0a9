"""The first page: what there is to do."""

from __future__ import annotations

from starlette.responses import Response

from signpost.staff.visit import Page, Visit, get


def pages() -> list[Page]:
    return [get("/", show, None)]


def show(visit: Visit) -> Response:
    """Each section that this person's roles open, with a sentence on it."""
    return visit.page("home.html")
