"""The whole bot over HTTP, as its users meet it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from harness import Bot, words

pytestmark = pytest.mark.faults


def first(reply: dict[str, Any]) -> str:
    return str(reply["bubbles"][0]["entry"])


def test_a_child_gets_advice_on_a_stranger_and_then_is_asked_who_asks(bot: Bot) -> None:
    reply = bot.say("someone i met on roblox wants my number")
    assert first(reply) == "advice.grooming_stranger_contact/child"
    assert "conversation.ask_audience/child" in {b["entry"] for b in reply["bubbles"]}
    assert "I'm under 18" in [choice["title"] for choice in reply["choices"]]


def test_a_parent_gets_a_parent_s_words_on_a_picture(bot: Bot) -> None:
    reply = bot.say("My daughter sent a picture to a boy and now it's round the school")
    assert first(reply) in ("advice.nudes_shared/parent", "crisis.exploitation/parent")
    assert "Report Remove" in words(reply)


def test_a_teacher_is_told_what_to_do_first(bot: Bot) -> None:
    reply = bot.say("A pupil has told me she's being messaged by a man of 30, what do I do first?")
    assert first(reply).endswith("/professional")
    assert "CEOP" in words(reply)
    assert "lead" in words(reply)


def test_tablets_are_999_first(bot: Bot) -> None:
    reply = bot.say("i took loads of tablets")
    assert "999" in reply["bubbles"][0]["text"][:40]


def test_blackmail_of_a_child_is_ceop_first(bot: Bot) -> None:
    reply = bot.say("he says he'll post my pics if i dont send more, im 14")
    assert "CEOP" in reply["bubbles"][0]["text"][:40]
    assert "Report Remove" in words(reply)


def test_bins_are_out_of_scope_and_the_safety_line_stays(bot: Bot) -> None:
    reply = bot.say("what day are the bins")
    assert first(reply).startswith("conversation.out_of_scope")
    assert reply["bubbles"][-1]["kind"] == "standing"
    assert "999" in reply["bubbles"][-1]["text"]


def test_after_a_crisis_every_reply_carries_the_emergency_line_until_start_again(bot: Bot) -> None:
    token = bot.conversation()
    bot.say("i took loads of tablets", token)
    denied = bot.say("no im fine", token)
    assert denied["bubbles"][-1]["kind"] == "standing" or denied["route"] == "999"
    after = bot.say("how do i make my insta private", token)
    assert after["bubbles"][-1]["kind"] == "standing"
    bot.say("start again", token)
    assert bot.say("how do i make my insta private", token)["bubbles"][-1]["kind"] != "standing"


def test_the_page_answers_without_script(bot: Bot) -> None:
    page = bot.client.get("/chat")
    # Its one script makes leaving quicker; the page does all without.
    assert re.findall(r"<script[^>]*>", page.text) == ['<script src="/static/leave.js" defer>']
    answered = bot.client.post("/chat", data={"text": "someone i met on roblox wants my number"})
    assert 'data-entry="advice.grooming_stranger_contact/child"' in answered.text
    token = re.search(r'name="token" value="([^"]+)"', answered.text)
    assert token is not None
    again = bot.client.post("/chat", data={"token": token[1], "choice": "tell_audience_parent"})
    assert "advice.grooming_stranger_contact/parent" in again.text


def test_no_text_of_a_message_is_in_any_log(bot: Bot) -> None:
    bot.say("my gerbil xylophone vanished in the wardrobe")
    logs = "".join(
        file.read_text(encoding="utf-8", errors="replace")
        for file in (bot.state / "log").glob("*.log")
    )
    assert logs, "there are no logs to search"
    assert "xylophone" not in logs


def test_a_council_page_with_the_widget_is_named_and_served(bot: Bot) -> None:
    address = f"{bot.url}/demo"
    assert f"a council page with the widget on it: {address}" in bot.lines()
    page = bot.client.get("/demo").text
    script = re.search(r'<script src="([^"]+)"', page)
    assert script
    assert "signpost-chat" in bot.client.get(script[1]).text
