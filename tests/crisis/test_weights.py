"""What was learnt from labelled messages: weighing a text, saving, and the cost of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.crisis.source import FloorError
from signpost.crisis.weights import PART, Weights, terms

KINDS = ["suicide", "exploitation"]


@pytest.fixture
def weights() -> Weights:
    """Three terms: one of danger, one of abuse, one of neither."""
    kinds = np.array([[5.0, 0.0], [0.0, 5.0], [0.0, 0.0]], dtype=np.float32)
    return Weights(
        ["goodbye forever", "pics", "homework"],
        np.ones(3),
        (np.array([4.0, 3.0, -4.0]), -1.0),
        (KINDS, kinds, np.zeros(2, dtype=np.float32)),
    )


def test_terms_are_words_alone_and_in_pairs() -> None:
    assert terms(["a", "b", "c"]) == ["a", "b", "c", "a b", "b c"]
    assert terms([]) == []


def test_each_known_term_moves_the_score_its_way(weights: Weights) -> None:
    assert weights.weigh(["goodbye", "forever"]).score == pytest.approx(3.0)
    assert weights.weigh(["my", "homework"]).score == pytest.approx(-5.0)


def test_unknown_words_and_no_words_weigh_what_nothing_weighs(weights: Weights) -> None:
    assert weights.weigh(["zebra"]).score == weights.weigh([]).score == pytest.approx(-1.0)


def test_the_likeliest_kind_has_the_largest_share(weights: Weights) -> None:
    shares = weights.weigh(["he", "wants", "pics"]).kinds
    assert max(shares, key=lambda kind: shares[kind]) == "exploitation"
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-3)


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_crisis_is_not_drowned_by_the_words_around_it(before: int, after: int) -> None:
    kinds = np.zeros((2, 1), dtype=np.float32)
    weights = Weights(
        ["goodbye forever", "chat"],
        np.ones(2),
        (np.array([6.0, -2.0]), -1.0),
        (["suicide"], kinds, np.zeros(1, dtype=np.float32)),
    )
    text = ["chat"] * before + ["goodbye", "forever"] + ["chat"] * after
    alone = weights.weigh(["goodbye", "forever", *["chat"] * PART]).score
    assert weights.weigh(text).score >= min(alone, weights.weigh(["goodbye", "forever"]).score)


def test_what_is_saved_is_what_is_loaded(weights: Weights, tmp_path: Path) -> None:
    file = tmp_path / "weights.npz"
    weights.save(file)
    again = Weights.load(file)
    for text in (["goodbye", "forever"], ["pics"], ["homework"], []):
        assert again.weigh(text).score == pytest.approx(weights.weigh(text).score, abs=1e-4)


@pytest.mark.parametrize("content", [b"", b"rubbish", b"PK\x03\x04half"])
def test_a_damaged_file_is_one_plain_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "weights.npz"
    file.write_bytes(content)
    with pytest.raises(FloorError, match="make them with `make train`"):
        Weights.load(file)


def test_a_missing_file_is_one_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(FloorError, match="cannot be read"):
        Weights.load(tmp_path / "none.npz")
