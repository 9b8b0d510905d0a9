"""The whole bot with its workbench, as `make run` starts it, for the walks of this package."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from signpost import settings as settings_module
from signpost.settings import Settings
from signpost.staff.accounts.people import People
from signpost.staff.audit import Audit
from signpost.staff.database import Database
from signpost.staff.permissions import ROLES
from tests.faults.harness import Bot
from tests.staff.workbenches import NAMES, PASSWORD


class StaffedBot(Bot):
    """A running bot, and somebody of each role who may sign in to its workbench."""

    @property
    def settings(self) -> Settings:
        """The settings that its parts were started with."""
        own = {name: value for name, value in self.environment.items() if "SIGNPOST_" in name}
        return settings_module.load(own)

    @property
    def workbench(self) -> str:
        """The workbench's address."""
        return self.settings.staff_address

    def add_everybody(self) -> None:
        """One account for each role, with `PASSWORD`."""
        database = Database.of(self.settings)
        people = People(database, Audit(database))
        for role in ROLES:
            people.add(role, NAMES[role], [role], PASSWORD, by="the tests")
        database.close()


@pytest.fixture(scope="package")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaffedBot]:
    """The bot, ready to answer."""
    # A short pause of the breaker: a slow machine must not make the next test meet a closed door.
    running = StaffedBot(tmp_path_factory.mktemp("bot"), SIGNPOST_BREAKER_SECONDS="1")
    running.add_everybody()
    running.start()
    try:
        running.wait_until_ready(600)
        yield running
    finally:
        running.stop()
