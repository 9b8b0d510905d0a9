"""Measure both sides and print the table: `python -m bench.stock --help`."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import os
import random
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import sample
from bench.steps import Steps
from bench.stock import measure, report
from bench.stock.learn import TrainingFailed, train
from bench.stock.servers import NotStarted, Servers, running
from bench.stock.sides import Side, lay_out
from signpost.evaluation.rows import ConcernRow, read
from signpost.settings import ROOT
from signpost.training import checksum

FOLDER = ROOT / "build" / "stock"
PAGE = ROOT / "docs" / "measurements" / "stock.md"


def main() -> int:
    """Run the steps that are not done yet; print the table and write the page."""
    options = _options()
    if options.fresh:
        (FOLDER / "results.json").unlink(missing_ok=True)
    steps = Steps(FOLDER / "results.json", _header(options), _say)
    if not steps.has("date"):
        steps.put("date", datetime.datetime.now(datetime.timezone.utc).date().isoformat())
    _say("laying out the two projects")
    stock, ours = lay_out(FOLDER, options.per_concern, options.seed)
    try:
        _train(steps, stock, ours)
        if not steps.has("parsing", "conversations", "crowd", "memory"):
            with running(stock, ours) as (theirs, own):
                asyncio.run(_ask(steps, theirs, own, options.seed))
            steps.put("load", " ".join(f"{each:.1f}" for each in os.getloadavg()))
    except (TrainingFailed, NotStarted) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    lines = report.rows(steps.results)
    print(report.table(lines))
    options.page.parent.mkdir(parents=True, exist_ok=True)
    options.page.write_text(report.markdown(lines, steps.results), encoding="utf-8")
    _say(f"wrote {options.page}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.stock", description=__doc__)
    parser.add_argument("--per-concern", type=int, default=40, help="messages of each intent")
    parser.add_argument("--seed", type=int, default=1, help="which messages are drawn")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write the page")
    return parser.parse_args()


def _header(options: argparse.Namespace) -> dict[str, Any]:
    """What the results hold for: other data or another sample is another run."""
    drawn = sample.draw(sample.read(ROOT / "data" / "nlu"), options.per_concern, options.seed)
    return {
        "command": f".venv/bin/python -m bench.stock --per-concern {options.per_concern} "
        f"--seed {options.seed}",
        "per_concern": options.per_concern,
        "seed": options.seed,
        "messages": sum(map(len, drawn.values())),
        "data": checksum(),
        "rasa": version("rasa"),
        "cores": os.cpu_count(),
    }


def _train(steps: Steps, stock: Side, ours: Side) -> None:
    for side in (ours, stock):
        if not (steps.has(f"training, {side.name}") and side.model.is_file()):
            _say(f"training {side.name}; {side.folder / 'train.log'} grows meanwhile")
            steps.put(f"training, {side.name}", train(side))
    trained = {side.name: steps.results[f"training, {side.name}"] for side in (stock, ours)}
    steps.put("training", trained)


async def _ask(steps: Steps, stock: Servers, ours: Servers, seed: int) -> None:
    rows: list[ConcernRow] = []
    for file in sorted((ROOT / "tests" / "evaluation").glob("concerns*.jsonl")):
        rows += read(file, ConcernRow)
    texts = measure.texts_of(rows)
    random.Random(seed).shuffle(texts)
    lines, clients = measure.lines(stock, ours)
    try:
        if not steps.has("parsing"):
            steps.put("parsing", await measure.parsing({"stock": stock, "ours": ours}, rows))
        if not steps.has("conversations"):
            steps.put("conversations", await measure.conversations(lines, texts, seed))
        if not steps.has("crowd"):
            steps.put("crowd", await measure.crowd(lines, texts, seed))
        steps.put("memory", {"stock": stock.memory(), "ours": ours.memory()})
    finally:
        for client in clients:
            await client.aclose()


def _say(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
