from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from signpost.staff.accounts import passwords
from signpost.staff.accounts.people import People
from signpost.staff.audit import Audit
from signpost.staff.database import Database
from tests.staff.workbenches import Client, Running


@pytest.fixture(scope="package", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Real argon2, with less effort than in use: hundreds of sign-ins would take minutes."""
    in_use = passwords.hasher
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    yield
    passwords.hasher = in_use


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on either engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/s.db"
    return emptied(str(request.getfixturevalue("postgres").url))


def emptied(address: str) -> str:
    """The address of a PostgreSQL database, with nothing in it."""
    engine = sa.create_engine(address, future=True)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return address


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database with all tables."""
    made = Database(database_url)
    made.upgrade()
    yield made
    made.close()


@pytest.fixture
def people(database: Database) -> People:
    return People(database, Audit(database))


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running workbench for the tests of one file, with one person for each role."""
    with Running(tmp_path_factory.mktemp("workbench")) as running:
        yield running.add_everybody()


@pytest.fixture(scope="module")
def as_(workbench: Running) -> Callable[[str], Client]:
    """`as_("lead")`: a browser without scripts, signed in as the person of that role."""
    clients: dict[str, Client] = {}

    def client(role: str) -> Client:
        if role not in clients:
            clients[role] = workbench.signed_in(role)
        return clients[role]

    return client
