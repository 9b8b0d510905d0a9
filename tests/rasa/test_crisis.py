"""The second net: a classifier on labelled messages, and the decision that joins all evidence."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from signpost.rasa.crisis import SCORE, CrisisClassifier, CrisisDecision


@pytest.fixture
def decision() -> CrisisDecision:
    return CrisisDecision(CrisisDecision.get_default_config())


def message(
    own: float | None, floor: float | None, ranking: dict[str, float], text: str = "words"
) -> Message:
    rows = [{"name": name, "confidence": share} for name, share in ranking.items()]
    data: dict[str, Any] = {
        TEXT: text,
        INTENT: rows[0],
        INTENT_RANKING_KEY: rows,
        METADATA: {"door": {"score": floor}},
    }
    if own is not None:
        data[SCORE] = own
    return Message(data)


def test_what_no_evidence_calls_a_crisis_is_answered_by_its_likeliest_concern(
    decision: CrisisDecision,
) -> None:
    row = message(-3.0, -3.0, {"crisis_danger": 0.5, "gaming_chat_contact": 0.3})
    decision.process([row])
    assert row.get(INTENT)["name"] == "gaming_chat_contact"
    assert [each["name"] for each in row.get(INTENT_RANKING_KEY)] == ["gaming_chat_contact"]


def test_what_may_be_a_crisis_keeps_its_intents(decision: CrisisDecision) -> None:
    row = message(1.0, 1.0, {"crisis_danger": 0.5, "gaming_chat_contact": 0.3})
    decision.process([row])
    assert row.get(INTENT)["name"] == "crisis_danger"
    assert row.get(SCORE) == 1.0


def test_the_score_is_the_mean_of_floor_and_classifier(decision: CrisisDecision) -> None:
    row = message(3.0, -1.0, {"crisis_danger": 0.1, "other": 0.9})
    decision.process([row])
    assert row.get(SCORE) == 1.0


def test_a_surely_ordinary_concern_speaks_against_a_crisis(decision: CrisisDecision) -> None:
    row = message(0.0, 0.0, {"smalltalk_thanks": 0.99, "crisis_danger": 0.01})
    decision.process([row])
    assert row.get(SCORE) == -3.0


@pytest.mark.parametrize("intent", ["crisis_danger", "worried_own_behaviour"])
def test_what_is_or_borders_on_a_crisis_never_speaks_against_one(
    decision: CrisisDecision, intent: str
) -> None:
    row = message(0.0, 0.0, {intent: 0.99, "smalltalk_thanks": 0.01})
    decision.process([row])
    assert row.get(SCORE) == 0.0


def test_without_a_door_the_classifier_decides_alone(decision: CrisisDecision) -> None:
    row = message(3.0, None, {"crisis_danger": 0.6, "other": 0.4})
    decision.process([row])
    assert row.get(SCORE) == 3.0


def test_without_any_score_the_ranking_stays_as_it_is(decision: CrisisDecision) -> None:
    row = message(None, None, {"crisis_danger": 0.6, "other": 0.4})
    decision.process([row])
    assert row.get(SCORE) is None
    assert row.get(INTENT)["name"] == "crisis_danger"


def test_a_choice_that_the_door_offered_is_left_alone(decision: CrisisDecision) -> None:
    row = message(-3.0, -3.0, {"crisis_danger": 1.0}, text="/crisis_danger")
    decision.process([row])
    assert row.get(INTENT)["name"] == "crisis_danger"


def test_the_decision_stands_after_the_classifier_it_needs() -> None:
    assert CrisisDecision.required_components() == [CrisisClassifier]
