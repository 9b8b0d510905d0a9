from __future__ import annotations

import msgspec
import pytest

from signpost.register.channels.apps import Form, render, utf16
from signpost.register.loader import load
from signpost.register.models import Bubble, Choice, Link, Reply
from signpost.register.render import render_entry
from signpost.settings import ROOT, Settings

FORM = Form(characters=200, characters_with_buttons=150, buttons=3, button_characters=20)
CHOICES = [Choice(title="A game", intent="game"), Choice(title="A person", intent="person")]


def reply(*texts: str, choices: list[Choice] | None = None) -> Reply:
    return Reply(bubbles=[Bubble(entry="x", text=text) for text in texts], choices=choices or [])


def test_bubbles_are_paragraphs_of_one_message() -> None:
    assert [each.text for each in render(FORM, reply("One.", "Two.")).now] == ["One.\n\nTwo."]


def test_what_is_too_long_goes_on_in_a_next_message() -> None:
    sheets = render(FORM, reply("First. " * 20, "Second. " * 20)).now
    assert len(sheets) == 2
    assert all(len(sheet.text) <= 200 for sheet in sheets)


def test_choices_hang_on_the_last_message_and_are_written_out_in_its_plain_form() -> None:
    *before, last = render(FORM, reply("Long words. " * 15, "Which?", choices=CHOICES)).now
    assert [each.choices for each in before] == [()] * len(before)
    assert last.choices == tuple(CHOICES)
    assert last.plain.endswith("1 A game\n2 A person")


@pytest.mark.parametrize(
    "choices",
    [
        [Choice(title="A title that no button can hold", intent="a")],
        [Choice(title=str(n), intent=str(n)) for n in range(4)],
    ],
    ids=["too long", "too many"],
)
def test_choices_that_do_not_fit_buttons_are_numbered(choices: list[Choice]) -> None:
    sheet = render(FORM, reply("Which?", choices=choices)).now[-1]
    assert sheet.choices == ()
    assert sheet.text.startswith("Which?\n1 ")


def test_where_buttons_may_fail_the_question_goes_by_itself() -> None:
    form = msgspec.structs.replace(FORM, question_apart=True)
    sheets = render(form, reply("Advice.", "Which?", choices=CHOICES)).now
    assert [(sheet.text, len(sheet.choices)) for sheet in sheets] == [("Advice.", 0), ("Which?", 2)]


def test_a_card_shows_its_name_and_every_way_to_reach_it() -> None:
    card = Bubble(
        entry="service.x",
        kind="card",
        title="Childline",
        text="For under 19s.",
        note="Open now.",
        links=[
            Link(label="Call 0800 1111", href="tel:08001111"),
            Link(label="childline.org.uk", href="https://www.childline.org.uk/"),
        ],
    )
    form = Form(
        characters=500,
        characters_with_buttons=500,
        buttons=0,
        button_characters=0,
        bold=lambda text: f"*{text}*",
    )
    assert render(form, Reply(bubbles=[card])).now[0].text == (
        "*Childline*\nFor under 19s. Open now.\nCall 0800 1111\nhttps://www.childline.org.uk/"
    )


def test_the_standing_line_comes_before_a_question_so_that_buttons_touch_it() -> None:
    bubbles = [
        Bubble(entry="x", text="Which?"),
        Bubble(entry="y", text="In danger? 999.", kind="standing"),
    ]
    text = render(FORM, Reply(bubbles=bubbles, choices=CHOICES)).now[0].text
    assert text == "In danger? 999.\n\nWhich?"


def test_a_crisis_begins_with_its_first_words_and_keeps_them_whole() -> None:
    register = load(ROOT / "content", Settings().council)
    crises = [entry for entry in register.entries.values() if entry.kind == "crisis"]
    for entry in crises:
        for audience in entry.variants:
            made = render_entry(register, entry.id, audience)
            for most in (1600, 2000, 4096):
                form = Form(
                    characters=most, characters_with_buttons=most, buttons=3, button_characters=20
                )
                first = render(form, made).now[0].text
                assert first.startswith(made.bubbles[0].text)


def test_letters_outside_the_first_plane_count_twice_where_the_app_counts_so() -> None:
    assert utf16("a😢") == 3
