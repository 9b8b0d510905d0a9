"""The table with its ratios, for the terminal and for docs/measurements/stock.md."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jinja2
import msgspec

from bench.stock.measure import ROUNDS, TURNS_EACH, USERS, WINDOWS

_PAGE = Path(__file__).with_name("page.md")

# Parts of our training that the stock side has nothing to compare with: the second net for crises
# and who is asking.
OWN_PARTS = ("CrisisClassifier", "AudienceClassifier")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table. `ratio` is ours by the stock's; shares are compared by points."""

    name: str
    stock: str
    ours: str
    ratio: str
    wanted: str = ""
    met: bool | None = None
    door: str = ""

    def cells(self) -> list[str]:
        """The line's cells in the table's order."""
        met = {None: self.wanted, True: f"{self.wanted}: met", False: f"{self.wanted}: not met"}
        return [self.name, self.stock, self.ours, self.ratio, met[self.met], self.door]


HEAD = ["", "stock", "ours", "ours by stock", "wanted", "through the door"]


def rows(results: dict[str, Any]) -> list[Row]:
    """All lines that the results so far can fill."""
    found: list[Row] = []
    if "parsing" in results:
        found += _accuracy(results["parsing"])
    if "training" in results:
        found += _training(results["training"])
    if "parsing" in results:
        found.append(_times("a parse, ms", *_pair(results["parsing"]), None))
    if "conversations" in results:
        found += _turns(results["conversations"])
    if "crowd" in results:
        found.append(_rate(results["crowd"]))
    if "memory" in results:
        found += _memory(results["memory"])
    return found


def _pair(part: dict[str, Any]) -> tuple[Any, Any]:
    return part["stock"], part["ours"]


def _accuracy(part: dict[str, Any]) -> Iterable[Row]:
    stock, ours = _pair(part)
    for key, name in (("first", "right concern first"), ("three", "among the first three")):
        points = 100 * (ours[key] - stock[key])
        yield Row(
            name=f"{name}, of {stock['n']}",
            stock=_share(stock, key),
            ours=_share(ours, key),
            ratio=f"{points:+.1f} points",
            **({"wanted": "+8 points", "met": points >= 8} if key == "first" else {}),
        )
    yield Row(
        name="answered with the fallback instead",
        stock=f"{stock['rejected']:.3f}",
        ours=f"{ours['rejected']:.3f}",
        ratio=f"{100 * (ours['rejected'] - stock['rejected']):+.1f} points",
    )


def _share(part: dict[str, Any], key: str) -> str:
    if key != "first":
        return f"{part[key]:.3f}"
    low, high = part["interval"]
    return f"{part[key]:.3f} ({low:.3f} to {high:.3f})"


def _training(part: dict[str, Any]) -> Iterable[Row]:
    stock, ours = _pair(part)
    yield _less("training, s", stock["seconds"], ours["seconds"], 0.1)
    yield _less(
        "training, seconds of processors", stock["processor_seconds"], ours["processor_seconds"]
    )
    own = sum(ours["by_component"].get(name, 0.0) for name in OWN_PARTS)
    yield _less(
        "training, s, without our second net and audience",
        stock["seconds"],
        ours["seconds"] - own,
    )
    yield _less("the model's file, MB", stock["model_bytes"] / 1e6, ours["model_bytes"] / 1e6)


def _turns(part: dict[str, Any]) -> Iterable[Row]:
    stock, ours = _pair(part)
    for length in stock:
        wanted = 0.5 if length in ("1", "60") else None
        door = part["ours, through the door"][length]
        yield _times(
            f"a whole turn, {'the first' if length == '1' else f'about the {length}th'}, ms",
            stock[length],
            ours[length],
            wanted,
            door,
        )


def _times(
    name: str,
    stock: dict[str, Any],
    ours: dict[str, Any],
    wanted: float | None,
    door: dict[str, Any] | None = None,
) -> Row:
    ratio = ours["median_ms"] / stock["median_ms"]
    return Row(
        name=f"{name} (95 % below)",
        stock=_time(stock),
        ours=_time(ours),
        ratio=f"{ratio:.2f}",
        wanted=f"at most {wanted}" if wanted else "",
        met=ratio <= wanted if wanted else None,
        door=_time(door) if door else "",
    )


def _time(part: dict[str, Any]) -> str:
    return f"{part['median_ms']:.1f} ({part['p95_ms']:.1f})"


def _rate(part: dict[str, Any]) -> Row:
    stock, ours = _pair(part)
    ratio = ours["turns_per_second"] / stock["turns_per_second"]
    return Row(
        name="turns a second, 16 users",
        stock=f"{stock['turns_per_second']:.1f}",
        ours=f"{ours['turns_per_second']:.1f}",
        ratio=f"{ratio:.2f}",
        wanted="at least 3",
        met=ratio >= 3,
        door=f"{part['ours, through the door']['turns_per_second']:.1f}",
    )


def _memory(part: dict[str, Any]) -> Iterable[Row]:
    stock, ours = _pair(part)
    yield _less("memory of all processes, MB", sum(stock.values()), sum(ours.values()), 0.8)
    for name in ours:
        if name in stock:
            yield _less(f"of that, {name}", stock[name], ours[name])
        else:
            yield Row(name=f"of that, {name}", stock="–", ours=f"{ours[name]:.0f}", ratio="")


def _less(name: str, stock: float, ours: float, wanted: float | None = None) -> Row:
    ratio = ours / stock
    digits = 0 if min(stock, ours) >= 100 else 1
    return Row(
        name=name,
        stock=f"{stock:.{digits}f}",
        ours=f"{ours:.{digits}f}",
        ratio=f"{ratio:.2f}",
        wanted=f"at most {wanted}" if wanted else "",
        met=ratio <= wanted if wanted else None,
    )


def table(lines: Iterable[Row]) -> str:
    """The table for a terminal, columns under each other."""
    cells = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def markdown(lines: Iterable[Row], results: dict[str, Any]) -> str:
    """The page of docs/measurements, with what was measured and how."""
    template = jinja2.Template(_PAGE.read_text(encoding="utf-8"), keep_trailing_newline=True)
    said = template.render(
        date=results["date"],
        header=results["header"],
        load=results.get("load", "not known"),
        head=HEAD,
        lines=list(lines),
        windows={length: (list(turns), times) for length, (turns, times) in WINDOWS.items()},
        users=USERS,
        turns_each=TURNS_EACH,
        rounds=ROUNDS,
        slowest={name: _slowest(part) for name, part in results.get("training", {}).items()},
    )
    return str(said).rstrip() + "\n"


def _slowest(training: dict[str, Any]) -> list[tuple[str, float]]:
    """The five components that took longest."""
    return sorted(training["by_component"].items(), key=lambda each: -each[1])[:5]
