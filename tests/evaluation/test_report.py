"""The report: the same figures on page and terminal, pictures that are there, nothing fetched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from signpost.evaluation import release, report
from signpost.evaluation.calibration import Bin, Trade
from signpost.evaluation.heard import Hearing
from signpost.evaluation.intervals import wilson
from signpost.evaluation.pictures import Plane, dots
from signpost.evaluation.release import Release
from signpost.evaluation.rows import ConcernRow
from signpost.evaluation.score import Part, figures_of
from tests.evaluation.outcomes import answered, crisis, turn

RANKING = {"scam_fraud": 0.7, "hacked_account": 0.2, "out_of_scope": 0.1}
SCRIPT = "<script>alert('a message')</script>"


@pytest.fixture
def hearing(tmp_path: Path) -> Hearing:
    files = {kind: tmp_path / f"{kind}.jsonl" for kind in release.KINDS}
    for file in files.values():
        file.write_text(file.name)
    return Hearing(
        crisis={
            files["crisis"]: [
                crisis(found=True),
                crisis(found=False, text="a missed one"),
                *[crisis(found=False, is_crisis=False) for _ in range(9)],
                crisis(found=True, is_crisis=False, text="a false alarm"),
            ]
        },
        concerns={
            files["concerns"]: [
                answered("scam_fraud", "scam_fraud", ranking=RANKING),
                answered("scam_fraud", "hacked_account", text=SCRIPT, ranking=RANKING),
                answered("out_of_scope", "out_of_scope", ranking={"out_of_scope": 1.0}),
            ]
        },
        dialogues={files["dialogues"]: [turn(right=True), turn(right=False)]},
    )


@pytest.fixture
def page(hearing: Hearing) -> str:
    return report.html({**figures_of(hearing), "model": "a-model"}, hearing)


def test_the_page_has_every_part(page: str) -> None:
    for part in ("figures", "readers", "confusions", "sure", "crisis", "dialogues"):
        assert f'<h2 id="{part}">' in page
        assert f'href="#{part}"' in page
    assert page.count('role="img"') == 5
    for said in ("a missed one", "a false alarm", "Expected calibration error", "in force"):
        assert said in page


def test_the_page_loads_nothing_and_runs_nothing(page: str) -> None:
    assert not re.search(r"<script|<link|<img|@import|url\(", page)
    assert "&lt;script&gt;alert" in page


def test_page_and_terminal_say_the_same_shares(hearing: Hearing, page: str) -> None:
    shown = report.table({**figures_of(hearing), "model": "a-model"}, hearing)
    for lines in report.headlines(hearing, None).values():
        for line in lines:
            assert f"{line.value:.3f}" in page
            assert re.search(rf"{line.name} +{line.value:.3f} .*of {line.part.whole}", shown)


def test_each_headline_says_whether_it_is_where_it_must_be(hearing: Hearing) -> None:
    met = {
        line.name: line.met for lines in report.headlines(hearing, None).values() for line in lines
    }
    assert met["recall"] is False
    assert met["checkin_rate"] is True
    assert met["oos_recall"] is True
    assert met["fallback_rate"] is None


def test_what_moved_since_the_release_stands_beside_the_figures(hearing: Hearing) -> None:
    now = release.set_figures(hearing)
    shares = {**now["concerns"].shares, "top1": Part(1, 3)}
    then = {**now, "concerns": release.SetFigures("concerns", now["concerns"].checksum, shares)}
    before = Release("2026-11-01", "older", then)
    figures = {**figures_of(hearing), "model": "a-model"}
    assert "33.3 points better" in report.html(figures, hearing, before)
    assert "concerns: top1 0.333 → 0.667 (+33.3 points, better; of 3)" in report.table(
        figures, hearing, before
    )


def test_one_kind_of_set_alone_makes_a_page(hearing: Hearing) -> None:
    for only in (
        Hearing(crisis=hearing.crisis),
        Hearing(concerns=hearing.concerns),
        Hearing(dialogues=hearing.dialogues),
    ):
        assert '<h2 id="figures">' in report.html({**figures_of(only), "model": "x"}, only)


def test_the_matrix_says_who_was_taken_for_whom(page: str) -> None:
    assert "scam_fraud answered as hacked_account: 1 (50 % of its messages)" in page


def test_what_the_model_never_saw_says_nothing_of_its_sureness() -> None:
    readings = report.readings_of(
        [
            answered("scam_fraud", "scam_fraud"),
            answered(
                "scam_fraud",
                ranking=RANKING,
                row=ConcernRow("a", "x", "child", ["hacked_account"]),
            ),
        ]
    )
    assert [(each.fair, each.beyond) for each in readings] == [((False, True, False), 0.1)]


def test_a_share_lies_where_the_axes_say() -> None:
    plane = Plane(right=0.1, bottom=0.5, side=200)
    assert (plane.x(0.05), plane.y(0.75)) == (100.0, 100.0)
    assert (plane.x(0.9), plane.y(0.1)) == (200.0, 200.0)
    assert plane.line([Trade(0.3, 1.0, 0.0)]) == "0.0,0.0"
    assert plane.ticks(2)[1] == (100.0, 100.0, "5", "75")


def test_more_messages_make_a_larger_dot() -> None:
    small, large = dots([Bin(1, 0.5, 0.5), Bin(100, 0.9, 0.9)], Plane())
    assert small.radius < large.radius
    assert small.low - small.high > large.low - large.high


@pytest.mark.parametrize(("share", "n"), [(0.0, 10), (1.0, 10), (0.5, 1), (0.9, 1000)])
def test_an_interval_holds_its_share(share: float, n: int) -> None:
    low, high = wilson(share, n)
    assert 0.0 <= low <= share <= high <= 1.0
    assert wilson(share, 0) == (0.0, 1.0)
