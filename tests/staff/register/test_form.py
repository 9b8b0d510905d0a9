"""The fields of a record as a form: nothing is lost on the way there and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from signpost.register.editing import edited
from signpost.register.loader import parse, read_plain
from signpost.register.models import Entry, Service
from signpost.settings import SHIPPED
from signpost.staff.register.copy import paths
from signpost.staff.register.form import Field, default_values, fields, values
from signpost.staff.register.kinds import kind_of

Filled = dict[str, list[str]]


def filled(made: list[Field]) -> Filled:
    """What a browser sends of a form that nobody touched."""
    sent: Filled = {}
    for top in made:
        for each in top.walk():
            if each.kind in ("boxes", "box"):
                sent[each.name] = each.chosen
            elif each.kind != "group":
                sent[each.name] = [each.value]
    return sent


def reader(sent: Mapping[str, list[str]]) -> Callable[[str], list[str]]:
    return lambda name: sent.get(name, [])


def test_a_form_that_nobody_touched_changes_no_byte_of_any_file() -> None:
    touched = []
    for path in paths(SHIPPED):
        shape = kind_of(path).shape
        if shape is None:
            continue
        text = (SHIPPED / path).read_text(encoding="utf-8")
        plain = read_plain(text)
        after = values(shape, reader(filled(fields(shape, plain))), plain)
        if edited(text, after) != text:
            touched.append(path)
    assert touched == []


POSH: dict[str, Any] = read_plain((SHIPPED / "services/posh.yaml").read_text(encoding="utf-8"))


def changed(**sent: str) -> dict[str, Any]:
    """POSH after somebody filled in these fields; __ stands for a dot."""
    form = filled(fields(Service, POSH))
    form.update({name.replace("__", "."): [value] for name, value in sent.items()})
    return values(Service, reader(form), POSH)


def test_a_second_number_goes_into_the_empty_box() -> None:
    after = changed(phones__1__number="020 7946 0123", phones__1__label="at night")
    assert after["phones"] == [
        {"number": "0344 381 4772"},
        {"number": "020 7946 0123", "label": "at night"},
    ]


def test_what_is_emptied_goes() -> None:
    after = changed(phones__0__number="", not_for="", hours__weekly__mon="")
    assert "phones" not in after
    assert "not_for" not in after
    assert "mon" not in after["hours"]["weekly"]


def test_hours_are_written_with_commas() -> None:
    after = changed(hours__weekly__sat="09:00-12:00, 13:00-15:00")
    assert after["hours"]["weekly"]["sat"] == ["09:00-12:00", "13:00-15:00"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("2027-01-02", date(2027, 1, 2)), ("soon", "soon"), ("2027-13-40", "2027-13-40")],
)
def test_what_is_no_date_is_kept_as_it_was_typed(sent: str, kept: object) -> None:
    assert changed(review_by=sent)["review_by"] == kept


def test_lines_of_a_text_area_are_joined() -> None:
    assert changed(summary="One\r\ntwo  three")["summary"] == "One two three"


def test_a_reader_gets_words_of_their_own() -> None:
    text = (SHIPPED / "advice/staff_own_safety.yaml").read_text(encoding="utf-8")
    plain = read_plain(text)
    form = filled(fields(Entry, plain))
    form["variants.adult.bubbles.0"] = ["Words for an adult."]
    form["variants.adult.contacts"] = ["lado"]
    form["not_applicable.adult"] = [""]
    after = values(Entry, reader(form), plain)
    assert after["variants"]["adult"] == {"bubbles": ["Words for an adult."], "contacts": ["lado"]}
    assert "adult" not in after["not_applicable"]
    assert parse(edited(text, after), Entry).variants["adult"].bubbles == ["Words for an adult."]


def test_fields_that_the_form_does_not_know_stay() -> None:
    strange = {**POSH, "colour": "blue"}
    assert values(Service, reader(filled(fields(Service, strange))), strange)["colour"] == "blue"


def test_a_sign_off_is_not_in_the_form() -> None:
    names = {each.name for top in fields(Service, POSH) for each in top.walk()}
    assert not {name for name in names if name.startswith(("sign_off", "id"))}


def test_a_new_record_has_what_each_must_have() -> None:
    plain = default_values(Entry, "advice.new_worry", date(2026, 11, 25))
    assert plain["id"] == "advice.new_worry"
    assert plain["kind"] == "advice"
    assert plain["checked_on"] == date(2026, 11, 25)
