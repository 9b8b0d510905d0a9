"""`signpost check`: what must hold of the register beyond its files' form.

Each check is a function from the register to problems; a problem names the entry and the field
and says what to change. What is let stand is named in `content/waivers.yaml`, with a reason, and
said each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from signpost.register.checks import waivers
from signpost.register.checks.coverage import audiences, concerns, hours
from signpost.register.checks.crisis import crisis_rules
from signpost.register.checks.facts import (
    phone_forms,
    pinned_numbers,
    review_dates,
    sign_offs,
    sources,
    typed_numbers,
    urls,
)
from signpost.register.checks.figures import figures
from signpost.register.checks.mixups import (
    keywords,
    lado_contacts,
    stale_hours,
    wrong_ages,
    wrong_readers,
)
from signpost.register.checks.problem import Check, Problem
from signpost.register.checks.traps import forbidden_numbers, traps
from signpost.register.checks.waivers import Waived, Waiver
from signpost.register.checks.wording import (
    child_words,
    image_advice,
    near_duplicates,
    sms_length,
)
from signpost.register.loader import Register, RegisterError, load
from signpost.register.signing import valid
from signpost.settings import ROOT

__all__ = [
    "CHECKS",
    "Check",
    "Problem",
    "Report",
    "Waived",
    "Waiver",
    "check",
    "inspect",
    "unsigned",
]

CHECKS: tuple[Check, ...] = (
    pinned_numbers,
    forbidden_numbers,
    traps,
    wrong_readers,
    wrong_ages,
    stale_hours,
    keywords,
    lado_contacts,
    sources,
    review_dates,
    sign_offs,
    phone_forms,
    typed_numbers,
    urls,
    audiences,
    hours,
    child_words,
    sms_length,
    image_advice,
    near_duplicates,
)


# Stands in a working copy of the product's register (`signpost.staff.register.copy`).
COPY_MARK = ".copy.json"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that the checks found, what was waived, and the register in numbers."""

    problems: list[Problem]
    waived: list[Waived] = []
    figures: dict[str, Any] = {}

    @property
    def errors(self) -> list[Problem]:
        """What must be mended before anything is published."""
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """What somebody should look at."""
        return [problem for problem in self.problems if problem.level == "warning"]

    def lines(self) -> Iterator[str]:
        """What a person reads: what was waived, then warnings, then errors, a line each."""
        yield from map(str, self.waived)
        for problem in (*self.warnings, *self.errors):
            yield f"{problem.level}: {problem}"

    def summary(self) -> str:
        """One line: how it went."""
        if not self.problems and not self.waived:
            return "the register passes its checks"
        counts = f"{len(self.warnings)} warnings, {len(self.waived)} waived"
        if self.errors:
            return f"{len(self.errors)} errors, {counts}; mend the errors before publishing"
        return f"the register passes its checks; {counts}"

    def json(self) -> str:
        """One JSON object: errors, warnings, waived, figures."""
        whole = {
            "errors": self.errors,
            "warnings": self.warnings,
            "waived": self.waived,
            "figures": self.figures,
        }
        return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode()


def check(content: Path, council: str) -> list[Problem]:
    """All problems of the register under `content`; waived ones are not among them."""
    return inspect(content, council).problems


def inspect(content: Path, council: str, more: Iterable[Problem] = ()) -> Report:
    """Run every check on the register under `content`; `more` are problems found elsewhere."""
    try:
        register = load(content, council)
    except RegisterError as error:
        # Without entries no reply of a rule is known: only what is wrong with the rules themselves.
        rules = [each for each in crisis_rules(content, ()) if each.check == "load"]
        return Report(problems=[*map(_unloadable, error.problems), *rules])
    known, broken = waivers.load_waivers(content)
    found = [
        *found_in(register),
        *_named("concerns", concerns(register, project_of(content))),
        *crisis_rules(content, register.entries),
        *more,
    ]
    problems, used = waivers.apply(known, found)
    return Report(problems=[*broken, *problems], waived=used, figures=figures(register))


def project_of(content: Path) -> Path:
    """The folder whose domain and rules belong to the register under `content`: the one around
    it, or the product's own for a copy that was made of the product's register."""
    return ROOT if (content / COPY_MARK).is_file() else content.parent


def found_in(register: Register) -> Iterator[Problem]:
    """What the checks of single records find, waived or not."""
    for each in CHECKS:
        yield from _named(getattr(each, "__name__", "check"), each(register))


def _named(name: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    for problem in problems:
        yield problem if problem.check else msgspec.structs.replace(problem, check=name)


def _unloadable(sentence: str) -> Problem:
    place = re.match(r"(\S+): ", sentence)
    where = place[1] if place else "register"
    message = sentence[place.end() :] if place else sentence
    return Problem(where=where, message=message, check="load")


def unsigned(register: Register) -> list[str]:
    """The ids of advice whose words no safeguarding lead has signed as they stand; live mode
    refuses to start with any.

    Crisis entries are not in it: they are said in every mode, signed or not.
    """
    return [
        entry.id
        for entry in register.entries.values()
        if entry.kind == "advice" and valid(entry) is None
    ]
