"""The published rules and the trained weights together, as the door uses them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from signpost import settings, training
from signpost.crisis.bench import CONTENT
from signpost.crisis.floor import (
    CRISIS,
    DISSENT,
    UNSURE,
    WEIGHTS,
    Assessment,
    Floor,
    Hit,
    _gentler,
    _judge,
    check_in_for,
)
from signpost.crisis.rules import Rule
from tests.crisis.test_floor import ENGLISH, MUTATIONS

pytestmark = pytest.mark.model
DECLARED = [(rule, text) for rule in Floor.load(CONTENT).rules for text in rule.must]


@pytest.fixture(scope="module")
def weighed() -> Floor:
    chosen = settings.load()
    if chosen.weights_file is not None:  # as where there is no Rasa to train with
        return Floor.load(CONTENT, chosen.weights_file)
    training.ensure(chosen, print)
    return Floor.load(CONTENT, training.weights_path(chosen))


def is_caught(found: Assessment) -> bool:
    """Whether it escalates at once, or at least by the check-in when nobody else decides."""
    return found.reply is not None or found.check_in is not None


@pytest.mark.parametrize(("rule", "text"), DECLARED, ids=lambda value: getattr(value, "id", None))
def test_every_declared_crisis_phrase_is_caught(weighed: Floor, rule: Rule, text: str) -> None:
    assert is_caught(weighed.assess(text)), weighed.assess(text)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("i took loads of tablets", "crisis.medical"),
        ("i dont want to be alive any more, tonight is the night", "crisis.suicide"),
        ("he says he'll post my pics if i dont send more, im 14", "crisis.image_blackmail"),
        ("meeting the lad from discord at the station in an hour, never met him before",
         "crisis.meeting"),
    ],
)  # fmt: skip
def test_the_reply_fits_the_kind_of_crisis(weighed: Floor, text: str, reply: str) -> None:
    assert weighed.assess(text).reply == reply


@pytest.mark.parametrize(
    "text",
    [
        "what day are the bins",
        "this homework is killing me",
        "how do i kill the ender dragon in minecraft",
        "my phone is dead and the charger is bust",
        "what is the policy when a pupil discloses abuse",
        "how do i make my insta private",
    ],
)
def test_what_only_sounds_like_a_crisis_is_none(weighed: Floor, text: str) -> None:
    assert weighed.assess(text).reply is None


def test_what_the_weights_alone_find_has_a_reason_in_plain_words(weighed: Floor) -> None:
    found = weighed.assess("my friend put a goodbye on her story and gave me her cat, im scared")
    assert found.score is not None
    if found.reply and found.hits[0].rule == WEIGHTS:
        assert found.hits[0].reason.endswith(".")
    assert is_caught(found)


def test_a_sentence_split_over_three_messages_is_caught(weighed: Floor) -> None:
    assert is_caught(weighed.assess("he wants pics", ["hes 38", "im 12"]))
    assert is_caught(weighed.assess("kill myself", ["i want to"]))


def test_danger_said_now_leads_though_the_turns_before_were_about_contact(weighed: Floor) -> None:
    earlier = ["this boy i met on yubo wants to meet me at the bus station on saturday, im 13"]
    found = weighed.assess(
        "im there now and its not a boy its a old man, hes walking over", earlier
    )
    assert found.route in ("999", "both")


def test_a_question_after_a_crisis_is_no_crisis_of_its_own(weighed: Floor) -> None:
    earlier = ["A year 9 girl told me at lunch that her uncle touches her, what do I do"]
    found = weighed.assess("who do I ring if our safeguarding lead doesn't pick up", earlier)
    assert found.reply is None


@pytest.mark.parametrize(
    "text",
    [
        "There's a story about a pop star whose nudes were leaked. How do I use it in tutor time?",
        "the girls in drama want to share pictures of the set we painted with the primary school",
    ],
)
def test_a_rule_that_the_whole_message_speaks_against_is_a_check_in_at_most(
    weighed: Floor, text: str
) -> None:
    assert weighed.assess(text).level != "crisis"


def test_a_rule_that_the_weights_speak_against_still_reaches_the_reader() -> None:
    hit = Hit("any", "CEOP", "crisis", "A reason.", "crisis.image_blackmail", 1.0)
    gentler = _gentler(hit, DISSENT - 0.1)
    assert (gentler.level, gentler.reply) == ("check_in", "crisis.check_in_contact")
    assert _gentler(hit, DISSENT) == hit


def test_a_check_in_has_the_route_of_the_words_that_it_says() -> None:
    joking = Hit("any", "CEOP", "check_in", "A reason.", "crisis.check_in", 0.5)
    contact = _gentler(Hit("any", "CEOP", "crisis", "A.", "crisis.exploitation", 1.0), DISSENT - 1)
    assert _judge((joking,), "child", "child").route == "999"
    assert _judge((contact,), "child", "child").route == "CEOP"


def test_no_doubt_softens_what_is_said_to_somebody_who_tells_of_their_own_acts() -> None:
    hit = Hit("any", "999", "crisis", "A reason.", "crisis.own_behaviour", 1.0)
    assert _gentler(hit, DISSENT - 5.0) == hit


@pytest.mark.parametrize("text", ["tonight", "hes 38", "im 12", "my dad", "on friday"])
def test_a_fragment_without_a_sign_is_left_to_the_second_net(weighed: Floor, text: str) -> None:
    assert weighed.assess(text).reply is None


@pytest.mark.parametrize(
    ("leaning", "check_in"),
    [
        ("crisis.suicide", "crisis.check_in"),
        ("crisis.exploitation", "crisis.check_in_contact"),
        ("crisis.image_blackmail_age_unsaid", "crisis.check_in_contact"),
        ("crisis.danger_and_exploitation", "crisis.check_in_contact"),
    ],
)
def test_the_check_in_asks_about_what_it_may_be(leaning: str, check_in: str) -> None:
    assert check_in_for(leaning) == check_in


def test_there_is_room_between_the_two_thresholds() -> None:
    assert UNSURE < 0 < CRISIS


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_no_disguise_hides_a_declared_phrase_from_rules_and_weights(
    weighed: Floor, mutate: Callable[[str], str]
) -> None:
    missed = [text for _, text in ENGLISH if not is_caught(weighed.assess(mutate(text)))]
    assert missed == []
