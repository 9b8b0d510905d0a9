"""What redaction costs: little, and no text makes it slow."""

from __future__ import annotations

from functools import partial

import pytest

from signpost.crisis.bench import sample
from signpost.privacy.bench import HARD, full, hardest, seconds
from signpost.privacy.redact import Redactor

REDACTOR = Redactor.whole()


def test_a_message_of_500_characters_costs_milliseconds() -> None:
    # Five are promised; a busy machine may take a few times that.
    assert seconds(partial(REDACTOR.redact, full(500)), 20) < 0.025


def test_the_longest_message_that_is_let_through_costs_little_whatever_is_in_it() -> None:
    piece, taken = hardest(REDACTOR, 2_000)
    assert taken < 0.25, piece


@pytest.mark.parametrize("piece", [*HARD, sample(200), full(300)], ids=lambda piece: piece[:12])
def test_ten_times_the_text_takes_about_ten_times_as_long(piece: str) -> None:
    def taken(length: int) -> float:
        return seconds(partial(REDACTOR.redact, (piece * length)[:length]), 3)

    # Squared growth would be a hundred times.
    assert taken(20_000) < 40 * max(taken(2_000), 0.001)
