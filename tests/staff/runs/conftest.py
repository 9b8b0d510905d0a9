from __future__ import annotations

import sys
from pathlib import Path

import pytest

from signpost.settings import ROOT
from signpost.staff.runs import runner


class Plays:
    """What the stand-in for `signpost test` is to do; it waits for `go`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def will(self, then: str = "end", *, wrong: str = "", register: str = "register-1") -> None:
        """Choose what the next run does: how it ends and which cases go wrong."""
        for name, text in {"then": then, "wrong": wrong, "register": register}.items():
            (self.folder / name).write_text(text, encoding="utf-8")

    def go(self) -> None:
        """Let it go on from its middle."""
        (self.folder / "go").touch()

    def wait(self) -> None:
        """Let the next run wait in its middle."""
        (self.folder / "go").unlink(missing_ok=True)


@pytest.fixture
def plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plays:
    """A stand-in that plays in place of `signpost test`, in a real process."""
    folder = tmp_path / "plays"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    command = (sys.executable, "-m", "tests.staff.runs.plays", str(folder))
    monkeypatch.setattr(runner, "COMMAND", command)
    return Plays(folder)
