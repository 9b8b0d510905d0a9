"""Who is asking: what a message says outright, and what its whole manner tells.

Patterns alone (`data/entities/people.yaml`) find the few who say "I'm 12" or "my daughter". A
classifier over the same features as the concerns, trained on `data/audiences.yml`, knows the rest
by how they write. Both together decide; docs/adr/0005 has the figures.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import structlog
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression

from signpost.settings import ROOT

log = structlog.get_logger()

SAID = "audience"
GUESSED = "audience_guess"
UNKNOWN = "unknown"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class AudienceClassifier(GraphComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Sets the entity `audience` when the message says it, else `audience_guess`.

    The two are kept apart because a guess may open a conversation but must not turn round, three
    messages later, what somebody has said of themselves.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        # said_weight: how many nats a pattern's finding adds to its audience.
        return {"labels": "data/audiences.yml", "said_weight": 2.0}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._classes: list[str] = []
        self._weights = np.zeros((0, 0))
        self._bias = np.zeros(0)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AudienceClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        labels = read_labels(self._config["labels"])
        rows = [message for message in training_data.intent_examples if message.get(TEXT) in labels]
        if rows:
            classifier = LogisticRegression(max_iter=100, class_weight="balanced", random_state=42)
            classifier.fit(vstack([_features(row) for row in rows]), [
                labels[row.get(TEXT)] for row in rows
            ])  # fmt: skip
            self._classes = [str(name) for name in classifier.classes_]
            self._weights, self._bias = classifier.coef_, classifier.intercept_
        else:
            log.warning("audience.no_labels")
        self._persist()
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Entities of training examples train nothing further, so they are left as they are."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self._classes and message.get(TEXT):
                self._decide(message)
        return messages

    def _decide(self, message: Message) -> None:
        entities = message.get(ENTITIES, [])
        said = next((row["value"] for row in entities if row["entity"] == SAID), None)
        scores = (_features(message) @ self._weights.T + self._bias).ravel()
        if said in self._classes:
            scores[self._classes.index(said)] += float(self._config["said_weight"])
        best = self._classes[int(np.argmax(scores))]
        kept = [row for row in entities if row["entity"] != SAID or row["value"] == best]
        if best not in (said, UNKNOWN):
            text = message.get(TEXT)
            guess = {"entity": GUESSED, "value": best, "start": 0, "end": len(text)}
            kept += self.add_extractor_name([guess])
        message.set(ENTITIES, kept, add_to_output=True)

    def _persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            np.savez_compressed(
                folder / "audience.npz",
                classes=np.array(self._classes, dtype=str),
                weights=self._weights.astype(np.float32),
                bias=self._bias.astype(np.float32),
            )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> AudienceClassifier:
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            # Arrays only: without allow_pickle a model file cannot run code.
            saved = np.load(folder / "audience.npz")
            component._classes = [str(name) for name in saved["classes"]]
            component._weights, component._bias = saved["weights"], saved["bias"]
        return component


def read_labels(name: str) -> dict[str, str]:
    """The audience of each labelled training message, from `data/audiences.yml`."""
    by_audience = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return {text: audience for audience, texts in by_audience.items() for text in texts}


def _features(message: Message) -> csr_matrix:
    """A message's sentence features, sparse and dense side by side, of shape (1, n)."""
    sparse, dense = message.get_sparse_features(TEXT)[1], message.get_dense_features(TEXT)[1]
    parts = [csr_matrix(each.features) for each in (sparse, dense) if each is not None]
    return csr_matrix(hstack(parts))
