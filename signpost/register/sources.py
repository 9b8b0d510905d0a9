"""`docs/sources.md`: what each entry and service of the register rests on, for people to read.

An entry names its facts as `facts:<id>`; `content/sources.yaml` says of each fact what was seen,
when, and how far it can be trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
import yaml

from signpost import safe_yaml
from signpost.register.loader import Register
from signpost.register.models import Record
from signpost.register.signing import valid

R = TypeVar("R", bound=Record)

FILE = "sources.yaml"
PREFIX = "facts:"
DESIGN = "project:design"
_OUTSIDE = ("http://", "https://")

_HEAD = """\
# Where the words come from

Written by `signpost sources` from `content/`; a change made here is lost. How to change the
register itself stands in [the content guide](content-guide.md).

The facts were gathered from copies of web pages and from lists that others keep; nobody called or
asked the services. **Before the bot goes live, a person confirms every fact that it shows**, those
marked *high* as well: many of them rest on a list kept by others, which is second-hand. *med* and
*low* mean that the evidence is thinner or older still. The date is that of the latest evidence, as
exactly as it is known; "none" means that there is no date.

"Design of the service" means that the sentences say what the program itself does, and have no
other source.
"""


class SourcesError(Exception):
    """The file of sources cannot be used, or lacks a fact; the message says which."""


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one fact rests on."""

    evidence: list[str]
    date: str
    confidence: Literal["high", "med", "low"]


def load(content: Path) -> dict[str, Evidence]:
    """The evidence of each fact under `content`. Raises `SourcesError`."""
    file = content / FILE
    try:
        plain = safe_yaml.load(safe_yaml.read_text(file))
        return msgspec.convert(plain, dict[str, Evidence])
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SourcesError(f"{file} cannot be read: {error}") from error


def write(register: Register, facts: dict[str, Evidence], file: Path) -> None:
    """Write the document into `file`. Raises `SourcesError`."""
    try:
        file.write_text(document(register, facts), encoding="utf-8")
    except OSError as error:
        raise SourcesError(f"{file} cannot be written: {error.strerror}.") from error


def document(register: Register, facts: dict[str, Evidence]) -> str:
    """The whole document. Raises `SourcesError` for a fact that an entry names and nobody knows."""
    parts = [
        _HEAD,
        _held_back(register),
        _low(register, facts),
        _services(register, facts),
        _entries(register, facts),
        _councils(register, facts),
        _facts(facts),
    ]
    return "\n".join(parts)


def _held_back(register: Register) -> str:
    rows = [
        (service.name, _code(service.id), service.held_back)
        for service in _by_id(register.services.values())
        if service.held_back
    ]
    rows += [
        (contact.name, f"{_code(council.id)}, {contact.role}", contact.held_back)
        for council in _by_id(register.councils.values())
        for contact in council.contacts
        if contact.held_back
    ]
    return _section(
        "Held back",
        "Never offered. Whoever asks for such a service by its name reads what is known of it, and "
        "that we could not check all of it. A council's team that is held back is not shown.",
        ("name", "file or team", "why"),
        rows,
    )


def _low(register: Register, facts: dict[str, Evidence]) -> str:
    users: dict[str, list[str]] = {}
    for record in _records(register):
        for fact in _facts_of(record):
            users.setdefault(fact, []).append(record.id)
    rows = [
        (_anchor(name), "; ".join(fact.evidence), _code(*users.get(name, [])))
        for name, fact in sorted(facts.items())
        if fact.confidence == "low"
    ]
    return _section(
        "Low confidence",
        "A person confirms these, or they stay held back.",
        ("fact", "evidence", "named as a source by"),
        rows,
    )


def _services(register: Register, facts: dict[str, Evidence]) -> str:
    rows = [
        (
            f"{service.name} ({_code(service.id)})",
            f"{service.status}, {service.confidence}"
            + (", held back" if service.held_back else ""),
            *_standing(service, facts),
        )
        for service in _by_id(register.services.values())
    ]
    return _section(
        "Services, report pages, law and guidance",
        "The files of `content/services`.",
        ("name", "status, confidence", "checked", "review by", "signed off", "sources"),
        rows,
    )


def _entries(register: Register, facts: dict[str, Evidence]) -> str:
    rows = [
        (f"{entry.title} ({_code(entry.id)})", *_standing(entry, facts))
        for entry in _by_id(register.entries.values())
    ]
    return _section(
        "Advice, crisis replies and conversation",
        "The files of `content/advice`, `content/crisis/replies` and `content/conversation`.",
        ("entry", "checked", "review by", "signed off", "sources"),
        rows,
    )


def _councils(register: Register, facts: dict[str, Evidence]) -> str:
    rows = [
        (f"{council.name} ({_code(council.id)})", *_standing(council, facts))
        for council in _by_id(register.councils.values())
    ]
    return _section(
        "Councils",
        "The files of `content/councils`.",
        ("council", "checked", "review by", "signed off", "sources"),
        rows,
    )


def _facts(facts: dict[str, Evidence]) -> str:
    rows = [
        (
            f'<a id="{name}"></a>{_code(name)}',
            "<br>".join(fact.evidence),
            fact.date,
            fact.confidence,
        )
        for name, fact in sorted(facts.items())
    ]
    return _section(
        "The facts and their evidence",
        "The file `content/sources.yaml`.",
        ("fact", "evidence", "date", "confidence"),
        rows,
    )


def _standing(record: Record, facts: dict[str, Evidence]) -> tuple[str, str, str, str]:
    sign_off = valid(record)
    signed = f"{sign_off.by}, {sign_off.on}" if sign_off else "no"
    named = ", ".join(_source(record, source, facts) for source in record.sources)
    return str(record.checked_on), str(record.review_by), signed, named


def _source(record: Record, source: str, facts: dict[str, Evidence]) -> str:
    if source == DESIGN:
        return "design of the service"
    if source.startswith(_OUTSIDE):
        return source
    name = source.removeprefix(PREFIX)
    fact = facts.get(name)
    if fact is None:
        raise SourcesError(
            f"{record.id}: names the source '{source}', which does not stand in {FILE}."
        )
    return f"{_anchor(name)} ({fact.date}; {fact.confidence})"


def _facts_of(record: Record) -> Iterator[str]:
    return (source.removeprefix(PREFIX) for source in record.sources if source.startswith(PREFIX))


def _records(register: Register) -> Iterator[Record]:
    yield from _by_id(register.services.values())
    yield from _by_id(register.entries.values())
    yield from _by_id(register.councils.values())


def _by_id(records: Iterable[R]) -> list[R]:
    return sorted(records, key=lambda record: record.id)


def _anchor(name: str) -> str:
    return f"[{name}](#{name})"


def _code(*names: str) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _section(title: str, lead: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"## {title}", "", lead, "", _row(columns), _row(["---"] * len(columns))]
    lines += [_row(row) for row in rows]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
