from __future__ import annotations

import pytest

from signpost.door import last_resort
from signpost.door.conversations import Conversation
from signpost.door.stages.render import Render
from signpost.door.turn import Problem, Turn
from signpost.edition import Editions
from signpost.register.loader import Register
from signpost.register.models import Bubble, Reply
from tests.stand_ins import LAST_RESORT, found, nothing, unsure


@pytest.fixture
def render(register: Register) -> Render:
    return Render(Editions.of(register), LAST_RESORT)


def ordinary(conversation: Conversation, answer: Reply | None = None) -> Turn:
    return Turn(conversation, "hello", text="hello", assessment=nothing(), answer=answer)


def saying(entry: str = "advice.law_question/child", text: str = "The law.") -> Reply:
    return Reply(bubbles=[Bubble(entry=entry, text=text)])


def entries(reply: Reply) -> list[str]:
    return [bubble.entry.split("/")[0] for bubble in reply.bubbles]


def test_a_crisis_is_answered_with_its_entry_and_route(
    render: Render, conversation: Conversation
) -> None:
    turn = ordinary(conversation)
    turn.assessment = found("crisis", "999", "crisis.suicide")
    reply = render.crisis(turn)
    assert reply.bubbles[0].text == "Call 999 now. You matter."
    assert (reply.route, reply.check_in) == ("999", False)


def test_a_check_in_says_that_it_is_one(render: Render, conversation: Conversation) -> None:
    turn = ordinary(conversation)
    turn.assessment = found("check_in", "999", "crisis.check_in")
    assert render.crisis(turn).check_in


def test_a_crisis_is_answered_in_the_words_of_the_one_who_writes(
    render: Render, conversation: Conversation
) -> None:
    turn = ordinary(conversation)
    turn.assessment = found("check_in", "999", "crisis.check_in", speaker="adult")
    assert render.crisis(turn).bubbles[0].entry == "crisis.check_in/adult"


def test_else_in_the_words_of_the_one_who_was_learnt_before(
    render: Render, conversation: Conversation
) -> None:
    conversation.audience = "adult"
    turn = ordinary(conversation)
    turn.assessment = found("check_in", "999", "crisis.check_in")
    assert render.crisis(turn).bubbles[0].entry == "crisis.check_in/adult"


def test_a_crisis_entry_that_is_missing_becomes_the_last_resort(
    render: Render, conversation: Conversation
) -> None:
    turn = ordinary(conversation)
    turn.assessment = found("crisis", "999", "crisis.not_written_yet")
    reply = render.crisis(turn)
    assert reply.text() == LAST_RESORT
    assert reply.route == "both"


def test_without_a_register_everything_is_the_last_resort(conversation: Conversation) -> None:
    render = Render(Editions.of(None), LAST_RESORT)
    turn = ordinary(conversation)
    turn.assessment = found("crisis", "CEOP", "crisis.exploitation")
    assert render.crisis(turn).text() == LAST_RESORT
    assert render.entry("conversation.greet").text() == LAST_RESORT


def test_an_ordinary_answer_stays_as_it_is(render: Render, conversation: Conversation) -> None:
    assert entries(render.ordinary(ordinary(conversation, saying()))) == ["advice.law_question"]


@pytest.mark.parametrize(
    "entry", ["conversation.choices_lead", "conversation.not_sure", "conversation.out_of_scope"]
)
def test_who_was_not_understood_always_reads_the_emergency_line(
    render: Render, conversation: Conversation, entry: str
) -> None:
    reply = render.ordinary(ordinary(conversation, saying(f"{entry}/child", "Hm.")))
    assert reply.bubbles[-1].text == "In danger? 999. Childline 0800 1111."
    assert reply.bubbles[-1].kind == "standing"


def test_after_a_crisis_every_reply_carries_the_standing_line(
    render: Render, conversation: Conversation
) -> None:
    conversation.in_crisis = True
    reply = render.ordinary(ordinary(conversation, saying()))
    assert entries(reply) == ["advice.law_question", "conversation.standing_line"]
    assert reply.bubbles[-1].kind == "standing"


