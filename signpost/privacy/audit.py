"""The record of what was deleted: counts and times alone, so that it says nothing of anybody."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

FILE = "audit/deletions.jsonl"
Action = Literal["purge", "erase"]


def record(state: Path, action: Action, conversations: int) -> None:
    """Append one line to the audit log in the state folder. Raises `OSError`."""
    file = state / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    line = {
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "action": action,
        "conversations": conversations,
    }
    # One write of a whole line: door and Rasa may both append.
    with file.open("a", encoding="utf-8") as trail:
        trail.write(json.dumps(line) + "\n")
        trail.flush()
        os.fsync(trail.fileno())
