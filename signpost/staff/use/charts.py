"""Charts as SVG, drawn on the server. Each stands beside a table with the same numbers, which is
what is read out; the picture itself is one image with a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

_WIDTH = 640
_LINE, _LABEL, _ROOM = 30, 300, 60
# Characters of a label; the table has the whole of it.
_MOST_CHARACTERS = 38
_HEIGHT, _FOOT, _SIDE, _TOP = 220, 28, 46, 14


class Bar(NamedTuple):
    """One bar: its words, and its number, or None where it must not be shown."""

    label: str
    number: int | None


class Shape(NamedTuple):
    """A rectangle, in the units of the picture."""

    x: float
    y: float
    width: float
    height: float


class Text(NamedTuple):
    """Words at a place; `anchor` as SVG knows it."""

    x: float
    y: float
    words: str
    anchor: str = "start"


class Chart(NamedTuple):
    """A picture for the template to write down."""

    width: int
    height: int
    bars: list[Shape]
    hidden: list[Shape]
    lines: list[Shape]
    texts: list[Text]


def lying(bars: Sequence[Bar]) -> Chart:
    """Bars from left to right, one under the other: for a few names of different length."""
    most = max((bar.number or 0 for bar in bars), default=0) or 1
    chart = Chart(_WIDTH, _LINE * len(bars) + 8, [], [], [], [])
    for place, bar in enumerate(bars):
        y = _LINE * place + 4
        long = (_WIDTH - _LABEL - _ROOM) * (bar.number or 0) / most
        chart.texts.append(Text(_LABEL - 10, y + 19, _short(bar.label), "end"))
        if bar.number is None:
            chart.hidden.append(Shape(_LABEL, y + 4, 60, _LINE - 12))
            continue
        chart.bars.append(Shape(_LABEL, y + 4, max(long, 1), _LINE - 12))
        chart.texts.append(Text(_LABEL + long + 8, y + 19, f"{bar.number:,}"))
    return chart


def standing(bars: Sequence[Bar]) -> Chart:
    """Bars side by side from the first day to the last, with lines to read heights by."""
    most = top_of(max((bar.number or 0 for bar in bars), default=0))
    chart = Chart(_WIDTH, _HEIGHT, [], [], [], [])
    foot = _HEIGHT - _FOOT
    for part in range(5):
        y = foot - (foot - _TOP) * part / 4
        chart.lines.append(Shape(_SIDE, y, _WIDTH - _SIDE, 0))
        chart.texts.append(Text(_SIDE - 6, y + 5, f"{most * part // 4:,}", "end"))
    step = (_WIDTH - _SIDE) / max(len(bars), 1)
    every = max(1, -(-len(bars) // 8))
    for place, bar in enumerate(bars):
        x = _SIDE + step * place
        high = (foot - _TOP) * (bar.number or 0) / most
        if bar.number is None:
            chart.hidden.append(Shape(x + step * 0.1, foot - 12, step * 0.8, 12))
        elif bar.number:
            chart.bars.append(Shape(x + step * 0.1, foot - high, step * 0.8, high))
        if place % every == 0:
            chart.texts.append(Text(x + step / 2, _HEIGHT - 8, bar.label, "middle"))
    return chart


def _short(label: str) -> str:
    return label if len(label) <= _MOST_CHARACTERS else label[: _MOST_CHARACTERS - 1].rstrip() + "…"


def top_of(most: int) -> int:
    """Where the scale ends: a round number that four steps divide."""
    for power in count():
        for first in (4, 8, 12, 20, 40):
            if most <= first * 10**power:
                return int(first * 10**power)
    raise AssertionError  # `count` has no end
