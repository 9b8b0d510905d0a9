"""The release gate: a new model goes into use only if it finds crises as well as the last did.

`tests/evaluation/floor.json` records what the last release reached on the project's own sets, less
a little room for chance. A model below any of these figures stays in `build/`, and its misses are
listed. One that passes is compared with the last release on everything else, too; that refuses
nothing, and is said, so that nobody finds out later.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from signpost import logs
from signpost.settings import ROOT, Settings

if TYPE_CHECKING:
    from signpost.evaluation.release import Release

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
    """Score a candidate, and say what it does better or worse than the last release; returns its
    figures of crises. Raises `GateError` when it must not go into use."""
    least = recorded()
    say("  scoring crisis messages with the new model (the release gate)")
    scoring = Scoring(settings, model, weights)
    figures = scoring.crisis([SETS / f"{name}.jsonl" for name in least.sets])
    say(
        "  recall {recall:.3f}, specificity {specificity:.3f}, check-ins {checkin_rate:.3f}, "
        "route {route_accuracy:.3f}".format(**figures)
    )
    short = shortfalls(figures, least)
    if short:
        raise GateError("\n".join([*short, *_listed(figures)]))
    _say_moved(scoring, say)
    return figures


def _say_moved(scoring: Scoring, say: Callable[[str], None]) -> None:
    """Say what moved since the last release; this refuses nothing."""
    from signpost.evaluation import release

    before = release.read()
    if before is None:
        say("  no release is recorded to compare with: `signpost evaluate --record` does that")
        return
    say("  scoring all other sets, to see what moved since the last release")
    for line in scoring.moved(before, release.own_sets()):
        say(line)


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


class Scoring:
    """A candidate under test, in process."""

    def __init__(self, settings: Settings, model: Path, weights: Path) -> None:
        from signpost.evaluation.heard import Hearing
        from signpost.evaluation.judge import Judge
        from signpost.evaluation.progress import Progress
        from signpost.evaluation.talk import Talk
        from signpost.rasa.inprocess import InProcessRasa
        from signpost.register.loader import load

        # Before Rasa is asked anything: its own lines hold messages.
        logs.configure("error", "gate")
        warnings.simplefilter("ignore")  # of Rasa's old dependencies; nothing here can mend them
        register = load(settings.content, settings.council)
        self._talk = Talk(settings, register, InProcessRasa(model), weights)
        self._judge = Judge(register)
        self._progress = Progress()
        self.hearing = Hearing()

    def crisis(self, files: list[Path]) -> dict[str, Any]:
        """The figures of these crisis sets together."""
        from signpost.evaluation.score import count_crisis

        self._hear({"crisis": files})
        return count_crisis(self.hearing.all_crisis)

    def moved(self, before: Release, sets: dict[str, list[Path]]) -> list[str]:
        """What moved against a release, in lines; scores those of the sets that are not yet."""
        from signpost.evaluation import release

        heard = {*self.hearing.crisis}
        self._hear({kind: [f for f in files if f not in heard] for kind, files in sets.items()})
        return release.said(release.changes(before, release.set_figures(self.hearing)), before)

    def _hear(self, files: dict[str, list[Path]]) -> None:
        from signpost.evaluation.heard import hear
        from signpost.evaluation.rows import read_sets

        logging.disable(logging.WARNING)
        try:
            asyncio.run(
                hear(read_sets(files), self._talk, self._judge, self._progress, self.hearing)
            )
        finally:
            logging.disable(logging.NOTSET)
