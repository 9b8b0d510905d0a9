"""Charts: as long as their numbers say, with nothing of what must not be shown."""

from __future__ import annotations

import pytest

from signpost.staff.use.charts import Bar, lying, standing, top_of

BARS = [Bar("a", 40), Bar("b", 20), Bar("c", None), Bar("d", 0)]


def test_lying_bars_are_as_long_as_their_numbers() -> None:
    chart = lying(BARS)
    assert chart.bars[0].width == pytest.approx(2 * chart.bars[1].width)
    assert chart.bars[2].width == 1
    assert [text.words for text in chart.texts] == ["a", "40", "b", "20", "c", "d", "0"]


def test_standing_bars_are_as_high_as_their_numbers_and_stand_on_the_foot() -> None:
    chart = standing(BARS)
    first, second = chart.bars
    assert first.height == pytest.approx(2 * second.height)
    assert first.y + first.height == pytest.approx(second.y + second.height)


@pytest.mark.parametrize("draw", [lying, standing])
def test_a_number_that_must_not_be_shown_has_a_shape_that_is_always_the_same(draw: object) -> None:
    assert callable(draw)
    [shape] = draw(BARS).hidden
    [other] = draw([Bar("x", 900), *BARS[1:]]).hidden
    assert (shape.width, shape.height) == (other.width, other.height)


@pytest.mark.parametrize("draw", [lying, standing])
def test_no_bars_and_only_noughts_can_be_drawn(draw: object) -> None:
    assert callable(draw)
    assert draw([]).bars == []
    assert draw([Bar("a", 0), Bar("b", None)]).hidden


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (4, 4), (5, 8), (13, 20), (41, 80), (100, 120), (2001, 4000)]
)
def test_the_scale_ends_at_a_round_number_that_four_steps_divide(most: int, top: int) -> None:
    assert top_of(most) == top


def test_a_long_name_is_cut_in_the_picture() -> None:
    words = lying([Bar("word " * 20, 5)]).texts[0].words
    assert words.endswith("…")
    assert len(words) <= 38
