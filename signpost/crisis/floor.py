"""What a message needs: nothing, a check-in, or a crisis reply with its route.

The floor reads text and nothing else. It needs no server, network or file once loaded, and `assess`
is safe to call from several threads. Its rules are what a safeguarding lead wrote; its weights are
what was learnt from labelled messages. A sure rule speaks alone; a sign counts where the weights
agree. Without weights every sign counts.
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
from signpost.crisis.weights import Weights

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


# Log-odds at which a message as a whole is a crisis, at which it may be one (Rasa's second net
# then decides, and the check-in stands in for it), and what a rule's sign adds to them. Chosen
# on the project's own evaluation sets; docs/measurements.md has the figures.
CRISIS, UNSURE, SIGN = 2.5, -0.9, 1.0
# Log-odds below which the words as a whole speak against a sure rule: its reply is the check-in.
# On the project's sets no crisis with such a rule lies below -0.9 (ADR 8).
DISSENT = -1.5
# Log-odds below which a message is no half of a crisis that an earlier turn began.
HALF = -3.0
# So few words carry the whole weight of a message ("tonight", "hes 38"): without a rule's sign they
# leave the decision to the second net, whatever their log-odds.
_FRAGMENT, _MOST_OF_A_FRAGMENT = 2, 1.0
WEIGHTS = "weights"
# The check-in about somebody's contact, which leads with CEOP as the other leads with 999.
CHECK_IN_CONTACT = "crisis.check_in_contact"
_REASON = "The message as a whole is worded like messages that were a crisis."
_BY_KIND = {
    "suicide": "crisis.suicide",
    "passive": "crisis.check_in",
    "medical": "crisis.medical",
    "violence": "crisis.danger",
    "abuse_now": "crisis.abuse_now",
    "meeting": "crisis.meeting",
    "missing": "crisis.missing",
    "ordered": "crisis.ordered_to_harm",
    "exploitation": "crisis.exploitation",
    "blackmail": "crisis.image_blackmail",
    "own_behaviour": "crisis.own_behaviour",
}
_ABUSE_KINDS = frozenset({"exploitation", "blackmail"})
# Shares of danger and of exploitation between which the reply gives both routes.
_EITHER = 0.3


class Hit(msgspec.Struct, frozen=True):
    """A rule that spoke, with its reason in plain words and the entry that answers it."""

    rule: str
    route: Route
    level: Level
    reason: str
    reply: str
    score: float
    sure: bool = True


class Assessment(msgspec.Struct, frozen=True):
    """What a message needs. `route` "both": 999 leads and CEOP follows, or the age is unsaid.

    `score` is the weights' log-odds, signs added; None without weights. `leaning` is set where the
    floor is not sure: the full reply if the second net finds a crisis.
    """

    level: Literal["none", "check_in", "crisis"] = "none"
    route: Literal["999", "CEOP", "both"] | None = None
    reply: str | None = None
    hits: tuple[Hit, ...] = ()
    age: Age = "unsaid"
    speaker: Speaker = "unknown"
    score: float | None = None
    leaning: str | None = None

    @property
    def check_in(self) -> str | None:
        """The check-in that fits what it leans to; None where the floor is sure."""
        return check_in_for(self.leaning) if self.leaning else None


def check_in_for(reply: str) -> str:
    """The gentler reply for what may be a crisis: about life, or about somebody's contact."""
    both = reply == "crisis.danger_and_exploitation"
    return CHECK_IN_CONTACT if both or _is_abuse(reply) else "crisis.check_in"


def _is_abuse(reply: str) -> bool:
    """Whether a reply is about sexual abuse without danger this minute: CEOP's."""
    return reply.startswith(("crisis.exploitation", "crisis.image_blackmail"))


