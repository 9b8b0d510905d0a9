"""A sign-off counts for the words that were signed, and for no others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from signpost.register import checks, signing
from signpost.register.loader import Register, load
from signpost.register.models import Entry, SignOff
from tests.stand_ins import COUNCIL, entry, write_entry


@pytest.fixture
def advice(register: Register) -> Entry:
    return register.entry("advice.cyberbullying")


def signed(record: Entry, words: str | None = None) -> Entry:
    """The record with a lead's sign-off, of its own words unless others are given."""
    digest = signing.digest(record) if words is None else words
    sign_off = SignOff("A Test", "safeguarding lead", date(2026, 11, 25), digest)
    return msgspec.structs.replace(record, sign_off=sign_off)


def test_a_sign_off_of_these_words_counts(advice: Entry) -> None:
    assert signing.valid(advice) is None
    assert signing.valid(signed(advice)) is not None
    assert not signing.is_void(signed(advice))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another title"},
        {"default": "parent"},
        {"variants": {}},
        {"not_applicable": {"adult": "Why not."}},
        {"continues_as": "cyberbullying"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_changed_words_void_it(advice: Entry, change: dict[str, object]) -> None:
    changed = msgspec.structs.replace(signed(advice), **change)
    assert signing.valid(changed) is None
    assert signing.is_void(changed)


@pytest.mark.parametrize(
    "change",
    [
        {"sources": ["https://example.org/new"]},
        {"checked_on": date(2026, 6, 1)},
        {"review_by": date(2030, 1, 1)},
        {"owner": "another team"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_new_date_or_source_leaves_it(advice: Entry, change: dict[str, object]) -> None:
    assert signing.valid(msgspec.structs.replace(signed(advice), **change)) is not None


def test_a_sign_off_that_names_no_words_counts_as_none(advice: Entry) -> None:
    assert signing.valid(signed(advice, words="")) is None


def test_live_mode_and_the_check_see_what_is_void(content: Path) -> None:
    record = entry("advice.law_question", "Here is what the law says.")
    sign_off = {"by": "A Test", "role": "safeguarding lead", "on": date(2026, 11, 25)}
    write_entry(content, {**record, "sign_off": {**sign_off, "words": "0123456789abcdef"}})
    register = load(content, COUNCIL)
    assert "advice.law_question" in checks.unsigned(register)
    [problem] = checks.sign_offs(register)
    assert problem.level == "warning"
    assert "A Test signed other words on 2026-11-25" in str(problem)

    digest = signing.digest(register.entry("advice.law_question"))
    write_entry(content, {**record, "sign_off": {**sign_off, "words": digest}})
    register = load(content, COUNCIL)
    assert "advice.law_question" not in checks.unsigned(register)
    assert list(checks.sign_offs(register)) == []
