"""Passwords: what they must be, and argon2, which keeps them."""

from __future__ import annotations

import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
_FEWEST_CHARACTERS = 5  # different ones
hasher = PasswordHasher()
# Each check takes 64 MiB: many at once would take the machine from the bot.
_turns = threading.BoundedSemaphore(2)


class PasswordError(ValueError):
    """A password may not be used; the message says what it has to be."""


def check(password: str, name: str) -> None:
    """Raise `PasswordError` unless the password of the account `name` may be this."""
    if len(password) < SHORTEST:
        raise PasswordError(
            f"The password needs at least {SHORTEST} characters. Three random words together make "
            "a good one."
        )
    if len(password) > LONGEST:
        raise PasswordError(f"The password may have {LONGEST} characters at most.")
    if name and name.split("@")[0].lower() in password.lower():
        raise PasswordError("The password must not hold the account's name.")
    if len(set(password)) < _FEWEST_CHARACTERS:
        raise PasswordError(
            "The password repeats too few characters. Three random words together make a good one."
        )


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _turns:
        return str(hasher.hash(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one kept. Takes as long when none is kept."""
    with _turns:
        try:
            right = bool(hasher.verify(kept or _of_nobody(), password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None


@lru_cache(maxsize=1)
def _of_nobody() -> str:
    """Of nobody's password: checking it takes as long as checking a real one."""
    return str(hasher.hash("of nobody"))


def is_dated(kept: str) -> bool:
    """Whether it was kept with less effort than is usual now."""
    return bool(hasher.check_needs_rehash(kept))
