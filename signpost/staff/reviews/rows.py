"""Accepted corrections and saved conversations as rows of the evaluation's formats.

A correction of a first message becomes a crisis row, a row of concerns, or both; one of a later
message becomes a dialogue that leads up to it. What no row can say is said in `left_over`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from signpost.evaluation.rows import ConcernRow, CrisisRow, Dialogue, DialogueTurn, Route, read
from signpost.register.models import Reply

R = TypeVar("R", CrisisRow, ConcernRow, Dialogue)
# How the bot should have escalated, as staff read it.
ESCALATIONS = {
    "999": "999 comes first",
    "CEOP": "CEOP comes first",
    "check_in": "A check-in: it asks about danger and names 999",
    "none": "No crisis reply: ordinary advice",
}
# True of every reply: a turn that only leads up to the one that matters.
ANYTHING = "escalate:either|no_escalation"
PHENOMENON = "correction"
_PLAIN = frozenset(
    ("out_of_scope", "smalltalk_greet", "smalltalk_thanks", "bot_challenge", "feedback_complaint")
)
_TOKENS = {
    "conversation.greet": "smalltalk_greet",
    "conversation.thanks": "smalltalk_thanks",
    "conversation.bot_challenge": "bot_challenge",
    "conversation.feedback": "feedback_complaint",
    "conversation.out_of_scope": "out_of_scope",
    "conversation.choices_lead": "fallback",
    "conversation.not_sure": "fallback",
    "conversation.correct": "fallback",
    "conversation.person": "human_contact",
}
# The files in which rows of each kind stand; a kind is told by how a file's name begins.
CRISIS, CONCERNS, DIALOGUES, SAVED = "crisis", "concerns", "dialogues", "dialogues-saved"
FILES = (CRISIS, CONCERNS, DIALOGUES, SAVED)


class Should(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn should have been; "" where it was right or does not matter.

    `said_concern` and `said_audience` are what the bot took it for: a row needs both.
    """

    said: str
    before: list[str] = []
    concern: str = ""
    audience: str = ""
    escalation: str = ""
    wording: str = ""
    said_concern: str = ""
    said_audience: str = ""
    name: str = ""


class Rows(msgspec.Struct, kw_only=True):
    """Rows by kind."""

    crisis: list[CrisisRow] = []
    concerns: list[ConcernRow] = []
    dialogues: list[Dialogue] = []

    def __bool__(self) -> bool:
        return bool(self.crisis or self.concerns or self.dialogues)


def rows_of(should: Should) -> Rows:
    """The rows that hold a correction in place; none where no row can."""
    if should.before:
        token = token_of(should)
        return Rows(dialogues=[_leading_up(should, token)] if token else [])
    rows = Rows()
    if should.escalation:
        rows.crisis.append(_crisis(should))
    concern = _concern(should)
    if concern is not None:
        rows.concerns.append(concern)
    return rows


def left_over(should: Should) -> list[str]:
    """What of a correction no test can hold in place, and who has to see to it."""
    found = []
    if should.wording:
        found.append("Another wording: it is for whoever keeps the advice to take up.")
    if should.audience and (should.before or not (should.concern or should.said_concern)):
        why = (
            "a test can only ask for it of a first message"
            if should.before
            else "a test needs the concern as well"
        )
        found.append(f"The audience: {why}.")
    if should.escalation == "check_in":
        found.append("That it be a check-in and not the full reply: a test takes either for right.")
    if should.concern and should.before and should.escalation not in ("", "none"):
        found.append("The concern: the test of a later message asks for the escalation alone.")
    return found


def token_of(should: Should) -> str:
    """What a dialogue's turn has to come to; "" where there is nothing that it could say."""
    if should.escalation in ("999", "CEOP"):
        return f"escalate:{should.escalation}"
    if should.escalation == "check_in":
        return "escalate:either"
    if should.concern:
        return _named(should.concern)
    return "no_escalation" if should.escalation == "none" else ""


def observed(reply: Reply) -> str:
    """What a reply came to, as a token: a saved conversation asks for the same again."""
    entries = [bubble.entry.split("/")[0] for bubble in reply.bubbles if bubble.kind != "standing"]
    if entries and entries[0].startswith("crisis."):
        return f"escalate:{reply.route if reply.route in ('999', 'CEOP') else 'either'}"
    if entries and entries[0].startswith("service."):
        return "resource_lookup"
    for entry in entries:
        if entry.startswith("advice."):
            return _named(entry.removeprefix("advice."))
        if entry in _TOKENS:
            return _TOKENS[entry]
    return "ask_audience" if "conversation.ask_audience" in entries else "no_escalation"


