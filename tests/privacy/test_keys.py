from __future__ import annotations

import pytest

from signpost.privacy.keys import WeakSecretError, recipient_key

SECRET = "a secret of many letters"
NUMBER = "+447700900123"


def test_the_same_number_has_the_same_key_and_the_key_does_not_hold_it() -> None:
    key = recipient_key(SECRET, "opt-out", "sms", NUMBER)
    assert key == recipient_key(SECRET, "opt-out", "sms", NUMBER)
    assert len(key) == 64
    assert key.isascii()
    assert NUMBER[3:] not in key


def test_another_secret_purpose_channel_or_number_has_another_key() -> None:
    keys = {
        recipient_key(SECRET, "opt-out", "sms", NUMBER),
        recipient_key(SECRET + "2", "opt-out", "sms", NUMBER),
        recipient_key(SECRET, "limit", "sms", NUMBER),
        recipient_key(SECRET, "opt-out", "whatsapp", NUMBER),
        recipient_key(SECRET, "opt-out", "sms", "+447700900124"),
        recipient_key(SECRET, "opt-outs", "ms", NUMBER),
    }
    assert len(keys) == 6


def test_a_secret_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(WeakSecretError, match="at least 16"):
        recipient_key("short", "opt-out", "sms", NUMBER)
