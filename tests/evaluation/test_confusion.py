"""Which concern is taken for which, in the order of the domain."""

from __future__ import annotations

from signpost.evaluation.confusion import Cell, in_order, matrix
from tests.evaluation.outcomes import answered

OUTCOMES = [
    answered("scam_fraud", "scam_fraud", text="one"),
    answered("scam_fraud", "hacked_account", text="two"),
    answered("scam_fraud", "hacked_account", text="three"),
    answered("cyberbullying", text="four"),
]


def test_a_cell_holds_its_sentences_and_its_share_of_the_concern() -> None:
    cells = {(cell.concern, cell.answered): cell for cell in matrix(OUTCOMES).cells}
    assert cells["scam_fraud", "hacked_account"] == Cell(
        "scam_fraud", "hacked_account", 2, 2 / 3, ("two", "three")
    )
    assert cells["cyberbullying", "other"].share == 1.0


def test_the_worst_confusions_come_first_and_what_is_right_is_none() -> None:
    worst = matrix(OUTCOMES).worst()
    assert [(cell.concern, cell.answered) for cell in worst] == [
        ("scam_fraud", "hacked_account"),
        ("cyberbullying", "other"),
    ]
    assert len(matrix(OUTCOMES).worst(most=1)) == 1


def test_kin_stand_together_and_what_is_no_concern_stands_last() -> None:
    found = matrix(OUTCOMES)
    assert found.rows == ("cyberbullying", "scam_fraud")
    assert found.columns == ("cyberbullying", "hacked_account", "scam_fraud", "other")
    assert in_order({"unheard_of", "fallback", "sextortion"}) == (
        "sextortion",
        "fallback",
        "unheard_of",
    )
