"""What a message needs: nothing, a check-in, or a crisis reply with its route.

The floor reads text and nothing else. It needs no model, server, network or file once loaded, and
`assess` is safe to call from several threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Literal

import msgspec

from signpost.crisis import rules as written
from signpost.crisis.lexicon import Words
from signpost.crisis.normalise import readings
from signpost.crisis.rules import Age, Level, Route, Rule, Rules
from signpost.crisis.source import FloorError

__all__ = ["Assessment", "Floor", "FloorError", "Hit"]

Speaker = Literal["child", "parent", "professional", "adult", "unknown"]
TURNS = 6
# Words kept of each earlier turn: a sentence split over turns is short.
_TURN_WORDS = 60
# How certain a rule is by nature; a rule that must guess at the age is less so.
_SCORES = {"crisis": 1.0, "check_in": 0.5}
_CHILD, _ADULT = frozenset({"CHILD_AT_RISK"}), frozenset({"ADULT_AT_RISK"})
_SPEAKERS: tuple[tuple[frozenset[str], Speaker], ...] = (
    (frozenset({"SPEAKER_PROFESSIONAL"}), "professional"),
    (frozenset({"SPEAKER_PARENT"}), "parent"),
    (frozenset({"SPEAKER_CHILD"}), "child"),
    (frozenset({"SPEAKER_ADULT"}), "adult"),
)
_LIFE = ("crisis.suicide", "crisis.medical", "crisis.danger", "crisis.abuse_now", "crisis.missing",
         "crisis.meeting", "crisis.ordered_to_harm", "crisis.help")  # fmt: skip


class Hit(msgspec.Struct, frozen=True):
    """A rule that spoke, with its reason in plain words and the entry that answers it."""

    rule: str
    route: Route
    level: Level
    reason: str
    reply: str
    score: float


class Assessment(msgspec.Struct, frozen=True):
    """What a message needs. `route` "both": 999 leads and CEOP follows, or the age is unsaid."""

    level: Literal["none", "check_in", "crisis"] = "none"
    route: Literal["999", "CEOP", "both"] | None = None
    reply: str | None = None
    hits: tuple[Hit, ...] = ()
    age: Age = "unsaid"
    speaker: Speaker = "unknown"


class Floor:
    """The loaded rules."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    @classmethod
    def load(cls, content: Path) -> Floor:
        """Read `content/crisis/`. Raises `FloorError`, which names the file and the line."""
        return cls(written.load(content / "crisis"))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, for the workbench and the tests."""
        return self._rules.rules

    def assess(self, text: str, history: Sequence[str] = ()) -> Assessment:
        """Judge `text`, with the earlier turns of the same user in mind (oldest first).

        What the earlier turns said alone is not found again: a hit uses a word of `text`.
        """
        earlier = self._earlier(history)
        hits: dict[str, Hit] = {}
        ages: set[Age] = set()
        speakers: list[Speaker] = []
        for reading in readings(text):
            message = _Message(self._rules, earlier, self._rules.lexicon.words(reading))
            if message.empty:
                continue
            for hit in message.hits():
                known = hits.get(hit.rule)
                if known is None or hit.score > known.score:
                    hits[hit.rule] = hit
            ages.add(message.age)
            speakers.append(message.speaker)
        age: Age = "child" if "child" in ages else "adult" if "adult" in ages else "unsaid"
        speaker: Speaker = next((s for s in speakers if s != "unknown"), "unknown")
        return _judge(tuple(hits.values()), age, speaker)

    def variants(self, text: str) -> tuple[str, ...]:
        """The readings of `text` as the rules see them: mended words, one line each."""
        lines = (" ".join(self._rules.lexicon.words(r).words) for r in readings(text))
        return tuple(dict.fromkeys(line for line in lines if line))

    def _earlier(self, history: Sequence[str]) -> list[Words]:
        turns = []
        for turn in list(history)[-TURNS:]:
            for reading in readings(turn[-4000:])[:1]:
                words = self._rules.lexicon.words(reading)
                turns.append(_last(words, _TURN_WORDS))
        return [turn for turn in turns if len(turn)]


class _Message:
    """One reading of a message after its earlier turns."""

    def __init__(self, rules: Rules, earlier: Sequence[Words], newest: Words) -> None:
        self._rules = rules
        self.empty = not len(newest)
        joined = _join([*earlier, newest])
        self._start = len(joined) - len(newest)
        turns = list(accumulate((len(turn) for turn in earlier), initial=0))
        self._scan = rules.lexicon.scan(joined, rules.macros, turns)
        self.speaker = self._speaker()
        rules.silence_harmless(self._scan)
        self._covers: dict[str, int] = {}
        self.age = self._age()

    def hits(self) -> Iterable[Hit]:
        """The hits that use a word of the newest turn."""
        joking = bool(self._covered("joking"))
        covers = _Covers(self)
        for rule, matched in self._rules.matches(self._scan):
            found = rule.confirmed(matched, self._scan, covers)
            if not found or not self._is_new(rule, found):
                continue
            reply = rule.reply[self.age]
            if reply is None:
                continue
            level: Level = rule.level
            if joking and rule.first_person and level == "crisis":
                level, reply = "check_in", "crisis.check_in"
            yield Hit(rule.id, rule.route, level, rule.reason, reply, _SCORES[level])

    def _is_new(self, rule: Rule, found: int) -> bool:
        """Whether the newest turn completes it: by the match itself, or by what it needs."""
        if not self._start or found >> self._start:
            return True
        if not rule.needs:
            return False
        before = (1 << self._start) - 1
        return not all(need.pattern.ends(self._scan) & before for need in rule.needs)

    def _covered(self, guard: str) -> int:
        mask = self._covers.get(guard)
        if mask is None:
            mask = self._rules.guards[guard].covers(self._scan)
            self._covers[guard] = mask
        return mask

    def _age(self) -> Age:
        if self._scan.at(_CHILD):
            return "child"
        return "adult" if self._scan.at(_ADULT) else "unsaid"

    def _speaker(self) -> Speaker:
        for names, speaker in _SPEAKERS:
            if self._scan.at(names):
                return speaker
        return "unknown"


class _Covers(dict[str, int]):
    """The guards' bits, worked out when a rule first asks."""

    def __init__(self, message: _Message) -> None:
        super().__init__()
        self._message = message

    def __missing__(self, guard: str) -> int:
        return self._message._covered(guard)


