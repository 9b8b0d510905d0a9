"""What people say of the answers: helpful or not, and a line if they like, without their details.

One file a day, in the state's folder. A record names no conversation, so that it leads to nobody,
and goes with its file after some days.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import msgspec
import structlog

log = structlog.get_logger()


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """One opinion. `entries` are the ids of what was said last; `line` is redacted."""

    helpful: bool
    entries: list[str]
    line: str = ""


class FeedbackBox:
    """Keeps opinions in `folder` for `days` days."""

    def __init__(self, folder: Path, days: int, today: Callable[[], date] = date.today) -> None:
        self._folder = folder
        self._days = days
        self._today = today

    def put(self, feedback: Feedback) -> None:
        """Keep an opinion. One that cannot be written is lost: the user did their part."""
        today = self._today()
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with (self._folder / f"{today}.jsonl").open("ab") as file:
                file.write(msgspec.json.encode(feedback) + b"\n")
            self._drop_old(today)
        except OSError as error:
            log.error("feedback.lost", reason=error.strerror)

    def _drop_old(self, today: date) -> None:
        oldest = str(today - timedelta(days=self._days))
        for file in self._folder.glob("*.jsonl"):
            if file.stem < oldest:
                file.unlink(missing_ok=True)