def test_the_standing_line_stands_once(render: Render, conversation: Conversation) -> None:
    conversation.in_crisis = True
    reply = render.ordinary(ordinary(conversation, saying("conversation.not_sure/child", "Hm.")))
    assert entries(reply) == ["conversation.not_sure", "conversation.standing_line"]


def test_a_crisis_that_the_model_found_needs_no_standing_line(
    render: Render, conversation: Conversation
) -> None:
    answer = saying("crisis.suicide/child", "Call 999 now.")
    answer.route = "999"
    assert entries(render.ordinary(ordinary(conversation, answer))) == ["crisis.suicide"]


@pytest.mark.parametrize("problem", ["empty", "unreadable"])
def test_a_message_that_cannot_be_read_is_told_so_with_the_emergency_line(
    render: Render, conversation: Conversation, problem: Problem
) -> None:
    turn = ordinary(conversation)
    turn.problem = problem
    reply = render.ordinary(turn)
    assert entries(reply) == [f"conversation.{problem}", "conversation.safety_tail"]


@pytest.mark.parametrize("fault", ["unavailable", "silent", "busy"])
def test_every_fault_is_answered_with_999_and_childline(
    render: Render, conversation: Conversation, fault: str
) -> None:
    turn = ordinary(conversation)
    turn.fault = fault
    text = render.ordinary(turn).text()
    assert "999" in text
    assert "0800 1111" in text


@pytest.mark.parametrize("fault", ["unavailable", "silent", "busy"])
def test_what_the_floor_was_not_sure_of_gets_the_check_in_when_the_model_cannot_be_asked(
    render: Render, conversation: Conversation, fault: str
) -> None:
    turn = ordinary(conversation)
    turn.assessment = unsure("crisis.suicide")
    turn.fault = fault
    reply = render.ordinary(turn)
    assert entries(reply) == ["crisis.check_in"]
    assert reply.check_in


def test_what_the_floor_was_not_sure_of_is_the_model_s_to_decide_when_it_answers(
    render: Render, conversation: Conversation
) -> None:
    turn = ordinary(conversation, saying())
    turn.assessment = unsure("crisis.suicide")
    assert entries(render.ordinary(turn)) == ["advice.law_question"]


def test_an_unreadable_message_that_may_be_a_crisis_gets_the_check_in(
    render: Render, conversation: Conversation
) -> None:
    turn = ordinary(conversation)
    turn.assessment = unsure("crisis.suicide")
    turn.problem = "unreadable"
    assert entries(render.ordinary(turn)) == ["crisis.check_in"]


def test_a_turn_without_answer_or_fault_still_gets_words(
    render: Render, conversation: Conversation
) -> None:
    assert entries(render.ordinary(ordinary(conversation))) == ["conversation.trouble"]


def test_a_long_message_is_told_that_parts_were_read(
    render: Render, conversation: Conversation
) -> None:
    turn = ordinary(conversation, saying())
    turn.problem = "too_long"
    assert entries(render.ordinary(turn)) == ["conversation.too_long", "advice.law_question"]


@pytest.mark.parametrize("check_in", [True, False])
def test_a_crisis_that_the_model_finds_in_a_long_message_still_leads(
    render: Render, conversation: Conversation, check_in: bool
) -> None:
    answer = saying("crisis.suicide/child", "Call 999 now.")
    answer.route, answer.check_in = "999", check_in
    turn = ordinary(conversation, answer)
    turn.problem = "too_long"
    assert entries(render.ordinary(turn))[0] == "crisis.suicide"


def test_what_nobody_could_read_for_danger_is_answered_as_if_there_were(
    render: Render, conversation: Conversation
) -> None:
    turn = ordinary(conversation, saying())
    turn.assessment = None
    reply = render.ordinary(turn)
    assert entries(reply) == [last_resort.ENTRY, "advice.law_question"]
    assert reply.route == "both"
