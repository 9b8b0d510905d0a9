"""Which concern is taken for which: a matrix, and the worst of it with its sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import yaml

from signpost.evaluation.heard import ConcernOutcome
from signpost.settings import ROOT

# Answers that are no concern, after the concerns.
OTHERS = ("fallback", "escalated", "not_escalated", "other")


class Cell(msgspec.Struct, frozen=True):
    """`n` messages about `concern` that were answered as `answered`; `share` of its messages."""

    concern: str
    answered: str
    n: int
    share: float
    texts: tuple[str, ...]


class Matrix(msgspec.Struct, frozen=True):
    """Rows, columns, and the cells that hold anything."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]

    def worst(self, most: int = 15) -> list[Cell]:
        """The confusions with most messages, then with the larger share."""
        wrong = [cell for cell in self.cells if cell.concern != cell.answered]
        return sorted(wrong, key=lambda cell: (-cell.n, -cell.share))[:most]


def matrix(outcomes: Sequence[ConcernOutcome]) -> Matrix:
    """Concerns in the order of domain.yml, which puts kin together."""
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in outcomes:
        texts[each.row.concern, each.answered].append(each.row.text)
    totals: dict[str, int] = defaultdict(int)
    for (concern, _), found in texts.items():
        totals[concern] += len(found)
    rows = in_order(totals)
    answers = {answered for _, answered in texts} | set(totals)
    return Matrix(
        rows=rows,
        columns=in_order(answers),
        cells=tuple(
            Cell(concern, answered, len(found), len(found) / totals[concern], tuple(found))
            for (concern, answered), found in sorted(texts.items())
        ),
    )


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Names as domain.yml lists them; then what is no intent."""
    intents = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    known = {name: place for place, name in enumerate([*intents, *OTHERS])}
    return tuple(sorted(names, key=lambda name: (known.get(name, len(known)), name)))
