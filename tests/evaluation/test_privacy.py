"""Scoring redaction: what counts as gone, as rightly replaced, and as kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from signpost import cli
from signpost.evaluation.privacy import score_privacy, table
from signpost.evaluation.rows import Detail, PrivacyRow, RowError, read
from signpost.privacy.found import PLACEHOLDERS, Found
from signpost.privacy.public import Public, public_of
from signpost.privacy.redact import Redactor
from signpost.register.loader import load
from signpost.settings import ROOT, Settings

FOLDER = ROOT / "tests" / "evaluation"
# What each set reached when it was last looked at; a change that falls below is noticed.
FLOORS = {
    "privacy-1": (0.99, 0.99),
    "privacy-2": (0.985, 0.99),
    "privacy-3": (0.99, 0.99),
    "privacy-4": (0.99, 0.99),
    "privacy-5": (0.96, 0.97),
    "privacy-6": (0.99, 0.98),
    "privacy-7": (0.98, 0.98),
}
MOST_DETAILS = 12


class Finds(Redactor):
    """Finds exactly what a test says."""

    def __init__(self, *pieces: str) -> None:
        self._pieces = pieces

    def find(self, text: str, public: Public = Public()) -> list[Found]:  # noqa: B008
        starts = [(text.index(piece), piece) for piece in self._pieces]
        return [Found(start, start + len(piece), "name") for start, piece in sorted(starts)]


def score(text: str, details: list[str], keep: list[str], *pieces: str) -> dict[str, Any]:
    row = PrivacyRow(text, [Detail("name", value) for value in details], keep)
    return score_privacy([row], Finds(*pieces), Public())


def test_a_detail_that_is_covered_is_gone_and_the_replacement_right() -> None:
    figures = score("im Sarah Jones", ["Sarah Jones"], [], "Sarah Jones")
    assert (figures["recall"], figures["precision"]) == (1.0, 1.0)


def test_a_detail_of_which_a_part_can_be_read_is_missed() -> None:
    figures = score("im Sarah Jones", ["Sarah Jones"], [], "Sarah")
    assert (figures["recall"], figures["precision"]) == (0.0, 1.0)
    assert figures["missed"][0]["value"] == "Sarah Jones"


def test_a_detail_that_stands_twice_has_to_go_twice() -> None:
    text = "Sarah hit me. I hate Sarah"
    assert score(text, ["Sarah"], [], "Sarah")["recall"] == 0.0


def test_a_word_that_must_stay_elsewhere_has_to_go_once_and_stay_once() -> None:
    figures = score("hope is my cousin, i hope", ["hope"], ["hope"], "hope")
    assert (figures["recall"], figures["kept"]) == (1.0, 1.0)


def test_a_title_or_relation_may_stay_beside_the_name() -> None:
    assert score("ask Mr Okafor", ["Mr Okafor"], [], "Okafor")["recall"] == 1.0
    assert score("ask Mr Okafor", ["Mr Okafor"], [], "Mr")["recall"] == 0.0


def test_what_is_no_detail_lowers_precision_and_a_lost_word_is_named() -> None:
    figures = score("on Snapchat with Sarah", ["Sarah"], ["Snapchat"], "Snapchat", "Sarah")
    assert (figures["recall"], figures["precision"], figures["kept"]) == (1.0, 0.5, 0.0)
    assert figures["lost"][0]["value"] == "Snapchat"
    assert "Snapchat" in table(figures)


def test_a_part_of_another_word_is_no_place_of_a_detail() -> None:
    assert score("Mark marked it", ["Mark"], [], "Mark")["recall"] == 1.0


@pytest.mark.parametrize("name", FLOORS)
def test_the_recorded_figures_are_still_reached(name: str) -> None:
    public = public_of(load(ROOT / "content", Settings().council))
    rows = read(FOLDER / f"{name}.jsonl", PrivacyRow)
    figures = score_privacy(rows, Redactor.whole(), public)
    recall, precision = FLOORS[name]
    assert figures["recall"] >= recall
    assert figures["precision"] >= precision


@pytest.mark.parametrize("file", sorted(FOLDER.glob("privacy-*.jsonl")), ids=lambda file: file.stem)
def test_every_value_of_the_sets_stands_in_its_text(file: Any) -> None:
    rows = read(file, PrivacyRow)
    assert len(rows) >= 150
    for row in rows:
        assert len(row.details) <= MOST_DETAILS
        for value in [*(detail.value for detail in row.details), *row.keep]:
            assert value in row.text


def test_the_command_prints_one_json_object(
    capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    file = tmp_path / "rows.jsonl"
    detail = {"kind": "name", "value": "Sarah"}
    file.write_text(json.dumps({"text": "im Sarah", "details": [detail]}), encoding="utf-8")
    assert cli.main(["evaluate", "--privacy", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["privacy"]["recall"] == 1.0


def test_a_kind_that_nobody_knows_is_refused_with_its_line(tmp_path: Any) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "x", "details": [{"kind": "shoe", "value": "x"}]}', encoding="utf-8")
    with pytest.raises(RowError, match=r"rows\.jsonl:1"):
        read(file, PrivacyRow)


def test_the_training_data_hold_every_placeholder() -> None:
    examples = "".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "data" / "nlu").glob("*.yml")
    )
    for placeholder in PLACEHOLDERS.values():
        assert examples.count(placeholder) >= 5, placeholder
