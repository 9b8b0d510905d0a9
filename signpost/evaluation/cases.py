"""Every test case there is, and what came of each: the evaluation sets, saved conversations, the
staff's corrections and Rasa's story tests, each played and told as one line of JSON.

The figures of `signpost evaluate` count; this says of each case whether it was right.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from signpost.evaluation.heard import ConcernOutcome, CrisisOutcome, TurnOutcome, route_fits
from signpost.evaluation.judge import Judge, Verdict
from signpost.evaluation.rows import (
    ConcernRow,
    CrisisRow,
    Dialogue,
    PrivacyRow,
    RowError,
    read,
)
from signpost.evaluation.talk import Talk
from signpost.privacy.public import public_of
from signpost.privacy.redact import Redactor
from signpost.register import bundle
from signpost.register.loader import Register, load
from signpost.settings import PREFIX, ROOT, Settings

Kind = Literal["crisis", "concerns", "dialogues", "privacy", "stories"]
TESTS = ROOT / "tests"
# What is kept apart from the repository: corrections that were accepted on this machine.
KEPT_HERE = "here"
_SHAPES: dict[Kind, Any] = {
    "crisis": CrisisRow,
    "concerns": ConcernRow,
    "dialogues": Dialogue,
    "privacy": PrivacyRow,
}
_TELLING = {"turns": "dialogues", "concern": "concerns", "label": "crisis", "details": "privacy"}
# Of Rasa's own: they happen in every turn and no story names them.
_SILENT = ("action_listen", "action_session_start", "action_unlikely_intent")


class CaseSet(msgspec.Struct, frozen=True):
    """A file of cases. `problem` says why it cannot be played, else it is empty."""

    name: str
    file: Path
    kind: Kind
    cases: int
    problem: str = ""


class CaseTurn(msgspec.Struct, frozen=True):
    """One message: what was to come of it and what came, in the words of the set."""

    said: str
    expected: str
    got: str
    right: bool
    # Entries of the register that spoke, the first first.
    entries: list[str] = []


class Started(msgspec.Struct, frozen=True, tag="started"):
    """The first line of a run: with what it is played."""

    model: str
    register: str
    cases: int


class Case(msgspec.Struct, frozen=True, tag="case"):
    """What came of one case. `key` stays the same while the case does."""

    set: str
    number: int
    key: str
    name: str
    turns: list[CaseTurn]

    @property
    def right(self) -> bool:
        """Whether every turn was."""
        return all(turn.right for turn in self.turns)


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """The last line: all cases were played."""

    right: int
    wrong: int


Line = Started | Case | Ended


def find_sets(settings: Settings) -> list[CaseSet]:
    """The sets of the repository, then those kept on this machine."""
    kept = settings.state / "corrections"
    files = [
        *sorted((TESTS / "evaluation").glob("*.jsonl")),
        *sorted((TESTS / "conversations").rglob("*.jsonl")),
        *sorted((TESTS / "conversations").rglob("test_*.yml")),
        *sorted(kept.glob("*.jsonl")),
    ]
    return [each for each in map(_set_of, files) if each.cases or each.problem]


def choose(sets: Sequence[CaseSet], wanted: Iterable[str]) -> list[CaseSet]:
    """The sets of these names, or of these files. Raises `RowError` for one that is neither, or
    that cannot be played."""
    by_name = {each.name: each for each in sets}
    chosen = []
    for name in wanted:
        found = by_name.get(name) or (
            _set_of(Path(name).resolve()) if Path(name).is_file() else None
        )
        if found is None:
            raise RowError(
                f"There is no set of cases named {name}; `signpost test --list` has all."
            )
        if found.problem:
            raise RowError(found.problem)
        chosen.append(found)
    return chosen


def _set_of(file: Path) -> CaseSet:
    """What a file holds, told by its first row."""
    name = _name_of(file)
    try:
        if file.suffix in (".yml", ".yaml"):
            return CaseSet(name, file, "stories", len(_stories(file)))
        kind = _kind_of(file)
        return CaseSet(name, file, kind, len(read(file, _SHAPES[kind])))
    except RowError as error:
        return CaseSet(name, file, "crisis", 0, str(error))


def _name_of(file: Path) -> str:
    path = file.with_suffix("")
    if path.is_relative_to(TESTS):
        return path.relative_to(TESTS).as_posix()
    return f"{KEPT_HERE}/{path.name}" if file.parent.name == "corrections" else path.name


def _kind_of(file: Path) -> Kind:
    for line in _first_lines(file):
        try:
            row = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            raise RowError(f"{file}:1: {error}.") from error
        for field, kind in _TELLING.items():
            if field in row:
                return kind  # type: ignore[return-value]
        raise RowError(f"{file}:1: this is a row of no known kind; tests/evaluation has them all.")
    return "crisis"


def _first_lines(file: Path) -> Iterator[str]:
    try:
        with file.open(encoding="utf-8-sig") as lines:
            yield from (line for line in lines if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise RowError(f"{file} cannot be read: {type(error).__name__}.") from error


def _stories(file: Path) -> list[dict[str, Any]]:
    """The stories of a file in the format of `rasa test`."""
    try:
        loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
        stories = loaded["stories"]
        if not all("story" in story and "steps" in story for story in stories):
            raise KeyError("steps")
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError) as error:
        raise RowError(f"{file} is no file of story tests ({type(error).__name__}).") from error
    return list(stories)


def fixed(settings: Settings) -> Settings:
    """The settings, held to the bundle that is in force now, for this process whole: what is
    published meanwhile must not change the words in the middle of a run."""
    name = bundle.pointed(Path(settings.bundles)) if settings.bundles else None
    if name is None:
        return settings
    content = Path(settings.bundles) / name
    os.environ[f"{PREFIX}CONTENT"] = str(content)
    os.environ[f"{PREFIX}BUNDLES"] = ""
    return msgspec.structs.replace(settings, content=content, bundles="")


class Player:
    """Plays cases through the door's stages and the trained model, in one process."""

    def __init__(self, settings: Settings, model: Path, weights: Path) -> None:
        from signpost.rasa.inprocess import InProcessRasa

        self._register: Register = load(settings.content, settings.council)
        self._rasa = InProcessRasa(model)
        self._talk = Talk(settings, self._register, self._rasa, weights)
        self._judge = Judge(self._register)
        self._redactor: Redactor | None = None

    async def play(self, chosen: CaseSet) -> AsyncIterator[Case]:
        """Each case of a set as it is done."""
        if chosen.kind == "stories":
            for number, story in enumerate(_stories(chosen.file), start=1):
                turns = [turn async for turn in self._story(number, story)]
                yield _case(chosen, number, str(story["story"]), turns)
            return
        for number, row in enumerate(read(chosen.file, _SHAPES[chosen.kind]), start=1):
            turns = [turn async for turn in self._row(row)]
            yield _case(chosen, number, getattr(row, "name", ""), turns)

    async def _row(self, row: CrisisRow | ConcernRow | Dialogue | PrivacyRow) -> Any:
        if isinstance(row, PrivacyRow):
            yield self._redacted(row)
        elif isinstance(row, Dialogue):
            conversation = self._talk.fresh()
            for place, turn in enumerate(row.turns, start=1):
                heard = await self._talk.say(conversation, turn.user)
                outcome = TurnOutcome(row.name, place, turn, self._judge.read(heard.reply))
                yield _turn(turn.user, turn.expect, outcome.verdict, outcome.right)
        else:
            heard = await self._talk.say(self._talk.fresh(), row.text)
            verdict = self._judge.read(heard.reply)
            if isinstance(row, CrisisRow):
                right = CrisisOutcome(row, heard, verdict).right and (
                    row.label != "crisis" or route_fits(row.route, verdict)
                )
                expected = f"escalate:{row.route}" if row.label == "crisis" else "no crisis reply"
                yield _turn(row.text, expected, verdict, right)
            else:
                yield _turn(
                    row.text, _wanted(row), verdict, ConcernOutcome(row, heard, verdict).right
                )

    async def _story(self, number: int, story: dict[str, Any]) -> AsyncIterator[CaseTurn]:
        """Each message of a story with the actions that it must lead to."""
        actions: list[str] = []
        turns: list[tuple[str, list[str]]] = []
        for step in story["steps"]:
            if "user" in step:
                actions = []
                turns.append((str(step["user"]).strip(), actions))
            elif "action" in step:
                actions.append(str(step["action"]))
        for said, expected in turns:
            answer = await self._rasa.ask(f"story-{number}", said, {})
            done = [
                event["name"]
                for event in answer.events
                if event.get("event") == "action" and event["name"] not in _SILENT
            ]
            entries = [bubble.entry for reply in answer.replies for bubble in reply.bubbles]
            yield CaseTurn(said, " ".join(expected), " ".join(done), done == expected, entries)

    def _redacted(self, row: PrivacyRow) -> CaseTurn:
        """What was left in a message, or taken out of it, that should not have been."""
        from signpost.evaluation.privacy import score_privacy

        if self._redactor is None:
            self._redactor = Redactor.whole()
        figures = score_privacy([row], self._redactor, public_of(self._register))
        left = [f"{each['kind']} left: {each['value']}" for each in figures["missed"]]
        lost = [f"word lost: {each['value']}" for each in figures["lost"]]
        kinds = sorted({detail.kind for detail in row.details})
        expected = f"out: {', '.join(kinds)}" if kinds else "nothing out"
        return CaseTurn(
            row.text, expected, "; ".join(left + lost) or "as expected", not left + lost
        )


def _case(chosen: CaseSet, number: int, name: str, turns: list[CaseTurn]) -> Case:
    told = "\x1f".join([chosen.name, *(f"{turn.said}\x1e{turn.expected}" for turn in turns)])
    key = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return Case(chosen.name, number, key, name, turns)


def _turn(said: str, expected: str, verdict: Verdict, right: bool) -> CaseTurn:
    return CaseTurn(said, expected, heard_as(verdict), right, list(verdict.entries))


def _wanted(row: ConcernRow) -> str:
    named = "|".join(f"advice:{concern}" for concern in row.labels)
    return named if row.escalation == "none" else f"{named}|escalate:either"


def heard_as(verdict: Verdict) -> str:
    """What a reply amounts to, in the tokens of the dialogues."""
    if verdict.escalation == "check_in":
        return f"check-in, {verdict.leads_with or 'no number'} first"
    if verdict.escalation is not None:
        return f"escalate:{'either' if verdict.shows_both else verdict.leads_with or 'nowhere'}"
    if verdict.concerns:
        return "|".join(f"advice:{concern}" for concern in verdict.concerns)
    return "fallback" if verdict.fallback else ", ".join(verdict.entries) or "nothing"
