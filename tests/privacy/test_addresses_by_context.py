"""Rooms, flats, named buildings and numbered places; and courts and counts, which stay."""

from __future__ import annotations

import pytest

from signpost.privacy.redact import Redactor

redact = Redactor().redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i live in Block D, Room 9, Tanmoor Halls", "i live in ‹address›"),
        ("im in flat 3 rowan house", "im in ‹address›"),
        ("she is staying at Ashwood House now", "she is staying at ‹address› now"),
        ("he found us at 9 Penmarth", "he found us at ‹address›"),
        ("we are at 14 Okeford Buildings", "we are at ‹address›"),
        ("my adress is 7 tinfold garth", "my adress is ‹address›"),
        ("i said 40 gosling bank m1 1ae", "i said ‹address› ‹postcode›"),
        ("its number eleven Larch Grove", "its ‹address›"),
        ("it says Thistle Nook, 3 Duck Lane", "it says ‹address›"),
        ("meet me by 2 marlow fold", "meet me by ‹address›"),
    ],
)
def test_places_to_live_go_however_they_are_named(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "the case is at Crown Court",
        "a film in an open house",
        "he is in hospital, ward 5 is nice",
        "my room is a mess",
        "i have 3 Roblox accounts",
        "he is 15 May i ask",
        "5 Nights at Freddy's",
        "we watched Big Brother House",
        "he sent 40 pics to 12 people",
        "i live with my mum and 3 brothers",
        "we live in a house with 4 bedrooms",
        "the youth court and the high court",
    ],
)
def test_courts_counts_and_rooms_without_a_number_stay(text: str) -> None:
    assert redact(text) == text
