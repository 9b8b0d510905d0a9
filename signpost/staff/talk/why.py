"""Why the bot said what it said: read from a turn and the events that Rasa gave with its answer.

Nothing here judges anew what was judged; it only asks the floor which words told, and which rules
spoke and were outvoted. All of it is made of redacted words, so that it may be kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from signpost.crisis.floor import CRISIS, UNSURE, Assessment, Floor, FloorError, Hit
from signpost.door.turn import Turn
from signpost.edition import Edition
from signpost.register import sources
from signpost.register.loader import Register
from signpost.register.models import Record, Service
from signpost.settings import ROOT, Settings
from signpost.staff.talk.told import CONCERNS_IN_WORDS

# Concerns that are shown, and words that are tried one by one for what they tell.
CONCERNS, WORDS_TRIED, WORDS_SHOWN = 10, 60, 8
# A word that moves the floor's score by less tells nothing.
LEAST_MOVE = 0.2

Second = Literal["not_asked", "choice", "no_answer", "stood_in", "crisis", "check_in", "none"]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A crisis rule that spoke. A sign that the words as a whole outvoted did not count."""

    id: str
    reason: str
    route: str
    level: str
    reply: str
    sure: bool
    counted: bool


class Word(msgspec.Struct, frozen=True):
    """A word of the message and how much lower the floor's score would be without it."""

    word: str
    moves: float


class Nets(msgspec.Struct, frozen=True, kw_only=True):
    """The two nets in figures: log-odds, above 0 more likely a crisis than not.

    `floor` is None without weights, `both` (the mean of the floor's and the classifier's) when
    Rasa did not say it.
    """

    floor: float | None
    floor_crisis: float = CRISIS
    floor_unsure: float = UNSURE
    classifier: float | None = None
    both: float | None = None
    both_crisis: float
    both_check_in: float
    second: Second
    leaning: str = ""


class Score(msgspec.Struct, frozen=True):
    """A concern and its share, from 0 to 1."""

    concern: str
    title: str
    share: float


class Entity(msgspec.Struct, frozen=True):
    """Something that the model found in the words: `kind` "platform", `value` "snapchat"."""

    kind: str
    value: str
    words: str


class Step(msgspec.Struct, frozen=True):
    """What Rasa did next, and which policy chose it."""

    action: str
    policy: str
    confidence: float | None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry rests on: a fact's name, its addresses, and how far it can be trusted."""

    name: str
    addresses: list[str] = []
    words: list[str] = []
    date: str = ""
    confidence: str = ""


