"""Runs the tests in a process of its own and watches over it.

The process is `signpost test`, whose lines are read as they come. When it dies, the run says so;
when the workbench dies, the process finds nobody to read its lines and ends, and the run is
declared dead by whoever looks at it next.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import IO

import msgspec
import structlog

from signpost.evaluation.cases import Case, Ended, Line, Started
from signpost.evaluation.replay import COULD_NOT_RUN
from signpost.settings import PREFIX, ROOT, Settings
from signpost.staff.runs.store import DIED, DONE, STOPPED, Runs

log = structlog.get_logger()
# The bot comes first: the tests take what it leaves.
_YIELDING = ("nice", "-n", "15")
# What plays the sets whose names follow it.
COMMAND: tuple[str, ...] = (
    *_YIELDING,
    *(sys.executable, "-m", "signpost.cli", "test", "--no-training", "--lines", "-"),
)
_SECONDS_BETWEEN_SIGNS = 5.0
# Cases written to the database at once, and lines of the process's own words that are kept.
_AT_ONCE, _LAST_WORDS = 20, 20
_SECONDS_UNWRITTEN = 2.0
_LINE = msgspec.json.Decoder(Line)


class Runner:
    """Starts and stops runs."""

    def __init__(self, settings: Settings, runs: Runs) -> None:
        self._settings = settings
        self._runs = runs
        self._processes: dict[int, subprocess.Popen[str]] = {}

    def start(self, by: str, sets: Sequence[str]) -> int:
        """Start a run; its number. Raises `RunningError` while another goes on."""
        id_ = self._runs.begin(by, sets)
        try:
            process = subprocess.Popen(
                [*COMMAND, *sets],
                cwd=ROOT,
                env={**os.environ, **self._environment()},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            self._runs.end(id_, DIED, f"The tests could not be started: {error.strerror}.")
            return id_
        self._processes[id_] = process
        threading.Thread(target=self._watch, args=(id_, process), daemon=True).start()
        return id_

    def stop(self, id_: int, reason: str) -> None:
        """Stop a run, if it still goes on."""
        self._runs.end(id_, STOPPED, reason)
        process = self._processes.get(id_)
        if process is not None:
            process.terminate()

    def close(self) -> None:
        """Stop what runs: the workbench ends."""
        for id_ in list(self._processes):
            self.stop(id_, "The workbench was stopped while the tests ran. Start them again.")

    def _environment(self) -> dict[str, str]:
        """One core at most, and the settings of this workbench."""
        chosen = {
            name: str(getattr(self._settings, name))
            for name in ("state", "content", "bundles", "models", "council")
        }
        return {
            **{PREFIX + name.upper(): value for name, value in chosen.items()},
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
            "PYTHONWARNINGS": "ignore",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "RASA_TELEMETRY_ENABLED": "false",
        }

    def _watch(self, id_: int, process: subprocess.Popen[str]) -> None:
        """Read a process to its end and say how it ended. Runs in a thread of its own."""
        words: deque[str] = deque(maxlen=_LAST_WORDS)
        ended = threading.Event()
        assert process.stdout is not None
        assert process.stderr is not None
        for target, given in (
            (_listen, (process.stderr, words)),
            (self._signs, (id_, process, ended)),
        ):
            threading.Thread(target=target, args=given, daemon=True).start()
        try:
            is_whole = self._read(id_, process.stdout)
            code = process.wait()
            if is_whole:
                self._runs.end(id_, DONE)
            else:
                self._runs.end(id_, DIED, _reason(code, words))
        except Exception as error:  # noqa: BLE001 - of a thread that nobody waits for
            log.error("run.failed", kind=type(error).__name__)
            process.kill()
            self._died_of(id_, error)
        finally:
            ended.set()
            self._processes.pop(id_, None)

    def _read(self, id_: int, lines: IO[str]) -> bool:
        """Take up lines as they come; whether the last one was there."""
        waiting: list[Case] = []
        is_whole, written = False, time.monotonic()
        try:
            for text in lines:
                line = _LINE.decode(text)
                is_whole = isinstance(line, Ended)
                if isinstance(line, Started):
                    self._runs.describe(id_, line.model, line.register, line.cases)
                elif isinstance(line, Case):
                    waiting.append(line)
                if len(waiting) >= _AT_ONCE or time.monotonic() - written > _SECONDS_UNWRITTEN:
                    written = time.monotonic()
                    self._keep(id_, waiting)
        finally:
            # Whatever the next line was, these were played.
            self._keep(id_, waiting)
        return is_whole

    def _keep(self, id_: int, waiting: list[Case]) -> None:
        if waiting:
            self._runs.add(id_, waiting)
            waiting.clear()

    def _signs(self, id_: int, process: subprocess.Popen[str], ended: threading.Event) -> None:
        """Say every few seconds that the run is watched over; end it when somebody stopped it from
        another workbench on the same database."""
        while not ended.wait(_SECONDS_BETWEEN_SIGNS):
            try:
                if not self._runs.seen(id_):
                    process.terminate()
            except Exception as error:  # noqa: BLE001 - the next sign may come through
                log.error("run.sign_failed", kind=type(error).__name__)

    def _died_of(self, id_: int, error: Exception) -> None:
        try:
            self._runs.end(id_, DIED, f"What the tests said could not be kept: {error}"[:500])
        except Exception as again:  # noqa: BLE001 - it is buried later
            log.error("run.failed", kind=type(again).__name__)


def _listen(lines: IO[str], words: deque[str]) -> None:
    """Keep the last words of a process."""
    for line in lines:
        if line.strip():
            words.append(line.strip())


def _reason(code: int, words: Sequence[str]) -> str:
    """Why a run died, from how its process ended and what it said last."""
    last = words[-1].removeprefix("signpost: ") if words else "It said nothing."
    if code == COULD_NOT_RUN:
        return last
    how = f"by signal {-code}" if code < 0 else f"with exit status {code}"
    return f"The program that runs the tests ended {how}. Its last words: {last}"
