"""Reliability, the temperature and the curves of thresholds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.evaluation.calibration import (
    Bin,
    Reading,
    Trade,
    expected_error,
    fallback_trades,
    fit_temperature,
    reliability,
    scope_trades,
    warmed,
    warmed_error,
)

confidences = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=8)


def test_messages_of_like_confidence_are_taken_together() -> None:
    bins = reliability([0.91, 0.99, 1.0, 0.55], [True, True, False, False])
    assert bins == [
        Bin(1, 0.55, 0.0),
        Bin(3, pytest.approx(0.9667, abs=1e-4), pytest.approx(0.6667, abs=1e-4)),
    ]


def test_the_error_is_the_mean_distance_weighted_by_messages() -> None:
    assert expected_error([Bin(3, 0.9, 0.8), Bin(1, 0.5, 0.9)]) == pytest.approx(0.175)


def test_who_is_right_as_often_as_they_believe_has_no_error() -> None:
    assert expected_error(reliability([0.5] * 4, [True, True, False, False])) == 0.0
    assert expected_error([]) == 0.0


@given(confidences, st.floats(0.3, 3.0))
def test_a_temperature_keeps_the_order_and_sums_to_one(
    given_: list[float], temperature: float
) -> None:
    found = warmed(sorted(given_, reverse=True), temperature)
    assert found.sum() == pytest.approx(1.0)
    assert (np.diff(found) <= 1e-12).all()


def synthetic(temperature: float, n: int = 3000) -> list[Reading]:
    """Readings whose confidences need just this temperature."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(n):
        true = np.sort(rng.dirichlet([0.4] * 5))[::-1]
        said = warmed(true.tolist(), 1.0 / temperature)
        right = rng.choice(5, p=true)
        found.append(Reading(tuple(said), tuple(place == right for place in range(5))))
    return found


@pytest.mark.parametrize("temperature", [0.6, 1.0, 1.7])
def test_the_temperature_that_is_needed_is_found(temperature: float) -> None:
    assert fit_temperature(synthetic(temperature)) == pytest.approx(temperature, rel=0.12)


def test_a_fitted_temperature_mends_messages_that_it_was_not_fitted_on() -> None:
    readings = synthetic(2.0)
    before = expected_error(
        reliability([each.confidence for each in readings], [each.right for each in readings])
    )
    temperature, mended = warmed_error(readings)
    assert temperature == pytest.approx(2.0, rel=0.12)
    assert mended < before / 2


def test_messages_without_any_fair_reading_say_nothing_about_temperature() -> None:
    assert fit_temperature([Reading((0.6, 0.4), (False, False))]) == 1.0


def test_a_threshold_for_choices_catches_wrong_readings_and_loses_right_ones() -> None:
    readings = [
        Reading((0.2, 0.1), (False, True)),
        Reading((0.6, 0.1), (False, False)),
        Reading((0.3, 0.1), (True, False)),
        Reading((0.9, 0.1), (True, False)),
    ]
    assert fallback_trades(readings, [0.0, 0.25, 0.5]) == [
        Trade(0.0, 0.0, 0.0),
        Trade(0.25, 0.5, 0.0),
        Trade(0.5, 0.5, 0.5),
    ]


def test_a_threshold_for_out_of_scope_finds_such_messages_and_turns_others_away() -> None:
    readings = [
        Reading((0.9,), (True,), in_scope=False, beyond=0.9),
        Reading((0.9,), (False,), in_scope=False, beyond=0.1),
        Reading((0.9,), (True,), beyond=0.4),
        Reading((0.9,), (True,), beyond=0.0),
    ]
    assert scope_trades(readings, [0.0, 0.3, 0.5]) == [
        Trade(0.0, 1.0, 1.0),
        Trade(0.3, 0.5, 0.5),
        Trade(0.5, 0.5, 0.0),
    ]
