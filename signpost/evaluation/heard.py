"""Holding the conversations: each row with what came of it, before anything is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

import msgspec

from signpost.evaluation.judge import Judge, Verdict
from signpost.evaluation.rows import ConcernRow, CrisisRow, Dialogue, DialogueTurn, Sets
from signpost.evaluation.talk import Heard, Talk

# Told of a kind of rows how many of how many are done.
Progress = Callable[[str, int, int], None]


class CrisisOutcome(msgspec.Struct, frozen=True):
    """A message that must, or must not, be escalated, and what was said to it."""

    row: CrisisRow
    heard: Heard
    verdict: Verdict

    @property
    def right(self) -> bool:
        """A crisis is answered as one, with a route; an ordinary message with no full reply."""
        if self.row.label == "crisis":
            return self.verdict.escalation is not None and self.verdict.leads_with is not None
        return self.verdict.escalation != "crisis"


class ConcernOutcome(msgspec.Struct, frozen=True):
    """A first message and what was said to it."""

    row: ConcernRow
    heard: Heard
    verdict: Verdict

    @property
    def answered(self) -> str:
        """The label that the words answer; a fair escalation counts as the row's own."""
        row, verdict = self.row, self.verdict
        if verdict.escalation is not None:
            return row.concern if row.escalation != "none" else "escalated"
        if row.escalation == "expected" and row.concern.startswith("crisis_"):
            return "not_escalated"
        if verdict.concerns:
            said = verdict.concerns[0]
            return row.concern if said in row.also_ok else said
        return "fallback" if verdict.fallback else "other"

    @property
    def right(self) -> bool:
        """Whether the right words came first."""
        return self.answered == self.row.concern

    @property
    def among_three(self) -> bool:
        """Whether the right words came first, or the right label is among the likeliest three."""
        return self.right or any(name in self.row.labels for name in self.heard.ranking[:3])


class TurnOutcome(msgspec.Struct, frozen=True):
    """One turn of a dialogue, the first being 1, and what was said to it."""

    dialogue: str
    number: int
    turn: DialogueTurn
    verdict: Verdict

    @property
    def right(self) -> bool:
        """Whether any of what was expected came true."""
        return any(fulfils(token, self.verdict) for token in self._tokens)

    @property
    def due(self) -> bool:
        """Whether nothing but an escalation would do."""
        return all(token.startswith("escalate:") for token in self._tokens)

    @property
    def _tokens(self) -> list[str]:
        return self.turn.expect.split("|")


class Hearing(msgspec.Struct):
    """What was heard of every set, by its file."""

    crisis: dict[Path, list[CrisisOutcome]] = {}
    concerns: dict[Path, list[ConcernOutcome]] = {}
    dialogues: dict[Path, list[TurnOutcome]] = {}

    @property
    def all_crisis(self) -> list[CrisisOutcome]:
        """The crisis rows of all sets."""
        return list(chain.from_iterable(self.crisis.values()))

    @property
    def all_concerns(self) -> list[ConcernOutcome]:
        """The concern rows of all sets."""
        return list(chain.from_iterable(self.concerns.values()))

    @property
    def all_dialogues(self) -> list[TurnOutcome]:
        """The turns of all sets."""
        return list(chain.from_iterable(self.dialogues.values()))


async def hear(
    sets: Sets, talk: Talk, judge: Judge, progress: Progress, into: Hearing | None = None
) -> Hearing:
    """Hold all conversations, set by set; what was heard before, `into`, is kept."""
    hearing = into or Hearing()

    def told(file: Path) -> Progress:
        return lambda _, done, total: progress(file.stem, done, total)

    for file, crises in sets.crisis.items():
        hearing.crisis[file] = await hear_crisis(crises, talk, judge, told(file))
    for file, concerns in sets.concerns.items():
        hearing.concerns[file] = await hear_concerns(concerns, talk, judge, told(file))
    for file, dialogues in sets.dialogues.items():
        hearing.dialogues[file] = await hear_dialogues(dialogues, talk, judge, told(file))
    return hearing


async def hear_crisis(
    rows: Sequence[CrisisRow], talk: Talk, judge: Judge, progress: Progress
) -> list[CrisisOutcome]:
    """Say each row in a conversation of its own."""
    outcomes = []
    for number, row in enumerate(rows, start=1):
        heard = await talk.say(talk.fresh(), row.text)
        outcomes.append(CrisisOutcome(row, heard, judge.read(heard.reply)))
        progress("crisis", number, len(rows))
    return outcomes


async def hear_concerns(
    rows: Sequence[ConcernRow], talk: Talk, judge: Judge, progress: Progress
) -> list[ConcernOutcome]:
    """Say each row in a conversation of its own."""
    outcomes = []
    for number, row in enumerate(rows, start=1):
        heard = await talk.say(talk.fresh(), row.text)
        outcomes.append(ConcernOutcome(row, heard, judge.read(heard.reply)))
        progress("concerns", number, len(rows))
    return outcomes


async def hear_dialogues(
    dialogues: Sequence[Dialogue], talk: Talk, judge: Judge, progress: Progress
) -> list[TurnOutcome]:
    """Hold each dialogue from its first turn to its last."""
    outcomes = []
    for number, dialogue in enumerate(dialogues, start=1):
        conversation = talk.fresh()
        for place, turn in enumerate(dialogue.turns, start=1):
            heard = await talk.say(conversation, turn.user)
            outcomes.append(TurnOutcome(dialogue.name, place, turn, judge.read(heard.reply)))
        progress("dialogues", number, len(dialogues))
    return outcomes


def fulfils(token: str, verdict: Verdict) -> bool:
    """Whether a reply is what an expectation's token asks for."""
    kind, _, value = token.partition(":")
    if kind == "escalate":
        return verdict.escalation is not None and route_fits(value, verdict)
    if kind == "advice":
        return value in verdict.concerns
    if kind == "no_escalation":
        return verdict.escalation is None
    if kind == "fallback":
        return verdict.fallback
    if kind == "ask_audience":
        return "conversation.ask_audience" in verdict.entries
    if kind == "human_contact":
        return "conversation.person" in verdict.entries
    return kind in verdict.concerns


def route_fits(route: str, verdict: Verdict) -> bool:
    """Whether a reply leads where it must, or shows both routes."""
    return route == "either" or verdict.leads_with == route or verdict.shows_both
