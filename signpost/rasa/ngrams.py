"""Word and character n-grams, weighted by TF-IDF, as one sparse featurizer.

Rasa's CountVectorsFeaturizer counts; with rare words weighted up instead, the same classifier
gets more of another author's messages right (docs/adr/0003 has the figures).
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(SparseFeaturizer, GraphComponent):  # type: ignore[misc]
    """Adds one sparse sentence vector of shape (1, vocabulary) to every message."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            **SparseFeaturizer.get_default_config(),
            "scale": 3.0,
            "words": {"ngram_range": [1, 2], "min_df": 2},
            "characters": {"ngram_range": [2, 4], "min_df": 3},
        }

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        super().__init__(name, config)
        self._scale = float(config["scale"])
        self._model_storage = model_storage
        self._resource = resource
        self._vectorizers = [
            _vectorizer("word", config["words"]),
            _vectorizer("char_wb", config["characters"]),
        ]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NgramFeaturizer:
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """scikit-learn refuses wrong n-gram settings itself, at training."""

    def train(self, training_data: TrainingData) -> Resource:
        texts = [message.get(TEXT) for message in training_data.nlu_examples]
        for vectorizer in self._vectorizers:
            vectorizer.fit(texts)
        self.persist()
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self._add_features(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        self._add_features(messages)
        return messages

    def _add_features(self, messages: list[Message]) -> None:
        with_text = [message for message in messages if message.get(TEXT)]
        if not with_text:
            return
        texts = [message.get(TEXT) for message in with_text]
        parts = [vectorizer.transform(texts) for vectorizer in self._vectorizers]
        rows = csr_matrix(hstack(parts)) * self._scale
        for index, message in enumerate(with_text):
            message.add_features(
                Features(rows[index], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            )

    def persist(self) -> None:
        """Save the vocabularies and weights as JSON: nothing in a model file can run code."""
        state = [
            {
                "vocabulary": {term: int(i) for term, i in vectorizer.vocabulary_.items()},
                "idf": vectorizer.idf_.tolist(),
            }
            for vectorizer in self._vectorizers
        ]
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "ngrams.json").write_text(json.dumps(state), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramFeaturizer:
        featurizer = cls(config, execution_context.node_name, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            state = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
        for vectorizer, saved in zip(featurizer._vectorizers, state, strict=True):
            vectorizer.vocabulary_ = saved["vocabulary"]
            vectorizer.idf_ = np.array(saved["idf"])
        return featurizer


def _vectorizer(analyzer: str, config: dict[str, Any]) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=tuple(config["ngram_range"]),
        min_df=config["min_df"],
        sublinear_tf=True,
        lowercase=True,
    )
