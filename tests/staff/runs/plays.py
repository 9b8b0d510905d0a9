"""Stands in for `signpost test` in a process of its own: says the lines it is told to say.

    python plays.py FOLDER SET…

It waits for the file FOLDER/go, tells the cases of FOLDER/wrong (numbers of those that go wrong),
and does what FOLDER/then says: "end" (the default), "die", "kill", "refuse", "garble" or "hang".
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

CASES = 30


def say(kind: str, **fields: Any) -> None:
    """A line as `signpost.evaluation.cases` writes it; that module takes a second to load."""
    print(json.dumps({"type": kind, **fields}), flush=True)


def main() -> int:
    folder, sets = Path(sys.argv[1]), sys.argv[2:]
    then = read(folder / "then") or "end"
    if then == "refuse":
        print("signpost: No trained model fits.", file=sys.stderr)
        return 2
    register = read(folder / "register") or "register-1"
    say("started", model="model-of-the-tests", register=register, cases=CASES)
    wrong = {int(number) for number in read(folder / "wrong").split()}
    for number in range(1, CASES // 2 + 1):
        tell(sets[0], number, wrong)
    while not (folder / "go").exists():
        time.sleep(0.02)
    if then != "end":
        return fail(then)
    for number in range(CASES // 2 + 1, CASES + 1):
        tell(sets[0], number, wrong)
    say("ended", right=CASES - len(wrong), wrong=len(wrong))
    return 1 if wrong else 0


def tell(set_name: str, number: int, wrong: set[int]) -> None:
    right = number not in wrong
    got = "advice:scam_fraud" if right else "fallback"
    turn = {"said": f"message {number} & <b>more</b>", "expected": "advice:scam_fraud"}
    turns = [{**turn, "got": got, "right": right, "entries": ["an.entry"]}]
    say("case", set=set_name, number=number, key=f"key-{number}", name="", turns=turns)


def fail(how: str) -> int:
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "garble":
        print('{"type": "case", "set": 7', flush=True)
    while how == "hang":
        time.sleep(0.05)
    print("MemoryError: no more room", file=sys.stderr)
    return 3


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
