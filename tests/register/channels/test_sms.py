from __future__ import annotations

import re

import pytest

from signpost.register.channels.segments import is_gsm7, segments
from signpost.register.channels.sheets import Sheets
from signpost.register.channels.sms import SmsWords, render
from signpost.register.loader import Register, load
from signpost.register.models import Bubble, Choice, Reply
from signpost.register.render import render_entry, render_service
from signpost.settings import ROOT, Settings

HINT = "Reply MORE for more."
LAST_RESORT = "Call 999 now. Childline 0800 1111."


@pytest.fixture(scope="module")
def words() -> Register:
    return load(ROOT / "content", Settings().council)


def texts(register: Register | None, reply: Reply) -> Sheets:
    return render(SmsWords(register, HINT, LAST_RESORT), reply)


def standing(register: Register) -> list[Bubble]:
    line = render_entry(register, "conversation.standing_line").bubbles
    return [Bubble(entry=each.entry, text=each.text, kind="standing") for each in line]


def test_a_crisis_is_its_sms_form_and_nothing_else(words: Register) -> None:
    reply = render_entry(words, "crisis.suicide", "child")
    sheets = texts(words, reply)
    expected = words.resolve(words.entry("crisis.suicide").variants["child"].sms)
    assert [sheet.text for sheet in sheets.now] == [expected]
    assert sheets.later == []


def test_each_reader_gets_their_own_words(words: Register) -> None:
    parent = texts(words, render_entry(words, "crisis.suicide", "parent")).now[0].text
    assert "your child" in parent


def test_every_entry_for_every_reader_is_one_text_within_its_segments(words: Register) -> None:
    for entry in words.entries.values():
        for audience in entry.variants:
            now = texts(words, render_entry(words, entry.id, audience)).now
            assert len(now) == 1, entry.id
            assert segments(now[0].text) <= (2 if entry.kind == "crisis" else 4), entry.id
            if entry.kind != "conversation":
                assert is_gsm7(now[0].text), entry.id


def test_more_and_report_go_page_by_page_without_losing_a_number(words: Register) -> None:
    for entry in words.entries.values():
        for part in ("more", "report"):
            reply = render_entry(words, entry.id, part=part)
            sheets = texts(words, reply)
            pages = [*sheets.now, *sheets.later]
            assert all(segments(page.text) <= 4 for page in pages)
            shown = " ".join(page.text for page in pages)
            for link in (link for bubble in reply.bubbles for link in bubble.links):
                number = re.search(r"\d[\d ]+\d", link.label)
                wanted = link.href if link.href.startswith("http") else number and number[0]
                assert wanted is None or wanted in shown
            assert len(sheets.now) == (1 if reply.bubbles else 0)


def test_a_page_that_is_not_the_last_says_how_to_get_the_next(words: Register) -> None:
    reply = Reply(bubbles=[Bubble(entry="x", text="A sentence of some words. " * 60)])
    sheets = texts(words, reply)
    assert sheets.later
    assert HINT in sheets.now[0].text
    assert HINT not in sheets.later[-1].text


def test_the_standing_line_is_on_every_page_in_its_sms_form_with_its_end(words: Register) -> None:
    long = Bubble(entry="x", text="A sentence of some words. " * 60)
    sheets = texts(words, Reply(bubbles=[long, *standing(words)]))
    for page in (*sheets.now, *sheets.later):
        assert "Childline 0800 1111" in page.text
        assert "CLEAR" in page.text
        assert segments(page.text) <= 4


def test_advice_that_goes_on_says_so_where_there_is_room(words: Register) -> None:
    said = 0
    for entry in words.entries.values():
        if entry.kind != "advice":
            continue
        for audience, variant in entry.variants.items():
            text = texts(words, render_entry(words, entry.id, audience)).now[0].text
            assert segments(text) <= 4
            said += HINT in text
            assert variant.more or HINT not in text
    assert said > 100


def test_choices_are_numbered_and_stand_under_their_question(words: Register) -> None:
    question = Bubble(entry="x", text="Which one?")
    choices = [Choice(title="A game", intent="a"), Choice(title="Somebody’s chat", intent="b")]
    text = texts(words, Reply(bubbles=[question], choices=choices)).now[0].text
    assert text == "Which one?\n1 A game\n2 Somebody's chat"


def test_a_question_that_does_not_fit_waits_for_more_with_all_its_choices(words: Register) -> None:
    long = Bubble(entry="x", text="A sentence of words. " * 27)
    choices = [Choice(title=f"Choice {n}", intent=f"c{n}") for n in range(4)]
    reply = Reply(bubbles=[long, Bubble(entry="y", text="Which one?")], choices=choices)
    sheets = texts(words, reply)
    assert HINT in sheets.now[0].text
    assert sheets.later[0].text == "Which one?\n" + "\n".join(
        f"{n} Choice {n - 1}" for n in range(1, 5)
    )


def test_a_service_asked_for_by_name_comes_with_its_words(words: Register) -> None:
    text = texts(words, render_service(words, "childline")).now[0].text
    assert "0800 1111" in text
    assert words.services["childline"].summary[:30] in text


def test_without_a_register_the_last_resort_is_in_its_sms_form() -> None:
    reply = Reply(bubbles=[Bubble(entry="crisis.last_resort", text="long " * 200)], route="both")
    assert [sheet.text for sheet in texts(None, reply).now] == [LAST_RESORT]


def test_an_unread_message_gets_the_last_resort_and_then_its_answer(words: Register) -> None:
    resort = Bubble(entry="crisis.last_resort", text="long " * 200)
    answer = Bubble(entry="advice.law_question/child", text="x")
    now = texts(words, Reply(bubbles=[resort, answer], route="both")).now
    assert now[0].text == LAST_RESORT
    assert len(now) == 2


def test_a_crisis_without_an_sms_form_is_cut_to_two_segments_after_a_sentence() -> None:
    reply = Reply(bubbles=[Bubble(entry="crisis.new/child", text="Call 999 now. " * 50)])
    sheets = texts(None, reply)
    assert segments(sheets.now[0].text) <= 2
    assert sheets.now[0].text.endswith("now.")
    assert sheets.later
