"""Schools: by their kind, by what is said of them, and words that name none."""

from __future__ import annotations

import pytest

from signpost.privacy.redact import Redactor

redact = Redactor().redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("he goes to apple tree nursery", "he goes to ‹school›"),
        ("sent home from bluebell primary today", "sent home from ‹school› today"),
        ("he asked what school and i said oak vale", "he asked what school and i said ‹school›"),
        ("everyone at thornmere has seen it", "everyone at ‹school› has seen it"),
        ("i go st olaves and she knows", "i go ‹school› and she knows"),
    ],
)
def test_schools_of_common_words_go(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i goto saint winifreds", "i goto ‹school›"),
        ("he is at Thornlea Special School", "he is at ‹school›"),
        ("the Quayside UTC chat", "the ‹school› chat"),
        ("it came at 12:00 UTC", "it came at 12:00 UTC"),
        ("everyone at Eastbrook saw it in year 7", "everyone at ‹school› saw it in year 7"),
    ],
)
def test_schools_by_what_is_said_of_them_go(text: str, expected: str) -> None:
    assert redact(text) == expected
