"""Publishing from the workbench: what would go out, what is in force, who did it."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from signpost.register import bundle, publishing, running
from signpost.register.bundle import Manifest
from signpost.register.checks import Problem, Report
from signpost.register.running import Part
from signpost.settings import Settings
from signpost.staff.accounts.people import Person
from signpost.staff.audit import Audit
from signpost.staff.database import Database, now
from signpost.staff.register.checking import Checking
from signpost.staff.register.copy import Copy, is_within
from signpost.staff.register.tables import publications

PUBLISH, BACK = "publish", "back"


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody put a bundle in force."""

    id: int
    at: datetime
    bundle: str
    act: str
    who: str
    reason: str


class Publisher:
    """Publishes the working copy and goes back to earlier bundles."""

    def __init__(
        self, settings: Settings, database: Database, copy: Copy, checking: Checking, audit: Audit
    ) -> None:
        self._settings = settings
        self._database = database
        self._copy = copy
        self._checking = checking
        self._audit = audit

    @property
    def in_force(self) -> str | None:
        """The name of the bundle in force."""
        return bundle.pointed(self._settings.bundle_store)

    def in_force_files(self) -> dict[str, str]:
        """The SHA-256 of each file of the bundle in force; empty when none is."""
        name = self.in_force
        try:
            return bundle.verify(self._settings.bundle_store, name).files if name else {}
        except bundle.BundleError:
            return {}

    def changed(self) -> list[str]:
        """The files that differ from the bundle in force."""
        here, there = bundle.hashes(self._copy.folder), self.in_force_files()
        return sorted(path for path in {*here, *there} if here.get(path) != there.get(path))

    def text_in_force(self, path: str) -> bytes | None:
        """A file as it is in the bundle in force."""
        name = self.in_force
        try:
            within = name and is_within(path)
            return (self._settings.bundle_store / str(name) / path).read_bytes() if within else None
        except (OSError, ValueError):
            return None

    def report(self) -> tuple[Report, list[Problem]]:
        """What the check says of the working copy, and what live mode misses."""
        report = self._checking.whole({})
        return report, publishing.unsigned(self._settings, self._copy.folder)

    def bundles(self) -> list[Manifest]:
        """The bundles that can be gone back to, the newest first."""
        return bundle.published(self._settings.bundle_store)

    def parts(self) -> list[Part]:
        """The parts of the bot with the bundle that each runs."""
        return running.parts(self._settings.bundle_store)

    def history(self, most: int = 40) -> list[Publication]:
        """Who put what in force, the newest first."""
        query = sa.select(publications).order_by(publications.c.id.desc()).limit(most)
        with self._database.read() as connection:
            return [Publication(**row) for row in connection.execute(query).mappings()]

    def publish(self, person: Person, reason: str) -> Manifest:
        """Check the working copy and put it in force. Raises `NotPublishable`, `BundleError`."""
        with self._copy.locked():
            made = publishing.publish(self._settings, self._copy.folder)
            publishing.choose(self._settings.bundle_store, made.checksum)
        self._record(person, PUBLISH, made.checksum, reason)
        return made

    def go_back(self, person: Person, name: str, reason: str) -> Manifest:
        """Put an earlier bundle in force. Raises `NotPublishable`, `BundleError`."""
        made = publishing.go_back(self._settings, name)
        publishing.choose(self._settings.bundle_store, name)
        self._record(person, BACK, name, reason)
        return made

    def _record(self, person: Person, act: str, name: str, reason: str) -> None:
        values = {"at": now(), "bundle": name, "act": act, "who": person.name}
        with self._database.write() as connection:
            connection.execute(publications.insert().values(**values, reason=reason))
            action = "content published" if act == PUBLISH else "content: back to a bundle"
            self._audit.record(person.name, action, name, connection=connection)