class Spoke(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the register whose words stand in the reply."""

    entry: str
    title: str
    audience: str = ""
    part: str = ""
    owner: str = ""
    checked_on: date | None = None
    review_by: date | None = None
    signed: str = ""
    sources: list[Source] = []

    @property
    def file(self) -> str:
        """Where it stands under `content/`."""
        kind, _, name = self.entry.partition(".")
        folders = {"service": "services", "council": "councils", "crisis": "crisis/replies"}
        return f"{folders.get(kind, kind)}/{name}.yaml"

    def overdue(self, today: date) -> bool:
        """Whether somebody should have looked at it again."""
        return self.review_by is not None and self.review_by < today


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of one turn."""

    stored: str
    readings: list[str]
    level: str
    route: str
    age: str
    speaker: str
    read: bool  # whether the floor could read it at all
    rules: list[Rule]
    words: list[Word]
    nets: Nets
    concerns: list[Score]
    intent: str
    entities: list[Entity]
    audience: str
    audience_how: Literal["said", "guessed", "earlier", "unknown"]
    steps: list[Step]
    spoke: list[Spoke]
    fault: str
    problem: str
    choice: str
    bundle: str
    seconds: float


class Background:
    """What stands behind an edition: its rules without weights, and the evidence of its facts."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.behind = lru_cache(maxsize=2)(self._behind)

    def _behind(self, checksum: str) -> tuple[Floor | None, dict[str, sources.Evidence]]:
        folder = self._folder(checksum)
        try:
            floor = Floor.load(folder)
        except FloorError:
            floor = None
        try:
            facts = sources.load(folder)
        except sources.SourcesError:
            facts = {}
        return floor, facts

    def _folder(self, checksum: str) -> Path:
        return self._settings.bundle_store / checksum if checksum else self._settings.content


def explain(turn: Turn, earlier: Sequence[str], background: Background, seconds: float) -> Why:
    """The reasons of an answered turn. `earlier` are the redacted messages before it."""
    edition = turn.edition or Edition(None, None)
    rules_alone, facts = background.behind(edition.checksum)
    found = turn.assessment
    parsed = _parsed(turn.events)
    audience, how = _audience(turn)
    return Why(
        stored=turn.redacted or turn.text,
        readings=readings(turn, turn.redacted),
        level=found.level if found else "none",
        route=(found.route or "") if found else "",
        age=found.age if found else "unsaid",
        speaker=found.speaker if found else "unknown",
        read=found is not None,
        rules=_rules(turn, found, rules_alone, earlier),
        words=_words(edition.floor, turn.redacted, earlier) if found else [],
        nets=_nets(turn, parsed),
        concerns=_concerns(parsed, edition.register),
        intent=str((parsed.get("intent") or {}).get("name") or ""),
        entities=_entities(parsed),
        audience=audience,
        audience_how=how,
        steps=_steps(turn.events),
        spoke=_spoke(turn, edition.register, facts),
        fault=turn.fault or "",
        problem=turn.problem or "",
        choice=turn.choice.intent if turn.choice else "",
        bundle=edition.checksum,
        seconds=round(seconds, 3),
    )


def readings(turn: Turn, text: str) -> list[str]:
    """The plain lines that the floor made of `text`; none where it could not read the message."""
    floor = turn.edition.floor if turn.edition else None
    return list(floor.variants(text)) if floor and turn.assessment else []


def _rules(
    turn: Turn, found: Assessment | None, rules_alone: Floor | None, earlier: Sequence[str]
) -> list[Rule]:
    """The rules that counted, then those that spoke and were outvoted."""
    counted = found.hits if found else ()
    spoke = rules_alone.assess(turn.raw, earlier).hits if rules_alone else ()
    names = {hit.rule for hit in counted}
    return [
        *(_rule(hit, counted=True) for hit in counted),
        *(_rule(hit, counted=False) for hit in spoke if hit.rule not in names),
    ]


def _rule(hit: Hit, *, counted: bool) -> Rule:
    return Rule(
        id=hit.rule,
        reason=hit.reason,
        route=hit.route,
        level=hit.level,
        reply=hit.reply,
        sure=hit.sure,
        counted=counted,
    )


def _words(floor: Floor | None, text: str, earlier: Sequence[str]) -> list[Word]:
    """The words that moved the floor's score most: what it would be without each of them."""
    words = text.split()
    whole = floor.assess(text, earlier).score if floor and words else None
    if floor is None or whole is None or len(words) < 2:
        return []
    moves = []
    for place, word in enumerate(words[:WORDS_TRIED]):
        rest = " ".join([*words[:place], *words[place + 1 :]])
        score = floor.assess(rest, earlier).score
        moves.append(Word(word, round(whole - (score if score is not None else whole), 2)))
    telling = [each for each in moves if abs(each.moves) >= LEAST_MOVE]
    return sorted(telling, key=lambda each: -abs(each.moves))[:WORDS_SHOWN]


def _nets(turn: Turn, parsed: dict[str, Any]) -> Nets:
    thresholds = thresholds_of()
    floor = turn.assessment.score if turn.assessment else None
    both = parsed.get("crisis_score") if parsed else None
    return Nets(
        floor=floor,
        # The mean of the two is what the event holds.
        classifier=2 * both - floor if both is not None and floor is not None else both,
        both=both,
        both_crisis=thresholds[0],
        both_check_in=thresholds[1],
        second=_second(turn, both, *thresholds),
        leaning=(turn.assessment.leaning or "") if turn.assessment else "",
    )


def _second(turn: Turn, score: float | None, crisis: float, check_in: float) -> Second:
    """What became of the second net's word."""
    if turn.in_crisis:
        return "not_asked"
    if turn.choice:
        return "choice"
    if turn.fault or not turn.events:
        unsure = turn.assessment is not None and turn.assessment.check_in is not None
        return "stood_in" if unsure else "no_answer"
    if score is None or score < check_in:
        return "none"
    return "crisis" if score >= crisis else "check_in"


@lru_cache(maxsize=1)
def thresholds_of(file: Path = ROOT / "config.yml") -> tuple[float, float]:
    """The second net's thresholds: for a crisis reply and for a check-in."""
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    policy = next(each for each in config["policies"] if each["name"].endswith("CrisisPolicy"))
    return float(policy["crisis_score"]), float(policy["check_in_score"])


def _parsed(events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    users = (event for event in events if event.get("event") == "user")
    return next(users, {}).get("parse_data") or {}


def _concerns(parsed: dict[str, Any], register: Register | None) -> list[Score]:
    ranking = [
        row for row in parsed.get("intent_ranking") or [] if row.get("name") != "nlu_fallback"
    ]
    return [
        Score(row["name"], concern_title(register, row["name"]), round(float(row["confidence"]), 4))
        for row in ranking[:CONCERNS]
    ]


def concern_title(register: Register | None, concern: str) -> str:
    """A concern in plain words: the title of its advice, else its name."""
    entry = register.advice(concern) if register else None
    return (
        entry.title
        if entry
        else CONCERNS_IN_WORDS.get(concern) or concern.replace("_", " ").capitalize()
    )


def _entities(parsed: dict[str, Any]) -> list[Entity]:
    text = str(parsed.get("text") or "")
    found = []
    for each in parsed.get("entities") or []:
        start, end = each.get("start"), each.get("end")
        whole = start is None or (start == 0 and end == len(text))
        found.append(
            Entity(str(each["entity"]), str(each["value"]), "" if whole else text[start:end])
        )
    return found


def _audience(turn: Turn) -> tuple[str, Literal["said", "guessed", "earlier", "unknown"]]:
    """Who the bot takes the writer for after this turn, and how it knows."""
    audience = turn.conversation.audience
    slots = {
        event.get("name"): event.get("value")
        for event in turn.events
        if event.get("event") == "slot"
    }
    if not audience:
        return "unknown", "unknown"
    kinds = {entity["entity"] for entity in _parsed(turn.events).get("entities") or []}
    chosen = (turn.choice.intent if turn.choice else "").startswith("tell_audience_")
    if "audience" in kinds or chosen:
        return audience, "said"
    if slots.get("audience_guess") == audience:
        return audience, "guessed"
    return audience, "earlier"


def _steps(events: Sequence[dict[str, Any]]) -> list[Step]:
    """The actions but the last, which is only to wait for the next message."""
    return [
        Step(str(event.get("name")), str(event.get("policy") or ""), event.get("confidence"))
        for event in events
        if event.get("event") == "action" and event.get("name") != "action_listen"
    ]


def _spoke(
    turn: Turn, register: Register | None, facts: dict[str, sources.Evidence]
) -> list[Spoke]:
    names = dict.fromkeys(bubble.entry for bubble in turn.reply.bubbles)
    return [spoke(name, register, facts) for name in names]


def spoke(name: str, register: Register | None, facts: dict[str, sources.Evidence]) -> Spoke:
    """What stands behind a bubble: its entry, named as in "advice.sextortion/child/more"."""
    id_, _, rest = name.partition("/")
    audience, _, part = rest.partition("/")
    record, title = _record(register, id_)
    if record is None:
        return Spoke(entry=id_, title=id_, audience=audience, part=part)
    sign_off = record.sign_off
    return Spoke(
        entry=id_,
        title=title,
        audience=audience,
        part=part,
        owner=record.owner,
        checked_on=record.checked_on,
        review_by=record.review_by,
        signed=f"{sign_off.by}, {sign_off.role}, {sign_off.on:%-d %B %Y}" if sign_off else "",
        sources=list(_sources(record, register, facts)),
    )


def _record(register: Register | None, id_: str) -> tuple[Record | None, str]:
    """The record behind a bubble's name, and what it is called."""
    if register is None:
        return None, id_
    if id_.startswith("service."):
        service = register.services.get(id_.removeprefix("service."))
        return service, service.name if service else id_
    if id_.startswith("council."):
        council = register.councils.get(id_.removeprefix("council."))
        return council, council.name if council else id_
    entry = register.entries.get(id_)
    return entry, entry.title if entry else id_


def _sources(
    record: Record, register: Register | None, facts: dict[str, sources.Evidence]
) -> Iterator[Source]:
    for source in record.sources:
        if source == sources.DESIGN:
            yield Source(name="What the program itself does; no outside source")
        elif source.startswith(("http://", "https://")):
            yield Source(name=source, addresses=[source])
        else:
            yield _fact(source.removeprefix(sources.PREFIX), register, facts)


def _fact(name: str, register: Register | None, facts: dict[str, sources.Evidence]) -> Source:
    service: Service | None = register.services.get(name) if register else None
    title = f"{service.name} ({name})" if service else name
    evidence = facts.get(name)
    if evidence is None:
        return Source(name=title)
    addresses = [each for each in evidence.evidence if each.startswith(("http://", "https://"))]
    words = [each for each in evidence.evidence if each not in addresses]
    return Source(
        name=title,
        addresses=[address.split()[0] for address in addresses],
        words=words,
        date=evidence.date,
        confidence=evidence.confidence,
    )
