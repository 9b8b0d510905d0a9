from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.register.loader import Register, load
from signpost.register.lookup import find_services
from tests.stand_ins import COUNCIL, service, write, write_register


def ids(register: Register, text: str) -> list[str]:
    return [each.id for each in find_services(register, text)]


@pytest.mark.parametrize(
    "text",
    ["childline", "what is ChildLine?", "child line number", "what does chilldline do", "chidline"],
)
def test_a_service_is_found_however_it_is_spelt(register: Register, text: str) -> None:
    assert ids(register, text) == ["childline"]


@pytest.mark.parametrize("text", ["", "???", "my friend is sad", "children in line"])
def test_nothing_is_found_where_nothing_is_named(register: Register, text: str) -> None:
    assert ids(register, text) == []


def test_the_longest_exact_name_wins(content: Path) -> None:
    write(content, "services", service("report-remove", name="Report Remove"))
    write(content, "services", service("report-remove-tool", name="Report Remove Tool"))
    assert ids(load(content, COUNCIL), "is report remove tool safe") == ["report-remove-tool"]


def test_a_short_name_must_be_spelt_right(content: Path) -> None:
    write(content, "services", service("iwf", name="IWF"))
    register = load(content, COUNCIL)
    assert ids(register, "what does the iwf do") == ["iwf"]
    assert ids(register, "what does the iw do") == []


def test_a_note_in_brackets_is_no_part_of_a_name(content: Path) -> None:
    write(content, "services", service("posh", name="POSH (helpline)"))
    assert ids(load(content, COUNCIL), "number of posh") == ["posh"]


def test_at_most_two_are_named(content: Path) -> None:
    for number in range(4):
        write(content, "services", service(f"twin-{number}", name="Same Name"))
    assert len(ids(load(content, COUNCIL), "same name")) == 2


def test_a_name_lost_in_a_long_sentence_can_be_passed_over(register: Register) -> None:
    def said(text: str) -> list[str]:
        return [each.id for each in find_services(register, text, least_share=0.5)]

    assert said("the chilldline") == ["childline"]
    assert said("what does a child line up for at the school gate") == []


def test_words_that_only_ask_do_not_make_a_name_longer(content: Path) -> None:
    write(content, "services", service("emergency", name="999", names=["the police"]))
    register = load(content, COUNCIL)
    assert find_services(register, "will the police come", least_share=0.5) == []
    assert [each.id for each in find_services(register, "the police?", least_share=0.5)] == [
        "emergency"
    ]


def test_a_name_that_is_also_written_as_one_word_is_all_that_was_said(content: Path) -> None:
    write(
        content, "services", service("matters", name="Internet Matters", names=["internetmatters"])
    )
    found = find_services(load(content, COUNCIL), "what does internet matters do", least_share=1.0)
    assert [each.id for each in found] == ["matters"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Register:
    return load(write_register(tmp_path_factory.mktemp("register")), COUNCIL)


@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_words_around_a_name_never_hide_it(shared: Register, before: str, after: str) -> None:
    assert "childline" in ids(shared, f"{before} childline {after}")
