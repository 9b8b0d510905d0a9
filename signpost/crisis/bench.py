"""Print what the floor costs: `python -m signpost.crisis.bench [content folder]`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from signpost.crisis.floor import Floor

CONTENT = Path(__file__).resolve().parents[2] / "content"
# Ordinary worries and one crisis, so that the text is neither all names nor all small words.
SENTENCES = (
    "my daughter is on her phone every night and she will not tell me who she is talking to. ",
    "someone in my year made a group chat about me and now everyone is laughing at school. ",
    "how do i report a video on tiktok, it has been up since friday and they wont take it down. ",
    "he says he is 15 but he never turns his camera on and he asked what school i go to. ",
    "we set a limit on the xbox and there was shouting, is two hours too much for a ten year old? ",
    "my freind sed she dosnt want to be here anymore and im realy worried about her. ",
)


def sample(length: int) -> str:
    """A text of `length` characters."""
    text = "".join(SENTENCES)
    return (text * (length // len(text) + 1))[:length]


def seconds(run: Callable[[], object], times: int) -> float:
    """The median time of one run, after one to warm up."""
    run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return median(taken)


def main(arguments: list[str]) -> None:
    """Load the floor and print a line for each length."""
    content = Path(arguments[0]) if arguments else CONTENT
    start = time.perf_counter()
    floor = Floor.load(content)
    print(f"load            {1000 * (time.perf_counter() - start):8.1f} ms")
    for length, times in ((50, 400), (500, 400), (2_000, 100), (10_000, 40), (20_000, 20)):
        text = sample(length)
        taken = seconds(partial(floor.assess, text), times)
        print(f"{length:6} characters{1000 * taken:8.2f} ms")
    history = [sample(150)] * 6
    taken = seconds(partial(floor.assess, sample(500), history), 200)
    print(f"   500 with six earlier turns {1000 * taken:8.2f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
