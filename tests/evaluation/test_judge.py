from __future__ import annotations

from pathlib import Path

import pytest

from signpost.door import last_resort
from signpost.evaluation.judge import Judge, UnknownWordsError
from signpost.register.loader import Register, load
from signpost.register.models import Bubble, Reply
from signpost.register.render import render_entry, render_service
from tests.stand_ins import COUNCIL, LAST_RESORT, entry, write_entry


@pytest.fixture
def judge(register: Register) -> Judge:
    return Judge(register)


def test_words_that_no_entry_holds_are_refused(judge: Judge) -> None:
    with pytest.raises(UnknownWordsError, match="Made up"):
        judge.read(Reply(bubbles=[Bubble(entry="advice.law_question/child", text="Made up.")]))


def test_a_bubbles_own_claim_of_its_entry_is_not_believed(judge: Judge) -> None:
    claim = Bubble(entry="crisis.suicide/child", text="Here is what the law says.")
    assert judge.read(Reply(bubbles=[claim], route="999")).escalation is None


@pytest.mark.parametrize("audience", ["child", "parent"])
def test_advice_is_known_by_its_words_for_every_reader(
    judge: Judge, register: Register, audience: str
) -> None:
    verdict = judge.read(render_entry(register, "advice.cyberbullying", audience))
    assert verdict.concerns[0] == "cyberbullying"
    assert verdict.escalation is None


@pytest.mark.parametrize("part", ["more", "report"])
def test_more_words_on_a_concern_are_of_that_concern(
    judge: Judge, register: Register, part: str
) -> None:
    verdict = judge.read(render_entry(register, "advice.cyberbullying", part=part))
    assert verdict.concerns == ("cyberbullying",)


@pytest.mark.parametrize("name", ["childline", "old-line", "unsure"])
def test_a_service_asked_for_by_name_answers_a_lookup(
    judge: Judge, register: Register, name: str
) -> None:
    assert "resource_lookup" in judge.read(render_service(register, name)).concerns


@pytest.mark.parametrize(
    ("name", "escalation", "leads_with", "shows_both"),
    [
        ("suicide", "crisis", "999", False),
        ("exploitation", "crisis", "CEOP", False),
        ("exploitation_age_unsaid", "crisis", "CEOP", True),
        ("check_in", "check_in", "999", False),
    ],
)
def test_an_escalation_is_known_by_what_its_words_lead_with(
    judge: Judge,
    register: Register,
    name: str,
    escalation: str,
    leads_with: str,
    shows_both: bool,
) -> None:
    verdict = judge.read(render_entry(register, f"crisis.{name}"))
    assert verdict.escalation == escalation
    assert verdict.leads_with == leads_with
    assert verdict.shows_both == shows_both


def test_the_last_resort_is_a_crisis_reply(judge: Judge) -> None:
    verdict = judge.read(last_resort.reply(LAST_RESORT))
    assert (verdict.escalation, verdict.leads_with) == ("crisis", "999")


def test_a_last_resort_of_two_bubbles_is_known_too(content: Path, tmp_path: Path) -> None:
    write_entry(content, entry("crisis.last_resort", "Call 999.", "Tell CEOP.", route="both"))
    register = load(content, COUNCIL)
    text = last_resort.write(register, tmp_path / "last_resort.json")
    assert Judge(register).read(last_resort.reply(text)).escalation == "crisis"


def test_a_crisis_reply_that_names_no_route_leads_with_nothing(content: Path) -> None:
    write_entry(content, entry("crisis.danger", "Tell a grown-up.", route="999"))
    register = load(content, COUNCIL)
    verdict = Judge(register).read(render_entry(register, "crisis.danger"))
    assert (verdict.escalation, verdict.leads_with) == ("crisis", None)


def test_a_number_that_only_holds_999_is_not_999(content: Path) -> None:
    write_entry(content, entry("crisis.danger", "Ref 19990. Tell CEOP.", route="CEOP"))
    register = load(content, COUNCIL)
    verdict = Judge(register).read(render_entry(register, "crisis.danger"))
    assert verdict.leads_with == "CEOP"


def test_a_standing_line_is_no_escalation(judge: Judge, register: Register) -> None:
    reply = render_entry(register, "advice.law_question")
    line = render_entry(register, "conversation.standing_line").bubbles[0]
    reply.bubbles.append(Bubble(entry=line.entry, text=line.text, kind="standing"))
    verdict = judge.read(reply)
    assert verdict.escalation is None
    assert verdict.entries == ("advice.law_question",)


def test_a_crisis_that_does_not_come_first_is_no_escalation(
    judge: Judge, register: Register
) -> None:
    reply = render_entry(register, "advice.law_question")
    reply.bubbles += render_entry(register, "crisis.suicide").bubbles
    assert judge.read(reply).escalation is None


def test_small_talk_and_what_is_out_of_scope_have_their_labels(
    judge: Judge, register: Register
) -> None:
    for name, label in (("greet", "smalltalk_greet"), ("out_of_scope", "out_of_scope")):
        assert judge.read(render_entry(register, f"conversation.{name}")).concerns == (label,)


def test_not_understanding_is_a_fallback(judge: Judge, register: Register) -> None:
    assert judge.read(render_entry(register, "conversation.not_sure")).fallback
    assert not judge.read(render_entry(register, "conversation.greet")).fallback


def test_an_empty_reply_amounts_to_nothing(judge: Judge) -> None:
    verdict = judge.read(Reply())
    assert (verdict.entries, verdict.escalation, verdict.concerns) == ((), None, ())
