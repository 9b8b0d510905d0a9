from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from signpost import dialogue
from signpost.dialogue import Move, State
from signpost.register.loader import Register


def responses(move: Move) -> list[str]:
    return [utterance.response for utterance in move.say]


def test_help_comes_before_the_question_who_is_asking(register: Register) -> None:
    move = dialogue.advise(register, State(intent="cyberbullying"))
    assert responses(move) == ["utter_advice", "utter_ask_audience"]
    assert move.say[0].order["entry"] == "advice.cyberbullying"
    assert move.slots == {"concern": "cyberbullying", "audience": None, "asked_audience": True}


def test_nobody_is_asked_twice_who_they_are(register: Register) -> None:
    move = dialogue.advise(register, State(intent="cyberbullying", asked_audience=True))
    assert responses(move) == ["utter_advice"]


def test_a_known_reader_gets_their_own_words_and_no_question(register: Register) -> None:
    move = dialogue.advise(register, State(intent="cyberbullying", audience="parent"))
    assert responses(move) == ["utter_advice"]
    assert move.say[0].order["audience"] == "parent"


def test_nobody_is_asked_who_they_are_where_the_words_are_the_same_for_all(
    register: Register,
) -> None:
    move = dialogue.advise(register, State(intent="law_question"))
    assert responses(move) == ["utter_advice"]


def test_a_concern_without_advice_is_answered_with_choices(register: Register) -> None:
    state = State(intent="radicalisation", ranking=("radicalisation", "cyberbullying"))
    move = dialogue.advise(register, state)
    assert responses(move) == ["utter_choices_lead"]
    assert move.say[0].order == {"concerns": ["cyberbullying"]}


def test_choices_hold_neither_small_talk_nor_concerns_without_words(register: Register) -> None:
    ranking = ("smalltalk_greet", "no_such_concern", "law_question", "out_of_scope")
    move = dialogue.offer_choices(register, State(ranking=ranking))
    assert move.say[0].order["concerns"] == ["law_question"]


def test_with_nothing_close_the_bot_says_that_it_did_not_understand(register: Register) -> None:
    move = dialogue.offer_choices(register, State(ranking=("smalltalk_thanks",)))
    assert responses(move) == ["utter_not_sure"]


def test_a_message_that_is_little_but_a_name_gets_the_service_whatever_the_model_thinks(
    register: Register,
) -> None:
    for decide in (dialogue.beyond_scope, dialogue.offer_choices):
        move = decide(register, State(text="chilldline leaflet", ranking=("law_question",)))
        assert move.say[0].order == {"service": "childline"}


def test_a_question_about_a_name_alone_is_answered_by_the_service(register: Register) -> None:
    for text in ("childline", "what does chilldline do", "tell me about Childline please"):
        move = dialogue.advise(register, State(intent="law_question", text=text))
        assert move.say[0].order == {"service": "childline"}


def test_a_name_beside_a_worry_leaves_the_concern_its_answer(register: Register) -> None:
    move = dialogue.advise(register, State(intent="law_question", text="is it legal, childline"))
    assert responses(move) == ["utter_advice"]


def test_a_name_in_passing_stays_out_of_scope(register: Register) -> None:
    move = dialogue.beyond_scope(
        register, State(text="what does a child line up for at the school gate")
    )
    assert responses(move) == ["utter_out_of_scope"]


def test_asking_how_to_report_on_a_platform_names_its_report_page(register: Register) -> None:
    state = State(intent="platform_report_how", platform="snapchat")
    move = dialogue.advise(register, state)
    assert move.say[1].order == {"service": "report-snapchat"}


@pytest.mark.parametrize("platform", ["kik", "a site nobody knows"])
def test_a_report_page_that_is_held_back_or_unknown_is_not_named(
    register: Register, platform: str
) -> None:
    move = dialogue.advise(register, State(intent="platform_report_how", platform=platform))
    assert responses(move) == ["utter_advice"]


def test_who_says_that_they_are_a_parent_reads_the_words_for_parents(register: Register) -> None:
    state = State(intent="tell_audience_parent", concern="cyberbullying")
    move = dialogue.tell_audience(register, state)
    assert move.slots == {"audience": "parent"}
    assert move.say[-1].order == {
        "entry": "advice.cyberbullying",
        "part": "answer",
        "audience": "parent",
    }


def test_who_has_read_the_right_words_already_hears_what_more_there_is(register: Register) -> None:
    state = State(intent="tell_audience_child", concern="cyberbullying")
    move = dialogue.tell_audience(register, state)
    assert move.say[-1].order["part"] == "more"


def test_who_says_who_they_are_before_any_worry_is_asked_for_it(register: Register) -> None:
    move = dialogue.tell_audience(register, State(intent="tell_audience_child"))
    assert responses(move) == ["utter_ask_worry"]
    assert move.slots == {"audience": "child"}


