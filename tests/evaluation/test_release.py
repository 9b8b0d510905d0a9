"""The figures of the last release: kept by set, compared over the sets that are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from signpost.evaluation import release
from signpost.evaluation.heard import Hearing
from signpost.evaluation.release import Change, Release, SetFigures
from signpost.evaluation.score import Part
from tests.evaluation.outcomes import answered, crisis, turn


def figures(checksum: str = "same", **parts: tuple[int, int]) -> SetFigures:
    return SetFigures("concerns", checksum, {name: Part(*part) for name, part in parts.items()})


BEFORE = Release("2026-11-01", "older", {"one": figures(top1=(8, 10)), "two": figures(top1=(1, 2))})


@pytest.fixture
def hearing(tmp_path: Path) -> Hearing:
    """One set of each kind, in files as they were heard."""
    files = {kind: tmp_path / f"{kind}.jsonl" for kind in release.KINDS}
    for file in files.values():
        file.write_text(file.name)
    return Hearing(
        crisis={files["crisis"]: [crisis(found=True), crisis(found=False, is_crisis=False)]},
        concerns={files["concerns"]: [answered("scam_fraud", "scam_fraud"), answered("x", "y")]},
        dialogues={files["dialogues"]: [turn(right=True), turn(right=False)]},
    )


def test_what_is_recorded_is_read_again_as_it_was(hearing: Hearing, tmp_path: Path) -> None:
    file = tmp_path / "release.json"
    assert release.read(file) is None
    written = release.write(release.set_figures(hearing), "a-model", file)
    assert release.read(file) == written
    assert written.model == "a-model"
    assert written.sets["concerns"].shares["top1"] == Part(1, 2)
    assert written.sets["crisis"].shares["recall"] == Part(1, 1)
    assert written.sets["dialogues"].shares == {
        "pass_rate": Part(1, 2),
        "escalation_rate": Part(1, 2),
    }


def test_nothing_has_moved_against_itself(hearing: Hearing) -> None:
    now = release.set_figures(hearing)
    before = Release("2026-11-01", "older", now)
    moved = release.changes(before, now)
    assert {change.name for change in moved} >= {"recall", "top1", "pass_rate"}
    assert all(change.points == 0 for change in moved)
    assert release.said(moved, before)[0].endswith(": no figure moved")


def test_sets_are_weighed_by_their_rows() -> None:
    now = {"one": figures(top1=(9, 10)), "two": figures(top1=(2, 2))}
    assert release.changes(BEFORE, now) == [Change("concerns", "top1", Part(9, 12), Part(11, 12))]


def test_a_set_that_has_changed_or_come_since_says_nothing() -> None:
    now = {
        "one": figures(top1=(9, 10)),
        "two": figures("other rows", top1=(2, 2)),
        "three": figures(top1=(0, 50)),
    }
    (change,) = release.changes(BEFORE, now)
    assert (change.before, change.now) == (Part(8, 10), Part(9, 10))


def test_what_moved_is_said_in_points_with_whether_that_is_good() -> None:
    now = {"one": figures(top1=(9, 10), false_oos=(1, 10))}
    before = Release("2026-11-01", "older", {"one": figures(top1=(8, 10), false_oos=(0, 10))})
    lines = release.said(release.changes(before, now), before)
    assert lines == [
        "  since the release of 2026-11-01 (model older):",
        "  concerns: top1 0.800 → 0.900 (+10.0 points, better; of 10)",
        "  concerns: false oos 0.000 → 0.100 (-10.0 points, worse; of 10)",
    ]


def test_without_a_set_in_common_that_is_said() -> None:
    assert release.said(release.changes(BEFORE, {}), BEFORE)[0].endswith(
        "no set is the same as then"
    )


def test_the_recorded_release_is_of_sets_that_exist() -> None:
    recorded = release.read()
    assert recorded is not None
    known = {file.stem for files in release.own_sets().values() for file in files}
    assert set(recorded.sets) <= known
    assert {each.kind for each in recorded.sets.values()} == set(release.KINDS)
