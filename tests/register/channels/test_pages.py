from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.register.channels.pages import pages
from signpost.register.channels.segments import segments

NUMBER = "0800 1111"
LINK = "https://www.ceop.police.uk/Safety-Centre/"
WORDS = st.lists(
    st.sampled_from(
        ["Call", "999.", NUMBER, "116 123.", LINK, "now", "\n", "Ask", "them!", "brave-heart", "é"]
    ),
    max_size=80,
).map(" ".join)


def at_most(characters: int):  # type: ignore[no-untyped-def]
    return lambda text: len(text) <= characters


@given(WORDS, st.integers(min_value=45, max_value=300))
def test_no_word_number_or_link_is_lost_or_cut(text: str, most: int) -> None:
    done = pages([text], at_most(most))
    assert " ".join(done).split() == text.split()
    for page in done:
        assert not re.search(r"0800$|^1111|116$|^123", page)
        assert all(LINK in word for word in page.split() if word.startswith("http"))


@given(WORDS, st.integers(min_value=45, max_value=300))
def test_every_page_fits(text: str, most: int) -> None:
    assert all(len(page) <= most for page in pages([text], at_most(most)))


@given(st.lists(WORDS, max_size=6))
def test_blocks_keep_their_order(blocks: list[str]) -> None:
    done = pages(blocks, lambda text: segments(text) <= 1)
    assert " ".join(done).split() == " ".join(blocks).split()


def test_a_block_that_fits_on_the_next_page_is_not_cut() -> None:
    assert pages(["First block here.", "Second block."], at_most(20)) == [
        "First block here.",
        "Second block.",
    ]


def test_a_page_ends_after_a_sentence_rather_than_after_a_word() -> None:
    text = "Stop replying to them. Tell an adult that you trust"
    assert pages([text], at_most(40))[0] == "Stop replying to them."


def test_a_page_does_not_end_after_a_short_sentence_far_from_its_end() -> None:
    text = "Stop. " + "word " * 20
    assert len(pages([text], at_most(60))[0]) > 40


@pytest.mark.parametrize("whole", [LINK, "0800 1111 2222 3333 4444"])
def test_what_does_not_fit_alone_stays_whole(whole: str) -> None:
    assert whole in pages([f"Go to {whole} now"], at_most(10))


def test_nothing_is_no_page() -> None:
    assert pages([], at_most(10)) == []
    assert pages([""], at_most(10)) == []
