"""Rasa's SpacyNLP with our own pipeline, and an extractor that keeps canonical values."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc, Span

from signpost import settings
from signpost.language.people import GROUP
from signpost.language.pipeline import saved

SPACY_DOC = "text_spacy_doc"


@DefaultV1Recipe.register(
    [
        DefaultV1Recipe.ComponentType.MODEL_LOADER,
        DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
    ],
    is_trainable=False,
    model_from="SignpostNLP",
)
class SignpostNLP(SpacyNLP):  # type: ignore[misc]
    """Loads the pipeline that this project builds from `data/entities`.

    Rasa takes a package's name or a path; ours depends on where the project stands, so it is
    found here and config.yml names no path.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        # Rasa's own default lower-cases the text, which would lose the names' capitals.
        return {"case_sensitive": True}

    @staticmethod
    def load_model(spacy_model_name: str) -> SpacyModel:
        folder = settings.ROOT / "build" / "spacy"
        path = saved(settings.ROOT / "data" / "entities", folder)
        return SpacyNLP.load_model(str(path))


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False, model_from="SignpostNLP"
)
class SignpostEntityExtractor(GraphComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Platforms, ages, relations and audiences, with the canonical value of each."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [SignpostNLP]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SignpostEntityExtractor:
        return cls()

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        for message in messages:
            doc = message.get(SPACY_DOC) or model.model(message.get(TEXT) or "")
            entities = self.add_extractor_name(entities_of(doc))
            message.set(ENTITIES, [*message.get(ENTITIES, []), *entities], add_to_output=True)
        return messages


def entities_of(doc: Doc) -> list[dict[str, Any]]:
    """Rasa's entity rows for what the pipeline found in `doc`."""
    found = [_row(span, span.ent_id_ or span.text.lower()) for span in doc.ents]
    found += [_row(span, span.kb_id_) for span in doc.spans.get(GROUP, [])]
    return found


def _row(span: Span, value: str) -> dict[str, Any]:
    return {
        "entity": span.label_,
        "value": value,
        "start": span.start_char,
        "end": span.end_char,
        "confidence": None,
    }
