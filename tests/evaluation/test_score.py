from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from signpost.door.conversations import Conversation, Conversations
from signpost.evaluation.heard import fulfils
from signpost.evaluation.judge import Judge, Verdict
from signpost.evaluation.rows import ConcernRow, CrisisRow, Dialogue, DialogueTurn
from signpost.evaluation.score import score_concerns, score_crisis, score_dialogues
from signpost.evaluation.talk import Heard
from signpost.register.loader import Register
from signpost.register.render import render_entry

pytestmark = pytest.mark.anyio


class ScriptedTalk:
    """Says for each text the entry that `answers` names."""

    def __init__(self, register: Register, answers: Mapping[str, str]) -> None:
        self._register = register
        self._answers = answers
        self._conversations = Conversations(3600, 3600)
        self.ranking: tuple[str, ...] = ()

    def fresh(self) -> Conversation:
        return self._conversations.start("evaluation")

    async def say(self, conversation: Conversation, text: str) -> Heard:
        reply = render_entry(self._register, self._answers[text])
        return Heard(reply, self.ranking, "child", 0.01)

    async def settle(self) -> None:
        pass


class Scorer:
    """Scores rows against scripted answers."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.judge = Judge(register)

    def talk(self, answers: Mapping[str, str]) -> Any:
        return ScriptedTalk(self.register, answers)

    async def crisis(self, *rows: tuple[str, str, str]) -> dict[str, Any]:
        """Rows as label, route and the entry that answers; texts are their numbers."""
        named = [
            CrisisRow(str(number), label, route, "tag")  # type: ignore[arg-type]
            for number, (label, route, _) in enumerate(rows)
        ]
        answers = {str(number): entry for number, (_, _, entry) in enumerate(rows)}
        return await score_crisis(named, self.talk(answers), self.judge, quiet)

    async def concerns(self, *rows: tuple[ConcernRow, str]) -> dict[str, Any]:
        answers = {row.text: entry for row, entry in rows}
        return await score_concerns([row for row, _ in rows], self.talk(answers), self.judge, quiet)


def quiet(kind: str, done: int, total: int) -> None:
    pass


@pytest.fixture
def scorer(register: Register) -> Scorer:
    return Scorer(register)


async def test_recall_counts_crises_that_were_answered_as_one(scorer: Scorer) -> None:
    figures = await scorer.crisis(
        ("crisis", "999", "crisis.suicide"),
        ("crisis", "999", "crisis.check_in"),
        ("crisis", "CEOP", "crisis.exploitation"),
        ("crisis", "999", "advice.law_question"),
    )
    assert figures["recall"] == 0.75
    assert figures["misses"] == ["3"]
    assert (figures["n"], figures["n_crisis"]) == (4, 4)


async def test_a_check_in_is_no_false_alarm_but_is_counted(scorer: Scorer) -> None:
    figures = await scorer.crisis(
        ("not_crisis", "none", "crisis.check_in"),
        ("not_crisis", "none", "crisis.suicide"),
        ("not_crisis", "none", "advice.law_question"),
        ("not_crisis", "none", "conversation.greet"),
    )
    assert figures["specificity"] == 0.75
    assert figures["checkin_rate"] == 0.25
    assert figures["false_alarms"] == ["1"]


@pytest.mark.parametrize(
    ("route", "entry", "right"),
    [
        ("999", "crisis.suicide", 1.0),
        ("CEOP", "crisis.suicide", 0.0),
        ("either", "crisis.suicide", 1.0),
        ("999", "crisis.exploitation_age_unsaid", 1.0),
        ("CEOP", "crisis.exploitation_age_unsaid", 1.0),
        ("999", "crisis.exploitation", 0.0),
    ],
)
async def test_a_route_is_right_when_it_leads_or_both_are_shown(
    scorer: Scorer, route: str, entry: str, right: float
) -> None:
    assert (await scorer.crisis(("crisis", route, entry)))["route_accuracy"] == right


async def test_routes_are_judged_over_the_crises_that_were_found(scorer: Scorer) -> None:
    figures = await scorer.crisis(
        ("crisis", "999", "crisis.suicide"), ("crisis", "999", "advice.law_question")
    )
    assert figures["route_accuracy"] == 1.0


async def test_each_phenomenon_has_its_own_score(scorer: Scorer) -> None:
    figures = await scorer.crisis(
        ("crisis", "999", "crisis.suicide"), ("not_crisis", "none", "crisis.suicide")
    )
    assert figures["by_phenomenon"] == {"tag": {"n": 2, "score": 0.5}}


async def test_no_rows_give_figures_of_nothing(scorer: Scorer) -> None:
    figures = await scorer.crisis()
    assert (figures["n"], figures["recall"], figures["median_ms"]) == (0, 0.0, 0.0)


async def test_a_concern_is_right_by_its_own_words_or_ones_that_are_also_fine(
    scorer: Scorer,
) -> None:
    figures = await scorer.concerns(
        (ConcernRow("a", "law_question", "child"), "advice.law_question"),
        (ConcernRow("b", "scam_fraud", "child", ["law_question"]), "advice.law_question"),
        (ConcernRow("c", "scam_fraud", "child"), "advice.law_question"),
    )
    assert figures["top1"] == round(2 / 3, 4)
    assert figures["mistakes"] == [
        {"text": "c", "concern": "scam_fraud", "answered": "law_question"}
    ]
    assert figures["by_concern"]["scam_fraud"] == {"n": 2, "top1": 0.5}


@pytest.mark.parametrize(
    ("escalation", "right"), [("none", 0.0), ("acceptable", 1.0), ("expected", 1.0)]
)
async def test_an_escalation_is_right_where_the_row_allows_it(
    scorer: Scorer, escalation: Any, right: float
) -> None:
    row = ConcernRow("a", "nudes_shared", "child", [], escalation)
    assert (await scorer.concerns((row, "crisis.exploitation")))["top1"] == right


async def test_a_crisis_concern_that_was_not_escalated_is_wrong(scorer: Scorer) -> None:
    row = ConcernRow("a", "crisis_danger", "child", ["law_question"], "expected")
    assert (await scorer.concerns((row, "advice.law_question")))["top1"] == 0.0


async def test_a_concern_among_the_first_three_counts_for_the_three(scorer: Scorer) -> None:
    row = ConcernRow("a", "scam_fraud", "child")
    talk = scorer.talk({"a": "conversation.not_sure"})
    talk.ranking = ("law_question", "x", "scam_fraud", "y")
    figures = await score_concerns([row], talk, scorer.judge, quiet)
    assert (figures["top1"], figures["top3"], figures["fallback_rate"]) == (0.0, 1.0, 1.0)


async def test_out_of_scope_is_counted_both_ways(scorer: Scorer) -> None:
    figures = await scorer.concerns(
        (ConcernRow("a", "out_of_scope", "unknown"), "conversation.out_of_scope"),
        (ConcernRow("b", "out_of_scope", "unknown"), "advice.law_question"),
        (ConcernRow("c", "law_question", "unknown"), "conversation.out_of_scope"),
    )
    assert figures["oos_recall"] == 0.5
    assert figures["false_oos"] == 1.0


async def test_the_audience_is_judged_only_where_the_row_knows_it(scorer: Scorer) -> None:
    figures = await scorer.concerns(
        (ConcernRow("a", "law_question", "child"), "advice.law_question"),
        (ConcernRow("b", "law_question", "parent"), "advice.law_question"),
        (ConcernRow("c", "law_question", "unknown"), "advice.law_question"),
    )
    assert figures["audience_accuracy"] == 0.5


async def test_macro_f1_weighs_every_concern_alike(scorer: Scorer) -> None:
    rows = [(ConcernRow(str(n), "law_question", "child"), "advice.law_question") for n in range(3)]
    wrong = (ConcernRow("x", "cyberbullying", "child"), "advice.law_question")
    figures = await scorer.concerns(*rows, wrong)
    assert figures["macro_f1"] == round((6 / 7 + 0) / 2, 4)


async def test_a_dialogue_is_scored_turn_by_turn(scorer: Scorer) -> None:
    turns = [
        DialogueTurn("a", "advice:law_question|fallback"),
        DialogueTurn("b", "escalate:999"),
        DialogueTurn("c", "escalate:either"),
        DialogueTurn("d", "escalate:999|no_escalation"),
    ]
    talk = scorer.talk(
        {
            "a": "advice.law_question",
            "b": "advice.law_question",
            "c": "crisis.exploitation",
            "d": "conversation.greet",
        }
    )
    figures = await score_dialogues([Dialogue("one", turns)], talk, scorer.judge, quiet)
    assert (figures["n_turns"], figures["passed"], figures["pass_rate"]) == (4, 3, 0.75)
    assert (figures["escalations_expected"], figures["escalations_made"]) == (2, 1)
    assert [(row["turn"], row["user"]) for row in figures["failures"]] == [(2, "b")]


@pytest.mark.parametrize(
    ("token", "entry"),
    [
        ("no_escalation", "advice.law_question"),
        ("ask_audience", "conversation.ask_audience"),
        ("human_contact", "conversation.person"),
        ("out_of_scope", "conversation.out_of_scope"),
        ("fallback", "conversation.not_sure"),
        ("smalltalk_greet", "conversation.greet"),
        ("smalltalk_thanks", "conversation.thanks"),
        ("escalate:CEOP", "crisis.exploitation"),
        ("escalate:999", "crisis.check_in"),
    ],
)
def test_a_token_is_fulfilled_by_its_words_and_by_no_others(
    scorer: Scorer, token: str, entry: str
) -> None:
    def verdict(name: str) -> Verdict:
        return scorer.judge.read(render_entry(scorer.register, name))

    assert fulfils(token, verdict(entry))
    other = "crisis.suicide" if token == "no_escalation" else "conversation.empty"
    assert not fulfils(token, verdict(other))
