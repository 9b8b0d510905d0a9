"""`signpost test` on the real command line, with the trained model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from signpost import settings, training

PLAIN = {"text": "someone on instagram sold me fake trainers and kept the money"}
ROWS: list[dict[str, Any]] = [
    {**PLAIN, "concern": "scam_fraud", "audience": "unknown"},
    {**PLAIN, "concern": "screen_time", "audience": "unknown"},
]
PRIVATE = [
    {"text": "my number is 07700 900123", "details": [{"kind": "phone", "value": "07700 900123"}]},
    {"text": "ring 0800 1111", "details": [], "keep": ["0800"]},
]


def test(*words: str, state: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SIGNPOST_")}
    return subprocess.run(
        [sys.executable, "-m", "signpost.cli", "test", *words],
        cwd=settings.ROOT,
        env={**environment, "SIGNPOST_STATE": str(state), **variables},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


test.__test__ = False  # type: ignore[attr-defined]


def rows_in(file: Path, rows: list[dict[str, Any]]) -> str:
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return str(file)


@pytest.mark.model
def test_cases_of_every_kind_are_played_and_told_as_lines(tmp_path: Path) -> None:
    training.ensure(settings.Settings(), print)
    crisis = {"text": "I have taken an overdose", "label": "crisis", "phenomenon": "overdose"}
    files = [
        rows_in(tmp_path / "mine.jsonl", ROWS),
        rows_in(tmp_path / "crisis.jsonl", [{**crisis, "route": "999"}]),
        rows_in(tmp_path / "private.jsonl", PRIVATE),
    ]
    done = test(
        "conversations/test_stories", *files, "--lines", str(tmp_path / "out"), state=tmp_path
    )
    assert done.returncode == 1, done.stderr
    lines = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
    assert lines[0]["type"] == "started"
    assert lines[0]["model"] == training.checksum()
    assert lines[0]["cases"] == len(lines) - 2 == 9
    rights = {
        (each["set"], each["number"]): all(turn["right"] for turn in each["turns"])
        for each in lines[1:-1]
    }
    assert [each for each, right in rights.items() if not right] == [("mine", 2)]
    assert lines[-1] == {"type": "ended", "right": 8, "wrong": 1}
    wrong = next(each for each in lines if each.get("set") == "mine" and each["number"] == 2)
    assert wrong["turns"][0]["got"].startswith("advice:scam_fraud")
    assert any(entry.startswith("advice.scam_fraud") for entry in wrong["turns"][0]["entries"])
    assert "expected  advice:screen_time" in done.stdout
    assert "mine" in done.stdout.splitlines()[-3]


def test_the_sets_are_listed(tmp_path: Path) -> None:
    done = test("--list", state=tmp_path)
    assert done.returncode == 0
    assert "evaluation/crisis " in done.stdout
    assert "4 stories" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("no-such-set",), "There is no set of cases named no-such-set"),
        (("evaluation/dialogues", "--no-training"), "No trained model fits"),
    ],
)
def test_what_cannot_run_says_why_in_one_sentence(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = test(*words, state=tmp_path, SIGNPOST_MODELS=str(tmp_path))
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
