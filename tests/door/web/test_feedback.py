from __future__ import annotations

from datetime import date
from pathlib import Path

from signpost.door.web.feedback import Feedback, FeedbackBox

GOOD = Feedback(helpful=True, entries=["advice.scam_fraud/child"])


def test_opinions_go_with_their_day(tmp_path: Path) -> None:
    today = [date(2026, 1, 1)]
    box = FeedbackBox(tmp_path / "feedback", 90, lambda: today[0])
    box.put(GOOD)
    box.put(GOOD)
    today[0] = date(2026, 4, 1)
    box.put(GOOD)
    assert names(tmp_path) == ["2026-01-01.jsonl", "2026-04-01.jsonl"]
    today[0] = date(2026, 4, 2)
    box.put(GOOD)
    assert names(tmp_path) == ["2026-04-01.jsonl", "2026-04-02.jsonl"]


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "feedback").iterdir())


def test_an_opinion_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "feedback").write_text("a file in the folder's place")
    FeedbackBox(tmp_path / "feedback", 90).put(GOOD)
