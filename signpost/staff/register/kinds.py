"""What the files of the register are: where each kind stands, what shape it has, who must look."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import msgspec

from signpost.register.loader import REFERENCE, RecordError, Register, parse, read_plain
from signpost.register.models import Council, Entry, OpeningWords, Record, Service

PATH = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/)*[a-z0-9][a-z0-9_-]*\.yaml")
# The roles that a file of the crisis floor, or the list of what may stand, is for.
_CAREFUL = ("crisis/", "waivers.yaml")
_NUMBER = re.compile(r"(?<![\d:/.-])\+?\d[\d \u00a0]*\d(?![\d:/-])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FEWEST_DIGITS = 3


@dataclass(frozen=True)
class Kind:
    """A kind of file. `shape` is None for what is only edited as text."""

    name: str
    title: str
    folder: str
    shape: Any = None
    prefix: str = ""

    def id_of(self, path: str) -> str:
        """The id that a file's name gives its record."""
        return self.prefix + path.rpartition("/")[2].removesuffix(".yaml")


KINDS = (
    Kind("advice", "Advice on a worry", "advice", Entry, "advice."),
    Kind("crisis", "Crisis replies", "crisis/replies", Entry, "crisis."),
    Kind("conversation", "Conversation", "conversation", Entry, "conversation."),
    Kind("service", "Services, report pages, law", "services", Service),
    Kind("council", "Councils", "councils", Council),
    Kind("rules", "How a crisis is recognised", "crisis"),
    Kind("labels", "Labels of the pages", "interface"),
    Kind("other", "Sources and waivers", ""),
)
_BY_NAME = {kind.name: kind for kind in KINDS}
_OPENING = Kind("labels", "Labels of the pages", "interface", OpeningWords)


def kind_of(path: str) -> Kind:
    """The kind of the file at a path."""
    if path == "interface/opening.yaml":
        return _OPENING
    folder = path.rpartition("/")[0]
    for kind in KINDS:
        if kind.shape is not None and folder == kind.folder:
            return kind
    if folder.startswith("crisis"):
        return _BY_NAME["rules"]
    return _BY_NAME["labels" if folder == "interface" else "other"]


def path_of(record_id: str) -> str:
    """The file of a record by its id as problems and bubbles give it: "service.childline",
    "advice.x", "council.y"."""
    first, _, name = record_id.partition(".")
    kind = _BY_NAME.get(first)
    return f"{kind.folder}/{name}.yaml" if kind else record_id


def name_of(path: str) -> str:
    """What problems call the record at a path: "service.childline"; the path itself for others."""
    kind = kind_of(path)
    stem = path.rpartition("/")[2].removesuffix(".yaml")
    return f"{kind.name}.{stem}" if kind.shape not in (None, OpeningWords) else path


def record_in(path: str, text: bytes | None) -> Record | None:
    """The record that a file holds, or None where it holds none that can be read."""
    kind = kind_of(path)
    if text is None or kind.shape in (None, OpeningWords):
        return None
    try:
        record: Record = parse(text.decode("utf-8"), kind.shape)
        return record
    except (RecordError, UnicodeDecodeError):
        return None


def why_careful(
    path: str, before: bytes | None, after: bytes | None, register: Register | None
) -> list[str]:
    """Why a change needs a lead's close look: crisis words, or a number that people may call."""
    reasons = []
    if path.startswith(_CAREFUL[0]):
        reasons.append("It changes words of a crisis reply, or how a crisis is recognised.")
    elif path == _CAREFUL[1]:
        reasons.append("It changes what the check lets stand.")
    elif register is not None and name_of(path) in crisis_services(register):
        reasons.append("Crisis replies name this service.")
    old, new = numbers(before), numbers(after)
    if old != new:
        gone, come = sorted((old - new).elements()), sorted((new - old).elements())
        parts = [f"takes out {', '.join(gone)}"] if gone else []
        parts += [f"puts in {', '.join(come)}"] if come else []
        reasons.append(f"It changes a number: {' and '.join(parts)}.")
    return reasons


def crisis_services(register: Register) -> set[str]:
    """The services that crisis replies show or refer to, as "service.childline"."""
    found: set[str] = set()
    for entry in register.entries.values():
        if entry.kind == "crisis":
            text = msgspec.json.encode(entry).decode()
            found.update(match[1] for match in REFERENCE.finditer(text))
            for variant in entry.variants.values():
                for passage in (variant, variant.more, variant.report):
                    found.update(passage.services if passage else ())
    return {f"service.{name}" for name in found - {"council"}}


def numbers(text: bytes | None) -> Counter[str]:
    """Every number in a file that somebody might call or text, and the references to one."""
    found: Counter[str] = Counter()
    if text is None:
        return found
    try:
        plain = read_plain(text.decode("utf-8"))
    except (RecordError, UnicodeDecodeError):
        plain = text.decode("utf-8", "replace")
    for words in _texts(plain):
        spoken = re.sub(r"https?://\S+", " ", words)
        for match in _NUMBER.finditer(spoken):
            digits = re.sub(r"\D", "", match[0])
            if len(digits) >= _FEWEST_DIGITS and not _YEAR.fullmatch(digits):
                found[" ".join(match[0].split())] += 1
        for match in REFERENCE.finditer(words):
            if match[2] in ("phone", "text"):
                found[match[0]] += 1
    return found


def _texts(plain: Any) -> list[str]:
    """Every text in a tree, but not those that say where it comes from."""
    if isinstance(plain, dict):
        skipped = ("sources", "sign_off", "checked_on", "review_by")
        return [t for name, each in plain.items() if name not in skipped for t in _texts(each)]
    if isinstance(plain, list):
        return [text for each in plain for text in _texts(each)]
    if isinstance(plain, bool) or plain is None:
        return []
    return [str(plain)] if isinstance(plain, (str, int)) else []
