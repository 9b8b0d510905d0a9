from __future__ import annotations

import anyio
import pytest

from signpost.door.conversations import Conversation, Conversations
from signpost.door.rasa import Answer
from signpost.door.stages.ask import Ask, metadata
from signpost.door.store.memory import MemoryStore
from signpost.door.turn import Turn
from signpost.register.models import Choice
from tests.stand_ins import ScriptedRasa, dead, found, nothing, says

pytestmark = pytest.mark.anyio
STORE = MemoryStore(Conversations(seconds=3600, quiet_seconds=600))


def turn(conversation: Conversation, text: str = "hello") -> Turn:
    return Turn(conversation, text, text=text, redacted=text, assessment=nothing())


async def test_the_redacted_text_goes_to_rasa_under_its_own_id(
    conversation: Conversation,
) -> None:
    rasa = ScriptedRasa()
    asked = turn(conversation)
    asked.raw, asked.redacted = "a secret", "‹name›"
    await Ask(rasa, 5, STORE).run(asked)
    name, text, extra = rasa.asked[0]
    assert (name, text) == (conversation.id, "‹name›")
    assert "secret" not in repr(extra)
    assert conversation.token not in repr(rasa.asked)


async def test_an_answer_and_its_events_come_into_the_turn(conversation: Conversation) -> None:
    rasa = ScriptedRasa(lambda _: says("a/child", "Yes.", events=[{"event": "user"}]))
    asked = turn(conversation)
    await Ask(rasa, 5, STORE).run(asked)
    assert asked.answer is not None
    assert asked.answer.text() == "Yes."
    assert asked.events == [{"event": "user"}]
    assert asked.fault is None


async def test_words_that_only_turn_the_conversation_are_not_asked_about(
    conversation: Conversation,
) -> None:
    rasa = ScriptedRasa()
    await Ask(rasa, 5, STORE).run(turn(conversation, "no not that, someone sold me a fake ticket"))
    assert rasa.texts == ["someone sold me a fake ticket"]


async def test_a_choice_goes_as_its_intent(conversation: Conversation) -> None:
    rasa = ScriptedRasa()
    asked = turn(conversation, "1")
    asked.choice = Choice("A scam", "scam_fraud")
    await Ask(rasa, 5, STORE).run(asked)
    assert rasa.texts == ["/scam_fraud"]


async def test_a_dead_rasa_is_a_fault(conversation: Conversation) -> None:
    asked = turn(conversation)
    await Ask(ScriptedRasa(dead), 5, STORE).run(asked)
    assert asked.fault == "unavailable"
    assert asked.answer is None


async def test_a_rasa_with_nothing_to_say_is_a_fault(conversation: Conversation) -> None:
    asked = turn(conversation)
    await Ask(ScriptedRasa(lambda _: Answer(replies=[])), 5, STORE).run(asked)
    assert asked.fault == "silent"


async def test_messages_of_one_conversation_are_asked_one_after_another(
    conversation: Conversation,
) -> None:
    rasa = ScriptedRasa()
    rasa.gate = anyio.Event()
    ask = Ask(rasa, 5, STORE)
    async with anyio.create_task_group() as tasks:
        for text in ("one", "two", "three"):
            tasks.start_soon(ask.run, turn(conversation, text))
            await anyio.wait_all_tasks_blocked()
        assert rasa.texts == ["one"]
        rasa.gate.set()
    assert rasa.texts == ["one", "two", "three"]


async def test_a_full_queue_is_busy_at_once_and_drains(conversation: Conversation) -> None:
    rasa = ScriptedRasa()
    rasa.gate = anyio.Event()
    ask = Ask(rasa, 2, STORE)
    async with anyio.create_task_group() as tasks:
        for text in ("one", "two"):
            tasks.start_soon(ask.run, turn(conversation, text))
        await anyio.wait_all_tasks_blocked()
        third = turn(conversation, "three")
        await ask.run(third)
        assert third.fault == "busy"
        rasa.gate.set()
    assert conversation.waiting == 0
    fourth = turn(conversation, "four")
    await ask.run(fourth)
    assert fourth.fault is None


async def test_a_failure_leaves_the_queue_open(conversation: Conversation) -> None:
    rasa = ScriptedRasa(lambda _: RuntimeError("odd"))
    ask = Ask(rasa, 1, STORE)
    with pytest.raises(RuntimeError):
        await ask.run(turn(conversation))
    assert conversation.waiting == 0
    assert not conversation.queue.locked()


def test_rasa_is_told_rule_ids_and_never_content(conversation: Conversation) -> None:
    told = turn(conversation, "a secret")
    told.assessment = found("crisis", "999", "crisis.suicide")
    assert metadata(told) == {
        "door": {
            "assessed": True,
            "crisis_reply": "crisis.suicide",
            "rules": ["test"],
            "score": None,
            "leaning": None,
            "escalated": False,
        }
    }


def test_rasa_is_told_that_an_earlier_turn_escalated(conversation: Conversation) -> None:
    conversation.in_crisis = True
    assert metadata(turn(conversation))["door"]["escalated"] is True


def test_rasa_is_told_when_nobody_has_assessed_the_text(conversation: Conversation) -> None:
    told = turn(conversation)
    told.assessment = None
    assert metadata(told)["door"]["assessed"] is False
