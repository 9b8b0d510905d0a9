"""Does the model know how sure it may be? Reliability, a temperature, and what thresholds cost.

A confidence is good when of all messages read with confidence 0.7 seven in ten are read rightly.
The expected calibration error is the mean distance from that, weighted by how many messages there
are of each confidence. A temperature T sharpens (below 1) or flattens (above 1) all confidences
alike: p becomes p^(1/T), made to sum to one again; the ranking stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

BINS = 10
_LEAST = 1e-9
# Temperatures that are tried, from much sharper to much flatter.
_TEMPERATURES = np.exp(np.linspace(np.log(0.25), np.log(4.0), 81))


class Reading(msgspec.Struct, frozen=True):
    """What the classifier made of a message: likeliest first, and which of it would be fair."""

    confidences: tuple[float, ...]
    fair: tuple[bool, ...]
    in_scope: bool = True
    # Confidence that the message is out of scope.
    beyond: float = 0.0

    @property
    def confidence(self) -> float:
        """Of the likeliest reading."""
        return self.confidences[0]

    @property
    def right(self) -> bool:
        """Whether the likeliest reading is fair."""
        return self.fair[0]


class Bin(msgspec.Struct, frozen=True):
    """Messages of like confidence: how many, their mean confidence, and the share read rightly."""

    n: int
    confidence: float
    right: float


class Trade(msgspec.Struct, frozen=True):
    """What a threshold does: the share caught of what it is for, and the share wrongly caught."""

    threshold: float
    caught: float
    lost: float


def reliability(confidences: Sequence[float], rights: Sequence[bool]) -> list[Bin]:
    """Ten bins of equal width; those without messages are left out."""
    found = []
    places = np.minimum((np.asarray(confidences) * BINS).astype(int), BINS - 1)
    for place in range(BINS):
        chosen = places == place
        if chosen.any():
            mean = float(np.asarray(confidences)[chosen].mean())
            found.append(Bin(int(chosen.sum()), mean, float(np.asarray(rights)[chosen].mean())))
    return found


def expected_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error; 0 when there are no messages."""
    n = sum(each.n for each in bins)
    return sum(each.n * abs(each.confidence - each.right) for each in bins) / n if n else 0.0


def warmed(confidences: Sequence[float], temperature: float) -> NDArray[np.float64]:
    """All confidences of a message at a temperature, summing to one."""
    powers = np.maximum(np.asarray(confidences, dtype=float), _LEAST) ** (1.0 / temperature)
    found: NDArray[np.float64] = powers / powers.sum()
    return found


def fit_temperature(readings: Sequence[Reading]) -> float:
    """The temperature under which the fair readings are likeliest; 1 without any messages."""
    usable = [each for each in readings if any(each.fair)]
    if not usable:
        return 1.0
    # Rankings differ in length; what is missing at the end has no confidence at any temperature.
    longest = max(len(each.confidences) for each in usable)
    logs = np.full((len(usable), longest), -np.inf)
    fair = np.zeros((len(usable), longest), dtype=bool)
    for place, each in enumerate(usable):
        n = len(each.confidences)
        logs[place, :n] = np.log(np.maximum(each.confidences, _LEAST))
        fair[place, :n] = each.fair

    def surprise(temperature: float) -> float:
        powers = np.exp((logs - logs.max(axis=1, keepdims=True)) / temperature)
        shares = (powers * fair).sum(axis=1) / powers.sum(axis=1)
        return -float(np.log(np.maximum(shares, _LEAST)).mean())

    return float(min(_TEMPERATURES, key=surprise))


def warmed_error(readings: Sequence[Reading]) -> tuple[float, float]:
    """The temperature of all messages, and the calibration error with one that was not fitted on
    the messages it is judged by: every second message by the others' temperature."""
    halves = readings[::2], readings[1::2]
    confidences: list[float] = []
    rights: list[bool] = []
    for fitted, judged in (halves, halves[::-1]):
        temperature = fit_temperature(fitted)
        confidences += [float(warmed(each.confidences, temperature)[0]) for each in judged]
        rights += [each.right for each in judged]
    return fit_temperature(readings), expected_error(reliability(confidences, rights))


def fallback_trades(readings: Sequence[Reading], thresholds: Sequence[float]) -> list[Trade]:
    """Below a threshold of confidence choices are offered: of wrong readings and of right ones."""
    wrong = [each.confidence for each in readings if not each.right]
    right = [each.confidence for each in readings if each.right]
    return [Trade(t, _below(wrong, t), _below(right, t)) for t in thresholds]


def scope_trades(readings: Sequence[Reading], thresholds: Sequence[float]) -> list[Trade]:
    """At a threshold on the confidence in "out of scope": of such messages, and of others."""
    beyond = [each.beyond for each in readings if not each.in_scope]
    within = [each.beyond for each in readings if each.in_scope]
    return [Trade(t, 1 - _below(beyond, t), 1 - _below(within, t)) for t in thresholds]


def _below(values: Sequence[float], threshold: float) -> float:
    return float(np.mean(np.asarray(values) < threshold)) if values else 0.0
