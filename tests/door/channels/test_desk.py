"""The rules of the road: STOP, START, HELP, MORE, CLEAR, first words, media, standing line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from signpost import off
from signpost.door.rasa import Answer
from signpost.off import OffSwitch
from signpost.register.channels.segments import segments
from signpost.register.models import Bubble, Reply
from tests.door.channels import drivers
from tests.door.channels.conftest import Bench
from tests.door.channels.drivers import to
from tests.stand_ins import SUICIDE, BrokenFloor, dead, says

TABLETS = "i took loads of tablets and want to die"
LOW = "i dont want to be here anymore"
ORDINARY = "people are mean to me online"


@pytest.fixture
def sms(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench(drivers.Sms())


def said(bench: Bench, text: str, person: int = 1) -> list[str]:
    """What is said to one message."""
    bench.provider.taken.clear()
    bench.say(text, person)
    return to(bench.settle(), bench.driver.address(person))


def test_after_stop_only_a_crisis_is_answered(bench: Bench) -> None:
    bench.meet()
    (goodbye,) = said(bench, "STOP")
    assert "999" in goodbye
    assert "0800 1111" in goodbye
    assert "START" in goodbye
    assert said(bench, ORDINARY) == []
    assert said(bench, "thanks") == []
    (crisis,) = said(bench, TABLETS)
    assert crisis.startswith("Call 999 now")
    (check_in,) = said(bench, LOW)
    assert "999" in check_in


def test_what_only_the_second_net_finds_is_answered_after_stop(sms: Bench) -> None:
    sms.meet()
    said(sms, "stop")
    sms.rasa.script = lambda _: says("crisis.suicide/child", "Call 999 now.", route="999")
    (crisis,) = said(sms, "something that the floor does not know")
    assert crisis.startswith("Call 999 now")


def test_an_unread_message_is_answered_after_stop(sms: Bench) -> None:
    sms.meet()
    said(sms, "stop")
    sms.door.editions.current.floor, floor = BrokenFloor(), sms.door.editions.current.floor  # type: ignore[assignment]
    try:
        (resort,) = said(sms, "anything")[:1]
    finally:
        sms.door.editions.current.floor = floor
    assert resort.startswith("Call 999 now if anyone is in danger")
    assert segments(resort) <= 2


@pytest.mark.parametrize("word", ["START", "yes", "unstop"])
def test_start_opens_the_line_again(sms: Bench, word: str) -> None:
    sms.meet()
    said(sms, "STOP")
    assert said(sms, word) == ["Welcome back. I will answer you again."]
    assert said(sms, ORDINARY)


def test_stop_is_remembered_over_a_restart(
    make_bench: Callable[..., Bench], tmp_path: Path
) -> None:
    first = make_bench(drivers.Sms())
    said(first, "STOP")
    assert first.client.portal is not None
    first.client.portal.call(first.channels.close, 0.1)
    again = make_bench(drivers.Sms())
    assert said(again, ORDINARY) == []
    assert said(again, ORDINARY, person=2)


def test_stop_on_one_channel_says_nothing_of_another(make_bench: Callable[..., Bench]) -> None:
    sms, whatsapp = make_bench(drivers.Sms()), make_bench(drivers.WhatsApp())
    said(sms, "STOP")
    assert said(whatsapp, ORDINARY)


def test_help_gives_999_and_childline_first_then_the_details(bench: Bench) -> None:
    bench.meet()
    crisis, details = said(bench, "HELP")
    assert crisis.startswith("Call 999 now")
    assert "0800 1111" in crisis
    assert "computer program" in details


def test_info_gives_999_and_childline_first_without_a_crisis(bench: Bench) -> None:
    (details,) = said(bench, "INFO")
    assert details.startswith("In danger? 999. Childline 0800 1111.")
    assert "CLEAR" in details
    assert bench.rasa.asked == []


def test_more_brings_the_next_page_and_after_the_last_asks_the_bot(sms: Bench) -> None:
    sms.meet()
    long = [Bubble(entry="test/child", text="One more sentence to read. " * 60)]
    sms.rasa.script = lambda _: Answer(replies=[Reply(bubbles=long)])
    pages = said(sms, "tell me everything")
    asked = len(sms.rasa.asked)
    while pages[-1].endswith("MORE for more."):
        pages += said(sms, "more")
    assert len(pages) > 2
    assert len(sms.rasa.asked) == asked
    read = " ".join(page.removesuffix("Reply MORE for more.").strip() for page in pages)
    assert read.split() == long[0].text.split()
    said(sms, "more")
    assert sms.rasa.texts[-1] == "more"


def test_a_new_answer_takes_the_place_of_pages_that_wait(sms: Bench) -> None:
    sms.meet()
    long = [Bubble(entry="test/child", text="One more sentence to read. " * 60)]
    sms.rasa.script = lambda _: Answer(replies=[Reply(bubbles=long)])
    said(sms, "tell me everything")
    sms.rasa.script = lambda _: says("test/child", "Short.")
    assert said(sms, "something else") == ["Short."]
    said(sms, "more")
    assert sms.rasa.texts[-1] == "more"


def test_after_a_crisis_the_standing_line_is_there_until_clear(bench: Bench) -> None:
    bench.meet()
    said(bench, TABLETS)
    for text in ("no", "im fine", "you misunderstood"):
        assert any("can't go on" in each for each in said(bench, text))
    said(bench, "CLEAR")
    assert not any("can't go on" in each for each in said(bench, "is it legal"))


def test_clear_works_while_rasa_is_dead(sms: Bench) -> None:
    sms.meet()
    sms.rasa.script = dead
    said(sms, TABLETS)
    assert "start again" in said(sms, "clear")[0]


def test_the_first_words_say_what_this_is_once(bench: Bench) -> None:
    first, *_ = said(bench, ORDINARY)
    for words in ("computer program", "Nobody is watching", "see your screen", "999"):
        assert words in first
    assert "not yet been approved" in first  # preview mode
    assert not any("see your screen" in each for each in said(bench, ORDINARY))


def test_the_first_words_of_sms_say_that_texts_may_cost(sms: Bench) -> None:
    (first,) = said(sms, "hello")
    assert "cost" in first
    assert "delete these texts" in first


def test_a_crisis_as_the_first_message_is_answered_by_nothing_else(bench: Bench) -> None:
    assert len(said(bench, TABLETS)) == 1
    assert any("computer program" in each for each in said(bench, ORDINARY))


def test_a_picture_alone_is_answered_and_not_fetched(bench: Bench) -> None:
    bench.meet()
    bench.post(bench.driver.sends_picture(""))
    taken = bench.settle()
    assert "did not open" in taken[0].text
    assert bench.rasa.texts[1:] == []
    assert not any("never-fetched" in str(asked) for asked in bench.provider.asked)


def test_a_voice_note_and_a_place_get_the_honest_reply(
    make_bench: Callable[..., Bench],
) -> None:
    driver = drivers.WhatsApp()
    bench = make_bench(driver)
    bench.meet()
    bench.post(driver.hook({"Body": "", "Latitude": "52.2", "Longitude": "0.1"}, 1))
    (text,) = [each.text for each in bench.settle()]
    assert "nobody will come because of it" in text
    assert "999" in text


def test_the_words_of_what_was_sent_reach_no_log(bench: Bench) -> None:
    with capture_logs() as logs:
        said(bench, f"my name is Samantha Example. {TABLETS}")
        said(bench, "Samantha Example likes cats")
    assert "Samantha" not in str(logs)
    assert bench.driver.address() not in str(logs)


def test_rasa_is_told_no_address_and_an_id_of_our_own(bench: Bench) -> None:
    said(bench, ORDINARY)
    conversation, text, metadata = bench.rasa.asked[0]
    assert conversation.isascii()
    address = bench.driver.address().removeprefix("whatsapp:")
    assert address not in f"{conversation} {text} {metadata}"
    assert len(conversation) >= 16


def test_whatever_fails_on_the_way_the_person_is_answered(
    sms: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    sms.meet()

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(sms.door.render, "notice", fail)
    (resort,) = said(sms, "STOP")
    assert resort.startswith("Call 999 now")


def test_a_conversation_that_ended_begins_anew(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(drivers.Sms(), conversation_seconds=0.2)
    said(bench, TABLETS)
    import time

    time.sleep(0.4)
    first, *_ = said(bench, ORDINARY)
    assert "computer program" in first
    assert "can't go on" not in first


def test_a_bot_that_is_off_says_so_to_all_but_danger(bench: Bench, tmp_path: Path) -> None:
    off.turn_off(tmp_path / "off", "Robin", "a number is wrong")
    bench.door._off = switch = OffSwitch(tmp_path / "off")
    for text in (ORDINARY, "START", "CLEAR"):
        (answer,) = said(bench, text, person=2)
        assert "switched off for now" in answer
        assert "999" in answer
    assert said(bench, ORDINARY, person=3)[0].startswith("This helper is switched off")
    assert said(bench, SUICIDE, person=4)[0].startswith("Call 999 now")
    off.turn_on(tmp_path / "off")
    switch.refresh()
    introduction, *_ = said(bench, ORDINARY, person=3)
    assert "switched off" not in introduction
