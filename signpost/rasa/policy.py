"""The second net: a Rasa policy that puts a crisis before everything else.

The door's floor is the first net and does not need Rasa. This one adds the trained crisis
intents, and keeps the promise for people who talk to Rasa without the door (`rasa shell`): there
the floor is run here, because nobody else has.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from signpost import edition, settings
from signpost.crisis.floor import Floor, check_in_for
from signpost.rasa.crisis import DOOR_KEY, SCORE
from signpost.register.loader import Register

# Answers about the worry in hand, which a crisis reply leaves to the turns after it.
FOLLOW_UP = "action_more"
DANGER = "crisis_danger"
EXPLOITATION = "crisis_exploitation"


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False
)
class CrisisPolicy(Policy):  # type: ignore[misc]
    """Predicts a crisis response, then listening, ahead of every other policy.

    Its prediction is marked `is_no_user_prediction`: that is the only kind that also overrules
    RulePolicy's loops, so a question in progress can never hide a crisis.
    """

    @staticmethod
    def supported_data() -> SupportedData:
        return SupportedData.ML_AND_RULE_DATA

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        # Log-odds at which a message is a crisis, and at which it may be one and gets the check-in.
        return {"priority": 100, "crisis_score": 1.6, "check_in_score": -1.7}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: TrackerFeaturizer | None = None,
    ) -> None:
        config = {**self.get_default_config(), **config}
        super().__init__(config, model_storage, resource, execution_context, featurizer)
        self._crisis = float(config["crisis_score"])
        self._check_in = float(config["check_in_score"])

    @property
    def _register(self) -> Register:
        return edition.shared().register

    @cached_property
    def _floor(self) -> Floor:
        """Loaded when first needed: behind the door, and in training, it never is."""
        chosen = settings.load()
        return Floor.load(chosen.content, chosen.weights_file)

    def train(
        self,
        training_trackers: list[TrackerWithCachedStates],
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        """Nothing to learn: the crisis intents are learnt by the classifier."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        message = tracker.latest_message
        entry = self._entry(message, tracker) if message else None
        said = response_name(entry) if entry else self._in_place_of_a_second(message)
        if said is None or said not in domain.action_names_or_texts:
            return self._prediction(self._default_predictions(domain))
        starting = tracker.latest_action_name == ACTION_LISTEN_NAME
        action = said if starting else ACTION_LISTEN_NAME
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(
            probabilities,
            is_no_user_prediction=True,
            optional_events=self._remember(entry) if entry and starting else [],
        )

    def _in_place_of_a_second(self, message: UserUttered | None) -> str | None:
        """What goes on with the talk where the likeliest intent is a crisis that was answered
        before; None for any other message."""
        if message is None or not self._is_answered(message):
            return None
        return FOLLOW_UP if message.intent.get("name") in (DANGER, EXPLOITATION) else None

    def _is_answered(self, message: UserUttered) -> bool:
        """Whether an earlier turn escalated, and this one only may be a crisis: nobody is asked
        twice whether they are safe. The door says so as long as it adds the emergency line to
        every reply."""
        score = _score(message)
        return bool(_door(message).get("escalated")) and score is not None and score < self._crisis

    def _remember(self, entry: str) -> list[Event]:
        """What "what else?" and "I'm her mum" will be about after this reply."""
        remembered: list[Event] = [SlotSet("crisis", entry)]
        concern = self._register.entry(entry).continues_as
        if concern:
            remembered.append(SlotSet("concern", concern))
        return remembered

    def _entry(self, message: UserUttered, tracker: DialogueStateTracker) -> str | None:
        """The crisis entry that must speak, or None for an ordinary message."""
        door = _door(message)
        if door.get("crisis_reply"):
            return str(door["crisis_reply"])
        score, leaning = door.get("score"), door.get("leaning")
        if not door.get("assessed"):
            found = self._floor.assess(message.text or "")
            if found.reply:
                return found.reply
            score, leaning = found.score, found.leaning
        return self._model_entry(message, tracker, score, leaning)

    def _model_entry(
        self,
        message: UserUttered,
        tracker: DialogueStateTracker,
        floor_score: float | None,
        leaning: str | None,
    ) -> str | None:
        """What all evidence together says (`CrisisDecision`); the floor alone without it."""
        if (message.text or "").startswith("/"):
            # A choice that the door offered; its meaning is certain and was assessed as text.
            return None
        score = _score(message)
        if score is None:
            score = floor_score
        if score is None or score < self._check_in or self._is_answered(message):
            return None
        entry = leaning or _entry_by_intent(message, tracker)
        return entry if score >= self._crisis else check_in_for(entry)


def _door(message: UserUttered) -> dict[str, Any]:
    """What the door said of a message; empty where no door was."""
    return (message.metadata or {}).get(DOOR_KEY) or {}


def _score(message: UserUttered) -> float | None:
    """What all evidence says together (`CrisisDecision`); None without it."""
    return (message.parse_data or {}).get(SCORE)


def _entry_by_intent(message: UserUttered, tracker: DialogueStateTracker) -> str:
    """The reply for what the floor did not lean to: by the likelier of the crisis intents."""
    scores = _crisis_intents(message)
    if scores.get(DANGER, 0.0) >= scores.get(EXPLOITATION, 0.0):
        return "crisis.danger"
    child = tracker.get_slot("audience") == "child" or is_under_18(tracker.get_slot("age"))
    return "crisis.exploitation" if child else "crisis.exploitation_age_unsaid"


def _crisis_intents(message: UserUttered) -> dict[str, float]:
    """What the classifier of concerns gives to each of the crisis intents."""
    ranking = (message.parse_data or {}).get("intent_ranking", [])
    return {
        row["name"]: float(row["confidence"])
        for row in ranking
        if row["name"] in (DANGER, EXPLOITATION)
    }


def response_name(entry: str) -> str:
    """The domain's response for a crisis entry: "crisis.check_in" is utter_crisis_check_in."""
    return "utter_" + entry.replace(".", "_")


def is_under_18(age: object) -> bool:
    """Whether an age slot, as text or number, is a child's."""
    try:
        return int(str(age)) < 18
    except ValueError:
        return False
