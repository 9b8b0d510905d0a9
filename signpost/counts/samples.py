"""Samples of messages that the bot did not understand: redacted, few, for a time, off by default.

They are kept only while the setting allows it *and* a safeguarding lead has turned it on, with a
reason and a last day. A sample is the redacted words and the day; nothing ties it to a
conversation, a channel or another sample.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from signpost import pointer
from signpost.counts.measures import outcome
from signpost.door.observers import Observer
from signpost.door.stages.redact import WITHHELD
from signpost.door.turn import Turn
from signpost.register.opening import UK

log = structlog.get_logger()
FILE = "samples.json"
# Days that a lead may have samples kept for before deciding anew.
LONGEST = 31
# Characters of a sample: a theme shows in fewer, a whole story has more.
MOST_CHARACTERS = 300
# Seconds for which a message is held back: danger that the same person tells in them undoes it.
HELD_SECONDS = 900.0
_DANGER = ("999", "CEOP", "both", "check_in")
_NOT_UNDERSTOOD = ("fallback", "out_of_scope")
_MOST_CONVERSATIONS = 10_000
_FEWEST_WORDS = 3


class Sampling(msgspec.Struct, frozen=True):
    """That samples are kept: up to and with which day, by whom, and why."""

    until: date
    by: str
    reason: str


class Sample(msgspec.Struct, frozen=True):
    """One message that was not understood."""

    id: str
    day: date
    text: str


class Samples(Protocol):
    """Where samples are kept; `signpost.counts.sample_store.SampleStore` is one."""

    def add(self, texts: list[str], day: date) -> None: ...

    def forget_before(self, day: date) -> int: ...


def turn_on(state: Path, sampling: Sampling) -> None:
    """Have samples kept. Raises `OSError`."""
    pointer.put(state / FILE, sampling)


def turn_off(state: Path) -> None:
    """Have no more samples kept. Raises `OSError`."""
    (state / FILE).unlink(missing_ok=True)


def sampling(state: Path, today: date) -> Sampling | None:
    """Whether samples are kept today. A file that cannot be read counts as none."""
    try:
        found = pointer.read(state / FILE, Sampling)
    except pointer.BROKEN as error:
        log.error("sampling.unreadable", kind=type(error).__name__)
        return None
    return found if found and today <= found.until else None


class Sampler(Observer):
    """Looks on at a door, where the setting allows samples. They are deleted after `days` days.

    `samples` is called when something is written for the first time, in a thread.
    """

    def __init__(
        self,
        state: Path,
        samples: Callable[[], Samples],
        days: int,
        now: Callable[[], datetime] = lambda: datetime.now(UK),
    ) -> None:
        self._state = state
        self._samples = samples
        self._days = days
        self._now = now
        self._sampling: Sampling | None = None
        # By conversation, with when it came: held back until danger in it would have shown.
        self._noted: dict[str, tuple[datetime, str]] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._forgot_on: date | None = None

    def answered(self, turn: Turn) -> None:
        if self._sampling is None or self._now().date() > self._sampling.until:
            return
        conversation = turn.conversation.id
        if outcome(turn) in _DANGER:
            self._noted.pop(conversation, None)
        # One of a conversation: several would tell a story.
        elif conversation not in self._seen and may_be_kept(turn):
            self._noted[conversation] = self._now(), turn.redacted[:MOST_CHARACTERS]
            self._seen[conversation] = None
            while len(self._seen) > _MOST_CONVERSATIONS:
                self._seen.popitem(last=False)

    async def write(self) -> None:
        """Keep what was noted, delete what is too old, and see whether a lead changed anything."""
        today = self._now().date()
        self._sampling = await asyncio.to_thread(sampling, self._state, today)
        due = self._due()
        if due:
            # What is not taken is lost: a sample matters less than that it lies about nowhere.
            await asyncio.to_thread(lambda: self._samples().add(due, today))
        if self._forgot_on != today:
            oldest = today - timedelta(days=self._days)
            await asyncio.to_thread(lambda: self._samples().forget_before(oldest))
            self._forgot_on = today

    def _due(self) -> list[str]:
        """The texts that were held long enough; a door that ends forgets the others."""
        before = self._now() - timedelta(seconds=HELD_SECONDS)
        due = [name for name, (came, _) in self._noted.items() if came <= before]
        return [self._noted.pop(name)[1] for name in due]


def may_be_kept(turn: Turn) -> bool:
    """Whether a message was not understood, and nothing in the conversation was about danger."""
    found = turn.assessment
    in_danger = (
        turn.conversation.in_crisis
        or found is None
        or found.level != "none"
        or found.check_in is not None
    )
    has_words = turn.choice is None and len(turn.redacted.split()) >= _FEWEST_WORDS
    return (
        not in_danger
        and has_words
        and turn.redacted != WITHHELD
        and not turn.fault
        and outcome(turn) in _NOT_UNDERSTOOD
    )
