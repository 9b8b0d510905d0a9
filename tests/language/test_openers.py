from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.language.openers import without_opener

WORRY = "my son spends all night on his phone"


@pytest.mark.parametrize(
    "opener",
    [
        "ok different thing, ",
        "Oh right. Another question: ",
        "actually a different problem now, ",
        "no that's not it, I mean ",
        "No, that’s not what I meant. ",
        "sorry not bullied, i meant ",
        "nah i meant ",
        "can I ask something else, ",
        "thanks. changing the subject - ",
        "you've got that wrong, ",
        "never mind that, ",
        "no what i meant was ",
    ],
)
def test_what_turns_the_conversation_is_left_out(opener: str) -> None:
    assert without_opener(opener + WORRY) == WORRY


@pytest.mark.parametrize(
    "text",
    [
        WORRY,
        "no i meant snapchat",
        "that's not it",
        "another girl keeps calling me names in the chat",
        "a different man is messaging me now and he wants to meet",
        "i mean it this time im done with all of them",
        "no i mean it this time im done with all of them",
        "another one of my pupils has told me about a man",
        "different problem every day with this phone of hers",
        "no one at school talks to me any more",
        "not sure what to do about my daughter",
        "sorry to bother you but someone hacked my insta",
        "it isn't fair that they all get phones",
        "",
    ],
)
def test_a_message_that_says_its_matter_at_once_stays_whole(text: str) -> None:
    assert without_opener(text) == text


@given(st.text(max_size=80))
def test_what_is_kept_is_the_end_of_what_was_said(text: str) -> None:
    assert text.endswith(without_opener(text))
