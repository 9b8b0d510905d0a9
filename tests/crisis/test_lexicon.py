"""Each word is mapped once: as it stands, mended, cut into words, or left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from signpost.crisis.bench import CONTENT
from signpost.crisis.floor import Floor, FloorError
from signpost.crisis.lexicon import Lexicon, expand
from signpost.crisis.source import Source


@pytest.fixture(scope="module")
def lexicon(floor: Floor) -> Lexicon:
    return floor._rules.lexicon


def words(lexicon: Lexicon, text: str) -> list[str]:
    return lexicon.words(text).words


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("suicidde", "suicide"),
        ("daughtter", "daughter"),
        ("blakmail", "blackmail"),
        ("k1ll", "kill"),
        ("su1c1de", "suicide"),
        ("s*icide", "suicide"),
        ("kiiiill", "kill"),
        ("sendin", "sendin"),
    ],
)
def test_a_misspelt_or_hidden_word_is_mended(lexicon: Lexicon, written: str, meant: str) -> None:
    assert words(lexicon, written) == [meant]


@pytest.mark.parametrize("common", ["dye", "due", "boy", "bride", "charming", "table", "shocking"])
def test_a_common_word_is_never_taken_for_a_dangerous_one(lexicon: Lexicon, common: str) -> None:
    assert words(lexicon, common) == [common]


def test_a_text_without_spaces_is_cut_into_words(lexicon: Lexicon) -> None:
    assert words(lexicon, "hewontletmego") == ["he", "wont", "let", "me", "go"]


def test_a_name_is_not_cut_into_words(lexicon: Lexicon) -> None:
    assert words(lexicon, "Wojciechowski") == ["Wojciechowski"]


def test_fillers_are_left_out(lexicon: Lexicon) -> None:
    assert words(lexicon, "i just literally want to die") == ["i", "want", "to", "die"]


def test_an_age_is_read_however_it_is_written(lexicon: Lexicon) -> None:
    for written in ("im 13yo", "im thirteen", "im 13"):
        assert words(lexicon, written)[1] == "13"


def test_an_amount_of_money_is_not_an_age(lexicon: Lexicon) -> None:
    assert words(lexicon, "he paid £13") == ["he", "paid", "#money"]


def test_a_class_that_contains_itself_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.yaml"
    file.write_text("classes:\n  A: B\n  B: A\n", encoding="utf-8")
    source = Source(file)
    with pytest.raises(FloorError, match=r"lexicon\.yaml:\d: the class \w contains itself"):
        expand(source, source.tree)


def test_the_published_lexicon_names_only_what_exists() -> None:
    Floor.load(CONTENT)