def _judge(hits: tuple[Hit, ...], age: Age, speaker: Speaker) -> Assessment:
    """The one reply for all hits: danger leads, exploitation follows, check-in last."""
    crises = [hit for hit in hits if hit.level == "crisis"]
    if not crises:
        if not hits:
            return Assessment(age=age, speaker=speaker)
        return Assessment("check_in", "999", "crisis.check_in", hits, age, speaker)
    life = [hit.reply for hit in crises if hit.route == "999"]
    abuse = [hit.reply for hit in crises if hit.route == "CEOP"]
    own = [reply for reply in life + abuse if reply.startswith("crisis.own_behaviour")]
    if own:
        reply = max(own, key=len)
        route: Literal["999", "CEOP", "both"] = "999" if life else "both"
    elif life and abuse:
        reply, route = "crisis.danger_and_exploitation", "both"
    elif life:
        reply, route = min(life, key=_LIFE.index if set(life) <= set(_LIFE) else len), "999"
    else:
        blackmail = [reply for reply in abuse if "blackmail" in reply]
        reply = (blackmail or abuse)[0]
        route = "both" if reply.endswith("age_unsaid") else "CEOP"
    return Assessment("crisis", route, reply, hits, age, speaker)


def _join(turns: Sequence[Words]) -> Words:
    """The turns one after the other; a turn's end is not the end of a sentence."""
    if len(turns) == 1:
        return turns[0]
    joined = Words([], [0], [0], [])
    for turn in turns:
        shift = len(joined)
        joined.words += turn.words
        joined.sentences += [start + shift for start in turn.sentences if start]
        joined.clauses += [start + shift for start in turn.clauses if start or shift]
        joined.questions += [place + shift for place in turn.questions]
    return joined


def _last(words: Words, count: int) -> Words:
    drop = max(0, len(words) - count)
    if not drop:
        return words
    return Words(
        words.words[drop:],
        sorted({max(0, start - drop) for start in words.sentences}),
        sorted({max(0, start - drop) for start in words.clauses}),
        [place - drop for place in words.questions if place >= drop],
    )
