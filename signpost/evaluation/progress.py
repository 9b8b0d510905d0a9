"""Progress of long work on stderr, so that stdout holds the result alone."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO


class Progress:
    """Tells how many of how many are done, and about how long the rest takes.

    A terminal shows one line that changes; anything else gets a line now and then.
    """

    def __init__(
        self,
        every: float = 5.0,
        out: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out = out or sys.stderr
        self._changing = self._out.isatty()
        self._every = 0.2 if self._changing else every
        self._clock = clock
        self._last = clock()
        self._what = ""
        self._began = self._last
        self._first = 0
        self._width = 0

    def say(self, line: str) -> None:
        """One line that stays."""
        self._clear()
        print(f"signpost: {line}", file=self._out, flush=True)

    def __call__(self, what: str, done: int, total: int) -> None:
        now = self._clock()
        if what != self._what:
            self._what, self._began, self._first = what, now, done
        ended = done >= total
        if not ended and now - self._last < self._every:
            return
        self._last = now
        left = _left(now - self._began, done - self._first, total - done)
        line = f"{what}: {done:,} of {total:,}{left}"
        if self._changing and not ended:
            self._show(f"signpost: {line}")
        else:
            self.say(line)

    def _show(self, line: str) -> None:
        self._out.write("\r" + line.ljust(self._width))
        self._out.flush()
        self._width = len(line)

    def _clear(self) -> None:
        if self._width:
            self._out.write("\r" + " " * self._width + "\r")
            self._width = 0


def _left(seconds: float, done: int, rest: int) -> str:
    """The time that the rest will take; nothing while that is a guess, or at the end."""
    if not rest or done < 4 or seconds < 1:
        return ""
    left = seconds / done * rest
    return f", about {left / 60:.0f} min left" if left >= 90 else f", about {left:.0f} s left"
