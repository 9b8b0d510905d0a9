"""What programs rely on: the names in the JSON, and a record that is of all sets or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from signpost import cli
from signpost.evaluation import release
from signpost.evaluation.heard import Hearing
from signpost.evaluation.rows import RowError, read_sets
from signpost.evaluation.score import figures_of
from tests.evaluation.outcomes import answered, crisis, turn


def test_the_json_has_the_names_that_were_agreed_and_no_others() -> None:
    file = Path("any.jsonl")
    found = figures_of(
        Hearing(
            crisis={file: [crisis(found=True)]},
            concerns={file: [answered("x", "x")]},
            dialogues={file: [turn(right=True)]},
        )
    )
    assert {kind: set(figures) for kind, figures in found.items()} == {
        "crisis": {
            *("n", "n_crisis", "recall", "specificity", "checkin_rate", "route_accuracy"),
            *("by_phenomenon", "misses", "false_alarms", "curve", "faults", "median_ms"),
        },
        "concerns": {
            *("n", "top1", "top3", "macro_f1", "oos_recall", "false_oos", "fallback_rate"),
            *("audience_accuracy", "by_concern", "mistakes", "faults", "median_ms"),
        },
        "dialogues": {
            *("n_turns", "passed", "pass_rate"),
            *("escalations_expected", "escalations_made", "failures"),
        },
    }


def test_only_the_kinds_that_were_asked_for_are_in_the_figures() -> None:
    assert set(figures_of(Hearing(concerns={Path("x"): [answered("x")]}))) == {"concerns"}


def test_a_release_is_not_recorded_from_other_files(capsys: pytest.CaptureFixture[str]) -> None:
    before = release.RECORDED.read_bytes()
    assert cli.main(["evaluate", "--record", "--crisis", "mine.jsonl"]) == 2
    assert "leave out --crisis" in capsys.readouterr().err
    assert release.RECORDED.read_bytes() == before


def test_every_own_set_is_found_and_can_be_read() -> None:
    sets = read_sets(release.own_sets())
    assert [file.name for file in sets.concerns][:2] == ["concerns.jsonl", "concerns-2.jsonl"]
    assert all(sets.crisis.values())
    assert all(sets.dialogues.values())


def test_a_bad_row_of_any_kind_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"text": "hello"}\n', encoding="utf-8")
    for kind in release.KINDS:
        with pytest.raises(RowError, match=r"bad\.jsonl:1"):
            read_sets({kind: [bad]})
