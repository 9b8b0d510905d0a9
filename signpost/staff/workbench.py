"""What every section of the workbench works with: settings, database, accounts, audit, pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from signpost.settings import Settings
from signpost.staff.accounts.keys import key
from signpost.staff.accounts.limits import Limits
from signpost.staff.accounts.people import People
from signpost.staff.accounts.sessions import Sessions
from signpost.staff.audit import Audit
from signpost.staff.database import Database
from signpost.staff.permissions import May
from signpost.staff.visit import Page

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Section:
    """A part of the workbench. Its navigation shows to those who may do `may`."""

    title: str
    path: str
    # What one does there, in a sentence, for the first page.
    about: str
    may: May | None
    pages: Sequence[Page]
    # What runs for as long as the workbench does.
    beside: Callable[[], AbstractAsyncContextManager[None]] | None = None
    # Counts what waits for a person here; shown by the section's name.
    waiting: Callable[[], int] | None = field(default=None)


class Workbench:
    """The services. `sections` is filled when the application is built."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.audit = Audit(database)
        self.people = People(database, self.audit)
        self.sessions = Sessions(
            database, settings.staff_idle_seconds, settings.staff_session_seconds
        )
        self.limits = Limits(database, key(database, "limits"))
        self.form_key = key(database, "forms")
        self.sections: list[Section] = []
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        # Of values that are their own words: the options of a choice.
        self._templates.filters["same_words"] = lambda values: [(each, each) for each in values]

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it over HTTPS."""
        return self.settings.staff_address.startswith("https://")

    def render(self, template: str, **values: Any) -> str:
        """The HTML of a template."""
        return self._templates.get_template(template).render(**values)
