"""Redaction as a whole: each kind has its placeholder, and what the advice needs stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.privacy.redact import Redactor

redact = Redactor().redact


@pytest.mark.parametrize(
    ("text", "detail", "placeholder"),
    [
        ("my number is 07700 900123", "900123", "‹phone›"),
        ("ring +44 7700 900123", "900123", "‹phone›"),
        ("home is 01223 496000", "496000", "‹phone›"),
        ("write to sam.b@example.com", "sam", "‹email›"),
        ("he posted https://example.com/sam?x=1", "sam", "‹url›"),
        ("look at www.example.com/sam", "sam", "‹url›"),
        ("his account is @sam_99", "sam", "‹handle›"),
        ("we live near CB2 1TN", "CB2", "‹postcode›"),
        ("we live near cb21tn", "cb21tn", "‹postcode›"),
        ("born 12/03/2011", "2011", "‹date of birth›"),
        ("born 3rd march 2011", "2011", "‹date of birth›"),
        ("I live at 12 Mill Lane", "Mill", "‹address›"),
        ("I go to Oak Tree Primary School", "Oak", "‹school›"),
        ("card 4111 1111 1111 1111", "4111", "‹number›"),
        ("my ip is 192.168.10.20", "192", "‹number›"),
        ("NI is QQ 12 34 56 C, no AB123456C", "AB123456C", "‹number›"),
        ("nhs 943 476 5919", "943", "‹number›"),
        ("my name is Sarah Jones", "Sarah", "‹name›"),
        ("im called jake", "jake", "‹name›"),
        ("a boy called Ethan Smith", "Ethan", "‹name›"),
        ("pic data:image/png;base64,iVBORw0KGgo=", "iVBOR", "‹url›"),
    ],
)
def test_a_personal_detail_is_replaced_by_its_kind(
    text: str, detail: str, placeholder: str
) -> None:
    redacted = redact(text)
    assert detail not in redacted
    assert placeholder in redacted


@pytest.mark.parametrize(
    "text",
    [
        "should i ring 999",
        "what is 0800 1111",
        "i rang 08001111 or 116 123",
        "is it 101 or 111",
        "text shout to 85258",
        "is 999 0800 1111 right",
        "i'm 13 and he is 34",
        "my 12 year old daughter in year 7",
        "he has been on snapchat since he was 11",
        "we play roblox, fortnite and minecraft till 10",
        "an app called snapchat",
        "this game called Roblox",
        "a website called omegle",
        "they called me names",
        "he called the police",
        "she called again at 5",
    ],
)
def test_what_the_advice_needs_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("text", ["", " ", "‹phone›", "hello"])
def test_a_text_without_details_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


def test_every_detail_of_a_message_is_taken_out() -> None:
    redacted = redact("my name is Sam, 07700 900123, sam@example.com, im 12 on snapchat")
    assert redacted == "my name is ‹name›, ‹phone›, ‹email›, im 12 on snapchat"


@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(redact(text), str)


@given(st.characters(), st.integers(min_value=1, max_value=2000))
def test_a_long_run_of_one_character_breaks_nothing(character: str, length: int) -> None:
    redact(character * length)


_KEPT = ("999", "0800 1111", "i am 12", "he is 34", "snapchat", "roblox", "116 123", "year 8")
_DETAILS = ("07700 900123", "sam@example.com", "@sam_99", "CB2 1TN")


@given(st.permutations(_KEPT), st.sampled_from(_DETAILS), st.integers(0, len(_KEPT)))
def test_what_is_needed_stays_whatever_stands_beside_it(
    kept: list[str], detail: str, place: int
) -> None:
    redacted = redact(", ".join([*kept[:place], detail, *kept[place:]]))
    assert detail not in redacted
    for each in _KEPT:
        assert each in redacted
