"""Where people live: streets, houses by name, flats."""

from __future__ import annotations

import pytest

from signpost.privacy.redact import Redactor

redact = Redactor().redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we are 14 heol y felin", "we are ‹address›"),
        ("he knows 7 ffordd ddu now", "he knows ‹address› now"),
        ("i live on stryd fawr", "i live on ‹address›"),
        ("ar y ffordd i'r ysgol", "ar y ffordd i'r ysgol"),
        ("i have 10 pen pals", "i have 10 pen pals"),
        ("our flat 2/1, 33 Castle Brae is shown", "our ‹address› is shown"),
        ("at The Smithy, Harbour Loan, KY9 1AA", "at ‹address›, ‹postcode›"),
        ("my house is the old mill, nant ddu", "my house is ‹address›"),
        ("we were at the old mill by the canal", "we were at the old mill by the canal"),
        ("we live in the house, its cold", "we live in the house, its cold"),
        ("Student Loan Company", "Student Loan Company"),
    ],
)
def test_houses_by_name_and_streets_of_scotland_and_wales_go(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we live at 4B Old Tannery Yard", "we live at ‹address›"),
        ("its number 31 on Albert Parade", "its ‹address›"),
        ("my address Heron Lea, 9 Mill Walk", "my address ‹address›"),
        ("we are on Google Street View", "we are on Google Street View"),
    ],
)
def test_houses_by_what_is_said_of_them_go(text: str, expected: str) -> None:
    assert redact(text) == expected
