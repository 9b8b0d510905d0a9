"""The curve that the crisis thresholds are chosen from: crises found against ordinary messages hit.

Each message has one decision score (`CrisisDecision`, a log-odds); a sure rule of the floor counts
as infinitely high. For every threshold: which share of the crises lies at or above it, and which
share of the ordinary messages.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

# The picture's plane: ordinary messages up to this share, where every useful threshold lies.
_WIDEST = 0.2
_WIDTH, _HEIGHT = 480, 300


class Point(msgspec.Struct, frozen=True):
    """At `threshold`: the share of crises found and of ordinary messages hit."""

    threshold: float
    recall: float
    alarms: float


def curve(scored: Sequence[tuple[float, bool]]) -> list[Point]:
    """Points from the highest threshold to the lowest; `scored` holds score and "is a crisis".

    Empty unless there are messages of both kinds.
    """
    crises = sum(is_crisis for _, is_crisis in scored)
    ordinary = len(scored) - crises
    if not crises or not ordinary:
        return []
    points: list[Point] = []
    found = hit = 0
    ranked = sorted(scored, key=lambda each: -each[0])
    for place, (score, is_crisis) in enumerate(ranked, start=1):
        found += is_crisis
        hit += not is_crisis
        if place == len(ranked) or ranked[place][0] != score:
            points.append(Point(score, found / crises, hit / ordinary))
    return points


def at(points: Sequence[Point], threshold: float) -> Point:
    """What a threshold reaches: the lowest point that is not below it."""
    best = Point(threshold, 0.0, 0.0)
    for point in points:
        if point.threshold >= threshold:
            best = Point(threshold, point.recall, point.alarms)
    return best


def path(points: Sequence[Point]) -> str:
    """The curve as the points of an SVG polyline, in a plane of 480 by 300."""
    shown = [point for point in points if point.alarms <= _WIDEST]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, shown))


def place(point: Point) -> tuple[float, float]:
    """Where a point lies: to the right more ordinary messages, upwards more crises."""
    # The upper half of the recalls alone: below it lies nothing that anybody would choose.
    return (
        _WIDTH * min(point.alarms, _WIDEST) / _WIDEST,
        _HEIGHT * (1 - max(point.recall, 0.5)) / 0.5,
    )
