"""Which features, at what weight? `python bench/features.py` prints a table.

Trains the same classifier that config.yml names (logistic regression, balanced classes) on
data/nlu and scores it on tests/evaluation/concerns.jsonl, written by somebody who had not seen
the training data. It measures the classifier alone: no door, no rules, no thresholds. A label
that the row allows beside its own counts as right.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from signpost.encoder import SentenceEncoder
from signpost.evaluation.rows import ConcernRow, read
from signpost.settings import ROOT


def training_data() -> tuple[list[str], list[str]]:
    texts: list[str] = []
    labels: list[str] = []
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = [line[2:] for line in block["examples"].splitlines()]
            texts += lines
            labels += [block["intent"]] * len(lines)
    return texts, labels


def counts() -> list[Any]:
    return [CountVectorizer(), CountVectorizer(analyzer="char_wb", ngram_range=(2, 4))]


def tfidf() -> list[Any]:
    return [
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=3, sublinear_tf=True),
    ]


def grams(
    vectorizers: list[Any], texts: Sequence[str], others: Sequence[str]
) -> tuple[csr_matrix, csr_matrix]:
    fitted = hstack([vectorizer.fit_transform(texts) for vectorizer in vectorizers])
    applied = hstack([vectorizer.transform(others) for vectorizer in vectorizers])
    return csr_matrix(fitted), csr_matrix(applied)


def shares(
    classifier: LogisticRegression, features: csr_matrix, rows: Sequence[ConcernRow]
) -> tuple[float, float]:
    """The shares of rows whose concern is first, and among the first three."""
    order = np.argsort(-classifier.predict_proba(features), axis=1)
    ranked = [[classifier.classes_[i] for i in best[:3]] for best in order]
    allowed = [{row.concern, *row.also_ok} for row in rows]
    first = [names[0] in fair for names, fair in zip(ranked, allowed, strict=True)]
    three = [bool(set(names) & fair) for names, fair in zip(ranked, allowed, strict=True)]
    return float(np.mean(first)), float(np.mean(three))


def main() -> None:
    texts, labels = training_data()
    rows = read(ROOT / "tests" / "evaluation" / "concerns.jsonl", ConcernRow)
    questions = [row.text for row in rows]
    encoder = SentenceEncoder()
    dense, asked = csr_matrix(encoder.encode(texts)), csr_matrix(encoder.encode(questions))
    counted, weighted = grams(counts(), texts, questions), grams(tfidf(), texts, questions)
    candidates = {
        "counted n-grams": counted,
        "TF-IDF n-grams x 3": (weighted[0] * 3, weighted[1] * 3),
        "encoder x 6": (dense * 6, asked * 6),
        "encoder x 6, counted n-grams": (
            csr_matrix(hstack([dense * 6, counted[0]])),
            csr_matrix(hstack([asked * 6, counted[1]])),
        ),
        "encoder x 6, TF-IDF x 1": (
            csr_matrix(hstack([dense * 6, weighted[0]])),
            csr_matrix(hstack([asked * 6, weighted[1]])),
        ),
        "encoder x 6, TF-IDF x 3": (
            csr_matrix(hstack([dense * 6, weighted[0] * 3])),
            csr_matrix(hstack([asked * 6, weighted[1] * 3])),
        ),
    }
    print(f"{len(texts)} examples, {len(set(labels))} labels, {len(rows)} rows", flush=True)
    print(f"{'features':<32}{'first':>8}{'in three':>10}{'fit, s':>8}")
    for name, (fitted, applied) in candidates.items():
        classifier = LogisticRegression(max_iter=100, class_weight="balanced", random_state=42)
        started = time.monotonic()
        classifier.fit(fitted, labels)
        seconds = time.monotonic() - started
        first, three = shares(classifier, applied, rows)
        print(f"{name:<32}{first:>8.3f}{three:>10.3f}{seconds:>8.1f}", flush=True)


if __name__ == "__main__":
    main()
