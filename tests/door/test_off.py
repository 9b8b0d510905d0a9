"""A door that is off: it says so to everything but danger, and says it in every place."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from signpost import off
from signpost.counts.measures import outcome
from signpost.door.conversations import Conversation
from signpost.door.door import Door
from signpost.door.turn import Turn
from signpost.door.web import Web
from signpost.edition import Editions
from signpost.off import OffSwitch
from signpost.register.loader import Register
from signpost.register.models import Reply
from signpost.settings import Settings
from tests.stand_ins import (
    EXPLOITATION,
    LAST_RESORT,
    LOW,
    SUICIDE,
    ScriptedRasa,
    ThreeSentenceFloor,
    dead,
    says,
    unsure,
)

pytestmark = pytest.mark.anyio
SAID = "Switched off for now. Childline 0800 1111."
TAIL = "In danger? 999. Childline 0800 1111."


@pytest.fixture
def switch(tmp_path: Path) -> OffSwitch:
    off.turn_off(tmp_path, "Robin", "the words about a number are wrong")
    return OffSwitch(tmp_path)


@pytest.fixture
def door(settings: Settings, register: Register, rasa: ScriptedRasa, switch: OffSwitch) -> Door:
    return Door(
        settings,
        editions=Editions.of(register, ThreeSentenceFloor()),  # type: ignore[arg-type]
        rasa=rasa,
        last_resort_text=LAST_RESORT,
        off=switch,
    )


@pytest.fixture
def conversation(door: Door) -> Conversation:
    return door.conversations.start("web")


async def nobody(_: Reply) -> None:
    pass


async def say(door: Door, conversation: Conversation, text: str) -> Turn:
    return await door.handle(conversation, text, nobody)


@pytest.mark.parametrize("text", ["is it legal", "", "?!", "word " * 2000])
async def test_what_is_no_danger_is_told_that_the_bot_is_off(
    door: Door, conversation: Conversation, text: str
) -> None:
    turn = await say(door, conversation, text)
    assert [bubble.text for bubble in turn.reply.bubbles] == [SAID, TAIL]
    assert turn.reply.choices == []
    assert outcome(turn) == "off"


@pytest.mark.parametrize(("text", "route"), [(SUICIDE, "999"), (EXPLOITATION, "CEOP")])
async def test_a_crisis_gets_its_whole_reply_as_ever(
    door: Door, conversation: Conversation, switch: OffSwitch, text: str, route: str
) -> None:
    while_off = await say(door, conversation, text)
    switch.now = None
    assert (await say(door, conversation, text)).reply == while_off.reply
    assert while_off.reply.route == route
    await door.close()


async def test_a_check_in_and_the_standing_line_go_on(
    door: Door, conversation: Conversation
) -> None:
    assert (await say(door, conversation, LOW)).reply.check_in
    after = await say(door, conversation, "no I am fine")
    assert [bubble.text for bubble in after.reply.bubbles] == [
        SAID,
        "Can't go on? Call 999. Childline 0800 1111.",
    ]
    await door.close()


async def test_what_only_the_second_net_sees_is_said_too(
    door: Door, conversation: Conversation, rasa: ScriptedRasa
) -> None:
    rasa.script = lambda _: says("crisis.suicide/child", "Call 999 now.", route="999")
    turn = await say(door, conversation, "goodbye everyone")
    assert turn.reply.text().startswith("Call 999 now.")
    assert outcome(turn) == "999"


async def test_what_the_floor_left_to_a_net_that_is_gone_gets_the_check_in(
    door: Door, conversation: Conversation, rasa: ScriptedRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor = door.editions.current.floor
    monkeypatch.setattr(floor, "assess", lambda *_: unsure("crisis.suicide"))
    rasa.script = dead
    assert (await say(door, conversation, "goodbye everyone")).reply.check_in
    rasa.script = lambda _: says("conversation.thanks/child", "You are welcome.")
    assert (await say(door, conversation, "goodbye everyone")).reply.bubbles[0].text == SAID


async def test_nothing_of_the_advice_is_said_or_kept_in_the_transcript(
    door: Door, conversation: Conversation
) -> None:
    await say(door, conversation, "is it legal")
    assert "The law says." not in [line.bubble.text for line in conversation.transcript]


async def test_a_message_over_the_limit_is_told_the_same(
    door: Door, conversation: Conversation
) -> None:
    turn = await door.handle_without_rasa(conversation, "is it legal", nobody)
    assert turn.reply.bubbles[0].text == SAID


async def test_turned_on_again_it_gives_advice_in_the_same_conversation(
    door: Door, conversation: Conversation, switch: OffSwitch, tmp_path: Path
) -> None:
    await say(door, conversation, "is it legal")
    off.turn_on(tmp_path)
    switch.refresh()
    assert (await say(door, conversation, "is it legal")).reply.text() == "The law says."


def test_every_opening_says_it_and_offers_nothing(door: Door, settings: Settings) -> None:
    with TestClient(Web(door, settings).app()) as client:
        page = client.get("/chat?context=cyberbullying").text
        assert "Switched off for now." in page
        assert 'href="tel:999"' in page
        assert "People are being nasty online" not in page
        for route in ("opening", "conversations"):
            answer = client.post(f"/api/{route}", json={"context": "cyberbullying"}).json()
            assert answer["reply"]["bubbles"][0]["text"] == SAID
            assert answer.get("choices", []) == []
        again = client.post("/api/start-again", json={"token": answer["token"]}).json()
        assert [bubble["text"] for bubble in again["reply"]["bubbles"]] == [SAID, TAIL]


def test_a_register_from_before_the_entry_still_leaves_nobody_without_a_word(
    door: Door, settings: Settings
) -> None:
    register = door.editions.current.register
    assert register is not None
    del register.entries["conversation.switched_off"]
    with TestClient(Web(door, settings).app()) as client:
        token = client.post("/api/conversations").json()["token"]
        answer = client.post("/api/messages", json={"token": token, "text": "is it legal"}).json()
    assert answer["reply"]["bubbles"][0]["text"] == LAST_RESORT
