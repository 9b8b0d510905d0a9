"""The figures as a table for the terminal and as an HTML page."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import jinja2
import yaml

from signpost.evaluation.curve import Point, at, path, place
from signpost.settings import ROOT

_HEADLINES = {
    "crisis": ("recall", "specificity", "checkin_rate", "route_accuracy"),
    "concerns": (
        "top1", "top3", "macro_f1", "oos_recall", "false_oos", "fallback_rate",
        "audience_accuracy",
    ),
    "dialogues": ("pass_rate", "escalations_expected", "escalations_made"),
}  # fmt: skip


def wilson(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share of `n` (Wilson's score interval)."""
    if n == 0:
        return 0.0, 1.0
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def table(figures: dict[str, Any]) -> str:
    """A readable table: headline figures, then what was missed."""
    lines = [f"model {figures.get('model', '')}"]
    for kind, names in _HEADLINES.items():
        if kind not in figures:
            continue
        part = figures[kind]
        n = part.get("n", part.get("n_turns"))
        lines += ["", f"{kind} ({n} {'turns' if kind == 'dialogues' else 'rows'})"]
        lines += [f"  {name:<22}{_figure(part, name)}" for name in names]
        if "median_ms" in part:
            lines.append(f"  {'median turn':<22}{part['median_ms']} ms")
    crisis = figures.get("crisis", {})
    weak = {k: v for k, v in crisis.get("by_phenomenon", {}).items() if v["score"] < 0.95}
    if weak:
        lines += ["", "phenomena under 0.95"]
        lines += [f"  {name:<28}{v['score']:.3f} of {v['n']}" for name, v in weak.items()]
    for title, texts in (("missed", "misses"), ("false alarms", "false_alarms")):
        if crisis.get(texts):
            lines += ["", f"crisis, {title}"]
            lines += [f"  {text[:150]}" for text in crisis[texts]]
    if figures.get("dialogues", {}).get("failures"):
        lines += ["", "dialogue turns that failed"]
        lines += [
            f"  {row['dialogue']} #{row['turn']}: {row['user'][:70]!r} expected {row['expect']}, "
            f"got {', '.join(row['entries'])}"
            for row in figures["dialogues"]["failures"]
        ]
    return "\n".join(lines)


def _figure(part: dict[str, Any], name: str) -> str:
    value = part[name]
    if not isinstance(value, float):
        return str(value)
    low, high = wilson(value, _denominator(part, name))
    return f"{value:.3f}  ({low:.3f} to {high:.3f})"


def _denominator(part: dict[str, Any], name: str) -> int:
    """How many rows a share is of, for its interval."""
    n = int(part.get("n", part.get("n_turns", 0)))
    if name in ("recall", "route_accuracy"):
        return int(part["n_crisis"])
    if name in ("specificity", "checkin_rate"):
        return n - int(part["n_crisis"])
    if name == "oos_recall":
        return int(part["by_concern"].get("out_of_scope", {}).get("n", 0))
    return n


_TEMPLATE = Path(__file__).with_suffix(".html")


def html(figures: dict[str, Any]) -> str:
    """The whole report as one HTML page."""
    template = jinja2.Template(_TEMPLATE.read_text(encoding="utf-8"), autoescape=True)
    points = [Point(**each) for each in figures.get("crisis", {}).get("curve", [])]
    return str(
        template.render(
            f=figures, headlines=_HEADLINES, figure=_figure, line=path(points), marks=_marks(points)
        )
    )


def _marks(points: list[Point]) -> list[dict[str, Any]]:
    """The two thresholds in force, where they lie on the curve."""
    policy = next(
        each
        for each in yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["policies"]
        if each["name"].endswith("CrisisPolicy")
    )
    found = [
        (name, at(points, float(policy[key])))
        for name, key in (("check-in", "check_in_score"), ("crisis reply", "crisis_score"))
    ]
    return [
        {"name": name, "point": point, "x": place(point)[0], "y": place(point)[1]}
        for name, point in found
    ]
