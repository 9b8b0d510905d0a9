from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.register.channels.segments import BASIC, is_gsm7, plain, segments, split
from signpost.register.loader import load
from signpost.settings import ROOT


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),  # é is one of the seven-bit letters
        ("€" * 80, 1),  # and € takes two places
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 10, 2),
        ("ŵ" * 70, 1),
        ("ŵ" * 71, 2),
        ("😢" * 35, 1),
        ("😢" * 36, 2),
        ("a" * 69 + "ŵ" + "a" * 64, 2),
        ("a" * 69 + "ŵ" + "a" * 65, 3),
    ],
)
def test_segments_are_counted_as_networks_bill_them(text: str, count: int) -> None:
    assert segments(text) == count


def test_a_letter_of_two_places_is_never_split_over_two_segments() -> None:
    # 152 letters and a pair would take 154 places of 153: the pair moves on whole.
    assert segments("a" * 152 + "€" + "a" * 151) == 2
    assert segments("a" * 152 + "€" + "a" * 152) == 3


def test_typographic_signs_are_written_so_that_they_cost_one_letter() -> None:
    assert plain("“I’m 12” – it’s…\u00a0so") == "\"I'm 12\" - it's... so"
    assert is_gsm7(plain("“I’m 12” – it’s…\u00a0so"))


def test_letters_of_names_are_left_as_they_are() -> None:
    assert plain("Cyngor Sir Ŷnys Môn") == "Cyngor Sir Ŷnys Môn"
    assert not is_gsm7("Ŷnys")


@given(st.text(alphabet=sorted(BASIC), max_size=1000))
def test_seven_bit_texts_take_153_letters_to_a_segment(text: str) -> None:
    count = segments(text)
    assert count == (0 if not text else 1 if len(text) <= 160 else -(-len(text) // 153))


@given(st.text(max_size=300))
def test_more_words_never_take_fewer_segments(text: str) -> None:
    assert segments(text) <= segments(text + "a")


@pytest.mark.parametrize("council", ["cambridgeshire-peterborough", "example-borough"])
def test_every_crisis_reply_is_two_segments_of_seven_bit_letters_that_name_999(
    council: str,
) -> None:
    register = load(ROOT / "content", council)
    for entry in register.entries.values():
        if entry.kind == "crisis":
            for audience, variant in entry.variants.items():
                text = register.resolve(variant.sms)
                assert segments(text) <= 2, (entry.id, audience)
                assert is_gsm7(text), (entry.id, audience)
                assert "999" in text, (entry.id, audience)


@given(st.text(max_size=700))
def test_the_segments_hold_the_whole_text_and_fit_each(text: str) -> None:
    parts = split(text)
    assert "".join(parts) == text
    assert all(segments(part) == 1 for part in parts)
