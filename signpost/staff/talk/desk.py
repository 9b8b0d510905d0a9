"""What the pages "Try it" and "Corrections" share: one door, the stores, the words just typed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from pathlib import Path
from weakref import WeakKeyDictionary

from signpost import running
from signpost.edition import Edition
from signpost.privacy.public import public_of
from signpost.settings import Settings
from signpost.staff.reviews.rows import write
from signpost.staff.reviews.store import CorrectionStore
from signpost.staff.talk.store import TrialStore
from signpost.staff.talk.trial import Heard, Trials
from signpost.staff.visit import Visit
from signpost.staff.workbench import Workbench

# Words as they were typed are shown so long, and kept nowhere but in memory.
TYPED_SECONDS, MOST_TYPED = 3600.0, 500


class Desk:
    """One for each workbench."""

    def __init__(self, bench: Workbench) -> None:
        self.settings = _settings_of(bench.settings)
        self.store = TrialStore(bench.database)
        self.corrections = CorrectionStore(bench.database)
        self.typed = Typed()
        self._people = bench.people
        self._making = threading.Lock()
        self._trials: Trials | None = None

    @property
    def trials(self) -> Trials:
        """The workbench's own door, made when first needed: a fault of the register's files then
        harms no other page."""
        with self._making:
            if self._trials is None:
                self._trials = Trials(self.settings)
            return self._trials

    @trials.setter
    def trials(self, trials: Trials) -> None:
        self._trials = trials

    @property
    def edition(self) -> Edition:
        """The edition in force."""
        return self.trials.editions.current

    @property
    def hours(self) -> int:
        """How long a conversation is kept that is no test."""
        return max(1, round(self.settings.conversation_seconds / 3600))

    def redact(self, text: str) -> str:
        """`text` without personal details, as everything is that stays."""
        return self.trials.redactor.redact(text, public_of(self.edition.register))

    def name_of(self, account: str) -> str:
        """The full name behind an account's name."""
        person = self._people.find(account)
        return person.full_name if person else account

    def sweep(self) -> None:
        """Delete what has had its time."""
        self.store.sweep(self.settings.conversation_seconds)
        self.corrections.sweep()
        self.typed.sweep()

    def write_tests(self) -> list[Path]:
        """Bring the files of rows in the state's folder up to date; returns them."""
        return write(folder_of(self.settings), self.corrections.files())

    async def close(self) -> None:
        """Let recordings in progress end."""
        if self._trials is not None:
            await self._trials.close()


class Typed:
    """The latest turns with the words as typed. Forgotten after an hour, and at every restart."""

    def __init__(self, seconds: float = TYPED_SECONDS, most: int = MOST_TYPED) -> None:
        self._seconds = seconds
        self._most = most
        self._turns: OrderedDict[tuple[int, int], tuple[float, Heard]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, trial: int, number: int, heard: Heard) -> None:
        """Remember a turn for a while."""
        self.sweep()
        with self._lock:
            self._turns[trial, number] = time.monotonic(), heard
            while len(self._turns) > self._most:
                self._turns.popitem(last=False)

    def of(self, trial: int) -> dict[int, Heard]:
        """The turns of a conversation that are still remembered, by number."""
        self.sweep()
        with self._lock:
            return {
                number: heard for (of, number), (_, heard) in self._turns.items() if of == trial
            }

    def forget(self, trial: int) -> None:
        """Forget a conversation's turns."""
        with self._lock:
            for key in [key for key in self._turns if key[0] == trial]:
                del self._turns[key]

    def sweep(self) -> None:
        """Forget what was typed too long ago."""
        oldest = time.monotonic() - self._seconds
        with self._lock:
            while self._turns and next(iter(self._turns.values()))[0] < oldest:
                self._turns.popitem(last=False)


_desks: WeakKeyDictionary[Workbench, Desk] = WeakKeyDictionary()


def desk_of(bench: Workbench) -> Desk:
    """The desk of a workbench."""
    if bench not in _desks:
        _desks[bench] = Desk(bench)
    return _desks[bench]


def section_of(visit: Visit, path: str) -> str:
    """`path` where the workbench has a section there that this person may use, else ""."""
    for each in visit.bench.sections:
        if each.path == path and (each.may is None or visit.person.may(each.may)):
            return path
    return ""


def folder_of(settings: Settings) -> Path:
    """Where the rows stand that the workbench made; its own runs take them from there."""
    return settings.state / "corrections"


def _settings_of(settings: Settings) -> Settings:
    """The settings with what the running bot was started with, where one runs."""
    try:
        return running.settings_of(settings)
    except running.NotRunningError:
        return settings
