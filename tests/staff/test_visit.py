"""Where a request leads, and what is wrong with a form."""

from __future__ import annotations

import pytest

from signpost.staff.visit import link_to, own_path, problems_of


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", "/a\nb", "\\/x"],
)
def test_a_sign_in_leads_to_no_other_site(path: str) -> None:
    assert own_path(path) == "/"


def test_a_sign_in_leads_to_pages_of_ours() -> None:
    assert own_path("/audit?who=tester") == "/audit?who=tester"


def test_an_address_carries_the_values_that_are_given() -> None:
    assert link_to("/runs/1", show="all", set="", page=2) == "/runs/1?show=all&page=2"
    assert link_to("/runs/1", set="a & b") == "/runs/1?set=a+%26+b"
    assert link_to("/runs") == "/runs"


def test_a_field_shows_its_first_problem_and_others_theirs() -> None:
    found = problems_of(
        ("name", True, "Enter a name."),
        ("name", True, "The name is too short."),
        ("note", False, "Enter a note."),
    )
    assert found == {"name": "Enter a name."}
