from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.door.conversations import Conversation
from signpost.door.stages.receive import Receive, clean, pick
from signpost.register.models import Choice

CHOICES = [Choice("Someone is nasty", "cyberbullying"), Choice("A scam", "scam_fraud")]
ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)  # lone surrogates included


@given(ANY_TEXT)
def test_a_cleaned_text_is_one_line_that_never_starts_with_a_slash(raw: str) -> None:
    text = clean(raw)
    assert not text.startswith(("/", " "))
    assert "\n" not in text
    text.encode("utf-8")


@given(st.text(alphabet="/ \t\n\u200b\u202e\ufeff\x00a", max_size=30))
def test_no_mixture_of_slashes_and_unseen_characters_leaves_a_slash_in_front(raw: str) -> None:
    assert not clean(raw).startswith("/")


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)


@given(st.from_regex(r"[a-z]{1,10}( [a-z']{1,10}){0,10}", fullmatch=True))
def test_plain_words_stay_as_they_are(raw: str) -> None:
    assert clean(raw) == raw


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("/greet I feel alone", "greet I feel alone"),
        ("//greet", "greet"),
        (" / /greet", "greet"),
        ("\u200b/greet", "greet"),
        ("\ufeff /greet", "greet"),
        ("\x00/greet", "greet"),
        ("/greet@1.0 I feel alone", "greet@1.0 I feel alone"),
        ('/greet{"a": "b"} hi', 'greet{"a": "b"} hi'),
        ("he\u200bl\u200dp", "help"),
        ("\u202ehelp\u202c", "help"),
        ("a\r\n\tb  c", "a b c"),
        ("a\x07b", "a b"),
        ("help \ud800 me", "help me"),
        ("50/50 and/or", "50/50 and/or"),
    ],
)
def test_what_cannot_be_seen_goes_and_what_is_said_stays(raw: str, text: str) -> None:
    assert clean(raw) == text


@pytest.mark.parametrize("raw", ["", " ", "\n\t", "\u200b\u200b", "/", "\x00", "\ud800"])
def test_a_message_with_nothing_to_read_is_empty(conversation: Conversation, raw: str) -> None:
    assert Receive(100).run(conversation, raw).problem == "empty"


@pytest.mark.parametrize("raw", ["😢", "😢😢 💔", "???", "...", "👨‍👩‍👧"])
def test_a_message_without_letters_or_digits_is_unreadable(
    conversation: Conversation, raw: str
) -> None:
    assert Receive(100).run(conversation, raw).problem == "unreadable"


@pytest.mark.parametrize("raw", ["hi", "999", "хочу поговорити", "مساعدة", "😢 help"])
def test_a_message_in_any_script_has_no_problem(conversation: Conversation, raw: str) -> None:
    assert Receive(100).run(conversation, raw).problem is None


def test_of_a_long_message_the_start_and_the_end_go_on(conversation: Conversation) -> None:
    turn = Receive(100).run(conversation, "start " + "x" * 20_000 + " end")
    assert turn.problem == "too_long"
    assert turn.text.startswith("start")
    assert turn.text.endswith("end")
    assert len(turn.text) <= 101


def test_the_raw_text_is_kept_for_the_floor(conversation: Conversation) -> None:
    raw = "/greet\u200b I feel alone"
    assert Receive(100).run(conversation, raw).raw == raw


@pytest.mark.parametrize("text", ["2", "2.", "2)", " A SCAM ", "a scam!"])
def test_a_choice_is_picked_by_its_number_or_its_words(
    conversation: Conversation, text: str
) -> None:
    conversation.choices = list(CHOICES)
    assert Receive(100).run(conversation, text).choice == CHOICES[1]


def test_a_choice_is_picked_by_its_button() -> None:
    assert pick(CHOICES, "A scam", "scam_fraud") == CHOICES[1]


@pytest.mark.parametrize("text", ["3", "0", "", "it is a scam i think", "22"])
def test_other_words_pick_nothing(text: str) -> None:
    assert pick(CHOICES, text) is None


def test_a_button_that_was_never_offered_picks_nothing() -> None:
    assert pick(CHOICES, "hello", "restart") is None
    assert pick([], "hello", "scam_fraud") is None
