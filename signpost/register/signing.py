"""A sign-off is for words: it counts only while they stand as they were signed.

What is signed is everything of a record that a reader may meet or that decides who meets it. Dates,
owner, sources and the sign-off itself may change without a new one. References such as
`{childline.phone}` are signed as references: a number has an approval of its own.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from signpost.register.models import Record, SignOff

NOT_SIGNED = frozenset({"sign_off", "sources", "checked_on", "review_by", "owner"})


def digest(record: Record) -> str:
    """The checksum of a record's words, as 16 hexadecimal digits."""
    plain: dict[str, Any] = msgspec.to_builtins(record)
    words = {name: value for name, value in plain.items() if name not in NOT_SIGNED}
    encoded = msgspec.json.encode(words, order="sorted")
    return hashlib.sha256(encoded).hexdigest()[:16]


def valid(record: Record) -> SignOff | None:
    """The sign-off of the words as they stand; None when there is none, or it was for others."""
    signed = record.sign_off
    return signed if signed is not None and signed.words == digest(record) else None


def is_void(record: Record) -> bool:
    """Whether somebody signed, but other words than stand there now."""
    return record.sign_off is not None and valid(record) is None
