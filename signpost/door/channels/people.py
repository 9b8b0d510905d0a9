"""Who is talking to us, without their number: a digest under a key that this start made.

The number itself is in a message while it is answered, and nowhere after.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from signpost.door.channels.outbox import Lane
from signpost.privacy.keys import recipient_key
from signpost.register.channels.sheets import Sheet

MOST_PEOPLE = 50_000


@dataclass
class Person:
    """What is remembered of somebody between two messages."""

    # The key of their conversation: random, made by the door.
    token: str = ""
    # Whether they were told what this is.
    greeted: bool = False
    # Pages that wait for MORE.
    later: list[Sheet] = field(default_factory=list)
    # Their replies, one after another.
    lane: Lane = field(default_factory=Lane)
    last_seen: float = 0.0
    # Looked up at other doors by one message at a time.
    meeting: asyncio.Lock = field(default_factory=asyncio.Lock)

    def forget(self) -> None:
        """Begin anew; replies on their way still go in order."""
        self.token, self.greeted, self.later = "", False, []


class People:
    """People by channel and address, dropped when idle for `seconds`."""

    def __init__(
        self,
        seconds: float,
        now: Callable[[], float] = time.monotonic,
        most: int = MOST_PEOPLE,
    ) -> None:
        self._seconds = seconds
        self._now = now
        self._most = most
        self._secret = secrets.token_hex(32)
        self._by_key: OrderedDict[str, Person] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_key)

    def find(self, channel: str, address: str) -> Person:
        """The person at an address, new where we know of none."""
        self._sweep()
        name = recipient_key(self._secret, "conversation", channel, address)
        person = self._by_key.setdefault(name, Person())
        person.last_seen = self._now()
        self._by_key.move_to_end(name)
        return person

    def _sweep(self) -> None:
        oldest = self._now() - self._seconds
        while self._by_key:
            name, person = next(iter(self._by_key.items()))
            if person.last_seen >= oldest and len(self._by_key) < self._most:
                break
            del self._by_key[name]