def concern_of(reply: Reply) -> str:
    """The concern whose words a reply gave; "" when it gave none."""
    token = observed(reply)
    kind, _, concern = token.partition(":")
    return concern if kind == "advice" else token if token in _PLAIN else ""


def saved(name: str, turns: Sequence[tuple[str, Reply, Should | None]]) -> Dialogue:
    """A saved conversation: each turn as it was, or as an accepted correction says."""
    return Dialogue(
        name,
        [
            DialogueTurn(said, (token_of(should) if should else "") or observed(reply))
            for said, reply, should in turns
        ],
    )


def merged(parts: Iterable[Rows]) -> Rows:
    """All rows, each message once: what was decided last (the last part) counts."""
    parts = list(parts)
    return Rows(
        crisis=_latest(row for part in parts for row in part.crisis),
        concerns=_latest(row for part in parts for row in part.concerns),
        dialogues=_latest(row for part in parts for row in part.dialogues),
    )


def _latest(rows: Iterable[R]) -> list[R]:
    return list({_key(row): row for row in rows}.values())


def files_of(rows: Rows, kept: Sequence[Dialogue] = ()) -> dict[str, str]:
    """The text of each file: JSON lines."""
    return {
        CRISIS: _lines(rows.crisis),
        CONCERNS: _lines(rows.concerns),
        DIALOGUES: _lines(rows.dialogues),
        SAVED: _lines(kept),
    }


def write(folder: Path, files: dict[str, str]) -> list[Path]:
    """Write the files that have rows, and take away those that have none any more.

    Each is replaced whole: a run that reads it meanwhile reads the old one. Raises `OSError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in files.items():
        file = folder / f"{name}.jsonl"
        if not text:
            file.unlink(missing_ok=True)
            continue
        fresh = folder / f".{name}-{secrets.token_hex(4)}"
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, file)
        written.append(file)
    return written


def add(folder: Path, files: dict[str, str]) -> list[Path]:
    """Add rows to the files of a folder that others add to as well: a row for the same message is
    replaced, and no other is lost. Raises `OSError`, and `RowError` for a file of something else.
    """
    whole = {}
    for name, text in files.items():
        if text:
            there = folder / f"{name}.jsonl"
            shape: Any = _SHAPES[name]
            before = read(there, shape) if there.exists() else []
            ours = [msgspec.json.decode(line, type=shape) for line in text.split("\n") if line]
            whole[name] = _lines(_latest([*before, *ours]))
    return write(folder, whole)


_SHAPES = {CRISIS: CrisisRow, CONCERNS: ConcernRow, DIALOGUES: Dialogue, SAVED: Dialogue}


def _key(row: CrisisRow | ConcernRow | Dialogue) -> object:
    """What makes two rows the same test: the messages."""
    return tuple(turn.user for turn in row.turns) if isinstance(row, Dialogue) else row.text


def _crisis(should: Should) -> CrisisRow:
    if should.escalation == "none":
        return CrisisRow(should.said, "not_crisis", "none", PHENOMENON)
    routes: dict[str, Route] = {"999": "999", "CEOP": "CEOP", "check_in": "either"}
    return CrisisRow(should.said, "crisis", routes[should.escalation], PHENOMENON)


def _concern(should: Should) -> ConcernRow | None:
    concern = should.concern or (should.said_concern if should.audience else "")
    if not concern:
        return None
    audience = should.audience or should.said_audience or "unknown"
    escalates = should.escalation not in ("", "none")
    return ConcernRow(
        should.said, concern, audience, escalation="expected" if escalates else "none"
    )


def _leading_up(should: Should, token: str) -> Dialogue:
    before = [DialogueTurn(said, ANYTHING) for said in should.before]
    return Dialogue(should.name, [*before, DialogueTurn(should.said, token)])


def _named(concern: str) -> str:
    return concern if concern in _PLAIN else f"advice:{concern}"


def _lines(rows: Sequence[msgspec.Struct]) -> str:
    return "".join(msgspec.json.encode(row).decode() + "\n" for row in rows)
