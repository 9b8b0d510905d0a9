"""The curve that the crisis thresholds are chosen from."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.evaluation.curve import Point, at, curve, path, place

scored = st.lists(st.tuples(st.floats(-9, 9), st.booleans()), max_size=60)


def test_each_threshold_counts_what_lies_at_or_above_it() -> None:
    points = curve([(2.0, True), (1.0, False), (0.0, True), (-1.0, False)])
    assert points == [
        Point(2.0, 0.5, 0.0),
        Point(1.0, 0.5, 0.5),
        Point(0.0, 1.0, 0.5),
        Point(-1.0, 1.0, 1.0),
    ]


def test_messages_with_the_same_score_cannot_be_told_apart() -> None:
    assert curve([(1.0, True), (1.0, False)]) == [Point(1.0, 1.0, 1.0)]


def test_a_sure_rule_lies_above_every_threshold() -> None:
    points = curve([(math.inf, True), (0.0, False)])
    assert at(points, 1000.0) == Point(1000.0, 1.0, 0.0)


def test_between_two_points_the_higher_one_holds() -> None:
    points = curve([(2.0, True), (0.0, False)])
    assert at(points, 1.0) == Point(1.0, 1.0, 0.0)
    assert at(points, 3.0) == Point(3.0, 0.0, 0.0)


@pytest.mark.parametrize("rows", [[], [(1.0, True)], [(1.0, False)]])
def test_one_kind_of_message_alone_makes_no_curve(rows: list[tuple[float, bool]]) -> None:
    assert curve(rows) == []


@given(scored)
def test_a_lower_threshold_never_finds_less(rows: list[tuple[float, bool]]) -> None:
    points = curve(rows)
    for upper, lower in pairwise(points):
        assert upper.recall <= lower.recall
        assert upper.alarms <= lower.alarms
    assert not points or (points[-1].recall, points[-1].alarms) == (1.0, 1.0)


def test_the_picture_shows_the_useful_part_and_stays_in_its_frame() -> None:
    assert path([Point(1.0, 0.9, 0.05), Point(0.0, 1.0, 0.9)]) == "120.0,60.0"
    assert place(Point(-5.0, 0.1, 1.0)) == (480.0, 300.0)
