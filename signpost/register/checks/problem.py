"""What a check finds, and the published texts that checks read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec

from signpost.register.loader import Register, passages
from signpost.register.models import Audience, Council, Entry, Hours, Phone, Record, Service

Level = Literal["error", "warning"]


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something to mend. `str` gives one sentence: the entry and field, what is wrong, what to do.

    An error stops `signpost publish`; a warning is only said.
    """

    level: Level = "error"
    where: str
    message: str
    # The check that found it, and the exact words it is about: what a waiver must name.
    check: str = ""
    words: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"

    @property
    def entry(self) -> str:
        """The id of the record, without the field."""
        return self.where.split("/")[0]


Check = Callable[[Register], Iterable[Problem]]


class Text(msgspec.Struct, frozen=True):
    """One published text: `raw` as the file has it, `text` with its references put in."""

    where: str
    text: str
    raw: str
    record: Record
    audience: Audience | None = None


def sentences(text: str) -> list[str]:
    """The sentences of a text, parted at semicolons, too; numbers and addresses stay whole."""
    return re.split(r"(?<=[.!?;])\s+", text)


def records(register: Register) -> Iterator[tuple[str, Record]]:
    """Every record with the name that problems call it by; all councils, not one alone."""
    for council in register.councils.values():
        yield f"council.{council.id}", council
    for service in register.services.values():
        yield f"service.{service.id}", service
    for entry in register.entries.values():
        yield entry.id, entry


def texts(register: Register) -> Iterator[Text]:
    """Every published text with the place it stands in."""
    for service in register.services.values():
        for field, words in _service_fields(service):
            yield Text(f"service.{service.id}/{field}", words, words, service)
    for council in register.councils.values():
        for field, words in _council_fields(council):
            yield Text(f"council.{council.id}/{field}", words, words, council)
    for entry in register.entries.values():
        yield from entry_texts(register, entry)


def entry_texts(register: Register, entry: Entry) -> Iterator[Text]:
    """The title, the choices, the bubbles and the SMS forms of an entry."""
    yield Text(f"{entry.id}/title", entry.title, entry.title, entry)
    for choice in entry.choices:
        yield Text(f"{entry.id}/choices", choice.title, choice.title, entry)
    for where, audience, raw in bubbles(entry):
        yield Text(where, register.resolve(raw), raw, entry, audience)
    for audience, variant in entry.variants.items():
        where = f"{entry.id}/{audience}/sms"
        yield Text(where, register.resolve(variant.sms), variant.sms, entry, audience)


def bubbles(entry: Entry) -> Iterator[tuple[str, Audience, str]]:
    """The place, reader and raw words of every bubble, those of `more` and `report` included."""
    by_name: dict[str, Audience] = {name: name for name in entry.variants}
    for path, passage in passages(entry):
        _, audience, *part = path.split(".")
        for number, bubble in enumerate(passage.bubbles, start=1):
            where = "/".join([entry.id, audience, *part, f"bubble {number}"])
            yield where, by_name[audience], bubble


def phones(register: Register) -> Iterator[tuple[str, Phone]]:
    """Every number to call, those of the councils' teams included."""
    for service in register.services.values():
        for phone in service.phones:
            yield f"service.{service.id}/phones", phone
    for council in register.councils.values():
        for contact in council.contacts:
            for phone in contact.phones:
                yield f"council.{council.id}/{contact.name}/phones", phone


def _service_fields(service: Service) -> Iterator[tuple[str, str]]:
    for field in ("name", "summary", "not_for", "link_text", "url"):
        yield field, getattr(service, field) or ""
    yield "hours", _hours_words(service.hours)
    for phone in service.phones:
        yield "phones", f"{phone.number} {phone.label}"
    for line in service.texts:
        yield "texts", f"{line.send} to {line.number}" if line.send else line.number


def _council_fields(council: Council) -> Iterator[tuple[str, str]]:
    for field in ("name", "site", "neutral_site"):
        yield field, getattr(council, field)
    for contact in council.contacts:
        for field in ("name", "area", "link_text", "url"):
            yield f"{contact.name}/{field}", getattr(contact, field) or ""
        yield f"{contact.name}/hours", _hours_words(contact.hours)
        for phone in contact.phones:
            yield f"{contact.name}/phones", f"{phone.number} {phone.label}"


def _hours_words(hours: Hours | None) -> str:
    return hours.words if hours else ""
