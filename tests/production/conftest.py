from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from signpost import settings, training
from tests.production.stack import Stack


@pytest.fixture(scope="session")
def model() -> Path:
    """The model that fits the present data; trained once if there is none."""
    return training.ensure(settings.load({}), print)


@pytest.fixture(scope="package")
def stack(model: Path) -> Iterator[Stack]:
    """The grown set-up, started once for all tests."""
    # Not below pytest's own folder, which is closed to the users that PostgreSQL and nginx run as.
    folder = Path(tempfile.mkdtemp(prefix="signpost-stack-"))
    folder.chmod(0o711)
    try:
        with Stack(folder / "stack") as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)
