"""Results by step in one file, written as they come: a run that is cut short goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec


class Steps:
    """What was measured under one header; under another, everything is measured anew."""

    def __init__(self, file: Path, header: dict[str, Any], say: Callable[[str], None]) -> None:
        self._file, self._say = file, say
        self.results: dict[str, Any] = {"header": header}
        if file.is_file():
            kept = msgspec.json.decode(file.read_bytes())
            if kept.get("header") == header:
                self.results = kept

    def has(self, *names: str) -> bool:
        """Whether all of these steps are done."""
        return all(name in self.results for name in names)

    def put(self, name: str, value: Any) -> None:
        """Keep a result at once."""
        self.results[name] = value
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_bytes(msgspec.json.format(msgspec.json.encode(self.results), indent=1))
        self._say(f"{name}: {msgspec.json.encode(value).decode()}")
