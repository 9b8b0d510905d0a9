"""What goes to the shared store is sealed: whoever reads it there without our key reads nothing."""

from __future__ import annotations

import base64
import hashlib
from typing import TypeVar

import msgspec
from cryptography.fernet import Fernet, InvalidToken

T = TypeVar("T")


class Unsealable(Exception):
    """This was sealed under another key, or damaged."""


class Seal:
    """Encrypts and authenticates (Fernet) under a key made from `secret`."""

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(_derived(secret, "seal")))
        self._names = _derived(secret, "names")

    def close(self, thing: object) -> bytes:
        """`thing`, which msgspec can write as JSON, sealed."""
        return self._fernet.encrypt(msgspec.json.encode(thing))

    def open(self, sealed: bytes, kind: type[T]) -> T:
        """What was sealed. Raises `Unsealable`."""
        try:
            return msgspec.json.decode(self._fernet.decrypt(sealed), type=kind)
        except (InvalidToken, ValueError, TypeError) as error:
            raise Unsealable(type(error).__name__) from error

    def name(self, *parts: str) -> str:
        """32 hexadecimal digits that stand for `parts` and cannot be turned back into them."""
        text = "\0".join(parts).encode()
        return hashlib.blake2b(text, key=self._names, digest_size=16).hexdigest()


def _derived(secret: str, purpose: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=purpose.encode()).digest()
