from __future__ import annotations

import pytest

from signpost.gate import SETS, Recorded, recorded, shortfalls

LEAST = Recorded(
    sets=["crisis"], recall=0.95, specificity=0.97, route_accuracy=0.97, checkin_rate=0.06
)
GOOD = {"recall": 0.96, "specificity": 0.98, "route_accuracy": 0.99, "checkin_rate": 0.05}


def test_a_model_as_good_as_the_recorded_one_passes() -> None:
    assert shortfalls(GOOD, LEAST) == []


@pytest.mark.parametrize(
    ("figure", "value", "complaint"),
    [
        ("recall", 0.94, "recall is 0.940, but must be at least 0.950."),
        ("specificity", 0.9, "specificity is 0.900, but must be at least 0.970."),
        ("route_accuracy", 0.9, "route accuracy is 0.900, but must be at least 0.970."),
        (
            "checkin_rate",
            0.1,
            "check-ins are 0.100 of ordinary messages, but may be at most 0.060.",
        ),
    ],
)
def test_a_worse_figure_is_refused_by_name(figure: str, value: float, complaint: str) -> None:
    assert shortfalls({**GOOD, figure: value}, LEAST) == [complaint]


def test_the_recorded_figures_are_of_sets_that_exist_and_are_worth_having() -> None:
    least = recorded()
    assert least.sets
    assert all((SETS / f"{name}.jsonl").is_file() for name in least.sets)
    assert least.recall > 0.9
    assert least.specificity > 0.9
