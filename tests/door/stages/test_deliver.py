from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from signpost.door.conversations import Conversation
from signpost.door.stages.deliver import Deliver
from signpost.door.turn import Turn
from signpost.register.models import Bubble, Choice, Reply

pytestmark = pytest.mark.anyio


@pytest.fixture
def turn(conversation: Conversation) -> Turn:
    reply = Reply(
        bubbles=[Bubble(entry="advice.x/child", text="Hello.")], choices=[Choice("One", "one")]
    )
    raw = "my name is Sam"
    return Turn(conversation, raw, text=raw, redacted="my name is ‹name›", reply=reply)


async def keep(_: Reply) -> None:
    pass


async def fail(_: Reply) -> None:
    raise ConnectionError("07700 900123 is not reachable")


def lines(turn: Turn) -> list[tuple[str, str]]:
    return [(line.speaker, line.bubble.text) for line in turn.conversation.transcript]


async def test_the_reply_is_sent_once(turn: Turn) -> None:
    sent: list[Reply] = []

    async def send(reply: Reply) -> None:
        sent.append(reply)

    assert await Deliver().run(turn, send)
    assert sent == [turn.reply]


async def test_the_transcript_keeps_the_redacted_words(turn: Turn) -> None:
    await Deliver().run(turn, keep)
    assert lines(turn) == [("user", "my name is ‹name›"), ("bot", "Hello.")]


async def test_a_pressed_button_is_shown_as_its_words(turn: Turn) -> None:
    turn.choice = Choice("A scam", "scam_fraud")
    await Deliver().run(turn, keep)
    assert lines(turn)[0] == ("user", "A scam")


async def test_an_empty_message_leaves_no_empty_line(turn: Turn) -> None:
    turn.text = turn.redacted = ""
    await Deliver().run(turn, keep)
    assert lines(turn) == [("bot", "Hello.")]


async def test_the_choices_of_the_last_reply_are_the_ones_on_offer(turn: Turn) -> None:
    await Deliver().run(turn, keep)
    assert turn.conversation.choices == [Choice("One", "one")]
    turn.reply = Reply()
    await Deliver().run(turn, keep)
    assert turn.conversation.choices == []


@pytest.mark.parametrize("reply", [Reply(route="999"), Reply(check_in=True)])
async def test_after_an_escalation_the_conversation_is_in_crisis(turn: Turn, reply: Reply) -> None:
    turn.reply = reply
    await Deliver().run(turn, keep)
    assert turn.conversation.in_crisis


async def test_an_ordinary_reply_neither_starts_nor_ends_a_crisis(turn: Turn) -> None:
    await Deliver().run(turn, keep)
    assert not turn.conversation.in_crisis
    turn.conversation.in_crisis = True
    await Deliver().run(turn, keep)
    assert turn.conversation.in_crisis


async def test_a_failed_delivery_is_said_and_not_remembered_as_said(turn: Turn) -> None:
    with capture_logs() as logs:
        assert not await Deliver().run(turn, fail)
    assert [line["event"] for line in logs] == ["delivery.failed"]
    assert lines(turn) == []


@pytest.mark.parametrize("send", [keep, fail])
async def test_the_log_never_holds_what_was_said(turn: Turn, send: object) -> None:
    with capture_logs() as logs:
        await Deliver().run(turn, send)  # type: ignore[arg-type]
    for word in ("Sam", "name is", "Hello", "07700", turn.conversation.token):
        assert word not in repr(logs)
