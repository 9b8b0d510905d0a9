"""What the door remembers of a conversation while it lasts: redacted words, and nothing else."""

from __future__ import annotations

import gc
import types
from typing import Any

import pytest
from starlette.testclient import TestClient

from signpost.door.door import Door
from signpost.door.web import Web
from signpost.settings import Settings
from tests.stand_ins import SUICIDE, ScriptedRasa

MESSAGES = (
    "my name is Oluwaseun Threlkeld, ring 07700 900451",
    f"from Oluwaseun at Hazelbrook Primary School, {SUICIDE}",
    "my snap is dark_threlk_99 " + "and so on " * 400,
)
DETAILS = ("Oluwaseun", "Threlkeld", "900451", "Hazelbrook", "dark_threlk_99")
_NOT_MEMORY = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)


def texts_within(root: Any) -> list[str]:
    """Every string that can be reached from an object without leaving through code."""
    seen: set[int] = set()
    waiting, texts = [root], []
    while waiting:
        each = waiting.pop()
        if id(each) in seen or isinstance(each, _NOT_MEMORY):
            continue
        seen.add(id(each))
        if isinstance(each, str):
            texts.append(each)
        elif isinstance(each, (bytes, bytearray)):
            texts.append(bytes(each).decode("utf-8", "replace"))
        else:
            waiting.extend(gc.get_referents(each))
    return texts


@pytest.fixture
def client(door: Door, settings: Settings) -> TestClient:
    return TestClient(Web(door, settings).app())


def test_nothing_that_was_planted_can_be_reached_from_the_door(
    client: TestClient, door: Door, rasa: ScriptedRasa
) -> None:
    with client:
        token = client.post("/api/conversations").json()["token"]
        for text in MESSAGES:
            client.post("/api/messages", json={"token": token, "text": text})
            client.post("/chat", data={"token": token, "text": text})
        remembered = texts_within(door)
        # The search reaches what is remembered.
        assert any("‹name›" in text for text in remembered)
        assert any(rasa.asked[-1][0] in text for text in remembered)
        for detail in DETAILS:
            assert [text for text in remembered if detail in text] == [], detail
    assert rasa.texts


def test_an_ended_conversation_leaves_nothing(client: TestClient, door: Door) -> None:
    with client:
        token = client.post("/api/conversations").json()["token"]
        client.post("/api/messages", json={"token": token, "text": "my marmalade is stolen"})
        assert any("marmalade" in text for text in texts_within(door.conversations))
        client.post("/api/end", json={"token": token})
    assert not any("marmalade" in text for text in texts_within(door.conversations))
