"""The sentence encoder: general weights, and our own correction of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from signpost.encoder import (
    ADAPTER,
    DIMENSIONS,
    EncoderError,
    SentenceEncoder,
    adapted,
    default_path,
    verify,
)

TEXTS = ["someone on roblox asked for my number", "bins", "a very long message " * 60]


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


def test_vectors_have_length_one(encoder: SentenceEncoder) -> None:
    encoded = encoder.encode(TEXTS)
    assert encoded.shape == (len(TEXTS), DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(encoded, axis=1), 1.0, atol=1e-5)


def test_like_sentences_are_nearer_than_unlike_ones(encoder: SentenceEncoder) -> None:
    a, b, c = encoder.encode(
        ["a man asked for my phone number", "he wants my number", "how do i bake bread"]
    )
    assert a @ b > 0.5 > a @ c


def test_two_threads_give_the_vectors_of_one(encoder: SentenceEncoder) -> None:
    np.testing.assert_allclose(
        SentenceEncoder(threads=2).encode(TEXTS), encoder.encode(TEXTS), atol=1e-5
    )


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    weights = (default_path() / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(weights[:-1] + b"x")
    with pytest.raises(EncoderError, match="checksum"):
        verify(tmp_path)


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"model\.safetensors is missing"):
        verify(tmp_path)


class TestAdapter:
    def test_it_fits_the_network_and_changes_what_it_says(self, encoder: SentenceEncoder) -> None:
        general = SentenceEncoder(adapter=None).encode(TEXTS)
        alike = (general * encoder.encode(TEXTS)).sum(axis=1)
        assert (alike < 0.999).all()

    def test_each_matrix_has_both_halves_of_its_correction(self) -> None:
        names = set(load_file(ADAPTER))
        assert names
        assert {name[:-1] + "a" for name in names} | {name[:-1] + "b" for name in names} == names

    def test_the_product_of_the_halves_is_added(self) -> None:
        weights = {"w": np.zeros((2, 3), np.float32), "x": np.ones(1, np.float32)}
        halves = {"w.a": np.ones((1, 3), np.float16), "w.b": np.full((2, 1), 2.0, np.float16)}
        corrected = adapted(weights, halves)
        np.testing.assert_array_equal(corrected["w"], np.full((2, 3), 2.0))
        assert corrected["x"] is weights["x"]
        assert not weights["w"].any()

    @pytest.mark.parametrize(
        "halves",
        [
            {"w.a": np.ones((1, 3))},
            {"w.a": np.ones((1, 9)), "w.b": np.ones((2, 1))},
            {"v.a": np.ones((1, 3)), "v.b": np.ones((2, 1))},
        ],
        ids=["one half", "another shape", "another network"],
    )
    def test_a_correction_for_another_network_is_refused(
        self, halves: dict[str, np.ndarray]
    ) -> None:
        with pytest.raises(EncoderError, match="does not fit"):
            adapted({"w": np.zeros((2, 3), np.float32)}, halves)

    def test_a_file_that_is_none_is_named(self, tmp_path: Path) -> None:
        broken = tmp_path / "adapter.safetensors"
        broken.write_bytes(b"{}")
        with pytest.raises(EncoderError, match=r"adapter\.safetensors cannot be read"):
            SentenceEncoder(adapter=broken)
        with pytest.raises(EncoderError, match="cannot be read"):
            SentenceEncoder(adapter=tmp_path / "none.safetensors")

    def test_it_is_small_enough_to_live_in_the_repository(self) -> None:
        assert ADAPTER.stat().st_size < 2_000_000
