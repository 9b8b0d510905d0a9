from __future__ import annotations

from pathlib import Path

import pytest

from signpost.settings import Settings
from signpost.staff.accounts.people import People, Person
from signpost.staff.audit import Audit
from signpost.staff.database import Database
from signpost.staff.register.copy import Copy
from signpost.staff.register.keeper import Keeper
from tests.staff.workbenches import PASSWORD


@pytest.fixture
def settings(sound: Path, settings: Settings) -> Settings:
    """Settings of a small register that passes its checks."""
    return settings


@pytest.fixture
def kept(settings: Settings) -> Copy:
    return Copy(settings)


@pytest.fixture
def keeper(database: Database, kept: Copy) -> Keeper:
    return Keeper(database, kept, Audit(database))


@pytest.fixture
def editor(people: People) -> Person:
    return people.add("editor", "Eddie Editor", ["editor"], PASSWORD, by="a test")


@pytest.fixture
def lead(people: People) -> Person:
    return people.add("lead", "Lee Lead", ["lead"], PASSWORD, by="a test", post="Lead officer")


@pytest.fixture
def other(people: People) -> Person:
    return people.add("other", "Olu Other", ["lead"], PASSWORD, by="a test")
