"""The contract table: which case of it each channel passed in this run."""

from __future__ import annotations

from pathlib import Path

import pytest

from signpost.register.channels.segments import segments
from signpost.register.loader import load
from signpost.settings import ROOT, Settings
from tests.door.channels.drivers import DRIVERS

REPORT = ROOT / "reports" / "channels.md"
CONTRACT = "test_contract.py"


class Table:
    """Outcomes by case and channel, in the order in which the cases ran."""

    def __init__(self) -> None:
        self.cells: dict[str, dict[str, str]] = {}

    def note(self, item: pytest.Item, *, passed: bool) -> None:
        """Remember the outcome of a test of the contract; a failure stays one."""
        if item.path.name != CONTRACT:
            return
        case = item.name.partition("[")[0].removeprefix("test_").replace("_", " ")
        bench = getattr(item, "funcargs", {}).get("bench")
        channel = bench.driver.name if bench else item.name.partition("[")[2].rstrip("]")
        row = self.cells.setdefault(case, {})
        if row.get(channel) != "FAIL":
            row[channel] = "pass" if passed else "FAIL"

    def write(self, file: Path = REPORT) -> None:
        """Write the table as Markdown, with the crisis texts as SMS."""
        if not self.cells:
            return
        names = [driver.name for driver in DRIVERS]
        lines = [
            "# Channels and their contract",
            "",
            "Written by `tests/door/channels`: each case with each channel, over a provider's "
            "stand-in on loopback that checks what it is sent.",
            "",
            f"| case | {' | '.join(names)} |",
            f"|---|{'---|' * len(names)}",
        ]
        for case, row in self.cells.items():
            lines.append(f"| {case} | {' | '.join(row.get(name, '-') for name in names)} |")
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join([*lines, "", *crisis_texts()]) + "\n", encoding="utf-8")


def crisis_texts() -> list[str]:
    """Every crisis reply as SMS, with its segments."""
    register = load(ROOT / "content", Settings().council)
    lines = ["## Crisis replies as SMS", "", "| entry | segments | characters | text |"]
    lines.append("|---|---|---|---|")
    for name, entry in register.entries.items():
        if entry.kind == "crisis":
            for audience, variant in entry.variants.items():
                text = register.resolve(variant.sms)
                row = f"| {name}/{audience} | {segments(text)} | {len(text)} | {text} |"
                lines.append(row)
    return lines


TABLE = Table()
