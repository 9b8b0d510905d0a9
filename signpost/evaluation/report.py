"""The figures as a table for the terminal and as an HTML page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import msgspec
import yaml

from signpost.evaluation import calibration, confusion, release
from signpost.evaluation.calibration import Reading
from signpost.evaluation.curve import Point, at, path, place
from signpost.evaluation.heard import ConcernOutcome, Hearing
from signpost.evaluation.intervals import wilson
from signpost.evaluation.pictures import CELL, NAMES, Plane, dots, matrix_picture
from signpost.evaluation.release import Release
from signpost.evaluation.score import (
    BEYOND,
    Part,
    by_audience,
    by_concern,
    parts_of,
    share,
)
from signpost.settings import ROOT

# The headline shares in plain words, and what they must reach (docs/measurements.md says since
# when they do).
WORDS = {
    "recall": ("crises answered as a crisis", "at least 0.99"),
    "specificity": ("ordinary messages spared a crisis reply", "at least 0.98"),
    "checkin_rate": ("ordinary messages that got a check-in", "at most 0.06"),
    "route_accuracy": ("of the crises found, led to the right place", "at least 0.97"),
    "top1": ("right concern first", "at least 0.85"),
    "top3": ("right concern among the first three", "at least 0.95"),
    "oos_recall": ("out of scope, and said so", "at least 0.90"),
    "false_oos": ("in scope, but taken for out of scope", "at most 0.04"),
    "fallback_rate": ("answered with choices, not sure", ""),
    "audience_accuracy": ("right reader, where the message tells", "at least 0.90"),
    "pass_rate": ("turns of dialogues as expected", "at least 0.92"),
    "escalation_rate": ("escalations due in dialogues, made", "at least 1.00"),
}
# How many confusions are shown, and how many sentences of each.
_WORST, _SENTENCES = 20, 6
_STEPS = [step / 200 for step in range(201)]


class Line(msgspec.Struct, frozen=True):
    """A share with its interval, what it must reach, and what it was in the last release."""

    name: str
    words: str
    part: Part
    wanted: str = ""
    before: Part | None = None
    points: float = 0.0

    @property
    def value(self) -> float:
        return share(self.part)

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.value, self.part.whole)

    @property
    def met(self) -> bool | None:
        """Whether the share is where it must be; None where nothing is asked, or of nothing."""
        if not self.wanted or not self.part.whole:
            return None
        bound = float(self.wanted.rpartition(" ")[2])
        return self.value <= bound if self.wanted.startswith("at most") else self.value >= bound


def headlines(hearing: Hearing, before: Release | None) -> dict[str, list[Line]]:
    """The headline shares by kind, with the last release's on the same sets."""
    now = release.set_figures(hearing)
    moved = {
        (change.kind, change.name): change
        for change in (release.changes(before, now) if before else [])
    }
    found: dict[str, list[Line]] = {}
    for kind, parts in parts_of(hearing).items():
        found[kind] = []
        for name, part in parts.items():
            words, wanted = WORDS[name]
            change = moved.get((kind, name))
            found[kind].append(
                Line(
                    name=name,
                    words=words,
                    part=part,
                    wanted=wanted,
                    before=change.before if change else None,
                    points=change.points if change else 0.0,
                )
            )
    return found


# For the terminal


def table(figures: dict[str, Any], hearing: Hearing, before: Release | None = None) -> str:
    """A readable table: headline figures, then what was missed."""
    lines = [f"model {figures.get('model', '')}"]
    for kind, found in headlines(hearing, before).items():
        part = figures[kind]
        n = part.get("n", part.get("n_turns"))
        lines += ["", f"{kind} ({n} {'turns' if kind == 'dialogues' else 'rows'})"]
        lines += [f"  {line.name:<22}{_figure(line)}" for line in found]
        lines += [f"  {name:<22}{part[name]}" for name in ("macro_f1",) if name in part]
        if "median_ms" in part:
            lines.append(f"  {'median turn':<22}{part['median_ms']} ms")
    if before:
        moved = release.changes(before, release.set_figures(hearing))
        lines += ["", *(line.strip() for line in release.said(moved, before))]
    return "\n".join([*lines, *_missed(figures)])


def _figure(line: Line) -> str:
    low, high = line.interval
    return f"{line.value:.3f}  ({low:.3f} to {high:.3f})  of {line.part.whole}"


def _missed(figures: Mapping[str, Any]) -> list[str]:
    """What was wrong, in sentences."""
    lines: list[str] = []
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
    return lines


# As a page


