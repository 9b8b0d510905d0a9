"""The second net's own classifier: crisis or not, from the sentence's meaning and its letters.

The door's floor weighs mended words. This component sees what they cannot: the sentence encoder's
vector, and pieces of words in any spelling or language. It is trained on the same labelled messages
(`data/crisis`) and adds `crisis_score`, a log-odds, to the parsed message. `CrisisPolicy` joins the
two.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import structlog
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from signpost import settings
from signpost.crisis import learn
from signpost.crisis.normalise import fold
from signpost.encoder import DIMENSIONS, SentenceEncoder

log = structlog.get_logger()

SCORE = "crisis_score"
# Where the door puts what it found, in the metadata of a message.
DOOR_KEY = "door"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class CrisisClassifier(GraphComponent):  # type: ignore[misc]
    """Adds `crisis_score` to every message with text: above 0, more likely a crisis than not."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [Featurizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        # How much the encoder's unit vectors and the n-grams are stretched: the regularisation is
        # the same for both, so their length says how strongly each may fit.
        return {"encoder_scale": 6.0, "ngram_scale": 3.0}

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._encoder_scale = float(config["encoder_scale"])
        self._ngram_scale = float(config["ngram_scale"])
        self._model_storage = model_storage
        self._resource = resource
        self._vectorizers = [_words(), _pieces()]
        self._weights = np.zeros(0)
        self._bias = 0.0

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CrisisClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        rows = [
            (message, verdict)
            for message in training_data.intent_examples
            if (verdict := learn.verdict_of(message.get(INTENT))) is not None
        ]
        labelled = learn.examples()
        texts = [message.get(TEXT) for message, _ in rows] + [each.text for each in labelled]
        labels = [verdict for _, verdict in rows] + [each.label == "crisis" for each in labelled]
        if len(set(labels)) == 2:
            dense = np.vstack(
                [
                    *(_vector(message) for message, _ in rows),
                    self._encode([each.text for each in labelled]),
                ]
            )
            ngrams = hstack([each.fit_transform(map(fold, texts)) for each in self._vectorizers])
            classifier = LogisticRegression(max_iter=200, class_weight="balanced", random_state=42)
            classifier.fit(self._joined(dense, ngrams), labels)
            self._weights, self._bias = classifier.coef_[0], float(classifier.intercept_[0])
        else:
            log.warning("crisis.no_labels")
        self._persist()
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The score of training examples trains nothing further."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self._weights.size and message.get(TEXT) and message.features:
                message.set(SCORE, self._score(message), add_to_output=True)
        return messages

    def _score(self, message: Message) -> float:
        folded = [fold(message.get(TEXT))]
        ngrams = hstack([each.transform(folded) for each in self._vectorizers])
        features = self._joined(_vector(message), ngrams)
        return float((features @ self._weights).item() + self._bias)

    def _joined(self, dense: Any, ngrams: Any) -> csr_matrix:
        unit = dense / np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)
        parts = [csr_matrix(unit * self._encoder_scale), ngrams * self._ngram_scale]
        return csr_matrix(hstack(parts))

    @staticmethod
    def _encode(texts: list[str]) -> Any:
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        chosen = settings.load().encoder
        path = Path(chosen) if chosen else None
        return SentenceEncoder(path, threads=os.cpu_count() or 1).encode(texts)

    def _persist(self) -> None:
        state = [
            {
                "vocabulary": {term: int(i) for term, i in each.vocabulary_.items()},
                "idf": each.idf_.tolist(),
            }
            for each in self._vectorizers
            if self._weights.size
        ]
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "ngrams.json").write_text(json.dumps(state), encoding="utf-8")
            np.savez_compressed(
                folder / "crisis.npz", weights=self._weights.astype(np.float32), bias=self._bias
            )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CrisisClassifier:
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            # Arrays and JSON only: a model file cannot run code.
            state = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
            saved = np.load(folder / "crisis.npz")
            component._weights, component._bias = saved["weights"], float(saved["bias"])
        for vectorizer, kept in zip(component._vectorizers, state, strict=False):
            vectorizer.vocabulary_ = kept["vocabulary"]
            vectorizer.idf_ = np.array(kept["idf"])
        return component


def _vector(message: Message) -> Any:
    """The sentence encoder's vector of a message, of shape (1, 384), at any length."""
    return message.get_dense_features(TEXT)[1].features.reshape(1, -1)


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)


def _pieces() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=3, sublinear_tf=True)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CrisisDecision(GraphComponent):  # type: ignore[misc]
    """Joins all evidence into one `crisis_score`, after the classifier of concerns.

    The mean of the floor's score (the door sends it) and of `CrisisClassifier`'s, less `doubt`
    where the classifier of concerns gives an ordinary one a share of `sure` or more. Below `least`
    the message is no crisis: the crisis intents leave the ranking, and the likeliest concern
    answers.

    The crisis intents have no voice of their own here: what they know, the classifier has learnt
    from the same messages, and with their log-odds in the mean it told crises apart less well
    (ADR 12).
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [CrisisClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        # Log-odds, log-odds, and a share.
        return {"least": -1.7, "doubt": 3.0, "sure": 0.97}

    def __init__(self, config: dict[str, Any]) -> None:
        self._least = float(config["least"])
        self._doubt = float(config["doubt"])
        self._sure = float(config["sure"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CrisisDecision:
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """There is nothing to decide in training."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            ranking = message.get(INTENT_RANKING_KEY)
            # A choice that the door offered stands after a slash; its meaning is certain.
            if ranking and not (message.get(TEXT) or "").startswith("/"):
                self._decide(message, ranking)
        return messages

    def _decide(self, message: Message, ranking: list[dict[str, Any]]) -> None:
        door = (message.get(METADATA) or {}).get(DOOR_KEY) or {}
        evidence = [
            float(score) for score in (door.get("score"), message.get(SCORE)) if score is not None
        ]
        if not evidence:
            return
        score = fmean(evidence) - self._doubt * self._is_sure_of_another(ranking[0])
        message.set(SCORE, score, add_to_output=True)
        if score < self._least:
            ordinary = [row for row in ranking if row["name"] not in learn.CRISIS_INTENTS]
            if ordinary:
                message.set(INTENT_RANKING_KEY, ordinary, add_to_output=True)
                message.set(INTENT, ordinary[0], add_to_output=True)

    def _is_sure_of_another(self, likeliest: dict[str, Any]) -> bool:
        """Whether the likeliest intent is surely an ordinary one; own behaviour towards a child is
        too near a crisis to speak against one."""
        ordinary = likeliest["name"] not in {*learn.CRISIS_INTENTS, "worried_own_behaviour"}
        return ordinary and float(likeliest["confidence"]) >= self._sure
