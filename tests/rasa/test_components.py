"""The contract that each of our components of Rasa's pipeline keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from signpost.language.pipeline import build
from signpost.rasa.featurizer import SentenceEncoderFeaturizer
from signpost.rasa.ngrams import NgramFeaturizer
from signpost.rasa.spacy import entities_of
from signpost.settings import ROOT

TEXTS = [
    "someone i met on roblox wants my number",
    "my son spends all night on his phone",
    "my daughter spends all day on her phone",
    "i met someone on roblox",
    "ok",
]
Component = SentenceEncoderFeaturizer | NgramFeaturizer
Make = Callable[[], Component]


def messages() -> list[Message]:
    return [Message({TEXT: text, INTENT: "x"}) for text in TEXTS]


@pytest.fixture(params=[SentenceEncoderFeaturizer, NgramFeaturizer], ids=lambda c: c.__name__)
def trained(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Makes the component as Rasa would load it after training."""
    kind: type[GraphComponent] = request.param
    storage = LocalModelStorage.create(tmp_path)
    resource = Resource("component")
    context = ExecutionContext(GraphSchema({}), node_name="component")
    config = {**kind.get_default_config(), "words": {"ngram_range": [1, 2], "min_df": 1}}
    component: Any = kind.create(config, storage, resource, context)
    if hasattr(component, "train"):
        component.train(TrainingData(messages()))
    return lambda: kind.load(config, storage, resource, context)


def vectors(component: Component, rows: list[Message]) -> list[np.ndarray[Any, Any]]:
    component.process(rows)
    found = []
    for row in rows:
        sparse, dense = row.get_sparse_features(TEXT)[1], row.get_dense_features(TEXT)[1]
        features = (sparse or dense).features
        found.append(np.asarray(features.todense() if sparse else features))
    return found


def test_every_message_gets_one_sentence_vector(trained: Make) -> None:
    for vector in vectors(trained(), messages()):
        assert vector.ndim == 2
        assert vector.shape[0] == 1
        assert np.isfinite(vector).all()


def test_the_text_itself_stays_as_it_was(trained: Make) -> None:
    rows = messages()
    trained().process(rows)
    assert [row.get(TEXT) for row in rows] == TEXTS


def test_loading_twice_gives_the_same_vectors(trained: Make) -> None:
    for one, other in zip(
        vectors(trained(), messages()), vectors(trained(), messages()), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_a_message_has_the_same_vector_alone_and_among_others(trained: Make) -> None:
    together = vectors(trained(), messages())
    component = trained()
    for index, row in enumerate(messages()):
        alone = vectors(component, [row])[0]
        np.testing.assert_allclose(alone, together[index], atol=1e-4)


def test_a_message_without_text_is_let_through(trained: Make) -> None:
    row = Message({TEXT: ""})
    assert trained().process([row]) == [row]
    assert row.features == []


def test_entities_carry_canonical_values() -> None:
    doc = build(ROOT / "data" / "entities")("my daughter is 12 and someone on snap chat scares her")
    found = {row["entity"]: row["value"] for row in entities_of(doc)}
    assert found["platform"] == "snapchat"
    assert found["age"] == "12"
    assert found["audience"] == "parent"
