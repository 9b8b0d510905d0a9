"""Which numbers of a table may be shown, so that no small one can be read or worked out.

The rule, for a table whose cells add up to a total that is shown, too:

1. A cell from 1 to 4 is hidden. A nought is shown: it tells of nobody.
2. With it the smallest cell from 5 up is hidden, and all of that size. From the total and the
   cells that are shown follows only the sum of those that are not; they look the same, and one of
   them is large, so that none can be told.
3. Where no cell is as large as 5, none is shown, noughts included.

`tests/counts/test_disclosure.py` tries every table of some size against somebody who knows the
rule, the total and all that is shown.
"""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 5
# What totals of a period that is not over are rounded to: two looks on two days show no day.
COARSE = 10


def protect(cells: Mapping[str, int]) -> dict[str, int | None]:
    """The cells in their order, those that may not be shown as None."""
    if not any(_is_small(number) for number in cells.values()):
        return dict(cells)
    with_them = min((number for number in cells.values() if number >= LEAST), default=0)
    if not with_them:
        return dict.fromkeys(cells)
    return {
        name: None if _is_small(number) or number == with_them else number
        for name, number in cells.items()
    }


def whole(number: int) -> int | None:
    """A total that stands by itself, or None where it is small."""
    return None if _is_small(number) else number


def _is_small(number: int) -> bool:
    return 0 < number < LEAST


def coarse(number: int) -> int:
    """A total of a period that still goes on, rounded down."""
    return number // COARSE * COARSE
