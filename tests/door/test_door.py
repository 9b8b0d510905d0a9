from __future__ import annotations

import anyio
import pytest
from structlog.testing import capture_logs

from signpost.door.conversations import Conversation
from signpost.door.door import Door
from signpost.door.rasa import Answer
from signpost.edition import Editions
from signpost.register.loader import Register
from signpost.register.models import Choice, Reply
from signpost.settings import Settings
from tests.stand_ins import (
    EXPLOITATION,
    LAST_RESORT,
    LOW,
    SUICIDE,
    BrokenFloor,
    ScriptedRasa,
    ThreeSentenceFloor,
    dead,
    says,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def conversation(door: Door) -> Conversation:
    return door.conversations.start("web")


async def say(
    door: Door, conversation: Conversation, text: str, choice: str | None = None
) -> Reply:
    """One message; the reply as it was delivered."""
    said: list[Reply] = []

    async def send(reply: Reply) -> None:
        said.append(reply)

    await door.handle(conversation, text, send, choice)
    assert len(said) == 1
    return said[0]


async def test_an_ordinary_message_is_answered_by_rasa(
    door: Door, conversation: Conversation
) -> None:
    assert (await say(door, conversation, "is it legal")).text() == "The law says."


async def test_rasa_never_sees_a_personal_detail(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    await say(door, conversation, "my name is Sam, 07700 900123")
    await say(door, conversation, f"my name is Sam. {SUICIDE}")
    await door.close()
    assert rasa.texts == ["my name is ‹name›, ‹phone›", f"my name is ‹name›. {SUICIDE}"]


async def test_a_crisis_is_answered_by_the_door_and_only_recorded_by_rasa(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    reply = await say(door, conversation, SUICIDE)
    assert reply.bubbles[0].text.startswith("Call 999")
    assert "The law says." not in reply.text()
    await door.close()
    assert rasa.texts == [SUICIDE]
    assert rasa.asked[0][2]["door"]["crisis_reply"] == "crisis.suicide"


async def test_a_crisis_does_not_wait_for_a_rasa_that_hangs(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    rasa.gate = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(say, door, conversation, "is it legal")
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(1):
            reply = await say(door, conversation, EXPLOITATION)
        assert reply.route == "CEOP"
        rasa.gate.set()
    await door.close()


async def test_a_crisis_is_answered_when_rasa_is_dead(
    settings: Settings, register: Register
) -> None:
    door = make(settings, register, ScriptedRasa(dead))
    reply = await say(door, door.conversations.start("web"), SUICIDE)
    assert reply.route == "999"
    await door.close()


async def test_a_crisis_with_a_full_queue_is_answered(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    conversation.waiting = 1000
    assert (await say(door, conversation, SUICIDE)).route == "999"
    assert "999" in (await say(door, conversation, "hello")).text()
    await door.close()


async def test_an_odd_failure_while_recording_a_crisis_harms_nobody(
    settings: Settings, register: Register
) -> None:
    door = make(settings, register, ScriptedRasa(lambda _: RuntimeError("odd")))
    with capture_logs() as logs:
        reply = await say(door, door.conversations.start("web"), SUICIDE)
        await door.close()
    assert reply.route == "999"
    assert "record.failed" in [line["event"] for line in logs]


async def test_what_is_not_asked_on_is_answered_as_busy_and_a_crisis_as_always(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    busy = await door.handle_without_rasa(conversation, "is it legal", nobody)
    crisis = await door.handle_without_rasa(conversation, SUICIDE, nobody)
    low = await door.handle_without_rasa(conversation, LOW, nobody)
    assert busy.reply.bubbles[0].entry == "conversation.busy/child"
    assert crisis.reply.route == "999"
    assert low.reply.check_in
    assert conversation.in_crisis
    assert rasa.asked == []


async def test_a_line_aside_is_answered_only_when_there_is_danger_in_it(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    opinion = await door.handle_aside(conversation, "mail me at tom@example.org", nobody)
    assert opinion.reply.bubbles == []
    assert "tom@example.org" not in opinion.redacted
    assert not conversation.transcript
    crisis = await door.handle_aside(conversation, SUICIDE, nobody)
    assert crisis.reply.route == "999"
    assert conversation.in_crisis
    assert rasa.asked == []


async def nobody(_: Reply) -> None:
    """The reply goes nowhere."""


@pytest.mark.parametrize("text", [SUICIDE, EXPLOITATION, LOW])
async def test_after_a_crisis_the_standing_line_stays_whatever_is_said(
    door: Door, conversation: Conversation, text: str
) -> None:
    await say(door, conversation, text)
    for denial in ("no", "I'm fine", "you misunderstood", "is it legal"):
        reply = await say(door, conversation, denial)
        assert reply.bubbles[-1].entry.startswith("conversation.standing_line")


async def test_starting_again_ends_the_standing_line(
    door: Door, conversation: Conversation
) -> None:
    await say(door, conversation, SUICIDE)
    await door.close()
    assert door.start_again(conversation).text() == "All cleared. What worries you?"
    reply = await say(door, conversation, "is it legal")
    assert [bubble.entry for bubble in reply.bubbles] == ["advice.law_question/child"]


async def test_starting_again_in_words_forgets_too(settings: Settings, register: Register) -> None:
    rasa = ScriptedRasa(lambda _: says("conversation.start_again/child", "All cleared."))
    door = make(settings, register, rasa)
    conversation = door.conversations.start("web")
    conversation.in_crisis = True
    conversation.turns.append("something said before")
    before = conversation.id
    await say(door, conversation, "start again")
    assert not conversation.in_crisis
    assert not conversation.turns
    assert conversation.id != before


async def test_starting_again_ends_the_standing_line_of_that_very_reply(
    settings: Settings, register: Register
) -> None:
    rasa = ScriptedRasa(lambda _: says("conversation.start_again/child", "All cleared."))
    door = make(settings, register, rasa)
    conversation = door.conversations.start("web")
    await say(door, conversation, "start again")
    assert [line.bubble.text for line in conversation.transcript][-1] == "All cleared."


async def test_who_is_asking_is_learnt_for_a_later_crisis(
    settings: Settings, register: Register
) -> None:
    events = [{"event": "slot", "name": "audience", "value": "adult"}]
    door = make(settings, register, ScriptedRasa(lambda _: says("a/child", "x", events=events)))
    conversation = door.conversations.start("web")
    await say(door, conversation, "my ex reads my messages")
    reply = await say(door, conversation, LOW)
    assert reply.bubbles[0].entry == "crisis.check_in/adult"
    await door.close()


async def test_a_choice_pressed_goes_to_rasa_as_its_intent(
    settings: Settings, register: Register
) -> None:
    choices = [Choice("A scam", "scam_fraud")]
    rasa = ScriptedRasa(lambda _: says("a/child", "Which?", choices=choices))
    door = make(settings, register, rasa)
    conversation = door.conversations.start("web")
    await say(door, conversation, "hm")
    await say(door, conversation, "A scam", "scam_fraud")
    await say(door, conversation, "1")
    assert rasa.texts == ["hm", "/scam_fraud", "/scam_fraud"]


async def test_danger_typed_beside_a_choice_is_not_lost(
    door: Door, conversation: Conversation
) -> None:
    conversation.choices = [Choice("A scam", "scam_fraud")]
    assert (await say(door, conversation, SUICIDE, "scam_fraud")).route == "999"
    await door.close()


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "😢", "\ud800"])
async def test_what_cannot_be_read_is_answered_without_rasa(
    door: Door, conversation: Conversation, rasa: ScriptedRasa, text: str
) -> None:
    assert "In danger? 999. Childline 0800 1111." in (await say(door, conversation, text)).text()
    assert rasa.asked == []


@pytest.mark.parametrize(
    "failure",
    [dead, lambda _: Answer(replies=[]), lambda _: RuntimeError("odd")],
    ids=["dead", "silent", "odd"],
)
async def test_whatever_happens_to_rasa_there_is_an_answer_with_999_and_childline(
    settings: Settings, register: Register, failure: object
) -> None:
    door = make(settings, register, ScriptedRasa(failure))  # type: ignore[arg-type]
    text = (await say(door, door.conversations.start("web"), "is it legal")).text()
    assert "999" in text
    assert "0800 1111" in text


@pytest.mark.parametrize("floor", [None, BrokenFloor()])
async def test_without_a_floor_every_message_gets_the_last_resort_first(
    settings: Settings, register: Register, floor: object
) -> None:
    door = make(settings, register, ScriptedRasa(), floor)
    reply = await say(door, door.conversations.start("web"), "is it legal")
    assert reply.bubbles[0].text == LAST_RESORT
    assert reply.bubbles[1].text == "The law says."


async def test_without_register_floor_and_rasa_there_is_the_last_resort(
    settings: Settings,
) -> None:
    door = make(settings, None, ScriptedRasa(dead), None)
    reply = await say(door, door.conversations.start("web"), SUICIDE)
    assert LAST_RESORT in reply.text()


async def test_a_floors_fault_does_not_put_the_message_into_the_log(
    settings: Settings, register: Register
) -> None:
    door = make(settings, register, ScriptedRasa(dead), BrokenFloor())
    with capture_logs() as logs:
        await say(door, door.conversations.start("web"), "a secret worry")
    assert logs
    assert "secret" not in repr(logs)


async def test_a_message_still_waiting_when_all_is_cleared_leaves_nothing_behind(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    rasa.gate = anyio.Event()
    async with anyio.create_task_group() as tasks:
        for text in ("a first secret", "a second secret"):
            tasks.start_soon(say, door, conversation, text)
            await anyio.wait_all_tasks_blocked()
        before = conversation.id
        door.start_again(conversation)
        rasa.gate.set()
    assert {name for name, _, _ in rasa.asked} == {before}
    assert "secret" not in repr(conversation.transcript)
    assert conversation.audience is None


async def test_a_crisis_recorded_after_all_was_cleared_goes_to_the_old_conversation(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    before = conversation.id
    await say(door, conversation, SUICIDE)
    door.start_again(conversation)
    await door.close()
    assert [name for name, _, _ in rasa.asked] == [before]
    assert rasa.erased == [(before, 1)]


async def test_an_ended_conversation_is_erased_after_the_messages_that_were_waiting(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    rasa.gate = anyio.Event()
    async with anyio.create_task_group() as tasks:
        for text in ("one", "two"):
            tasks.start_soon(say, door, conversation, text)
            await anyio.wait_all_tasks_blocked()
        await door.end(conversation.token)
        await anyio.wait_all_tasks_blocked()
        rasa.gate.set()
    await door.close()
    assert rasa.erased == [(conversation.id, 2)]
    assert door.conversations.find(conversation.token) is None


def make(
    settings: Settings,
    register: Register | None,
    rasa: ScriptedRasa,
    floor: object = ThreeSentenceFloor(),
) -> Door:
    return Door(
        settings,
        editions=Editions.of(register, floor),  # type: ignore[arg-type]
        rasa=rasa,
        last_resort_text=LAST_RESORT,
    )


async def test_erasing_by_id_leaves_nothing_here_and_reaches_rasa(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    await say(door, conversation, "is it legal to share it")
    id_ = conversation.id
    await door.erase(id_)
    assert rasa.erased == [(id_, 1)]
    assert door.conversations.find(conversation.token) is None
    assert "share" not in repr(conversation)


async def test_erasing_waits_for_the_message_that_is_being_answered(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    rasa.gate = anyio.Event()
    id_ = conversation.id
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(say, door, conversation, "is it legal")
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(door.erase, id_)
        await anyio.wait_all_tasks_blocked()
        assert rasa.erased == []
        rasa.gate.set()
    assert rasa.erased == [(id_, 1)]


async def test_a_conversation_that_the_door_has_forgotten_is_still_erased_in_rasa(
    door: Door, rasa: ScriptedRasa
) -> None:
    await door.erase("abcdefghjkmnpqrs")
    assert rasa.erased == [("abcdefghjkmnpqrs", 0)]
