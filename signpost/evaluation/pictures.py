"""Where things lie in the report's pictures; `report.html` draws them as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import msgspec

from signpost.evaluation.calibration import Bin, Trade
from signpost.evaluation.confusion import Matrix
from signpost.evaluation.intervals import wilson

# A cell of the confusion matrix, and the room for the names beside and above it.
CELL, NAMES = 18, 215
# Below this share of its row a cell is light enough for dark figures.
_DARK_FROM = 0.55
_RIGHT, _WRONG = "29 95 168", "163 35 15"


class Square(msgspec.Struct, frozen=True):
    """A cell: where it lies, how it looks, and what is said when it is pointed at."""

    x: int
    y: int
    n: int
    fill: str
    ink: str
    title: str


class MatrixPicture(msgspec.Struct, frozen=True):
    """The confusion matrix in a plane of `width` by `height`."""

    width: int
    height: int
    squares: list[Square]
    rows: list[tuple[int, str]]
    columns: list[tuple[int, str]]


def matrix_picture(matrix: Matrix) -> MatrixPicture:
    """A row for each concern, a column for each answer; the darker, the larger the row's share."""
    across = {name: NAMES + CELL * place for place, name in enumerate(matrix.columns)}
    down = {name: NAMES + CELL * place for place, name in enumerate(matrix.rows)}
    squares = []
    for cell in matrix.cells:
        right = cell.concern == cell.answered
        strength = 0.15 + 0.85 * cell.share
        squares.append(
            Square(
                x=across[cell.answered],
                y=down[cell.concern],
                n=cell.n,
                fill=f"rgb({_RIGHT if right else _WRONG} / {strength:.2f})",
                ink="#fff" if strength > _DARK_FROM else "#17202a",
                title=f"{cell.concern} answered as {cell.answered}: {cell.n} "
                f"({100 * cell.share:.0f} % of its messages)",
            )
        )
    return MatrixPicture(
        width=NAMES + CELL * len(matrix.columns) + 8,
        height=NAMES + CELL * len(matrix.rows) + 8,
        squares=squares,
        rows=[(y, name) for name, y in down.items()],
        columns=[(x, name) for name, x in across.items()],
    )


class Plane(msgspec.Struct, frozen=True):
    """A square picture of two shares, from 0 to `right` and from `bottom` to 1."""

    right: float = 1.0
    bottom: float = 0.0
    side: int = 320

    def x(self, share: float) -> float:
        """From the left; what lies beyond the picture lies on its edge."""
        return round(self.side * min(share, self.right) / self.right, 1)

    def y(self, share: float) -> float:
        """From the top."""
        return round(self.side * (1 - max(share, self.bottom)) / (1 - self.bottom), 1)

    def ticks(self, steps: int = 5) -> list[tuple[float, float, str, str]]:
        """Place and words of the grid's lines, to the right and upwards."""
        found = []
        for step in range(steps + 1):
            across = self.right * step / steps
            up = self.bottom + (1 - self.bottom) * step / steps
            found.append((self.x(across), self.y(up), f"{100 * across:.3g}", f"{100 * up:.3g}"))
        return found

    def line(self, trades: Iterable[Trade]) -> str:
        """Trades as the points of a polyline."""
        return " ".join(f"{self.x(each.lost)},{self.y(each.caught)}" for each in trades)


class Dot(msgspec.Struct, frozen=True):
    """Messages of like confidence: the dot's place and size, and its interval's ends."""

    x: float
    y: float
    radius: float
    low: float
    high: float
    title: str


def dots(bins: Sequence[Bin], plane: Plane) -> list[Dot]:
    """The reliability diagram's dots; their area grows with the number of messages."""
    most = max((each.n for each in bins), default=1)
    found = []
    for each in bins:
        low, high = wilson(each.right, each.n)
        found.append(
            Dot(
                x=plane.x(each.confidence),
                y=plane.y(each.right),
                radius=round(3 + 9 * math.sqrt(each.n / most), 1),
                low=plane.y(low),
                high=plane.y(high),
                title=f"{each.n} messages read with confidence {each.confidence:.2f}: "
                f"{each.right:.2f} of them rightly",
            )
        )
    return found
