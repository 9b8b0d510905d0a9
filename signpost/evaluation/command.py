"""`signpost evaluate`: read the files, hold the conversations, print the figures."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from signpost import logs
from signpost.evaluation import release
from signpost.evaluation import report as reports
from signpost.evaluation.heard import hear
from signpost.evaluation.judge import Judge
from signpost.evaluation.progress import Progress
from signpost.evaluation.rows import PrivacyRow, RowError, read, read_sets
from signpost.evaluation.score import figures_of
from signpost.evaluation.talk import Talk
from signpost.register.loader import load
from signpost.settings import ROOT, Settings
from signpost.training import ensure, weights_path

Files = Mapping[str, Sequence[Path]]


def evaluate(
    settings: Settings,
    files: Files | None = None,
    *,
    as_json: bool = False,
    report: Path | None = None,
    record: bool = False,
) -> int:
    """Score `files` by kind, else the project's own sets; prints a table, or one JSON object on
    stdout. With `record` the figures are kept as those of the release."""
    logs.configure("error", "evaluate")
    logging.disable(logging.WARNING)
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    # Rasa's old dependencies would fill the screen, and nothing here can mend them.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    warnings.simplefilter("ignore")
    progress = Progress()
    try:
        sets = read_sets(files or release.own_sets())
    except RowError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 2
    model = ensure(settings, progress.say)
    progress.say("loading the model")
    from signpost.rasa.inprocess import InProcessRasa

    register = load(settings.content, settings.council)
    talk = Talk(settings, register, InProcessRasa(model), weights_path(settings))
    hearing = asyncio.run(hear(sets, talk, Judge(register), progress))
    figures: dict[str, Any] = {**figures_of(hearing), "model": model.parent.name}
    before = release.read()
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        print(reports.table(figures, hearing, before))
    target = report or (None if as_json else ROOT / "reports" / "evaluation.html")
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(reports.html(figures, hearing, before), encoding="utf-8")
        progress.say(f"wrote {target}")
    if record:
        release.write(release.set_figures(hearing), model.parent.name)
        progress.say(f"recorded the figures of this release in {release.RECORDED}")
    return 0


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
