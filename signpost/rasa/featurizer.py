"""The sentence encoder as a Rasa featurizer."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from signpost import settings
from signpost.encoder import SentenceEncoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):  # type: ignore[misc]
    """Adds one dense sentence vector of shape (1, 384) to every message.

    `scale` stretches the unit vectors before the classifier: its regularisation is fixed in Rasa,
    so the features' length is what sets how strongly it may fit (measured in docs/adr/0003).
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["onnxruntime", "tokenizers", "safetensors", "onnx"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "path": None, "scale": 5.0}

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        chosen = config["path"] or settings.load().encoder
        self._path = Path(chosen) if chosen else None
        self._encoder = SentenceEncoder(self._path)
        self._scale = float(config["scale"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to validate: a wrong path fails at load, with the encoder's own sentence."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        # Nobody is waiting for a reply meanwhile: all cores may help.
        encoder = SentenceEncoder(self._path, threads=os.cpu_count() or 1)
        self._add_features(training_data.training_examples, encoder)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        self._add_features(messages, self._encoder)
        return messages

    def _add_features(self, messages: list[Message], encoder: SentenceEncoder) -> None:
        with_text = [message for message in messages if message.get(TEXT)]
        if not with_text:
            return
        vectors = encoder.encode([message.get(TEXT) for message in with_text])
        for message, vector in zip(with_text, vectors * self._scale, strict=True):
            message.add_features(
                Features(
                    np.expand_dims(vector, 0),
                    FEATURE_TYPE_SENTENCE,
                    TEXT,
                    self._identifier,
                )
            )
