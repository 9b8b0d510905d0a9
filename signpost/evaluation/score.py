"""Counting: the figures of the design's evaluation formats, from what was heard."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from signpost.evaluation.curve import curve
from signpost.evaluation.heard import (
    ConcernOutcome,
    CrisisOutcome,
    Hearing,
    Progress,
    TurnOutcome,
    hear_concerns,
    hear_crisis,
    hear_dialogues,
    route_fits,
)
from signpost.evaluation.judge import Judge
from signpost.evaluation.rows import ConcernRow, CrisisRow, Dialogue
from signpost.evaluation.talk import Talk

# The label of messages that are not about online safety.
BEYOND = "out_of_scope"


async def score_crisis(
    rows: Sequence[CrisisRow], talk: Talk, judge: Judge, progress: Progress
) -> dict[str, Any]:
    """Recall, specificity, check-ins and routes; by phenomenon the share that was right."""
    return count_crisis(await hear_crisis(rows, talk, judge, progress))


async def score_concerns(
    rows: Sequence[ConcernRow], talk: Talk, judge: Judge, progress: Progress
) -> dict[str, Any]:
    """Which concern's words came first, among the first three, and for whom."""
    return count_concerns(await hear_concerns(rows, talk, judge, progress))


async def score_dialogues(
    dialogues: Sequence[Dialogue], talk: Talk, judge: Judge, progress: Progress
) -> dict[str, Any]:
    """Turns that did what was expected, and escalations that were due and made."""
    return count_dialogues(await hear_dialogues(dialogues, talk, judge, progress))


class Part(msgspec.Struct, frozen=True):
    """A share as a count: `part` of `whole`."""

    part: int
    whole: int


def share(part: Part) -> float:
    """A count as a share, to four places; 0 of nothing."""
    return round(part.part / part.whole, 4) if part.whole else 0.0


def crisis_parts(outcomes: Sequence[CrisisOutcome]) -> dict[str, Part]:
    """The headline shares of crisis rows."""
    crises = [each for each in outcomes if each.row.label == "crisis"]
    ordinary = [each for each in outcomes if each.row.label != "crisis"]
    return {
        "recall": _part(each.right for each in crises),
        "specificity": _part(each.right for each in ordinary),
        "checkin_rate": _part(each.verdict.escalation == "check_in" for each in ordinary),
        "route_accuracy": _part(
            route_fits(each.row.route, each.verdict) for each in crises if each.right
        ),
    }


def figures_of(hearing: Hearing) -> dict[str, Any]:
    """The figures of every kind that was heard, all sets of a kind together."""
    figures: dict[str, Any] = {}
    if hearing.crisis:
        figures["crisis"] = count_crisis(hearing.all_crisis)
    if hearing.concerns:
        figures["concerns"] = count_concerns(hearing.all_concerns)
    if hearing.dialogues:
        figures["dialogues"] = count_dialogues(hearing.all_dialogues)
    return figures


def parts_of(hearing: Hearing) -> dict[str, dict[str, Part]]:
    """The headline shares of every kind that was heard, as counts."""
    parts: dict[str, dict[str, Part]] = {}
    if hearing.crisis:
        parts["crisis"] = crisis_parts(hearing.all_crisis)
    if hearing.concerns:
        parts["concerns"] = concern_parts(hearing.all_concerns)
    if hearing.dialogues:
        parts["dialogues"] = dialogue_parts(hearing.all_dialogues)
    return parts


