from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from signpost.door.channels.channel import Request
from signpost.door.channels.message import Message
from signpost.door.channels.telegram import Telegram
from signpost.settings import Settings
from tests.door.channels import drivers
from tests.door.channels.conftest import Bench

TABLETS = "i took loads of tablets and want to die"
user = drivers.Telegram()


@pytest.fixture
def telegram() -> Telegram:
    return Telegram(Settings(**user.settings("http://127.0.0.1:9")))


def read(telegram: Telegram, **update: Any) -> list[Message]:
    return telegram.read(Request(url="", body=user.hook(**update).body, headers={}))


@pytest.mark.parametrize("kind", ["message", "edited_message", "business_message", "channel_post"])
def test_every_kind_of_message_is_read_for_danger(
    make_bench: Callable[..., Bench], kind: str
) -> None:
    bench = make_bench(user)
    bench.post(user.hook(**{kind: user.message(1, text=TABLETS)}))
    assert bench.provider.wait(1)[0].text.startswith("Call 999 now")


@pytest.mark.parametrize(
    "content",
    [
        {"text": "yes", "reply_to_message": {"text": TABLETS, "from": {"is_bot": False}}},
        {"text": "yes", "quote": {"text": TABLETS}, "reply_to_message": {"text": "long"}},
        {"photo": [{"file_id": "x"}], "caption": TABLETS},
        {"poll": {"question": TABLETS, "options": [{"text": "a"}]}},
        {"poll": {"question": "?", "options": [{"text": TABLETS}]}},
        {"venue": {"title": TABLETS}, "location": {}},
        {"checklist": {"title": "a", "tasks": [{"text": TABLETS}]}},
    ],
    ids=["reply", "quote", "caption", "poll", "poll option", "venue", "checklist"],
)
def test_every_part_of_a_message_is_read_for_danger(
    make_bench: Callable[..., Bench], content: dict[str, Any]
) -> None:
    bench = make_bench(user)
    bench.post(user.hook(message=user.message(1, **content)))
    assert bench.provider.wait(1)[0].text.startswith("Call 999 now")


def test_our_own_words_quoted_are_no_crisis(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(user)
    ours = {"text": "Call 999 now if you might end your life", "from": {"is_bot": True}}
    bench.post(user.hook(message=user.message(1, text="what is this", reply_to_message=ours)))
    assert not any(each.text.startswith("Call 999 now") for each in bench.settle())


def test_the_text_of_a_button_is_read_for_danger(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(user)
    bench.post(user.presses("some_choice", TABLETS))
    assert bench.provider.wait(1)[0].text.startswith("Call 999 now")


def test_a_press_is_acknowledged_after_it_was_read(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(user)
    bench.post(user.presses("tell_audience_parent", "A parent or carer"))
    bench.settle()
    paths = [path.rpartition("/")[2] for path, _ in bench.provider.asked]
    assert "answerCallbackQuery" in paths


@pytest.mark.parametrize(
    ("content", "media"),
    [
        ({"photo": [{}]}, "picture"),
        ({"video": {"file_id": "x"}}, "picture"),
        ({"document": {"file_id": "x"}}, "picture"),
        ({"voice": {"file_id": "x"}}, "other"),
        ({"sticker": {"emoji": "x"}}, "other"),
        ({"location": {"latitude": 1.0}}, "other"),
        ({"contact": {"phone_number": "x"}}, "other"),
        ({"a_kind_of_next_year": {"x": 1}}, "other"),
        ({"text": "hello"}, None),
    ],
)
def test_what_comes_beside_the_words_is_told_apart(
    telegram: Telegram, content: dict[str, Any], media: str | None
) -> None:
    (message,) = read(telegram, message=user.message(1, **content))
    assert message.media == media


def test_telegram_s_own_notes_are_no_messages(telegram: Telegram) -> None:
    assert read(telegram, message=user.message(1, pinned_message={"text": "x"})) == []
    assert read(telegram, my_chat_member={"chat": {"id": 1}}) == []
    assert read(telegram, message={"text": "without a chat"}) == []


def test_an_album_is_answered_once(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(user)
    bench.meet()
    for _ in range(4):
        picture = user.message(1, photo=[{"file_id": "x"}], media_group_id="9")
        bench.post(user.hook(message=picture))
    assert len(bench.settle()) == 1


def test_in_a_group_only_a_crisis_is_answered(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(user)
    group = {"chat": {"id": -100, "type": "supergroup"}}
    bench.post(user.hook(message={**user.message(1, text="people are mean"), **group}))
    assert bench.settle() == []
    bench.post(user.hook(message={**user.message(1, text=TABLETS), **group}))
    assert [each.to for each in bench.settle()] == ["-100"]


def test_the_start_command_says_what_this_is(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(user)
    bench.say("/start")
    (message,) = bench.settle()
    assert "computer program" in message.text
    assert bench.rasa.asked == []


def test_no_preview_of_a_page_is_shown(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(user)
    bench.say(TABLETS)
    bench.settle()
    assert all(
        order["link_preview_options"] == {"is_disabled": True}
        for path, order in bench.provider.asked
        if path.endswith("sendMessage")
    )


def test_a_pause_that_telegram_asks_for_is_kept(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(user)
    bench.meet()
    bench.provider.per_second = 1
    bench.say("is it legal")
    bench.say("is it legal")
    first, second = bench.settle()
    assert second.at - first.at >= 0.9
