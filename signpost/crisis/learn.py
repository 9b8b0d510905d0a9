"""Learn the floor's weights from messages that people labelled by the crisis policy.

Positive and negative messages stand in `data/crisis/*.jsonl`; the examples of each rule and the
training messages of intents that are surely a crisis, or surely none, are added. Run by
`make train`, after the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from signpost.crisis.floor import Floor
from signpost.crisis.weights import Weights, terms
from signpost.settings import ROOT

CRISIS_INTENTS = frozenset({"crisis_danger", "crisis_exploitation"})
# Concerns of which many messages are a crisis by the policy and many are not: they teach nothing.
# Of the others a message that is a crisis carries a crisis intent.
MIXED_INTENTS = frozenset(
    (
        *("abuse_offline", "child_sexual_exploitation", "grooming_stranger_contact"),
        *("professional_disclosure", "sextortion", "worried_own_behaviour"),
    )
)
# How much a term must be met to be learnt; how freely the weights may fit.
_LEAST, _FREEDOM = 2, 10.0


class Example(msgspec.Struct, frozen=True):
    """One labelled message of `data/crisis`. `kind` says which crisis, or which look-alike."""

    text: str
    label: Literal["crisis", "not_crisis"]
    route: Literal["999", "CEOP", "either", "none"]
    kind: str
    lang: str = ""


@lru_cache(maxsize=1)
def examples(folder: Path = ROOT / "data" / "crisis") -> tuple[Example, ...]:
    """All labelled messages. Raises `msgspec.ValidationError` for a line of another form."""
    return tuple(
        msgspec.json.decode(line, type=Example)
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_bytes().splitlines()
        if line.strip()
    )


def verdict_of(intent: str) -> bool | None:
    """Whether an intent's examples are a crisis; None where they are mixed."""
    return None if intent in MIXED_INTENTS else intent in CRISIS_INTENTS


def learn(floor: Floor) -> Weights:
    """Fit the weights; some seconds."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts, labels = zip(*_labelled(floor), strict=True)
    vectorizer = TfidfVectorizer(analyzer=terms, min_df=_LEAST, sublinear_tf=True)
    features = vectorizer.fit_transform([floor.words(text) for text in texts])
    crisis = LogisticRegression(max_iter=300, C=_FREEDOM, class_weight="balanced")
    crisis.fit(features, labels)
    kinds = LogisticRegression(max_iter=200, C=_FREEDOM, class_weight="balanced")
    real = [example for example in examples() if example.label == "crisis"]
    kinds.fit(
        vectorizer.transform([floor.words(example.text) for example in real]),
        [example.kind for example in real],
    )
    return Weights(
        list(vectorizer.get_feature_names_out()),
        vectorizer.idf_,
        (crisis.coef_[0], float(crisis.intercept_[0])),
        ([str(kind) for kind in kinds.classes_], kinds.coef_.T, kinds.intercept_),
    )


def _labelled(floor: Floor) -> Iterator[tuple[str, bool]]:
    for example in examples():
        yield example.text, example.label == "crisis"
    for rule in floor.rules:
        yield from ((text, True) for text in rule.must)
        yield from ((text, False) for text in rule.must_not)
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            verdict = verdict_of(block["intent"])
            if verdict is not None:
                yield from ((line[2:], verdict) for line in block["examples"].splitlines())
