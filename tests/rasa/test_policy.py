"""CrisisPolicy: the second net, ahead of every other policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from signpost.rasa.crisis import SCORE
from signpost.rasa.policy import CrisisPolicy, is_under_18, response_name
from signpost.settings import ROOT


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture
def policy(tmp_path: Path) -> CrisisPolicy:
    return CrisisPolicy.create(
        CrisisPolicy.get_default_config(),
        LocalModelStorage.create(tmp_path),
        Resource("policy"),
        ExecutionContext(GraphSchema({})),
    )


def tracker_of(
    domain: Domain,
    text: str,
    scores: dict[str, float],
    door: dict[str, Any] | None,
    *more: Any,
    crisis: float | None = None,
) -> DialogueStateTracker:
    """A conversation whose newest message has these intent scores and this crisis score."""
    ranking = [
        {"name": name, "confidence": score}
        for name, score in sorted(scores.items(), key=lambda row: -row[1])
    ]
    parsed: dict[str, Any] = {
        "intent": ranking[0] if ranking else {},
        "intent_ranking": ranking,
    }
    if crisis is not None:
        parsed[SCORE] = crisis
    message = UserUttered(
        text,
        intent=parsed["intent"],
        parse_data=parsed,
        metadata={"door": door} if door else {},
    )
    events = [ActionExecuted(ACTION_LISTEN_NAME), message, *more]
    return DialogueStateTracker.from_events("c", events, domain.slots)


def predicted(
    policy: CrisisPolicy, domain: Domain, tracker: DialogueStateTracker
) -> tuple[str | None, PolicyPrediction]:
    prediction = policy.predict_action_probabilities(tracker, domain)
    best = max(prediction.probabilities)
    if best == 0:
        return None, prediction
    return domain.action_names_or_texts[prediction.probabilities.index(best)], prediction


ASSESSED = {"assessed": True, "crisis_reply": None}
SURE, HARDLY, NO = 4.0, 0.3, -4.0


def unsure(score: float, leaning: str) -> dict[str, Any]:
    """What the door says of a message that its floor was not sure of."""
    return {**ASSESSED, "score": score, "leaning": leaning}


def test_what_the_door_found_is_recorded_as_said(policy: CrisisPolicy, domain: Domain) -> None:
    door = {"assessed": True, "crisis_reply": "crisis.suicide"}
    tracker = tracker_of(domain, "x", {"smalltalk_greet": 0.99}, door)
    assert predicted(policy, domain, tracker)[0] == "utter_crisis_suicide"


@pytest.mark.parametrize(
    ("floor", "own", "leaning", "expected"),
    [
        (SURE, SURE, "crisis.suicide", "utter_crisis_suicide"),
        (1.9, SURE, "crisis.image_blackmail", "utter_crisis_image_blackmail"),
        (1.9, NO, "crisis.suicide", None),
        (HARDLY, HARDLY, "crisis.suicide", "utter_crisis_check_in"),
        (HARDLY, HARDLY, "crisis.exploitation", "utter_crisis_check_in_contact"),
        (NO, NO, "crisis.suicide", None),
    ],
)
def test_all_evidence_together_decides_what_the_floor_was_not_sure_of(
    policy: CrisisPolicy,
    domain: Domain,
    floor: float,
    own: float,
    leaning: str,
    expected: str | None,
) -> None:
    tracker = tracker_of(domain, "some words", {}, unsure(floor, leaning), crisis=own)
    assert predicted(policy, domain, tracker)[0] == expected


def test_after_an_escalation_nobody_is_asked_again_whether_they_are_safe(
    policy: CrisisPolicy, domain: Domain
) -> None:
    door = {**unsure(HARDLY, "crisis.suicide"), "escalated": True}
    tracker = tracker_of(domain, "some words", {"deny": 0.8}, door, crisis=HARDLY)
    assert predicted(policy, domain, tracker)[0] is None


def test_what_may_be_a_crisis_after_one_goes_on_with_the_worry_in_hand(
    policy: CrisisPolicy, domain: Domain
) -> None:
    door = {**unsure(HARDLY, "crisis.suicide"), "escalated": True}
    tracker = tracker_of(domain, "some words", {"crisis_danger": 0.8}, door, crisis=HARDLY)
    assert predicted(policy, domain, tracker)[0] == "action_more"


def test_a_sure_crisis_after_one_is_answered_as_one(policy: CrisisPolicy, domain: Domain) -> None:
    door = {**unsure(SURE, "crisis.suicide"), "escalated": True}
    tracker = tracker_of(domain, "some words", {"deny": 0.8}, door, crisis=SURE)
    assert predicted(policy, domain, tracker)[0] == "utter_crisis_suicide"


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"crisis_danger": 0.8, "cyberbullying": 0.1}, "utter_crisis_danger"),
        (
            {"crisis_danger": 0.3, "crisis_exploitation": 0.4},
            "utter_crisis_exploitation_age_unsaid",
        ),
    ],
)
def test_the_trained_crisis_intents_choose_the_reply_where_the_floor_leans_nowhere(
    policy: CrisisPolicy, domain: Domain, scores: dict[str, float], expected: str | None
) -> None:
    tracker = tracker_of(domain, "some words", scores, ASSESSED, crisis=SURE)
    assert predicted(policy, domain, tracker)[0] == expected


def test_without_any_score_nothing_is_guessed(policy: CrisisPolicy, domain: Domain) -> None:
    tracker = tracker_of(domain, "some words", {"screen_time": 0.9}, ASSESSED)
    assert predicted(policy, domain, tracker)[0] is None


def test_a_child_s_exploitation_is_ceop_alone(policy: CrisisPolicy, domain: Domain) -> None:
    tracker = tracker_of(
        domain,
        "some words",
        {"crisis_exploitation": 0.9},
        ASSESSED,
        SlotSet("age", "13"),
        crisis=SURE,
    )
    assert predicted(policy, domain, tracker)[0] == "utter_crisis_exploitation"


def test_after_a_crisis_reply_it_listens(policy: CrisisPolicy, domain: Domain) -> None:
    tracker = tracker_of(
        domain,
        "x",
        {"crisis_danger": 0.9},
        ASSESSED,
        ActionExecuted("utter_crisis_danger"),
        crisis=SURE,
    )
    assert predicted(policy, domain, tracker)[0] == ACTION_LISTEN_NAME


def test_it_overrules_a_certain_rule_and_even_a_running_loop(
    policy: CrisisPolicy, domain: Domain
) -> None:
    tracker = tracker_of(domain, "x", {"crisis_danger": 0.9}, ASSESSED, crisis=SURE)
    ours = policy.predict_action_probabilities(tracker, domain)
    loop = PolicyPrediction.for_action_name(domain, "utter_greet", "RulePolicy", 1.0)
    loop.policy_priority = 6
    loop.is_no_user_prediction = True
    best = DefaultPolicyPredictionEnsemble._pick_best_policy([loop, ours])
    assert best.policy_name == "CrisisPolicy"


def test_what_comes_after_a_crisis_is_about_it(policy: CrisisPolicy, domain: Domain) -> None:
    door = {"assessed": True, "crisis_reply": "crisis.image_blackmail"}
    _, prediction = predicted(policy, domain, tracker_of(domain, "x", {}, door))
    assert prediction.optional_events == [
        SlotSet("crisis", "crisis.image_blackmail"),
        SlotSet("concern", "sextortion"),
    ]


def test_without_a_door_it_runs_the_floor_itself(policy: CrisisPolicy, domain: Domain) -> None:
    tracker = tracker_of(domain, "i took loads of tablets", {"screen_time": 0.9}, None)
    action, _ = predicted(policy, domain, tracker)
    assert action is not None
    assert action.startswith("utter_crisis_")


def test_a_choice_that_was_offered_is_never_taken_for_a_crisis(
    policy: CrisisPolicy, domain: Domain
) -> None:
    scores = {"crisis_exploitation": 1.0}
    tracker = tracker_of(domain, "/sextortion", scores, ASSESSED, crisis=SURE)
    assert predicted(policy, domain, tracker)[0] is None


@pytest.mark.parametrize(
    ("age", "child"), [("17", True), ("18", False), (9, True), (None, False), ("old", False)]
)
def test_ages_under_18_are_children_s(age: object, child: bool) -> None:
    assert is_under_18(age) is child


def test_a_response_s_name_is_its_entry_s() -> None:
    assert response_name("crisis.check_in") == "utter_crisis_check_in"