def test_what_else_gives_more_on_the_concern_in_hand(register: Register) -> None:
    move = dialogue.more(register, State(concern="cyberbullying"))
    assert move.say[0].order["part"] == "more"


@pytest.mark.parametrize("concern", ["law_question", "no_such_concern"])
def test_what_else_without_more_to_say_admits_it(register: Register, concern: str) -> None:
    assert responses(dialogue.more(register, State(concern=concern))) == ["utter_nothing_more"]


def test_what_else_before_any_worry_asks_for_it(register: Register) -> None:
    assert responses(dialogue.more(register, State(text="what else"))) == ["utter_ask_worry"]


@pytest.mark.parametrize("decide", [dialogue.more, dialogue.correct])
def test_a_turn_that_goes_on_to_a_worry_is_offered_what_it_may_be(
    decide: Callable[[Register, State], Move], register: Register
) -> None:
    state = State(
        text="no, it is about the lads who call him names every day",
        ranking=("correct_bot", "law_question", "cyberbullying"),
        concern="law_question" if decide is dialogue.correct else None,
    )
    move = decide(register, state)
    assert responses(move) == ["utter_choices_lead"]
    assert "cyberbullying" in move.say[0].order["concerns"]
    assert move.say[0].order["concerns"][:1] != [state.concern]


@pytest.mark.parametrize(
    "decide", [dialogue.advise, dialogue.offer_choices, dialogue.look_up, dialogue.more]
)
def test_what_is_like_no_concern_is_beyond_scope_though_one_is_likelier(
    decide: Callable[[Register, State], Move], register: Register
) -> None:
    state = State(intent="cyberbullying", ranking=("cyberbullying",), text="does calpol go off")
    beyond = msgspec.structs.replace(state, beyond=dialogue.BEYOND)
    assert responses(decide(register, beyond)) == ["utter_out_of_scope"]
    assert responses(decide(register, state)) != ["utter_out_of_scope"]


def test_a_question_about_the_worry_in_hand_is_never_beyond_scope(register: Register) -> None:
    move = dialogue.more(register, State(concern="cyberbullying", beyond=0.4))
    assert move.say[0].order["part"] == "more"


def test_a_short_correction_forgets_the_concern_and_asks_again(register: Register) -> None:
    move = dialogue.correct(register, State(text="no that's wrong", concern="cyberbullying"))
    assert responses(move) == ["utter_correct"]
    assert move.slots == {"concern": None}


def test_how_to_report_without_a_concern_gives_the_general_way(register: Register) -> None:
    move = dialogue.report_how(register, State(platform="snapchat"))
    assert move.say[0].order["entry"] == "advice.platform_report_how"
    assert move.say[1].order == {"service": "report-snapchat"}


def test_how_to_report_the_concern_in_hand_names_the_platforms_page_too(
    register: Register,
) -> None:
    move = dialogue.report_how(register, State(concern="cyberbullying", platform="snapchat"))
    assert move.say[0].order["part"] == "report"
    assert move.say[1].order == {"service": "report-snapchat"}


def test_a_misunderstanding_forgets_the_concern(register: Register) -> None:
    move = dialogue.correct(register, State(concern="cyberbullying"))
    assert move.slots == {"concern": None}


def test_a_service_asked_for_by_name_is_named(register: Register) -> None:
    move = dialogue.look_up(register, State(text="what is child line"))
    assert move.say[0].order == {"service": "childline"}


def test_a_service_nobody_knows_is_admitted(register: Register) -> None:
    move = dialogue.look_up(register, State(text="what is the flat earth society"))
    assert responses(move) == ["utter_resource_unknown"]


def test_starting_again_forgets_every_slot(register: Register) -> None:
    state = State(concern="cyberbullying", audience="child", platform="kik", asked_audience=True)
    slots = dialogue.start_again(register, state).slots
    assert not any(slots.values())
    assert {"concern", "audience", "platform", "age", "relation", "asked_audience"} <= set(slots)


def test_an_age_said_after_a_crisis_of_unsaid_age_leads_to_ceop(register: Register) -> None:
    state = State(
        intent="tell_audience_child",
        concern="sextortion",
        crisis="crisis.image_blackmail_age_unsaid",
    )
    move = dialogue.tell_audience(register, state)
    assert responses(move) == ["utter_crisis_image_blackmail"]
    assert move.slots["crisis"] == "crisis.image_blackmail"


def test_an_adult_who_says_so_after_it_gets_an_adult_s_advice(register: Register) -> None:
    state = State(
        intent="tell_audience_adult",
        concern="cyberbullying",
        crisis="crisis.image_blackmail_age_unsaid",
    )
    assert responses(dialogue.tell_audience(register, state))[-1] == "utter_advice"
