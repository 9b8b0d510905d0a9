"""What every fault is measured by: three messages, their time limits, and the table of outcomes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness import ROOT, Doorway, words

OVERDOSE = "i took loads of tablets"
BLACKMAIL = "he says he'll post my pics if i dont send more, im 14"
ORDINARY = "someone i met on roblox wants my number"
SECONDS = 5.0
CEOP = "https://www.ceop.police.uk/Safety-Centre/"
LAST_RESORT = "crisis.last_resort"
REPORT = ROOT / "reports" / "faults.md"


@dataclass
class Outcome:
    """One fault's row of the table; a cell stays "no answer" until the answer has come."""

    fault: str
    life: str = "no answer"
    ceop: str = "no answer"
    ordinary: str = "no answer"


@dataclass
class Outcomes:
    """The rows of this test run, in the order in which the faults were done."""

    rows: list[Outcome] = field(default_factory=list)

    def begin(self, fault: str) -> Outcome:
        """A new row; what goes wrong before its cells are filled in stands in the table, too."""
        self.rows.append(Outcome(fault))
        return self.rows[-1]

    def write(self, file: Path = REPORT) -> None:
        """Write the table as Markdown."""
        lines = [
            "# Faults and what users read",
            "",
            "Written by `tests/faults`: one row for each fault done in that run, on real "
            f"processes and files. A crisis must be answered within {SECONDS:.0f} seconds.",
            "",
            "| fault | crisis 999 answered in s | CEOP answered in s | ordinary answered with |",
            "|---|---|---|---|",
        ]
        lines += [f"| {r.fault} | {r.life} | {r.ceop} | {r.ordinary} |" for r in self.rows]
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")


OUTCOMES = Outcomes()


def assert_999_first(reply: dict[str, Any]) -> None:
    first = reply["bubbles"][0]["text"]
    assert "999" in first[:60], first
    assert reply["route"] in ("999", "both")


def assert_ceop_first(reply: dict[str, Any]) -> None:
    first = reply["bubbles"][0]["text"]
    assert "CEOP" in first[:60], first
    assert CEOP in words(reply)
    assert "999" in words(reply)


def assert_last_resort_first(reply: dict[str, Any]) -> None:
    """Where floor or register are broken, the one text that holds 999 and CEOP comes first."""
    assert reply["bubbles"][0]["entry"] == LAST_RESORT
    assert CEOP in reply["bubbles"][0]["text"]
    assert_999_first(reply)


def assert_help_is_named(reply: dict[str, Any]) -> None:
    assert "999" in words(reply)
    assert "0800 1111" in words(reply)


def timed(door: Doorway, text: str) -> tuple[dict[str, Any], float]:
    """The reply to a message of a new conversation, and the seconds that it took."""
    started = time.monotonic()
    reply = door.say(text)
    took = time.monotonic() - started
    assert reply["bubbles"], "silence"
    return reply, took


def say_in_time(door: Doorway, text: str) -> dict[str, Any]:
    reply, took = timed(door, text)
    assert took < SECONDS, f"{took:.1f} s"
    return reply


def answered_with(reply: dict[str, Any], took: float) -> str:
    """An ordinary reply as a cell of the table: its entries and its time."""
    entries = dict.fromkeys(bubble["entry"].split("/")[0] for bubble in reply["bubbles"])
    shown = " + ".join(list(entries)[:2])
    return f"{shown} ({took:.1f} s)"


def assert_every_message_is_answered(
    door: Doorway, fault: str, *, last_resort: bool = False
) -> str:
    """Say a 999, a CEOP and an ordinary message, each in time; returns the ordinary's words."""
    outcome = OUTCOMES.begin(fault)
    life, life_took = timed(door, OVERDOSE)
    outcome.life = f"{life_took:.1f}"
    ceop, ceop_took = timed(door, BLACKMAIL)
    outcome.ceop = f"{ceop_took:.1f}"
    ordinary, ordinary_took = timed(door, ORDINARY)
    outcome.ordinary = answered_with(ordinary, ordinary_took)
    if last_resort:
        assert_last_resort_first(life)
        assert_last_resort_first(ceop)
    else:
        assert_999_first(life)
        assert_ceop_first(ceop)
    assert_help_is_named(ordinary)
    for took in (life_took, ceop_took, ordinary_took):
        assert took < SECONDS, outcome
    return words(ordinary)
