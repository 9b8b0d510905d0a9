"""What a turn counts as: the door's own turns, with a small register and a floor of three
sentences."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from signpost.counts.measures import (
    MEASURES,
    Key,
    in_office_hours,
    of_opinion,
    of_turn,
    outcome,
)
from signpost.door.door import Door
from signpost.door.turn import Turn
from signpost.edition import Editions
from signpost.register.loader import Register
from signpost.register.models import Contact, Hours, Reply
from signpost.register.opening import UK
from signpost.settings import Settings
from tests.stand_ins import (
    EXPLOITATION,
    LAST_RESORT,
    LOW,
    SUICIDE,
    BrokenFloor,
    ScriptedRasa,
    dead,
    says,
)

pytestmark = pytest.mark.anyio

WEDNESDAY = datetime(2026, 11, 25, 14, 30, tzinfo=UK)


async def answered(door: Door, text: str, channel: str = "web", audience: str = "") -> Turn:
    async def nobody(_: Reply) -> None:
        pass

    conversation = door.conversations.start(channel)
    conversation.audience = audience or None
    turn = await door.handle(conversation, text, nobody)
    await door.close()
    return turn


def values(turn: Turn) -> dict[str, str]:
    keys = list(of_turn(turn, WEDNESDAY))
    assert {key.day for key in keys} == {WEDNESDAY.date()}
    assert len({key.measure for key in keys}) == len(keys)
    return {key.measure: key.value for key in keys}


async def test_advice_counts_once_in_each_measure(door: Door, rasa: ScriptedRasa) -> None:
    rasa.script = lambda _: says("advice.cyberbullying/parent", "Listen first.")
    turn = await answered(door, "they are mean", "sms", "parent")
    assert values(turn) == {
        "messages": "all",
        "hours": "office",
        "channel": "sms",
        "audience": "parent",
        "outcome": "advice",
        "concern": "cyberbullying",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [(SUICIDE, "999"), (EXPLOITATION, "CEOP"), (LOW, "check_in")],
)
async def test_an_escalation_counts_by_its_route_and_under_no_concern(
    door: Door, text: str, expected: str
) -> None:
    found = values(await answered(door, text))
    assert found["outcome"] == expected
    assert "concern" not in found


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("conversation.choices_lead/child", "fallback"),
        ("conversation.not_sure/child", "fallback"),
        ("conversation.out_of_scope/child", "out_of_scope"),
        ("conversation.thanks/child", "talk"),
        ("advice.law_question/child/more", "advice"),
    ],
)
async def test_other_answers_count_by_what_was_said(
    door: Door, rasa: ScriptedRasa, entry: str, expected: str
) -> None:
    rasa.script = lambda _: says(entry, "Words.")
    assert outcome(await answered(door, "something")) == expected


async def test_a_service_that_was_asked_for_is_a_concern_of_its_own(
    door: Door, rasa: ScriptedRasa
) -> None:
    rasa.script = lambda _: says("service.childline", "Childline helps.")
    assert values(await answered(door, "childline"))["concern"] == "resource_lookup"


async def test_a_fault_counts_as_one_also_where_the_last_resort_spoke(
    settings: Settings, register: Register, door: Door, rasa: ScriptedRasa
) -> None:
    rasa.script = dead
    assert outcome(await answered(door, "is it legal")) == "fault"
    broken = Door(
        settings,
        editions=Editions.of(register, BrokenFloor()),  # type: ignore[arg-type]
        rasa=rasa,
        last_resort_text=LAST_RESORT,
    )
    assert outcome(await answered(broken, "is it legal")) == "fault"


async def test_the_line_that_stands_under_everything_is_no_answer(door: Door) -> None:
    conversation = door.conversations.start("web")
    conversation.in_crisis = True

    async def nobody(_: Reply) -> None:
        pass

    turn = await door.handle(conversation, "", nobody)
    assert outcome(turn) == "talk"


async def test_every_value_is_one_that_is_known(door: Door) -> None:
    for text in ("is it legal", SUICIDE, LOW, EXPLOITATION, "", "?!", "a" * 3000):
        for measure, value in values(await answered(door, text)).items():
            assert not MEASURES[measure] or value in MEASURES[measure]


async def test_no_total_holds_a_word_or_a_key_of_the_person(door: Door) -> None:
    turn = await answered(door, "my name is Samantha")
    kept = str(list(of_turn(turn, WEDNESDAY)))
    for secret in ("Samantha", turn.conversation.id, turn.conversation.token):
        assert secret not in kept


def test_the_day_is_the_british_one() -> None:
    # Half past midnight in summer is the day before by UTC.
    moment = datetime.fromisoformat("2026-06-30T23:30:00+00:00")
    assert of_opinion(True, moment) == Key(datetime(2026, 7, 1).date(), "feedback", "helpful")


OFFICE = Hours(
    weekly={day: ["08:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    bank_holidays="closed",
)


@pytest.mark.parametrize(
    ("when", "as_the_office", "without_hours"),
    [
        ("2026-11-25 08:30", True, False),
        ("2026-11-25 14:30", True, True),
        ("2026-11-25 19:00", False, False),
        ("2026-11-28 14:30", False, False),  # a Saturday
        ("2026-12-25 14:30", False, False),  # a bank holiday
        ("2026-07-01 16:59", True, True),  # by the summer's clock
    ],
)
def test_office_hours_are_those_of_children_s_social_care(
    register: Register, when: str, as_the_office: bool, without_hours: bool
) -> None:
    now = datetime.fromisoformat(when).replace(tzinfo=UK)
    assert in_office_hours(None, now) is without_hours
    assert in_office_hours(register, now) is without_hours
    care = Contact(role="childrens_social_care", name="Care", hours=OFFICE)
    register.council = msgspec.structs.replace(register.council, contacts=[care])
    assert in_office_hours(register, now) is as_the_office
