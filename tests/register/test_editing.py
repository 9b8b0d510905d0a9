"""A changed value changes its own lines: comments, order and quotes of the rest stay."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.register.editing import EditError, edited, replaced_sign_off, written
from signpost.register.loader import RecordError, read_plain
from signpost.settings import SHIPPED

TEXT = """\
# A service. This note is nobody's business but the editor's.
id: posh
name: 'POSH'  # as people say it
summary: >-
  Help for people who work with children when something goes wrong online, on weekdays, and a
  long way from here.

phones:
  # the main one
  - {number: "0344 381 4772"}
  - number: "020 7946 0000"   # the other
    label: at night
hours:
  weekly:
    mon: ["10:00-16:00"]
  words: "Mondays."
names: [posh, helpline]
# the end
"""


def plain() -> dict[str, Any]:
    return copy.deepcopy(read_plain(TEXT))


def changed_lines(after: str) -> tuple[list[str], list[str]]:
    """What went and what came, by whole lines."""
    old, new = TEXT.split("\n"), after.split("\n")
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_nothing_changed_is_the_same_text() -> None:
    assert edited(TEXT, plain()) is TEXT


def test_one_value_changes_its_line_and_keeps_its_quotes_and_its_comment() -> None:
    after = plain()
    after["name"] = "Posh"
    assert changed_lines(edited(TEXT, after)) == (
        ["name: 'POSH'  # as people say it"],
        ['name: "Posh"  # as people say it'],
    )


def test_a_number_within_a_list_changes_alone() -> None:
    after = plain()
    after["phones"][0]["number"] = "020 7946 0123"
    assert changed_lines(edited(TEXT, after)) == (
        ['  - {number: "0344 381 4772"}'],
        ['  - {number: "020 7946 0123"}'],
    )


def test_items_and_keys_come_and_go() -> None:
    after = plain()
    after["phones"].append({"number": "0800 1111"})
    after["hours"]["weekly"]["tue"] = ["10:00-12:00", "13:00-16:00"]
    del after["hours"]["words"]
    after["status"] = "current"
    gone, come = changed_lines(edited(TEXT, after))
    assert gone == ['  words: "Mondays."']
    assert come == [
        '  - {number: "0800 1111"}',
        '    tue: ["10:00-12:00", "13:00-16:00"]',
        "status: current",
    ]


def test_a_long_text_is_folded_and_an_awkward_one_quoted() -> None:
    after = plain()
    after["summary"] = "word " * 60 + "end"
    folded = edited(TEXT, after)
    assert "summary: >-\n  word word" in folded
    assert max(map(len, folded.splitlines())) <= 100
    after["summary"] = "two\nlines: and a # sign"
    assert read_plain(edited(TEXT, after))["summary"] == "two\nlines: and a # sign"


def test_line_ends_and_a_missing_last_one_stay() -> None:
    after = plain()
    after["name"] = "Other"
    windows = edited(TEXT.replace("\n", "\r\n"), after)
    assert windows.count("\n") == windows.count("\r\n")
    assert not edited(TEXT.rstrip("\n"), after).endswith("\n")


def test_a_sign_off_goes_to_the_end_and_can_be_taken_out_again() -> None:
    signed = replaced_sign_off(TEXT, {"by": "A Test", "role": "lead", "words": "0123"})
    assert signed.startswith(TEXT.removesuffix("# the end\n"))
    assert read_plain(signed)["sign_off"] == {"by": "A Test", "role": "lead", "words": "0123"}
    assert replaced_sign_off(signed, None) == TEXT


def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(RecordError):
        edited("id: [", {"id": "x"})


def test_a_new_file_reads_back() -> None:
    assert read_plain(written(plain())) == plain()


FILES = [
    file
    for folder in ("services", "advice", "councils", "conversation", "crisis/replies")
    for file in sorted((SHIPPED / folder).glob("*.yaml"))
]
words = st.text(st.characters(codec="utf-8", exclude_characters="\r\x85\u2028\u2029"), max_size=90)
values = st.recursive(
    words | st.booleans() | st.none() | st.dates() | st.integers(0, 99),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=6,
)


@given(st.data())
def test_any_change_of_any_file_reads_back_or_is_refused(data: st.DataObject) -> None:
    file: Path = data.draw(st.sampled_from(FILES))
    text = file.read_text(encoding="utf-8")
    after = copy.deepcopy(read_plain(text))
    place: Any = after
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], (dict, list)) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        break
    if data.draw(st.booleans()):
        place[key] = data.draw(values)
    else:
        del place[key]
    try:
        done = edited(text, after)
    except EditError:
        return
    assert read_plain(done) == after
    notes = [line for line in text.splitlines() if line.startswith("#")]
    assert all(note in done for note in notes)
