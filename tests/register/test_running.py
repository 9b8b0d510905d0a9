"""Which bundle each part runs, as it says itself."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec

from signpost.edition import Editions
from signpost.register import bundle, running
from signpost.settings import Settings
from tests.faults.harness import wait_until


def test_each_part_is_named_with_its_bundle(tmp_path: Path) -> None:
    running.tell(tmp_path, "door", "0123456789abcdef")
    running.tell(tmp_path, "rasa", "")
    assert [(part.name, part.bundle) for part in running.parts(tmp_path)] == [
        ("door", "0123456789abcdef"),
        ("rasa", ""),
    ]


def test_a_part_that_said_nothing_lately_is_silent(tmp_path: Path) -> None:
    running.tell(tmp_path, "door", "a")
    [part] = running.parts(tmp_path)
    assert not part.is_silent(datetime.now(timezone.utc))
    assert part.is_silent(datetime.now(timezone.utc) + timedelta(minutes=2))


def test_what_ended_long_ago_or_is_damaged_is_left_out(tmp_path: Path) -> None:
    running.tell(tmp_path, "door", "a")
    [file] = (tmp_path / running.FOLDER).glob("*.json")
    os.utime(file, (0, time.time() - 2 * 24 * 3600))
    (file.parent / "rasa-1.json").write_text("{", encoding="utf-8")
    assert running.parts(tmp_path) == []
    assert not file.exists()


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / running.FOLDER).write_text("in the way", encoding="utf-8")
    running.tell(tmp_path, "door", "a")
    assert running.parts(tmp_path) == []


def test_a_part_tells_what_it_took_up(settings: Settings) -> None:
    made = bundle.publish(settings.content, settings.bundle_store)
    served = msgspec.structs.replace(
        settings, bundles=str(settings.bundle_store), bundle_seconds=0.05
    )
    Editions(served, with_floor=False).poll()
    wait_until(
        lambda: [part.bundle for part in running.parts(served.bundle_store)] == [made.checksum],
        30,
        "nothing was told",
    )
