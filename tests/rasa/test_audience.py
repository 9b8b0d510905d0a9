"""Who is asking: said outright, guessed from the manner, or neither."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from signpost.rasa.audience import GUESSED, SAID, AudienceClassifier, read_labels
from signpost.rasa.featurizer import SentenceEncoderFeaturizer
from signpost.register.models import AUDIENCES
from signpost.settings import ROOT

LABELS = "data/audiences.yml"


@pytest.fixture(scope="module")
def featurizer() -> SentenceEncoderFeaturizer:
    return SentenceEncoderFeaturizer(SentenceEncoderFeaturizer.get_default_config(), "encoder")


@pytest.fixture(scope="module")
def classifier(
    featurizer: SentenceEncoderFeaturizer, tmp_path_factory: pytest.TempPathFactory
) -> AudienceClassifier:
    """Trained on a part of the real labels, then loaded as Rasa would."""
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    context = ExecutionContext(GraphSchema({}), node_name="audience")
    config = AudienceClassifier.get_default_config()
    examples = [
        Message({TEXT: text, INTENT: "x"})
        for _, text in zip(range(3000), sorted(read_labels(LABELS)), strict=False)
    ]
    featurizer.process(examples)
    resource = Resource("audience")
    AudienceClassifier.create(config, storage, resource, context).train(TrainingData(examples))
    return AudienceClassifier.load(config, storage, resource, context)


def found(
    classifier: AudienceClassifier,
    featurizer: SentenceEncoderFeaturizer,
    text: str,
    said: str | None = None,
) -> dict[str, Any]:
    message = Message({TEXT: text})
    if said:
        message.set(ENTITIES, [{"entity": SAID, "value": said, "start": 0, "end": 1}])
    featurizer.process([message])
    classifier.process([message])
    return {row["entity"]: row["value"] for row in message.get(ENTITIES, [])}


def test_a_teacher_s_manner_is_a_guess(
    classifier: AudienceClassifier, featurizer: SentenceEncoderFeaturizer
) -> None:
    text = "Y9 form, three of them are sharing a nasty page about a classmate, what is procedure"
    assert found(classifier, featurizer, text) == {GUESSED: "professional"}


def test_what_is_said_outright_stays_said(
    classifier: AudienceClassifier, featurizer: SentenceEncoderFeaturizer
) -> None:
    entities = found(
        classifier, featurizer, "my daughter is 12 and won't leave her phone", "parent"
    )
    assert entities == {SAID: "parent"}


def test_a_bare_topic_is_nobody_s(
    classifier: AudienceClassifier, featurizer: SentenceEncoderFeaturizer
) -> None:
    assert found(classifier, featurizer, "report tiktok video") == {}


def test_a_message_without_text_is_let_through(classifier: AudienceClassifier) -> None:
    assert classifier.process([Message({TEXT: ""})])[0].get(ENTITIES, []) == []


def test_every_label_is_an_audience_and_its_text_is_trained() -> None:
    labels = yaml.safe_load((ROOT / LABELS).read_text(encoding="utf-8"))
    assert set(labels) == {*AUDIENCES, "unknown"}
    trained = set()
    for file in Path(ROOT / "data" / "nlu").glob("*.yml"):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            trained |= {line[2:] for line in block["examples"].splitlines()}
    strays = [text for texts in labels.values() for text in texts if text not in trained]
    assert strays == []
