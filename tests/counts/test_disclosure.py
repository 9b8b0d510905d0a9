"""Nobody can work out a small number from what is shown: tried on every table of some size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import hypothesis
import pytest
from hypothesis import strategies

from signpost.counts.disclosure import LEAST, coarse, protect, whole

Table = tuple[int, ...]


def shown(table: Table) -> tuple[int | None, ...]:
    """A table as it is shown; its cells have names that say nothing of their size."""
    return tuple(protect({str(place): number for place, number in enumerate(table)}).values())


@pytest.mark.parametrize(
    ("table", "as_shown"),
    [
        ((7, 9, 20), (7, 9, 20)),
        ((5,), (5,)),
        ((4,), (None,)),
        ((3, 9, 20), (None, None, 20)),
        ((0, 9, 20), (0, 9, 20)),
        ((0, 0), (0, 0)),
        ((0, 3, 9, 9, 20), (0, None, None, None, 20)),
        ((1, 0, 2, 3), (None, None, None, None)),
        ((2, 30), (None, None)),
        ((), ()),
    ],
)
def test_a_small_number_is_hidden_and_the_smallest_of_the_others_with_it(
    table: Table, as_shown: tuple[int | None, ...]
) -> None:
    assert shown(table) == as_shown


@pytest.mark.parametrize(("cells", "total"), [(2, 40), (3, 24), (4, 16), (5, 13), (6, 11), (8, 8)])
def test_no_hidden_number_follows_from_the_total_and_the_rest_even_for_who_knows_the_rule(
    cells: int, total: int
) -> None:
    possible: defaultdict[tuple[int | None, tuple[int | None, ...]], set[Table]] = defaultdict(set)
    for table in tables(cells, total):
        possible[whole(sum(table)), shown(table)].add(table)
    for (sum_, as_shown), found in possible.items():
        for place, number in enumerate(as_shown):
            values = {table[place] for table in found}
            assert number is not None or len(values) > 1, (sum_, as_shown, place, values)


def tables(cells: int, total: int) -> Iterator[Table]:
    """Every table of that many cells whose sum is at most `total`."""
    if cells == 0:
        yield ()
        return
    for first in range(total + 1):
        for rest in tables(cells - 1, total - first):
            yield (first, *rest)


@hypothesis.given(strategies.lists(strategies.integers(0, 60), max_size=40).map(tuple))
def test_what_is_shown_is_true_and_never_small(table: Table) -> None:
    for number, seen in zip(table, shown(table), strict=True):
        assert seen is None or (seen == number and (seen == 0 or seen >= LEAST))


@hypothesis.given(strategies.lists(strategies.integers(0, 60), min_size=2, max_size=40).map(tuple))
def test_never_is_one_cell_hidden_alone(table: Table) -> None:
    assert shown(table).count(None) != 1


@hypothesis.given(
    strategies.lists(strategies.integers(0, 30), min_size=2, max_size=12), strategies.randoms()
)
def test_the_order_of_the_cells_decides_nothing(table: list[int], random: object) -> None:
    mixed = sorted(range(len(table)), key=lambda _: random.random())  # type: ignore[attr-defined]
    straight = shown(tuple(table))
    assert shown(tuple(table[place] for place in mixed)) == tuple(straight[p] for p in mixed)


def test_a_total_is_shown_from_five_and_a_running_one_in_tens() -> None:
    assert [whole(number) for number in (0, 1, 4, 5, 12)] == [0, None, None, 5, 12]
    assert [coarse(number) for number in (0, 9, 10, 19, 25)] == [0, 0, 10, 10, 20]
