"""Training, timed as a whole and by component."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import time
from collections.abc import Iterable, Iterator
from typing import Any

from bench.stock.sides import Side

_START = re.compile(r"Starting to train component '(?P<name>\w+)'")
_END = re.compile(r"Finished training component '(?P<name>\w+)'")


class TrainingFailed(Exception):
    """A side could not be trained; the message names its log."""


def environment(**more: str) -> dict[str, str]:
    """The processes' environment: quiet libraries, and one thread where they ask."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("SIGNPOST_")},
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "OMP_NUM_THREADS": "1",
        **more,
    }


def train(side: Side) -> dict[str, Any]:
    """Train a side; returns seconds by the clock and of processors, and seconds by component."""
    log = side.folder / "train.log"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            side.training,
            cwd=side.runs_in,
            # Nothing learnt before, by either side, shortens this.
            env=environment(RASA_CACHE_DIRECTORY=str(side.folder / "cache")),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        lines = list(_timed(process.stdout, file))
    seconds = time.monotonic() - started
    if process.returncode != 0 or not side.model.is_file():
        raise TrainingFailed(f"{side.name} was not trained; {log} says why")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(used, 1),
        "by_component": by_component(lines),
        "model_bytes": side.model.stat().st_size,
    }


def _timed(output: Iterable[str], log: Any) -> Iterator[tuple[float, str]]:
    for line in output:
        log.write(line)
        log.flush()
        yield time.monotonic(), line


def by_component(lines: Iterable[tuple[float, str]]) -> dict[str, float]:
    """Seconds between the start and the end of each component's training, as Rasa logs them."""
    began: dict[str, float] = {}
    took: dict[str, float] = {}
    for moment, line in lines:
        start, end = _START.search(line), _END.search(line)
        if start:
            began[start["name"]] = moment
        elif end and end["name"] in began:
            seconds = moment - began.pop(end["name"])
            took[end["name"]] = round(took.get(end["name"], 0.0) + seconds, 1)
    return took
