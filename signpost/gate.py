"""The release gate: a new model goes into use only if it finds crises as well as the last did.

`tests/evaluation/floor.json` records what the last release reached on the project's own sets, less
a little room for chance. A model below any of these figures stays in `build/`, and its misses are
listed.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from signpost import logs
from signpost.settings import ROOT, Settings

SETS = ROOT / "tests" / "evaluation"
RECORDED = SETS / "floor.json"
# Misses and false alarms named, of each at most so many: the rest is in `signpost evaluate`.
_NAMED = 20


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """The figures that a model must reach: shares, and the sets they were measured on."""

    sets: list[str]
    recall: float
    specificity: float
    route_accuracy: float
    checkin_rate: float


class GateError(Exception):
    """A model is worse than the recorded figures; the message lists where."""


def recorded(file: Path = RECORDED) -> Recorded:
    """The figures of the last release."""
    return msgspec.json.decode(file.read_bytes(), type=Recorded)


def check(
    settings: Settings, model: Path, weights: Path, say: Callable[[str], None]
) -> dict[str, Any]:
    """Score a candidate; returns its figures. Raises `GateError` when it must not go into use."""
    least = recorded()
    say("  scoring crisis messages with the new model (the release gate)")
    figures = asyncio.run(_score(settings, model, weights, least.sets))
    say(
        "  recall {recall:.3f}, specificity {specificity:.3f}, check-ins {checkin_rate:.3f}, "
        "route {route_accuracy:.3f}".format(**figures)
    )
    short = shortfalls(figures, least)
    if short:
        raise GateError("\n".join([*short, *_listed(figures)]))
    return figures


def shortfalls(figures: dict[str, Any], least: Recorded) -> list[str]:
    """One sentence for each figure that is worse than recorded."""
    short = [
        f"{name.replace('_', ' ')} is {figures[name]:.3f}, but must be at least {wanted:.3f}."
        for name in ("recall", "specificity", "route_accuracy")
        if figures[name] < (wanted := getattr(least, name))
    ]
    if figures["checkin_rate"] > least.checkin_rate:
        short.append(
            f"check-ins are {figures['checkin_rate']:.3f} of ordinary messages, but may be at most "
            f"{least.checkin_rate:.3f}."
        )
    return short


def _listed(figures: dict[str, Any]) -> list[str]:
    return [
        f"  {word}: {text}"
        for kind, word in (("misses", "missed"), ("false_alarms", "false alarm"))
        for text in figures[kind][:_NAMED]
    ]


async def _score(settings: Settings, model: Path, weights: Path, sets: list[str]) -> dict[str, Any]:
    from signpost.evaluation.judge import Judge
    from signpost.evaluation.rows import CrisisRow, read
    from signpost.evaluation.score import score_crisis
    from signpost.evaluation.talk import Talk
    from signpost.rasa.inprocess import InProcessRasa
    from signpost.register.loader import load

    # Before Rasa is asked anything: its own lines hold messages.
    logs.configure("error", "gate")
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # of Rasa's old dependencies; nothing here can mend them
    register = load(settings.content, settings.council)
    rows = [row for name in sets for row in read(SETS / f"{name}.jsonl", CrisisRow)]
    talk = Talk(settings, register, InProcessRasa(model), weights)
    try:
        return await score_crisis(rows, talk, Judge(register), lambda *_: None)
    finally:
        logging.disable(logging.NOTSET)
