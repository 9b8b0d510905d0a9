"""Numbers: those of a person go, those that everybody may ring stay."""

from __future__ import annotations

import pytest

from signpost.privacy.redact import Redactor

redact = Redactor().redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my NI is TN 03 11 64 F", "my NI is ‹number›"),
        ("my insurance is due on 12 03 64", "my insurance is due on 12 03 64"),
    ],
)
def test_national_insurance_numbers_go_whatever_their_letters(text: str, expected: str) -> None:
    assert redact(text) == expected
