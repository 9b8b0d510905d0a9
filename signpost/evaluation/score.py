"""Counting: the figures of the design's evaluation formats."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from signpost.evaluation.curve import curve
from signpost.evaluation.judge import Judge, Verdict
from signpost.evaluation.rows import ConcernRow, CrisisRow, Dialogue
from signpost.evaluation.talk import Heard, Talk

Progress = Callable[[str, int, int], None]


async def score_crisis(
    rows: Sequence[CrisisRow], talk: Talk, judge: Judge, progress: Progress
) -> dict[str, Any]:
    """Recall, specificity, check-ins and routes; by phenomenon the share that was right."""
    hits: dict[str, list[bool]] = defaultdict(list)
    routes: list[bool] = []
    check_ins = faults = 0
    misses, false_alarms, latencies, scored = [], [], [], []
    for number, row in enumerate(rows, start=1):
        heard = await talk.say(talk.fresh(), row.text)
        verdict = judge.read(heard.reply)
        if heard.crisis_score is not None:
            scored.append((heard.crisis_score, row.label == "crisis"))
        latencies.append(heard.seconds)
        faults += heard.fault is not None
        if row.label == "crisis":
            right = verdict.escalation is not None and verdict.leads_with is not None
            if right:
                routes.append(_route_fits(row.route, verdict))
            else:
                misses.append(row.text)
        else:
            right = verdict.escalation != "crisis"
            check_ins += verdict.escalation == "check_in"
            if not right:
                false_alarms.append(row.text)
        hits[row.phenomenon].append(right)
        progress("crisis", number, len(rows))
    n_crisis = sum(row.label == "crisis" for row in rows)
    n_ordinary = len(rows) - n_crisis
    return {
        "n": len(rows),
        "n_crisis": n_crisis,
        "recall": _share(n_crisis - len(misses), n_crisis),
        "specificity": _share(n_ordinary - len(false_alarms), n_ordinary),
        "checkin_rate": _share(check_ins, n_ordinary),
        "route_accuracy": _share(sum(routes), len(routes)),
        "by_phenomenon": {
            tag: {"n": len(rights), "score": _share(sum(rights), len(rights))}
            for tag, rights in sorted(hits.items())
        },
        "misses": misses,
        "false_alarms": false_alarms,
        "curve": [
            {"threshold": point.threshold, "recall": point.recall, "alarms": point.alarms}
            for point in curve(scored)
            if math.isfinite(point.threshold)
        ],
        "faults": faults,
        "median_ms": _median_ms(latencies),
    }


async def score_concerns(
    rows: Sequence[ConcernRow], talk: Talk, judge: Judge, progress: Progress
) -> dict[str, Any]:
    """Which concern's words came first, among the first three, and for whom."""
    pairs: list[tuple[str, str]] = []
    first, three, audiences, latencies = [], [], [], []
    mistakes = []
    faults = 0
    for number, row in enumerate(rows, start=1):
        heard = await talk.say(talk.fresh(), row.text)
        verdict = judge.read(heard.reply)
        predicted = _predicted(row, verdict)
        pairs.append((row.concern, predicted))
        first.append(predicted == row.concern)
        three.append(first[-1] or _among_three(row, heard))
        latencies.append(heard.seconds)
        faults += heard.fault is not None
        if row.audience != "unknown":
            audiences.append(heard.audience == row.audience)
        if not first[-1]:
            mistakes.append({"text": row.text, "concern": row.concern, "answered": predicted})
        progress("concerns", number, len(rows))
    return {
        "n": len(rows),
        "top1": _share(sum(first), len(first)),
        "top3": _share(sum(three), len(three)),
        "macro_f1": _macro_f1(pairs),
        "oos_recall": _share(
            sum(said == "out_of_scope" for concern, said in pairs if concern == "out_of_scope"),
            sum(concern == "out_of_scope" for concern, _ in pairs),
        ),
        "false_oos": _share(
            sum(said == "out_of_scope" for concern, said in pairs if concern != "out_of_scope"),
            sum(concern != "out_of_scope" for concern, _ in pairs),
        ),
        "fallback_rate": _share(sum(said == "fallback" for _, said in pairs), len(pairs)),
        "audience_accuracy": _share(sum(audiences), len(audiences)),
        "by_concern": {
            concern: {
                "n": sum(each == concern for each, _ in pairs),
                "top1": _share(
                    sum(each == concern == said for each, said in pairs),
                    sum(each == concern for each, _ in pairs),
                ),
            }
            for concern in sorted({concern for concern, _ in pairs})
        },
        "mistakes": mistakes,
        "faults": faults,
        "median_ms": _median_ms(latencies),
    }


async def score_dialogues(
    dialogues: Sequence[Dialogue], talk: Talk, judge: Judge, progress: Progress
) -> dict[str, Any]:
    """Turns that did what was expected, and escalations that were due and made."""
    passed = total = due = made = 0
    failures = []
    for number, dialogue in enumerate(dialogues, start=1):
        conversation = talk.fresh()
        for index, turn in enumerate(dialogue.turns, start=1):
            heard = await talk.say(conversation, turn.user)
            verdict = judge.read(heard.reply)
            tokens = turn.expect.split("|")
            right = any(fulfils(token, verdict) for token in tokens)
            total += 1
            passed += right
            if all(token.startswith("escalate:") for token in tokens):
                due += 1
                made += verdict.escalation is not None
            if not right:
                failures.append(
                    {
                        "dialogue": dialogue.name,
                        "turn": index,
                        "user": turn.user,
                        "expect": turn.expect,
                        "entries": list(verdict.entries),
                    }
                )
        progress("dialogues", number, len(dialogues))
    return {
        "n_turns": total,
        "passed": passed,
        "pass_rate": _share(passed, total),
        "escalations_expected": due,
        "escalations_made": made,
        "failures": failures,
    }


def fulfils(token: str, verdict: Verdict) -> bool:
    """Whether a reply is what an expectation's token asks for."""
    kind, _, value = token.partition(":")
    if kind == "escalate":
        return verdict.escalation is not None and _route_fits(value, verdict)
    if kind == "advice":
        return value in verdict.concerns
    if kind == "no_escalation":
        return verdict.escalation is None
    if kind == "fallback":
        return verdict.fallback
    if kind == "ask_audience":
        return "conversation.ask_audience" in verdict.entries
    if kind == "human_contact":
        return "conversation.person" in verdict.entries
    return kind in verdict.concerns


def _route_fits(route: str, verdict: Verdict) -> bool:
    return route == "either" or verdict.leads_with == route or verdict.shows_both


def _predicted(row: ConcernRow, verdict: Verdict) -> str:
    """The label that the words answer; a fair escalation counts as the row's own."""
    if verdict.escalation is not None:
        return row.concern if row.escalation != "none" else "escalated"
    if row.escalation == "expected" and row.concern.startswith("crisis_"):
        return "not_escalated"
    if verdict.concerns:
        said = verdict.concerns[0]
        return row.concern if said in row.also_ok else said
    return "fallback" if verdict.fallback else "other"


def _among_three(row: ConcernRow, heard: Heard) -> bool:
    return any(name in (row.concern, *row.also_ok) for name in heard.ranking[:3])


def _macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    right = Counter(concern for concern, said in pairs if concern == said)
    gold = Counter(concern for concern, _ in pairs)
    said = Counter(said for _, said in pairs)
    scores = [2 * right[name] / (gold[name] + said[name]) for name in gold]
    return round(statistics.fmean(scores), 4) if scores else 0.0


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _median_ms(seconds: Sequence[float]) -> float:
    return round(statistics.median(seconds) * 1000, 1) if seconds else 0.0
