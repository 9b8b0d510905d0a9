"""Progress: one line that changes on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import io

import pytest

from signpost.evaluation.progress import Progress


class Screen(io.StringIO):
    """A stream that may be a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


class Clock:
    """Time that passes when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def run(out: Screen, clock: Clock, total: int = 40) -> str:
    progress = Progress(every=5.0, out=out, clock=clock)
    for done in range(1, total + 1):
        clock.now += 1.0
        progress("concerns", done, total)
    progress.say("done")
    return out.getvalue()


def test_a_file_gets_a_line_every_few_seconds_and_the_last(clock: Clock) -> None:
    lines = run(Screen(terminal=False), clock, total=12).splitlines()
    assert lines == [
        "signpost: concerns: 5 of 12, about 7 s left",
        "signpost: concerns: 10 of 12, about 2 s left",
        "signpost: concerns: 12 of 12",
        "signpost: done",
    ]


def test_a_terminal_shows_one_line_that_changes_and_keeps_the_last(clock: Clock) -> None:
    shown = run(Screen(terminal=True), clock, total=40)
    assert shown.count("\n") == 2
    assert shown.count("\r") >= 39
    kept = [line.rpartition("\r")[2] for line in shown.removesuffix("\n").split("\n")]
    assert kept == ["signpost: concerns: 40 of 40", "signpost: done"]


def test_a_shorter_line_leaves_nothing_of_a_longer_one(clock: Clock) -> None:
    out = Screen(terminal=True)
    progress = Progress(out=out, clock=clock)
    for what in ("a long name of a set", "x"):
        clock.now += 1.0
        progress(what, 1, 9)
    long, short = out.getvalue().split("\r")[1:]
    assert len(short) >= len(long.rstrip())


def test_long_work_is_told_in_minutes(clock: Clock) -> None:
    out = Screen(terminal=False)
    progress = Progress(every=0.0, out=out, clock=clock)
    for done in range(1, 11):
        clock.now += 10.0
        progress("training", done, 100)
    assert out.getvalue().splitlines()[-1] == "signpost: training: 10 of 100, about 15 min left"
