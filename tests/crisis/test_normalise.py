"""Disguises are undone before the lexicon sees a word."""

from __future__ import annotations

import pytest

from signpost.crisis.normalise import fold, readings


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("HELP ME", "help me"),
        ("ｈｅｌｐ ｍｅ", "help me"),
        ("h\u200bel\u200dp m\u2060e", "help me"),
        ("\u202ehelp me\u202c", "help me"),
        ("hеlр mе", "help me"),  # Cyrillic letters among Latin ones
        ("ʜᴇʟᴘ ᴍᴇ", "help me"),
        ("h̷e̷l̷p̷ m̷e̷", "help me"),
        ("🅗🅔🅛🅟", "help"),
        ("don’t", "don't"),
        ("\ud800help\udfff", "help"),
    ],
)
def test_a_disguised_text_reads_like_the_plain_one(disguised: str, plain: str) -> None:
    assert fold(disguised) == plain


def test_emoji_that_matter_become_words() -> None:
    assert "knife" in fold("he has a 🔪")
    assert "pills" in fold("i took 💊💊")


def test_a_word_in_one_script_is_left_in_its_language() -> None:
    assert fold("хочу") == "хочу"


@pytest.mark.parametrize(
    "wrapped",
    [
        "/greet I want to die",
        "/greet@1.0 I want to die",
        '/greet{"a":"I want to die"}',
        "<b>I want</b> to die",
        "I&#32;want&nbsp;to&#x20;die",
        "I%20want%20to%20die",
        "I+want+to+die",
        "/greet\nI want to die",
    ],
)
def test_a_wrapping_is_taken_off_and_its_contents_kept(wrapped: str) -> None:
    assert any(
        "i want to die" in " ".join(reading.translate(_MARKS).split())
        for reading in readings(wrapped)
    )


_MARKS = str.maketrans({mark: " " for mark in '{}":/'})


def test_spaced_letters_are_closed_up() -> None:
    assert "kill myself" in readings("k i l l   m-y-s-e-l-f") or "killmyself" in "".join(
        readings("k i l l   m-y-s-e-l-f")
    )


@pytest.mark.parametrize("nothing", ["", "   ", "\u200b\u200b", "\x00"])
def test_a_text_without_a_visible_sign_has_no_reading(nothing: str) -> None:
    assert readings(nothing) == ()
