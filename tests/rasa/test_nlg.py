"""Rasa's words come from the register."""

from __future__ import annotations

import msgspec
import pytest
from rasa.shared.core.events import SlotSet
from rasa.shared.core.slots import TextSlot
from rasa.shared.core.trackers import DialogueStateTracker

from signpost import settings
from signpost.rasa.nlg import RegisterNLG, entry_of
from signpost.register.loader import load
from signpost.register.models import Reply

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def nlg() -> RegisterNLG:
    chosen = settings.Settings()
    return RegisterNLG(register=load(chosen.content, chosen.council))


def tracker(audience: str | None = None) -> DialogueStateTracker:
    slots = [TextSlot("audience", [], influence_conversation=False)]
    made = DialogueStateTracker("c", slots)
    if audience:
        made.update(SlotSet("audience", audience))
    return made


async def rendered(
    nlg: RegisterNLG, response: str, audience: str | None = None, **order: object
) -> Reply:
    message = await nlg.generate(response, tracker(audience), "door", **order)
    assert message is not None
    reply = msgspec.convert(message["custom"]["reply"], Reply)
    assert message["text"] == reply.text()
    return reply


async def test_an_action_s_entry_is_said_in_the_reader_s_words(nlg: RegisterNLG) -> None:
    reply = await rendered(nlg, "utter_advice", "parent", entry="advice.cyberbullying")
    assert reply.bubbles[0].entry == "advice.cyberbullying/parent"


async def test_a_response_without_an_entry_says_the_one_it_is_named_after(nlg: RegisterNLG) -> None:
    assert (await rendered(nlg, "utter_greet")).bubbles[0].entry == "conversation.greet/child"
    assert (await rendered(nlg, "utter_crisis_check_in")).check_in


async def test_concerns_become_choices_in_plain_words(nlg: RegisterNLG) -> None:
    reply = await rendered(nlg, "utter_choices_lead", concerns=["sextortion", "cyberbullying"])
    assert [choice.intent for choice in reply.choices] == [
        "sextortion",
        "cyberbullying",
        "ask_person",
    ]
    assert all("_" not in choice.title for choice in reply.choices)


async def test_a_service_asked_for_by_name_is_shown(nlg: RegisterNLG) -> None:
    reply = await rendered(nlg, "utter_service", service="childline")
    assert "0800 1111" in " ".join(link.label for link in reply.bubbles[0].links)


async def test_a_part_that_an_entry_lacks_says_nothing(nlg: RegisterNLG) -> None:
    order = {"entry": "conversation.greet", "part": "more"}
    assert await nlg.generate("utter_advice", tracker(), "door", **order) is None


def test_names_of_responses_and_entries() -> None:
    assert entry_of("utter_crisis_own_behaviour") == "crisis.own_behaviour"
    assert entry_of("utter_start_again") == "conversation.start_again"
