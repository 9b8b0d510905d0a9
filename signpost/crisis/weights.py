"""How much a message as a whole reads like a crisis: learnt weights of its words.

The rules know sentences that somebody thought of; the weights know how thousands of messages were
worded. A message's mended words, alone and in pairs, are looked up once each, so the cost grows
with its length and nothing else. `signpost.crisis.learn` makes the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log, sqrt
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import msgspec
import numpy as np

from signpost.crisis.source import FloorError

LONGEST = 2
# A long message is also weighed in parts: its point may stand in one sentence among fifty.
PART, STEP = 60, 40


class Weighed(msgspec.Struct, frozen=True):
    """`score` is a log-odds: above 0 it reads more like a crisis than not.

    `kinds` are the shares of the kinds of crisis, were it one.
    """

    score: float
    kinds: dict[str, float]


class Weights:
    """The loaded weights; `weigh` may be called from several threads."""

    def __init__(
        self,
        terms: Sequence[str],
        idf: Any,
        crisis: tuple[Any, float],
        kinds: tuple[Sequence[str], Any, Any],
    ) -> None:
        self._places = {term: place for place, term in enumerate(terms)}
        self._idf: list[float] = np.asarray(idf, dtype=float).tolist()
        self._crisis: list[float] = np.asarray(crisis[0], dtype=float).tolist()
        self._bias = crisis[1]
        self._kinds, self._kind_weights, self._kind_bias = kinds

    @classmethod
    def load(cls, file: Path) -> Weights:
        """Read what `save` wrote. Raises `FloorError`."""
        try:
            # Arrays only: without allow_pickle a file cannot run code.
            with np.load(file) as saved:
                return cls(
                    str(saved["terms"]).split("\n"),
                    saved["idf"],
                    (saved["crisis"], float(saved["bias"])),
                    (
                        str(saved["kinds"]).split("\n"),
                        saved["kind_weights"].astype(np.float32),
                        saved["kind_bias"],
                    ),
                )
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise FloorError(
                f"{file}: the floor's weights cannot be read ({type(error).__name__}): "
                "make them with `make train`."
            ) from None

    def save(self, file: Path) -> None:
        """Write the weights as arrays and two texts."""
        np.savez_compressed(
            file,
            terms=np.array("\n".join(self._places)),
            idf=np.array(self._idf, dtype=np.float32),
            crisis=np.array(self._crisis, dtype=np.float32),
            bias=self._bias,
            kinds=np.array("\n".join(self._kinds)),
            kind_weights=np.asarray(self._kind_weights, dtype=np.float16),
            kind_bias=np.asarray(self._kind_bias, dtype=np.float32),
        )

    def weigh(self, words: Sequence[str]) -> Weighed:
        """Weigh mended words in order; a long text counts as its weightiest part."""
        best = max(self._parts(words), key=self._score)
        return Weighed(self._score(best), self._shares(best))

    def _parts(self, words: Sequence[str]) -> list[dict[int, float]]:
        parts = [self._features(words)]
        if len(words) > PART:
            parts += [
                self._features(words[start : start + PART])
                for start in range(0, len(words) - PART + STEP, STEP)
            ]
        return parts

    def _features(self, words: Sequence[str]) -> dict[int, float]:
        """Each known term's place and its value: 1 + log of the count, by rarity, unit length."""
        counts = Counter(terms(words))
        values = {
            place: (1 + log(count)) * self._idf[place]
            for term, count in counts.items()
            if (place := self._places.get(term)) is not None
        }
        length = sqrt(sum(value * value for value in values.values())) or 1.0
        return {place: value / length for place, value in values.items()}

    def _score(self, features: dict[int, float]) -> float:
        weights = self._crisis
        return self._bias + sum(weights[place] * value for place, value in features.items())

    def _shares(self, features: dict[int, float]) -> dict[str, float]:
        places, values = list(features), np.array(list(features.values()))
        scores = self._kind_bias + (values @ self._kind_weights[places] if places else 0.0)
        shares = np.exp(scores - np.max(scores))
        return dict(zip(self._kinds, (shares / shares.sum()).tolist(), strict=True))


def terms(words: Sequence[str]) -> list[str]:
    """The words of a text, alone and in pairs, as the weights know them."""
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    return [*words, *pairs]
