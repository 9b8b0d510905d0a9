"""Problems that somebody looked at and let stand: named, with a reason, and said every time."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec
import yaml

from signpost import safe_yaml
from signpost.register.checks.problem import Problem

FILE = "waivers.yaml"


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Lets one problem stand: the one that `check` finds in `entry` about exactly these `words`.

    Changed words need a new look, so that a waiver never covers more than was read. Warnings may
    be waived for a family of entries: `crisis.*`, with `*` for the words.
    """

    check: str
    entry: str
    words: str
    reason: str

    def covers(self, problem: Problem) -> bool:
        """Whether the problem is the one that was looked at."""
        if not problem.words or problem.check != self.check:
            return False
        if problem.level == "warning" and self.words == "*":
            return fnmatchcase(problem.entry, self.entry)
        same_words = _plain(self.words) == _plain(problem.words)
        return same_words and problem.entry == self.entry


class Waived(msgspec.Struct, frozen=True):
    """A waiver with the problems that it lets stand."""

    waiver: Waiver
    problems: list[Problem]

    def __str__(self) -> str:
        words = _plain(self.waiver.words)
        shown = words if len(words) <= 60 else words[:57] + "..."
        times = f", {len(self.problems)} times" if len(self.problems) > 1 else ""
        return (
            f"waived: {self.waiver.entry}: {self.waiver.check} of '{shown}'{times}: "
            f"{_plain(self.waiver.reason)}"
        )


def load_waivers(content: Path) -> tuple[list[Waiver], list[Problem]]:
    """The waivers under `content`, and what is wrong with the file; no file is no waivers."""
    try:
        plain = safe_yaml.load(safe_yaml.read_text(content / FILE))
        waivers = msgspec.convert(plain or [], list[Waiver])
    except FileNotFoundError:
        return [], []
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = str(error).splitlines()[0]
        return [], [Problem(where=FILE, message=f"cannot be read: {reason}.", check="waivers")]
    unreasoned = [
        Problem(
            where=FILE,
            message=f"the waiver for {waiver.entry} gives no reason; say why it may stand.",
            check="waivers",
        )
        for waiver in waivers
        if not waiver.reason.strip()
    ]
    return waivers, unreasoned


def apply(
    waivers: Iterable[Waiver], problems: Iterable[Problem]
) -> tuple[list[Problem], list[Waived]]:
    """The problems that stay, and the waivers that cover one; an unused waiver is a problem."""
    left = list(problems)
    used = []
    for waiver in waivers:
        covered = [problem for problem in left if waiver.covers(problem)]
        if covered:
            used.append(Waived(waiver, covered))
            left = [problem for problem in left if problem not in covered]
        else:
            left.append(_unused(waiver))
    return left, used


def _unused(waiver: Waiver) -> Problem:
    return Problem(
        where=FILE,
        message=f"the waiver of {waiver.check} for {waiver.entry} matches nothing any more "
        f"('{_plain(waiver.words)}'); take it out or give the words that stand there now.",
        check="waivers",
    )


def _plain(words: str) -> str:
    return " ".join(words.split())
