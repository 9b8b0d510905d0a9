"""Who looks on hears of each answer once, after it was given, and can harm none."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from signpost.door.conversations import Conversation
from signpost.door.door import Door
from signpost.door.observers import Observer
from signpost.door.turn import Turn
from signpost.register.models import Reply
from tests.stand_ins import LOW, SUICIDE, ScriptedRasa, dead

pytestmark = pytest.mark.anyio


class Onlooker(Observer):
    """Keeps what it hears, in order with what was handed over."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.turns: list[Turn] = []

    async def send(self, reply: Reply) -> None:
        self.heard.append("handed over")

    def answered(self, turn: Turn) -> None:
        self.heard.append("answered")
        self.turns.append(turn)

    def rated(self, channel: str, *, helpful: bool) -> None:
        self.heard.append(f"{channel} {helpful}")


class Clumsy(Observer):
    """Fails at everything."""

    def answered(self, turn: Turn) -> None:
        raise ValueError(turn.raw)

    def rated(self, channel: str, *, helpful: bool) -> None:
        raise OSError


@pytest.fixture
def onlooker(door: Door) -> Onlooker:
    onlooker = Onlooker()
    door.observers.add(Clumsy())
    door.observers.add(onlooker)
    return onlooker


@pytest.fixture
def conversation(door: Door) -> Conversation:
    return door.conversations.start("web")


@pytest.mark.parametrize("text", ["is it legal", SUICIDE, LOW, ""])
async def test_every_answer_is_told_once_after_it_was_handed_over(
    door: Door, conversation: Conversation, onlooker: Onlooker, text: str
) -> None:
    turn = await door.handle(conversation, text, onlooker.send)
    await door.close()
    assert onlooker.heard == ["handed over", "answered"]
    assert onlooker.turns == [turn]
    assert turn.reply.bubbles


async def test_a_fault_and_a_message_over_the_limit_are_told_too(
    door: Door, conversation: Conversation, onlooker: Onlooker, rasa: ScriptedRasa
) -> None:
    rasa.script = dead
    await door.handle(conversation, "is it legal", onlooker.send)
    await door.handle_without_rasa(conversation, "is it legal", onlooker.send)
    assert [turn.fault for turn in onlooker.turns] == ["unavailable", "busy"]


async def test_a_line_of_feedback_is_told_only_where_it_is_answered(
    door: Door, conversation: Conversation, onlooker: Onlooker
) -> None:
    await door.handle_aside(conversation, "thanks", onlooker.send)
    assert onlooker.heard == []
    await door.handle_aside(conversation, SUICIDE, onlooker.send)
    await door.close()
    assert onlooker.heard == ["handed over", "answered"]


async def test_a_reply_that_could_not_be_handed_over_is_told(
    door: Door, conversation: Conversation, onlooker: Onlooker
) -> None:
    async def lost(_: Reply) -> None:
        raise ConnectionError

    await door.handle(conversation, SUICIDE, lost)
    await door.close()
    assert onlooker.heard == ["answered"]


async def test_an_observer_that_fails_harms_no_turn_and_logs_no_words(
    door: Door, conversation: Conversation, onlooker: Onlooker
) -> None:
    with capture_logs() as logs:
        turn = await door.handle(conversation, "is it legal", onlooker.send)
        door.observers.rated("web", helpful=True)
    assert turn.reply.text() == "The law says."
    assert onlooker.heard == ["handed over", "answered", "web True"]
    failures = [line for line in logs if line["event"] == "observer.failed"]
    assert [(line["observer"], line["kind"]) for line in failures] == [
        ("Clumsy", "ValueError"),
        ("Clumsy", "OSError"),
    ]
    assert "is it legal" not in str(failures)


async def test_a_turn_knows_when_its_message_came(door: Door, conversation: Conversation) -> None:
    first = door.read(conversation, "hello")
    assert door.read(conversation, "hello").began >= first.began
