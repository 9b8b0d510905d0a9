"""`signpost evaluate`: read the files, hold the conversations, print the figures."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signpost import logs
from signpost.door.rasa import Rasa
from signpost.evaluation import report as reports
from signpost.evaluation.judge import Judge
from signpost.evaluation.rows import ConcernRow, CrisisRow, Dialogue, PrivacyRow, RowError, read
from signpost.evaluation.score import score_concerns, score_crisis, score_dialogues
from signpost.evaluation.talk import Talk
from signpost.register.loader import Register, load
from signpost.settings import ROOT, Settings
from signpost.training import ensure, weights_path

Files = Mapping[str, Path]


def evaluate(
    settings: Settings, files: Files, *, as_json: bool = False, report: Path | None = None
) -> int:
    """Score `files` by kind; prints a table, or one JSON object on stdout."""
    logs.configure("error", "evaluate")
    logging.disable(logging.WARNING)
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    progress = Progress()
    try:
        rows = read_all(files)
    except RowError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 2
    model = ensure(settings, progress.say)
    progress.say("loading the model")
    from signpost.rasa.inprocess import InProcessRasa

    register = load(settings.content, settings.council)
    figures = asyncio.run(score_all(settings, register, InProcessRasa(model), rows, progress))
    figures["model"] = model.parent.name
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        print(reports.table(figures))
    target = report or (None if as_json else ROOT / "reports" / "evaluation.html")
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(reports.html(figures), encoding="utf-8")
        progress.say(f"wrote {target}")
    return 0


def read_all(files: Files) -> dict[str, list[Any]]:
    """The rows of each kind of file. Raises `RowError`."""
    rows: dict[str, list[Any]] = {}
    if "crisis" in files:
        rows["crisis"] = list(read(files["crisis"], CrisisRow))
    if "concerns" in files:
        rows["concerns"] = list(read(files["concerns"], ConcernRow))
    if "dialogues" in files:
        rows["dialogues"] = list(read(files["dialogues"], Dialogue))
    return rows


async def score_all(
    settings: Settings,
    register: Register,
    rasa: Rasa,
    rows: Mapping[str, list[Any]],
    progress: Progress,
) -> dict[str, Any]:
    """The figures of every kind that `rows` holds."""
    talk, judge = Talk(settings, register, rasa, weights_path(settings)), Judge(register)
    figures: dict[str, Any] = {}
    if "crisis" in rows:
        figures["crisis"] = await score_crisis(rows["crisis"], talk, judge, progress)
    if "concerns" in rows:
        figures["concerns"] = await score_concerns(rows["concerns"], talk, judge, progress)
    if "dialogues" in rows:
        figures["dialogues"] = await score_dialogues(rows["dialogues"], talk, judge, progress)
    return figures


def evaluate_privacy(settings: Settings, file: Path, *, as_json: bool = False) -> int:
    """Score redaction on `file`; prints a table, or one JSON object on stdout. Needs no model."""
    from signpost.evaluation.privacy import score_privacy, table
    from signpost.privacy.public import public_of
    from signpost.privacy.redact import Redactor

    try:
        rows = read(file, PrivacyRow)
    except RowError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 2
    public = public_of(load(settings.content, settings.council))
    figures = score_privacy(rows, Redactor.whole(), public)
    print(json.dumps({"privacy": figures}, ensure_ascii=False) if as_json else table(figures))
    return 0


class Progress:
    """Lines on stderr, at most one a few seconds, so that stdout holds the result alone."""

    def __init__(self, every: float = 5.0) -> None:
        self._every = every
        self._last = time.monotonic()

    def say(self, line: str) -> None:
        print(f"signpost: {line}", file=sys.stderr, flush=True)

    def __call__(self, kind: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or now - self._last >= self._every:
            self._last = now
            self.say(f"{kind}: {done} of {total}")
