"""Totals of use over the real door: a kill loses no more than the last seconds, and two doors add
to the same totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from harness import LoneDoor, wait_until
from promise import OVERDOSE

from signpost.counts.store import Counts
from signpost.register.opening import UK

pytestmark = pytest.mark.faults
PLANTED = "Samantha"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[LoneDoor]:
    door = LoneDoor(tmp_path / "state")
    door.start()
    try:
        door.wait_until_listening()
        yield door
    finally:
        door.stop()


def totals(door: LoneDoor) -> Counter[str]:
    """The totals of yesterday and today by measure and value: a test may run at midnight."""
    today = datetime.now(UK).date()
    counts = Counts(door.state)
    found: Counter[str] = Counter()
    for key, number in counts.between(today - timedelta(days=1), today).items():
        found[f"{key.measure} {key.value}"] += number
    counts.close()
    return found


def wait_until_counted(door: LoneDoor, messages: int) -> None:
    def counted() -> bool:
        return totals(door)["messages all"] == messages

    wait_until(counted, 30, f"not {messages} messages were counted: {door.lines()[-2000:]}")


def test_totals_outlive_a_kill_and_two_doors_add_to_the_same_ones(
    door: LoneDoor, tmp_path: Path
) -> None:
    for _ in range(3):
        door.say(f"my name is {PLANTED}. {OVERDOSE}")
    wait_until_counted(door, 3)
    door.stop()  # kills: nothing is written at the end
    door.start()
    other = LoneDoor(door.state)
    other.output = tmp_path / "other.txt"
    other.start()
    try:
        for each in (door, other):
            each.wait_until_listening()
            each.say(OVERDOSE)
            each.say("what is this")
        wait_until_counted(door, 7)
    finally:
        other.stop()
    found = totals(door)
    assert (found["outcome 999"], found["outcome fault"]) == (5, 2)
    assert found["channel web"] == 7
    kept = (door.state / "counts.db").read_bytes()
    assert PLANTED.encode() not in kept
    assert b"tablets" not in kept


def test_a_file_that_cannot_be_written_harms_no_answer(tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "counts.db").mkdir(parents=True)
    door = LoneDoor(state)
    door.start()
    try:
        door.wait_until_listening()
        assert door.say(OVERDOSE)["route"] == "999"
        wait_until(lambda: "not_written" in door.lines(), 30, "the log does not say so")
        assert door.say(OVERDOSE)["route"] == "999"
        (state / "counts.db").rmdir()
        wait_until_counted(door, 2)
    finally:
        door.stop()
