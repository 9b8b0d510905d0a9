"""Print what redaction costs, in processor time: `signpost privacy-bench`."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median

from signpost.crisis.bench import sample
from signpost.privacy.redact import Redactor

# Details among ordinary words, so that every recogniser has something to do.
DETAILS = (
    "my name is Oluwaseun Adebayo, 07700 900123, i go to Mill Hill primary school. "
    "he is @dark_angel99 on snap and lives at 12 Mill Lane, CB2 1TN. "
)
# What makes recognisers slow: beginnings without an end.
HARD = (":", "a.", "A ", "1 ", "St ", "my friend ", "www.", "1a ", "'", "@")


def seconds(run: Callable[[], object], times: int) -> float:
    """The median processor time of one run, after one to warm up.

    Not the time on the wall: what else the machine does is no cost of redaction.
    """
    run()
    taken = []
    for _ in range(times):
        start = time.thread_time()
        run()
        taken.append(time.thread_time() - start)
    return median(taken)


def full(length: int) -> str:
    """A text of `length` characters with details all through it."""
    text = DETAILS + sample(200)
    return (text * (length // len(text) + 1))[:length]


def hardest(redactor: Redactor, length: int) -> tuple[str, float]:
    """Of the hard texts of `length` characters the slowest, with its seconds."""
    taken = []
    for piece in HARD:
        text = (piece * length)[:length]
        taken.append((seconds(partial(redactor.redact, text), 3), piece))
    slowest, piece = max(taken)
    return piece, slowest


def run() -> None:
    """Print a line for each length and kind of text."""
    start = time.perf_counter()
    redactor = Redactor()
    print(f"load, our own recognisers  {1000 * (time.perf_counter() - start):8.1f} ms")
    start = time.perf_counter()
    redactor.add_presidio()
    print(f"load, Presidio's           {1000 * (time.perf_counter() - start):8.1f} ms")
    for length, times in ((50, 200), (500, 200), (2_000, 50), (20_000, 5)):
        for name, text in (("ordinary", sample(length)), ("details ", full(length))):
            taken = seconds(partial(redactor.redact, text), times)
            print(f"{length:6} characters, {name}  {1000 * taken:8.2f} ms")
    for length in (2_000, 20_000):
        piece, taken = hardest(redactor, length)
        print(f"{length:6} characters of {piece!r:12} {1000 * taken:8.2f} ms, the slowest")
