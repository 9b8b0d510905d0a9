"""What people are told before they type: the register's own words, as they read them."""

from __future__ import annotations

import pytest

from signpost.register.checks.wording import CHILD_GRADE, CHILD_WORDS, reading_grade
from signpost.register.loader import Register, load
from signpost.register.render import render_entry
from signpost.settings import LONGEST_WITHOUT_PURPOSE, ROOT, Settings

SHORT, FULL = "conversation.privacy_notice", "conversation.privacy_notice_full"
READERS = ("child", "adult")


@pytest.fixture(scope="module")
def real() -> Register:
    return load(ROOT / "content", Settings().council)


def words(register: Register, entry: str, reader: str) -> str:
    return render_entry(register, entry, reader).text().lower()


@pytest.mark.parametrize("reader", READERS)
def test_the_short_notice_says_what_must_be_said_before_anybody_types(
    real: Register, reader: str
) -> None:
    text = words(real, SHORT, reader)
    for part in ("name", "take" if reader == "child" else "taken out", "24 hours", "nobody", "999"):
        assert part in text, part
    assert len(render_entry(real, SHORT, reader).bubbles) == 1


@pytest.mark.parametrize("reader", READERS)
def test_the_full_notice_says_what_is_kept_by_whom_for_how_long_and_who_else_sees_it(
    real: Register, reader: str
) -> None:
    text = words(real, FULL, reader)
    for part in (
        *("24 hours", real.council.name.lower(), real.council.site.lower(), "delete"),
        *("whatsapp", "messenger", "telegram", "reference", "start again", "leave now"),
        *("same phone" if reader == "child" else "share the device", "999", "ico.org.uk"),
    ):
        assert part in text, part


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("entry", [SHORT, FULL])
def test_neither_promises_more_than_the_program_does(
    real: Register, entry: str, reader: str
) -> None:
    text = words(real, entry, reader)
    assert "miss some" in text or "as far as" in text
    for promise in ("anonymous", "completely", "confidential", "secret", "never stored", "100%"):
        assert promise not in text


@pytest.mark.parametrize("entry", [SHORT, FULL])
def test_a_child_can_read_them(real: Register, entry: str) -> None:
    variant = real.entry(entry).variants["child"]
    assert reading_grade(real, variant) <= CHILD_GRADE
    assert all(len(bubble.split()) <= CHILD_WORDS * 1.5 for bubble in variant.bubbles)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("entry", [SHORT, FULL])
def test_nobody_has_to_agree_or_to_say_their_age(real: Register, entry: str, reader: str) -> None:
    text = words(real, entry, reader)
    for gate in ("i agree", "consent", "you must be", "are you over", "accept"):
        assert gate not in text
    assert real.entry(entry).choices == []


@pytest.mark.parametrize("entry", [SHORT, FULL])
@pytest.mark.parametrize("reader", READERS)
def test_the_time_that_they_name_is_the_one_in_force(
    real: Register, entry: str, reader: str
) -> None:
    hours = Settings().conversation_seconds / 3600
    assert Settings().conversation_seconds == LONGEST_WITHOUT_PURPOSE
    assert f"{hours:g} hours" in words(real, entry, reader)
