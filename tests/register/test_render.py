from __future__ import annotations

from pathlib import Path

import pytest

from signpost.register.loader import Register, RegisterError, load
from signpost.register.models import Choice, Link
from signpost.register.render import (
    as_audience,
    cards,
    render_entry,
    render_service,
    service_card,
    variant_for,
)
from tests.stand_ins import COUNCIL, entry, service, write, write_entry


def test_every_bubble_names_the_entry_its_words_come_from(register: Register) -> None:
    reply = render_entry(register, "advice.cyberbullying")
    assert [bubble.entry for bubble in reply.bubbles] == [
        "advice.cyberbullying/child",
        "service.childline",
    ]


def test_references_are_filled_in(register: Register) -> None:
    reply = render_entry(register, "advice.cyberbullying")
    assert reply.bubbles[0].text == "That hurts. Talk to Childline: 0800 1111."


def test_a_parent_reads_the_words_for_parents(register: Register) -> None:
    reply = render_entry(register, "advice.cyberbullying", "parent")
    assert reply.bubbles[0].text == "Listen to your child first."


@pytest.mark.parametrize("audience", [None, "adult", "unknown", "dragon"])
def test_a_reader_without_words_of_their_own_reads_the_defaults(
    register: Register, audience: str | None
) -> None:
    chosen, _ = variant_for(register.entry("advice.cyberbullying"), audience)
    assert chosen == "child"


def test_only_the_four_audiences_are_audiences() -> None:
    assert as_audience("professional") == "professional"
    assert as_audience("unknown") is None
    assert as_audience(None) is None


def test_the_council_s_team_is_shown_as_a_card(register: Register) -> None:
    card = render_entry(register, "advice.cyberbullying", "parent").bubbles[-1]
    assert card.kind == "card"
    assert card.entry == "council.test-town"
    assert card.links == [Link("Call 01223 123456", "tel:01223123456")]


def test_more_and_report_have_their_own_words(register: Register) -> None:
    more = render_entry(register, "advice.cyberbullying", part="more")
    report = render_entry(register, "advice.cyberbullying", part="report")
    assert more.text() == "Take a break from the chat."
    assert report.bubbles[0].entry == "advice.cyberbullying/child/report"


def test_a_part_that_an_entry_lacks_says_nothing(register: Register) -> None:
    assert render_entry(register, "advice.law_question", part="more").bubbles == []


def test_an_unknown_entry_is_refused(register: Register) -> None:
    with pytest.raises(RegisterError):
        render_entry(register, "advice.nothing")


def test_a_crisis_entry_brings_its_route_and_its_look(register: Register) -> None:
    reply = render_entry(register, "crisis.suicide")
    assert reply.route == "999"
    assert {bubble.kind for bubble in reply.bubbles} == {"crisis"}
    assert not reply.check_in


def test_the_check_in_says_that_it_is_one(register: Register) -> None:
    assert render_entry(register, "crisis.check_in").check_in


def test_choices_stand_under_the_answer_and_not_under_more(content: Path) -> None:
    variants = {"child": {"bubbles": ["Which?"], "more": {"bubbles": ["Go on."]}}}
    choices = [{"title": "A scam", "intent": "scam_fraud"}]
    write_entry(content, entry("advice.scam_fraud", variants=variants, choices=choices))
    register = load(content, COUNCIL)
    assert render_entry(register, "advice.scam_fraud").choices == [Choice("A scam", "scam_fraud")]
    assert render_entry(register, "advice.scam_fraud", part="more").choices == []


def test_a_service_that_is_held_back_is_not_shown_as_a_card(register: Register) -> None:
    assert [bubble.entry for bubble in cards(register, ["unsure", "childline"])] == [
        "service.childline"
    ]


def test_a_closed_service_is_not_shown_as_a_card(register: Register) -> None:
    assert cards(register, ["old-line"]) == []


def test_a_service_asked_for_by_name_is_shown_whatever_its_state(register: Register) -> None:
    assert render_service(register, "old-line").bubbles[0].title == "Old Line"


def test_an_unconfirmed_service_asked_for_by_name_says_so(register: Register) -> None:
    reply = render_service(register, "unsure")
    assert reply.bubbles[1].text == "We could not confirm the details."


def test_a_card_says_who_it_is_not_for_and_when_it_answers(content: Path) -> None:
    record = service("shout", not_for="Not for emergencies.", hours={"words": "Day and night."})
    write(content, "services", record)
    changed = load(content, COUNCIL)
    card = service_card(changed, changed.services["shout"])
    assert card.text == "Shout helps. Not for emergencies. Day and night."


def test_links_can_be_pressed_to_call_text_and_read(register: Register) -> None:
    assert service_card(register, register.services["childline"]).links == [
        Link("Call 0800 1111", "tel:08001111"),
        Link("childline.org.uk", "https://www.childline.org.uk/"),
    ]
    assert service_card(register, register.services["shout"]).links == [
        Link("Text SHOUT to 85258", "sms:85258")
    ]
