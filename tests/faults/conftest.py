from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Bot
from promise import OUTCOMES

from signpost import settings, training


@pytest.fixture(scope="session")
def model() -> Path:
    """The model that fits the present data; trained once if there is none."""
    return training.ensure(settings.load(), print)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Bot]:
    """The whole bot, running and ready, for the tests of one file."""
    # A short pause of the breaker: the next fault is not to meet a door that does not ask Rasa.
    running = Bot(tmp_path_factory.mktemp("bot"), SIGNPOST_BREAKER_SECONDS="1")
    running.start()
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session", autouse=True)
def table() -> Iterator[None]:
    """reports/faults.md: what users read under each fault that this run has done."""
    yield
    if OUTCOMES.rows:
        OUTCOMES.write()