class Floor:
    """The loaded rules, and the weights where there are any."""

    def __init__(self, rules: Rules, weights: Weights | None = None) -> None:
        self._rules = rules
        self._weights = weights

    @classmethod
    def load(cls, content: Path, weights: Path | None = None) -> Floor:
        """Read `content/crisis/` and a file of weights.

        Raises `FloorError`, which names the file and the line.
        """
        return cls(written.load(content / "crisis"), Weights.load(weights) if weights else None)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, for the workbench and the tests."""
        return self._rules.rules

    def assess(self, text: str, history: Sequence[str] = ()) -> Assessment:
        """Judge `text`, with the earlier turns of the same user in mind (oldest first).

        What the earlier turns said alone is not found again: a hit uses a word of `text`.
        """
        said = self._read(text)
        hits, ages, speakers = self._found(said, self._earlier(history))
        age: Age = "child" if "child" in ages else "adult" if "adult" in ages else "unsaid"
        speaker: Speaker = next((s for s in speakers if s != "unknown"), "unknown")
        found = tuple(hits.values())
        if self._weights is None or not (ages or found):
            return _judge(found, age, speaker)
        return self._weighed(text, said, history, found, age, speaker)

    def _read(self, text: str) -> list[Words]:
        """The mended words of each reading, the most literal first."""
        return [self._rules.lexicon.words(reading) for reading in readings(text)]

    def _found(
        self, said: Sequence[Words], earlier: Sequence[Words]
    ) -> tuple[dict[str, Hit], set[Age], list[Speaker]]:
        """The hits of all readings by rule, and the ages and speakers that they tell."""
        hits: dict[str, Hit] = {}
        ages: set[Age] = set()
        speakers: list[Speaker] = []
        for words in said:
            message = _Message(self._rules, earlier, words)
            if message.empty:
                continue
            for hit in message.hits():
                known = hits.get(hit.rule)
                if known is None or (hit.sure, hit.score) > (known.sure, known.score):
                    hits[hit.rule] = hit
            ages.add(message.age)
            speakers.append(message.speaker)
        return hits, ages, speakers

    def _weighed(
        self,
        text: str,
        said: Sequence[Words],
        history: Sequence[str],
        hits: tuple[Hit, ...],
        age: Age,
        speaker: Speaker,
    ) -> Assessment:
        """Sure rules speak; signs and the words as a whole have to agree."""
        assert self._weights is not None
        words = said[-1].words if said else []
        alone = weighed = self._weights.weigh(words)
        if alone.score > HALF and hits and history and self._needs_earlier(said, hits):
            # A sign that needs the turns before it is weighed with them.
            together = self._weights.weigh(self.words("\n".join([*history[-3:], text])))
            weighed = max(weighed, together, key=lambda each: each.score)
        score = weighed.score + SIGN * bool(hits)
        if len(words) <= _FRAGMENT and not hits:
            score = min(score, _MOST_OF_A_FRAGMENT)
        leaning = _reply_for(weighed.kinds, age)
        if score >= CRISIS:
            hits = hits or (_as_a_whole(leaning, score),)
            if history and alone.score >= CRISIS:
                # What is said now leads: earlier turns must not make danger wait behind CEOP.
                hits = (*hits, *_danger_now(_reply_for(alone.kinds, age), alone.score))
        else:
            hits = tuple(_gentler(hit, score) for hit in hits if hit.sure)
        found = _judge(hits, age, speaker)
        unsure = not hits and score >= UNSURE
        return msgspec.structs.replace(found, score=score, leaning=leaning if unsure else None)

    def _needs_earlier(self, said: Sequence[Words], hits: tuple[Hit, ...]) -> bool:
        """Whether a hit takes words of earlier turns; what follows a crisis is else no new one."""
        return not {hit.rule for hit in hits} <= self._found(said, ())[0].keys()

    def words(self, text: str) -> list[str]:
        """The mended words of the plainest reading, as the weights know them."""
        found = readings(text)
        return self._rules.lexicon.words(found[-1]).words if found else []

    def variants(self, text: str) -> tuple[str, ...]:
        """The readings of `text` as the rules see them: mended words, one line each."""
        lines = (" ".join(words.words) for words in self._read(text))
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
        for rule, matched, certain in self._rules.matches(self._scan):
            found = rule.confirmed(matched, self._scan, covers)
            if not found or not self._is_new(rule, found):
                continue
            reply = rule.reply[self.age]
            if reply is None:
                continue
            level: Level = rule.level
            if joking and rule.first_person and level == "crisis":
                level, reply = "check_in", "crisis.check_in"
            sure = self._is_sure(rule, found & certain)
            yield Hit(rule.id, rule.route, level, rule.reason, reply, _SCORES[level], sure)

    def _is_sure(self, rule: Rule, found: int) -> bool:
        return bool(found) and self._is_new(rule, found)

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


def _reply_for(kinds: dict[str, float], age: Age) -> str:
    """The full reply for the likeliest kind; both routes where danger and abuse are as likely."""
    likeliest = max(kinds, key=lambda kind: kinds[kind])
    abuse = sum(share for kind, share in kinds.items() if kind in _ABUSE_KINDS)
    own = kinds.get("own_behaviour", 0.0)
    if likeliest != "own_behaviour" and min(abuse, 1.0 - abuse - own) > _EITHER:
        return "crisis.danger_and_exploitation"
    reply = _BY_KIND[likeliest]
    unsaid = likeliest in _ABUSE_KINDS and age != "child"
    return f"{reply}_age_unsaid" if unsaid else reply


def _danger_now(reply: str, score: float) -> tuple[Hit, ...]:
    """A hit for a message that is danger by itself; none for any other."""
    whole = _as_a_whole(reply, score)
    return (whole,) if whole.route == "999" and whole.level == "crisis" else ()


def _gentler(hit: Hit, score: float) -> Hit:
    """A hit with which the words as a whole do not agree, as a check-in; any other as it is."""
    if score >= DISSENT or hit.reply.startswith("crisis.own_behaviour"):
        return hit
    reply = check_in_for(hit.reply)
    return msgspec.structs.replace(hit, level="check_in", reply=reply, score=_SCORES["check_in"])


def _as_a_whole(reply: str, score: float) -> Hit:
    level: Level = "check_in" if reply == "crisis.check_in" else "crisis"
    route: Route = "CEOP" if _is_abuse(reply) else "999"
    return Hit(WEIGHTS, route, level, _REASON, reply, score, sure=False)


def _judge(hits: tuple[Hit, ...], age: Age, speaker: Speaker) -> Assessment:
    """The one reply for all hits: danger leads, exploitation follows, check-in last."""
    route: Literal["999", "CEOP", "both"]
    crises = [hit for hit in hits if hit.level == "crisis"]
    if not crises:
        if not hits:
            return Assessment(age=age, speaker=speaker)
        gentle: tuple[Hit, ...] = tuple(hit for hit in hits if hit.reply == "crisis.check_in")
        leading = (gentle or hits)[0]
        route = "CEOP" if leading.reply == CHECK_IN_CONTACT else "999"
        return Assessment("check_in", route, leading.reply, hits, age, speaker)
    life = [hit.reply for hit in crises if hit.route == "999"]
    abuse = [hit.reply for hit in crises if hit.route == "CEOP"]
    own = [reply for reply in life + abuse if reply.startswith("crisis.own_behaviour")]
    if own:
        reply = max(own, key=len)
        route = "999" if life else "both"
    elif life and abuse:
        reply, route = "crisis.danger_and_exploitation", "both"
    elif life:
        reply = min(life, key=_LIFE.index if set(life) <= set(_LIFE) else len)
        route = "both" if reply == "crisis.danger_and_exploitation" else "999"
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
