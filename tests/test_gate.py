from __future__ import annotations

import json
from pathlib import Path

import pytest

from signpost import settings, training
from signpost.evaluation.release import Release, SetFigures, set_figures
from signpost.evaluation.score import Part
from signpost.gate import SETS, Recorded, Scoring, recorded, shortfalls

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


def written(file: Path, *rows: dict[str, object]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.mark.model
def test_a_model_is_scored_on_crises_and_then_compared_with_the_last_release(
    tmp_path: Path,
) -> None:
    crisis = written(
        tmp_path / "crisis.jsonl",
        {"text": "i want to kill myself", "label": "crisis", "route": "999", "phenomenon": "x"},
        {"text": "hello", "label": "not_crisis", "route": "none", "phenomenon": "x"},
    )
    concerns = written(
        tmp_path / "concerns.jsonl",
        {"text": "hello", "concern": "smalltalk_greet", "audience": "x"},
    )
    chosen = settings.Settings()
    model = training.ensure(chosen, print)
    scoring = Scoring(chosen, model, training.weights_path(chosen))
    figures = scoring.crisis([crisis])
    assert (figures["n"], figures["recall"], figures["specificity"]) == (2, 1.0, 1.0)

    checksum = set_figures(scoring.hearing)["crisis"].checksum
    worse = SetFigures("crisis", checksum, {"recall": Part(0, 1)})
    lines = scoring.moved(
        Release("2026-11-01", "older", {"crisis": worse}),
        {"crisis": [crisis], "concerns": [concerns]},
    )
    assert lines[1:] == ["  crisis: recall 0.000 → 1.000 (+100.0 points, better; of 1)"]
    assert list(scoring.hearing.concerns) == [concerns]
    assert len(scoring.hearing.all_crisis) == 2
