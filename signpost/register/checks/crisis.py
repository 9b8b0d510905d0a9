"""The files by which a crisis is recognised: they can be read, and their own examples hold.

A mistake in one would take the whole floor away from the bundle that holds it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from signpost.crisis.floor import Floor, FloorError
from signpost.crisis.rules import Rule
from signpost.register.checks.problem import Problem

_PLACE = re.compile(r"(?P<file>\S+\.yaml)(?::(?P<line>\d+))?: (?P<message>.*)", re.S)
# What a sentence without a line quotes: a pattern, a rule, a rule's id.
_QUOTED = (r"'([^']+)' names ", r"rule (\S+): '", r"rule id '([^']+)'")
_FILES = ("lexicon.yaml", "context.yaml", "rules/*.yaml", "languages/*.yaml")


def crisis_rules(content: Path, entries: Iterable[str]) -> list[Problem]:
    """What is wrong with the rules under `content/crisis`; `entries` are the register's ids."""
    folder = content / "crisis"
    files = [file for pattern in _FILES for file in sorted(folder.glob(pattern))]
    try:
        texts = tuple((str(file.relative_to(content)), file.read_bytes()) for file in files)
    except OSError as error:
        return [_problem("crisis", f"cannot be read: {error.strerror}.")]
    digest = hashlib.sha256(repr(texts).encode()).hexdigest()
    return list(_found(_Rules(digest, frozenset(entries), content)))


@dataclass(frozen=True)
class _Rules:
    """The rules by what their files hold, wherever those stand."""

    digest: str
    entries: frozenset[str]
    content: Path = field(compare=False)


# An editor's drafts are checked with the same rules again and again.
@lru_cache(maxsize=8)
def _found(rules: _Rules) -> tuple[Problem, ...]:
    content, entries = rules.content, rules.entries
    try:
        floor = Floor.load(content)
        return tuple(_broken_promises(content, floor, entries))
    except FloorError as error:
        return (_located(content, str(error)),)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        kind = type(error).__name__
        return (_problem("crisis", f"the rules cannot be used ({kind}: {error}).", "load"),)


def _broken_promises(content: Path, floor: Floor, entries: frozenset[str]) -> Iterator[Problem]:
    for rule in floor.rules:
        for reply in sorted({reply for reply in rule.reply.values() if reply} - entries):
            yield _at(content, rule, f"its reply '{reply}' is no entry of crisis/replies.")
        for text in rule.must:
            if not _finds(floor, rule, text):
                yield _at(content, rule, f"does not find its own example '{text}'.")
        for text in rule.must_not:
            if _finds(floor, rule, text):
                yield _at(content, rule, f"finds '{text}', which stands under its must_not.")


def _finds(floor: Floor, rule: Rule, text: str) -> bool:
    return any(hit.rule == rule.id for hit in floor.assess(text).hits)


def _at(content: Path, rule: Rule, message: str) -> Problem:
    return _problem(_line_of(content, f"id: {rule.id}"), f"rule {rule.id} {message}")


def _located(content: Path, sentence: str) -> Problem:
    """The problem at its file and line, as near as the sentence tells."""
    found = _PLACE.match(sentence)
    if found:
        place = Path(found["file"])
        name = place.relative_to(content) if place.is_relative_to(content) else place
        where = f"{name}:{found['line']}" if found["line"] else str(name)
        return _problem(where, found["message"], "load")
    quoted = (re.search(pattern, sentence) for pattern in _QUOTED)
    needle = next((match[1] for match in quoted if match), "")
    message = sentence.partition(": ")[2] or sentence
    return _problem(_line_of(content, needle), message, "load")


def _line_of(content: Path, needle: str) -> str:
    """The file and line in which `needle` stands last, such as "crisis/rules/danger.yaml:12"."""
    place = "crisis/rules"
    for pattern in _FILES if needle else ():
        for file in sorted((content / "crisis").glob(pattern)):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                if re.search(rf"{re.escape(needle)}(?![\w.])", line):
                    place = f"{file.relative_to(content)}:{number}"
    return place


def _problem(where: str, message: str, check: str = "crisis_rules") -> Problem:
    return Problem(where=where, message=message, check=check)