def html(figures: dict[str, Any], hearing: Hearing, before: Release | None = None) -> str:
    """The whole report as one HTML page that loads nothing."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    points = [Point(**each) for each in figures.get("crisis", {}).get("curve", [])]
    return environment.get_template("report.html").render(
        f=figures,
        headlines=headlines(hearing, before),
        before=before,
        files=_files(hearing),
        line=path(points),
        marks=_marks(points),
        concerns=_concerns(hearing.all_concerns) if hearing.concerns else None,
        cell=CELL,
        names=NAMES,
    )


def _files(hearing: Hearing) -> list[tuple[str, int]]:
    """The sets that were heard, each with how many rows or turns."""
    kinds: tuple[Mapping[Path, Sequence[Any]], ...] = (
        hearing.crisis,
        hearing.concerns,
        hearing.dialogues,
    )
    return [(file.name, len(found)) for kind in kinds for file, found in kind.items()]


def _concerns(outcomes: Sequence[ConcernOutcome]) -> dict[str, Any]:
    """All that the page shows of concerns beside the headlines."""
    found = confusion.matrix(outcomes)
    known = by_concern(outcomes)
    return {
        "by_concern": [Line(name, name, known[name]) for name in confusion.in_order(known)],
        "by_audience": [Line(name, name, part) for name, part in by_audience(outcomes).items()],
        "matrix": matrix_picture(found),
        "worst": [
            {
                "cell": cell,
                "texts": cell.texts[:_SENTENCES],
                "more": max(0, len(cell.texts) - _SENTENCES),
            }
            for cell in found.worst(_WORST)
        ],
        **_sureness(readings_of(outcomes), outcomes),
    }


def readings_of(outcomes: Sequence[ConcernOutcome]) -> list[Reading]:
    """What the classifier made of each message; those that it never saw are left out."""
    found = []
    for each in outcomes:
        heard = each.heard
        if heard.confidences:
            beyond = dict(zip(heard.ranking, heard.confidences, strict=True)).get(BEYOND, 0.0)
            fair = tuple(each.row.allows(name) for name in heard.ranking)
            in_scope = each.row.concern != BEYOND
            found.append(Reading(heard.confidences, fair, in_scope, beyond))
    return found


def _sureness(readings: Sequence[Reading], outcomes: Sequence[ConcernOutcome]) -> dict[str, Any]:
    """Reliability, the temperature that would mend it, and the two curves with what is in force."""
    if not readings:
        return {"sure": None}
    bins = calibration.reliability(
        [each.confidence for each in readings], [each.right for each in readings]
    )
    temperature, mended = calibration.warmed_error(readings)
    threshold = _fallback_threshold()
    whole, narrow = Plane(), Plane(right=0.1, bottom=0.5)
    wide = Plane(right=0.5)
    served = parts_of(Hearing(concerns={Path(): list(outcomes)}))["concerns"]
    (in_force,) = calibration.fallback_trades(readings, [threshold])
    return {
        "sure": {
            "n": len(readings),
            "bins": bins,
            "plane": whole,
            "dots": dots(bins, whole),
            "error": calibration.expected_error(bins),
            "temperature": temperature,
            "mended": mended,
        },
        "scope": {
            "plane": narrow,
            "line": narrow.line(calibration.scope_trades(readings, _STEPS)),
            "found": share(served["oos_recall"]),
            "lost": share(served["false_oos"]),
            "rows": [
                each for each in calibration.scope_trades(readings, (0.1, 0.2, 0.3, 0.4, 0.5))
            ],
        },
        "fallback": {
            "plane": wide,
            "line": wide.line(calibration.fallback_trades(readings, _STEPS)),
            "in_force": in_force,
            "rows": calibration.fallback_trades(
                readings, sorted({threshold, 0.15, 0.2, 0.3, 0.35, 0.4, 0.5})
            ),
        },
    }


def _config(part: str, name: str) -> dict[str, Any]:
    """The settings of one component or policy in config.yml."""
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = next(each for each in config[part] if each["name"].endswith(name))
    return found


def _fallback_threshold() -> float:
    return float(_config("pipeline", "FallbackClassifier")["threshold"])


def _marks(points: list[Point]) -> list[dict[str, Any]]:
    """The two thresholds in force, where they lie on the curve."""
    policy = _config("policies", "CrisisPolicy")
    found = [
        (name, at(points, float(policy[key])))
        for name, key in (("check-in", "check_in_score"), ("crisis reply", "crisis_score"))
    ]
    return [
        {"name": name, "point": point, "x": place(point)[0], "y": place(point)[1]}
        for name, point in found
    ]
