"""Schools by a bare name: whatever is gone to, taught at and worn; and towns, which stay."""

from __future__ import annotations

import pytest

from signpost.privacy.redact import Redactor

redact = Redactor().redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i told the head at hartmoor", "i told the head at ‹school›"),
        ("she goes to st wilfs", "she goes to ‹school›"),
        ("he is in year 9 at Harefield", "he is in year 9 at ‹school›"),
        ("i teach at Wharfside Tech", "i teach at ‹school›"),
        ("a DSL here at Oasis Tanmoor", "a DSL here at ‹school›"),
        ("my son was sent home from penwick today", "my son was sent home from ‹school› today"),
        ("my daughter's school is Kelbrae", "my daughter's school is ‹school›"),
        ("he asked what school so i said kings dunmoor", "he asked what school so i said ‹school›"),
        ("our girls started at Little Fernley", "our girls started at ‹school›"),
        ("kids from Orlestone in year 8", "kids from ‹school› in year 8"),
        ("i can see his Hartmoor blazer", "i can see his ‹school› blazer"),
        ("its all round hartmoor, teachers know", "its all round ‹school›, teachers know"),
        ("Hartmoor did nothing, teachers laughed", "‹school› did nothing, teachers laughed"),
    ],
)  # fmt: skip
def test_a_bare_name_goes_where_a_school_is_meant(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "she goes to bed at nine",
        "i go to church and to mosque",
        "he went to Tesco with my son",
        "my daughter goes to Brownies",
        "kids at Alton Towers in the school holidays",
        "a teacher in Wisbech told me",
        "the teacher is from Peterborough",
        "we moved to Chatteris in year 3",
        "school tommorow is scary",
        "everyone at school has seen it",
        "pupils at risk of harm",
        "students at home",
        "year 9 at the moment",
        "the head of year said so",
        "working together at school",
        "i was at the skatepark after school",
        "my school uniform and my blazer",
        "they all play it at mcdonalds after school",
    ],
)
def test_what_children_go_to_besides_stays(text: str) -> None:
    assert redact(text) == text
