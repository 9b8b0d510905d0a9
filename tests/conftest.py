from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from signpost.door.conversations import Conversation, Conversations
from signpost.door.door import Door
from signpost.edition import Editions
from signpost.register.loader import Register, load
from signpost.settings import Settings
from tests.stand_ins import (
    COUNCIL,
    LAST_RESORT,
    ScriptedRasa,
    ThreeSentenceFloor,
    write_register,
    write_sound_register,
)

# The same examples on every machine, and no time limit on a slow one. To look for new ones:
# HYPOTHESIS_PROFILE=explore make test
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the door does."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL of the tests' own, empty at first; `scripts/services` installs its programs."""
    # Here, because the tests that run without Rasa have no psutil.
    from tests.servers import PostgresServer

    # Not in pytest's own folder, which only its owner may enter: PostgreSQL does not run as root.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder) / "postgres") as server:
            yield server


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The files of a small register, for a test to change."""
    return write_register(tmp_path / "content")


@pytest.fixture
def sound(content: Path) -> Path:
    """The same, without anything that `signpost check` finds."""
    return write_sound_register(content)


@pytest.fixture
def register(content: Path) -> Register:
    """A small register, loaded."""
    return load(content, COUNCIL)


@pytest.fixture
def settings(content: Path, tmp_path: Path) -> Settings:
    """Settings that point into the test's own folder."""
    return Settings(content=content, council=COUNCIL, state=tmp_path / "state")


@pytest.fixture
def rasa() -> ScriptedRasa:
    return ScriptedRasa()


@pytest.fixture
def door(settings: Settings, register: Register, rasa: ScriptedRasa) -> Door:
    """A door with a small register, a floor of three sentences and a scripted Rasa."""
    return Door(
        settings,
        editions=Editions.of(register, ThreeSentenceFloor()),  # type: ignore[arg-type]
        rasa=rasa,
        last_resort_text=LAST_RESORT,
    )


@pytest.fixture
def conversation() -> Conversation:
    return Conversations(seconds=3600, quiet_seconds=600).start("web")