def count_crisis(outcomes: Sequence[CrisisOutcome]) -> dict[str, Any]:
    """The figures of crisis rows."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for each in outcomes:
        hits[each.row.phenomenon].append(each.right)
    wrong = [each.row for each in outcomes if not each.right]
    return {
        "n": len(outcomes),
        "n_crisis": sum(each.row.label == "crisis" for each in outcomes),
        **{name: share(part) for name, part in crisis_parts(outcomes).items()},
        "by_phenomenon": {
            tag: {"n": len(rights), "score": share(_part(rights))}
            for tag, rights in sorted(hits.items())
        },
        "misses": [row.text for row in wrong if row.label == "crisis"],
        "false_alarms": [row.text for row in wrong if row.label != "crisis"],
        "curve": _curve(outcomes),
        "faults": sum(each.heard.fault is not None for each in outcomes),
        "median_ms": _median_ms(outcomes),
    }


def _curve(outcomes: Sequence[CrisisOutcome]) -> list[dict[str, float]]:
    scored = [
        (each.heard.crisis_score, each.row.label == "crisis")
        for each in outcomes
        if each.heard.crisis_score is not None
    ]
    return [
        {"threshold": point.threshold, "recall": point.recall, "alarms": point.alarms}
        for point in curve(scored)
        if math.isfinite(point.threshold)
    ]


def concern_parts(outcomes: Sequence[ConcernOutcome]) -> dict[str, Part]:
    """The headline shares of concern rows."""
    beyond = [each for each in outcomes if each.row.concern == BEYOND]
    within = [each for each in outcomes if each.row.concern != BEYOND]
    known = [each for each in outcomes if each.row.audience != "unknown"]
    return {
        "top1": _part(each.right for each in outcomes),
        "top3": _part(each.among_three for each in outcomes),
        "oos_recall": _part(each.answered == BEYOND for each in beyond),
        "false_oos": _part(each.answered == BEYOND for each in within),
        "fallback_rate": _part(each.answered == "fallback" for each in outcomes),
        "audience_accuracy": _part(each.heard.audience == each.row.audience for each in known),
    }


def count_concerns(outcomes: Sequence[ConcernOutcome]) -> dict[str, Any]:
    """The figures of concern rows."""
    pairs = [(each.row.concern, each.answered) for each in outcomes]
    shares = {name: share(part) for name, part in concern_parts(outcomes).items()}
    return {
        "n": len(outcomes),
        "top1": shares.pop("top1"),
        "top3": shares.pop("top3"),
        "macro_f1": _macro_f1(pairs),
        **shares,
        "by_concern": {
            concern: {"n": part.whole, "top1": share(part)}
            for concern, part in by_concern(outcomes).items()
        },
        "mistakes": [
            {"text": each.row.text, "concern": each.row.concern, "answered": each.answered}
            for each in outcomes
            if not each.right
        ],
        "faults": sum(each.heard.fault is not None for each in outcomes),
        "median_ms": _median_ms(outcomes),
    }


def by_concern(outcomes: Sequence[ConcernOutcome]) -> dict[str, Part]:
    """Right first, by concern."""
    return _right_by([(each.row.concern, each) for each in outcomes])


def by_audience(outcomes: Sequence[ConcernOutcome]) -> dict[str, Part]:
    """Right first, by who writes."""
    return _right_by([(each.row.audience, each) for each in outcomes])


def _right_by(named: Sequence[tuple[str, ConcernOutcome]]) -> dict[str, Part]:
    rights: dict[str, list[bool]] = defaultdict(list)
    for name, each in named:
        rights[name].append(each.right)
    return {name: _part(found) for name, found in sorted(rights.items())}


def dialogue_parts(outcomes: Sequence[TurnOutcome]) -> dict[str, Part]:
    """The headline shares of dialogues."""
    return {
        "pass_rate": _part(each.right for each in outcomes),
        "escalation_rate": _part(
            each.verdict.escalation is not None for each in outcomes if each.due
        ),
    }


def count_dialogues(outcomes: Sequence[TurnOutcome]) -> dict[str, Any]:
    """The figures of dialogues, turn by turn."""
    passed, escalated = dialogue_parts(outcomes).values()
    return {
        "n_turns": passed.whole,
        "passed": passed.part,
        "pass_rate": share(passed),
        "escalations_expected": escalated.whole,
        "escalations_made": escalated.part,
        "failures": [
            {
                "dialogue": each.dialogue,
                "turn": each.number,
                "user": each.turn.user,
                "expect": each.turn.expect,
                "entries": list(each.verdict.entries),
            }
            for each in outcomes
            if not each.right
        ],
    }


def _part(rights: Iterable[bool]) -> Part:
    counted = list(rights)
    return Part(sum(counted), len(counted))


def _macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    right = Counter(concern for concern, said in pairs if concern == said)
    gold = Counter(concern for concern, _ in pairs)
    said = Counter(said for _, said in pairs)
    scores = [2 * right[name] / (gold[name] + said[name]) for name in gold]
    return round(statistics.fmean(scores), 4) if scores else 0.0


def _median_ms(outcomes: Sequence[CrisisOutcome] | Sequence[ConcernOutcome]) -> float:
    seconds = [each.heard.seconds for each in outcomes]
    return round(statistics.median(seconds) * 1000, 1) if seconds else 0.0
