"""Rasa's own story tests run too, as Rasa users expect."""

from __future__ import annotations

import pytest

from signpost import settings, training

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]


def test_rasa_test_replays_every_story() -> None:
    chosen = settings.Settings()
    training.ensure(chosen, print)
    assert training.rasa_test(chosen) == 0
    failed = settings.ROOT / "build" / "rasa-test" / "failed_test_stories.yml"
    assert "None of the test stories failed" in failed.read_text(encoding="utf-8")
