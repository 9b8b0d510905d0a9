from __future__ import annotations

import pytest

from signpost.door.channels.keywords import keyword


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("STOP", "stop"),
        (" stop. ", "stop"),
        ("/stop", "stop"),
        ("Unsubscribe!", "stop"),
        ("QUIT", "stop"),
        ("start", "start"),
        ("UNSTOP", "start"),
        ("help", "help"),
        ("INFO?", "help"),
        ("More", "more"),
        ("start again", "clear"),
        ("st\u200bop", "stop"),
    ],
)
def test_a_whole_message_may_be_a_keyword(text: str, word: str) -> None:
    assert keyword(text) == word


@pytest.mark.parametrize(
    "text", ["", "please stop him", "stop it", "i want it to end", "help me", "yes", "no more"]
)
def test_words_within_a_message_are_no_keyword(text: str) -> None:
    assert keyword(text) is None


def test_yes_opens_the_line_again_only_where_it_was_closed() -> None:
    assert keyword("yes", opted_out=True) == "start"
