"""The three formats of evaluation files, read with errors that name file and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

Route = Literal["999", "CEOP", "either", "none"]


class CrisisRow(msgspec.Struct, frozen=True):
    """A message that must, or must not, be escalated."""

    text: str
    label: Literal["crisis", "not_crisis"]
    route: Route
    phenomenon: str
    lang: str = "en"


class ConcernRow(msgspec.Struct, frozen=True):
    """A first message with its concern and who it comes from."""

    text: str
    concern: str
    audience: str
    also_ok: list[str] = []
    escalation: Literal["none", "acceptable", "expected"] = "none"

    @property
    def labels(self) -> tuple[str, ...]:
        """Its concern, then the other labels that would be fair."""
        return (self.concern, *self.also_ok)

    def allows(self, intent: str) -> bool:
        """Whether an intent is a fair reading; a crisis is one where the row may be escalated."""
        if self.escalation != "none" and intent.startswith("crisis_"):
            return True
        return intent in self.labels


class DialogueTurn(msgspec.Struct, frozen=True):
    """What the user says, and tokens joined by "|" of which any one must come true."""

    user: str
    expect: str


class Dialogue(msgspec.Struct, frozen=True):
    """A whole conversation."""

    name: str
    turns: list[DialogueTurn]


class Detail(msgspec.Struct, frozen=True):
    """A personal detail, as it stands in a text."""

    kind: Literal[
        "name", "phone", "email", "address", "postcode", "birth_date", "school", "handle", "nhs",
        "ni", "card", "ip", "url", "media",
    ]  # fmt: skip
    value: str


class PrivacyRow(msgspec.Struct, frozen=True):
    """A message, the details that must not pass the door, and words that must."""

    text: str
    details: list[Detail] = []
    keep: list[str] = []


Row = TypeVar("Row", CrisisRow, ConcernRow, Dialogue, PrivacyRow)


class RowError(Exception):
    """A line of an evaluation file cannot be read."""


def read(file: Path, shape: type[Row]) -> list[Row]:
    """All rows of a JSON-lines file. Raises `RowError` naming the first bad line."""
    try:
        # Only a line feed ends a row: splitlines would also cut at separators within a text.
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise RowError(f"{file} is not UTF-8 text ({error.reason}).") from error
    except OSError as error:
        raise RowError(f"{file} cannot be read: {error.strerror}.") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(msgspec.json.decode(line, type=shape))
        except msgspec.MsgspecError as error:
            raise RowError(f"{file}:{number}: {error}.") from error
    return rows


class Sets(msgspec.Struct):
    """The rows of each kind, by the file that they stand in."""

    crisis: dict[Path, list[CrisisRow]] = {}
    concerns: dict[Path, list[ConcernRow]] = {}
    dialogues: dict[Path, list[Dialogue]] = {}


def read_sets(files: Mapping[str, Sequence[Path]]) -> Sets:
    """All rows of files of the kinds "crisis", "concerns" and "dialogues". Raises `RowError`."""
    return Sets(
        crisis={file: read(file, CrisisRow) for file in files.get("crisis", ())},
        concerns={file: read(file, ConcernRow) for file in files.get("concerns", ())},
        dialogues={file: read(file, Dialogue) for file in files.get("dialogues", ())},
    )
