"""Keys that stand for a person's address on a channel without holding it.

A conversation's own keys are random (`signpost.door.conversations`). Only what must be found again
by a telephone number or account, such as "send me no more", is kept under a keyed hash: without
the secret nobody can find out whose it is by trying all numbers.
"""

from __future__ import annotations

import hashlib
import hmac

SHORTEST_SECRET = 16


class WeakSecretError(ValueError):
    """The secret is too short to protect anything."""


def recipient_key(secret: str, purpose: str, channel: str, address: str) -> str:
    """64 hexadecimal digits for an address on a channel; another for each purpose and secret.

    Raises `WeakSecretError` for a secret below 16 characters: telephone numbers are few, and only
    the secret keeps somebody from trying them all.
    """
    if len(secret) < SHORTEST_SECRET:
        raise WeakSecretError(
            f"The secret for recipients has {len(secret)} characters; give it at least "
            f"{SHORTEST_SECRET}, chosen at random."
        )
    message = "\0".join((purpose, channel, address)).encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
