"""Which of the council's teams are named when: at 2 a.m. the one that answers at 2 a.m."""

from __future__ import annotations

from datetime import datetime

import pytest

from signpost import settings
from signpost.register.loader import Register, load
from signpost.register.models import Bubble
from signpost.register.opening import UK
from signpost.register.render import contact_cards, render_entry

OFFICE, DUTY = "childrens_social_care", "emergency_duty_team"


@pytest.fixture(scope="module")
def whole() -> Register:
    return load(settings.load().content, "cambridgeshire-peterborough")


def uk(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UK)


def named(cards: list[Bubble]) -> list[tuple[str, str]]:
    return [(card.title, card.note) for card in cards]


@pytest.mark.parametrize("roles", [[OFFICE, DUTY], [OFFICE]], ids=["both asked for", "office only"])
def test_at_two_in_the_morning_the_duty_team_is_first(whole: Register, roles: list[str]) -> None:
    cards = named(contact_cards(whole, roles, uk("2026-11-25 02:00")))  # type: ignore[arg-type]
    assert cards[0] == ("Emergency Duty Team", "Open now until 9 am.")
    assert cards[1] == (
        "Cambridgeshire children's social care",
        "Closed now. Opens today at 8 am. In danger, call 999. "
        "The Emergency Duty Team answers until 9 am.",
    )


def test_in_office_hours_the_office_is_named_and_the_duty_team_is_not(whole: Register) -> None:
    cards = named(contact_cards(whole, [OFFICE, DUTY], uk("2026-11-25 10:00")))
    assert cards == [
        ("Cambridgeshire children's social care", "Open now until 6 pm."),
        ("Peterborough children's social care", "Open now until 5 pm."),
    ]


def test_on_a_bank_holiday_the_duty_team_is_first_and_the_day_of_opening_is_said(
    whole: Register,
) -> None:
    cards = named(contact_cards(whole, [OFFICE], uk("2026-12-26 11:00")))
    assert cards[0] == ("Emergency Duty Team", "Open now until 9 am on Tuesday.")
    assert cards[1][1].startswith("Closed now. Opens on Tuesday at 8 am.")


def test_a_council_without_teams_shows_none_at_any_hour(whole: Register) -> None:
    other = load(settings.load().content, "example-borough")
    assert contact_cards(other, [OFFICE, DUTY], uk("2026-11-25 02:00")) == []
    assert render_entry(other, "advice.professional_disclosure").bubbles


def test_a_weekday_line_says_when_it_opens(whole: Register) -> None:
    reply = render_entry(whole, "advice.nudes_shared", "parent", now=uk("2026-11-28 20:00"))
    notes = {card.title: card.note for card in reply.bubbles if card.kind == "card"}
    assert notes["NSPCC Helpline"] == "Closed now. Opens on Monday at 10 am."
    assert notes["Childline"] == "", "its words say that it is always open"
