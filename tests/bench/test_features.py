"""The table of features and classifiers: fairly asked, fairly counted."""

from __future__ import annotations

import numpy as np
import pytest

from bench import features
from bench.features import CANDIDATES, Candidate, Data
from signpost.evaluation.rows import ConcernRow
from signpost.settings import ROOT

_SAID = {
    "hacked_account": ("my account was hacked", "hacked and locked out"),
    "cyberbullying": ("they bully me", "bullied in chat"),
    "scam_fraud": ("it was a scam", "scammed for money"),
}
KNOWN = Data(
    texts=[text for texts in _SAID.values() for text in texts] * 3,
    labels=[label for label, texts in _SAID.items() for _ in texts] * 3,
    rows=[
        ConcernRow("hacked again", "hacked_account", "child"),
        ConcernRow("bullied again", "hate_abuse", "child", ["cyberbullying"]),
        ConcernRow("bullied", "hacked_account", "child"),
    ],
)


def test_a_label_that_a_row_allows_counts_as_right() -> None:
    found = features.shares([["hacked_account"], ["cyberbullying"], ["cyberbullying"]], KNOWN.rows)
    assert found["first"] == pytest.approx(2 / 3)
    assert found["low"] < found["first"] < found["high"]
    assert found["three"] == found["first"]


@pytest.mark.parametrize("kind", ["regression", "svm"])
def test_each_classifier_learns_and_ranks(kind: str) -> None:
    found = features.score(Candidate("x", ("counted", "tfidf"), kind), KNOWN)
    assert found["first"] == pytest.approx(2 / 3)
    assert found["three"] == 1.0
    assert found["width"] > 10


def test_the_rows_teach_nothing() -> None:
    fitted, asked = features.features("tfidf", KNOWN)
    assert fitted.shape[0] == len(KNOWN.texts)
    assert asked.shape == (len(KNOWN.rows), fitted.shape[1])
    other = Data(KNOWN.texts, KNOWN.labels, [ConcernRow("other words", "x", "child")])
    again, _ = features.features("tfidf", other)
    assert (fitted != again).nnz == 0


def test_a_sample_is_a_part_of_all_and_every_label_is_there() -> None:
    drawn = features.data(2, seed=1)
    everything = features.data(0, seed=1)
    assert len(drawn.texts) < len(everything.texts)
    assert set(zip(drawn.texts, drawn.labels, strict=True)) <= set(
        zip(everything.texts, everything.labels, strict=True)
    )
    assert set(drawn.labels) == set(everything.labels)
    sets = (ROOT / "tests" / "evaluation").glob("concerns*.jsonl")
    assert len(drawn.rows) == sum(len(file.read_text().splitlines()) for file in sets)


def test_what_we_serve_is_among_the_candidates() -> None:
    config = (ROOT / "config.yml").read_text(encoding="utf-8")
    assert f"scale: {features.ENCODER_SCALE}" in config
    assert f"scale: {features.NGRAM_SCALE}" in config
    assert "LogisticRegressionClassifier" in config
    ours = next(each for each in CANDIDATES if "ours" in each.name)
    assert (ours.parts, ours.classifier) == (("adapted", "tfidf"), "regression")


def test_whole_numbers_of_8_bits_stay_close_to_the_whole_network() -> None:
    texts = ["hes blackmailing me over a pic", "how do i block somebody on snapchat"]
    whole, small = (features.encoder(part).encode(texts) for part in ("adapted", "adapted int8"))
    assert whole.shape == small.shape
    assert ((whole * small).sum(axis=1) > 0.8).all()
    assert not np.array_equal(whole, small)


def test_the_table_has_a_line_for_each_that_is_scored() -> None:
    found = {
        "encoder, one message": {"adapted int8": {"median_ms": 3.21, "cosine": 0.95}},
        "one": {"first": 0.8, "low": 0.7, "high": 0.9, "three": 0.95, "fit_s": 12.3},
    }
    shown = features.table(found)
    assert "| one | 0.800 | 0.700 to 0.900 | 0.950 | 12 |" in shown
    assert "adapted int8: 3.2 ms of one processor a message, cosine to float32 0.950" in shown
