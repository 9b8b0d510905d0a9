from __future__ import annotations

import pytest

from signpost.crisis.bench import CONTENT
from signpost.crisis.floor import Floor


@pytest.fixture(scope="session")
def floor() -> Floor:
    """The floor as it is published; loading it is part of what these tests cover."""
    return Floor.load(CONTENT)
