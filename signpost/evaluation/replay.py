"""`signpost test`: play the test cases and say of each whether it was right."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

from signpost.settings import Settings

if TYPE_CHECKING:
    from signpost.evaluation.cases import Case, CaseSet, Line, Player

_EXAMPLES = """\
examples:
  signpost test                                   all sets: minutes
  signpost test --list                            which sets there are
  signpost test evaluation/dialogues              one of them
  signpost test here/dialogues                    corrections accepted on this machine
  signpost test my_rows.jsonl --lines out.jsonl   a file of your own; a line of JSON for each case

It ends with 0 when every case was right, with 1 when one was wrong, with 2 when it could not run.
`signpost evaluate` counts the same sets: how many crises are found, how many are alarms, and so on.
"""
ALL_RIGHT, SOME_WRONG, COULD_NOT_RUN = 0, 1, 2


def add_parser(commands: Any) -> None:
    """Add `test` to the commands of `signpost`."""
    about = "play the test cases and saved conversations, and say which went wrong"
    test = commands.add_parser(
        "test",
        help=about,
        description=about[0].upper() + about[1:] + ".",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    test.add_argument("sets", nargs="*", metavar="SET", help="sets by name, or files of cases")
    test.add_argument("--list", action="store_true", help="list the sets and do nothing")
    test.add_argument("--lines", metavar="FILE", help="a line of JSON for each case; - is stdout")
    test.add_argument(
        "--no-training", action="store_true", help="refuse to run when no trained model fits"
    )
    test.set_defaults(command=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """The command; returns its exit code."""
    from signpost.evaluation.cases import choose, find_sets, fixed
    from signpost.evaluation.rows import RowError
    from signpost.register.loader import RegisterError
    from signpost.training import TrainingError

    sets = find_sets(settings)
    if options.list:
        for each in sets:
            print(f"{each.name:<40}{each.problem or f'{each.cases:>6} {each.kind}'}")
        return ALL_RIGHT
    try:
        chosen = choose(sets, options.sets) if options.sets else [s for s in sets if not s.problem]
        return _play(fixed(settings), chosen, options.lines, may_train=not options.no_training)
    except (RowError, TrainingError) as error:
        return _cannot(str(error))
    except RegisterError as error:
        return _cannot("The register cannot be used: " + " ".join(error.problems[:3]))
    except BrokenPipeError:
        # Who started it is gone; nobody reads any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT_RUN


def _cannot(why: str) -> int:
    print(f"signpost: {why}", file=sys.stderr)
    return COULD_NOT_RUN


def _play(
    settings: Settings, sets: Sequence[CaseSet], lines: str | None, *, may_train: bool
) -> int:
    from signpost import logs
    from signpost.evaluation.cases import Ended, Player, Started
    from signpost.evaluation.progress import Progress
    from signpost.register import bundle
    from signpost.training import TrainingError, ensure, model_path, weights_path

    _quieten(logs)
    progress = Progress()
    if not may_train and not model_path(settings).is_file():
        raise TrainingError(
            "No trained model fits the present data and configuration. Start the bot once with "
            "`make run`, or train one with `make train`; then run the tests again."
        )
    model = ensure(settings, progress.say)
    progress.say("loading the model")
    out = _Out(lines)
    total = sum(each.cases for each in sets)
    out.write(Started(model.parent.name, bundle.checksum(settings.content), total))
    player = Player(settings, model, weights_path(settings))
    wrong = asyncio.run(_play_all(player, sets, out, progress, total))
    out.write(Ended(total - len(wrong), len(wrong)))
    if lines != "-":
        _tell(sets, wrong)
    return SOME_WRONG if wrong else ALL_RIGHT


async def _play_all(
    player: Player, sets: Sequence[CaseSet], out: _Out, progress: Any, total: int
) -> list[Case]:
    """Play every set; returns the cases that were wrong."""
    wrong: list[Case] = []
    done = 0
    for each in sets:
        async for case in player.play(each):
            done += 1
            out.write(case)
            progress("cases", done, total)
            if not case.right:
                wrong.append(case)
    return wrong


def _tell(sets: Sequence[CaseSet], wrong: Sequence[Case]) -> None:
    """What went wrong, then a line for each set."""
    for case in wrong:
        for turn in case.turns:
            if not turn.right:
                print(f"{case.set} {case.number}{f' ({case.name})' if case.name else ''}")
                print(f"  said      {json.dumps(turn.said[:200], ensure_ascii=False)}")
                print(f"  expected  {turn.expected}")
                print(f"  got       {turn.got}")
    for each in sets:
        bad = sum(case.set == each.name for case in wrong)
        print(f"{each.name:<40}{each.cases - bad:>6} of {each.cases} right")


def _quieten(logs: Any) -> None:
    """Rasa and its old dependencies would fill the screen."""
    logs.configure("error", "test")
    logging.disable(logging.WARNING)
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.simplefilter("ignore")


class _Out:
    """Where lines of JSON go, each at once; nowhere when nobody wants them."""

    def __init__(self, where: str | None) -> None:
        self._file: TextIO | None = None
        if where == "-":
            self._file = sys.stdout
        elif where:
            self._file = Path(where).open("w", encoding="utf-8")  # noqa: SIM115 - until the end

    def write(self, line: Line) -> None:
        if self._file is not None:
            print(msgspec.json.encode(line).decode(), file=self._file, flush=True)
