"""The training messages, or a sample of so many of each intent that is the same every time."""

from __future__ import annotations

import random
from pathlib import Path

import yaml

# The messages of each intent, in the order of the files.
Examples = dict[str, list[str]]


def read(folder: Path) -> Examples:
    """All training messages of `data/nlu`, by intent."""
    found: Examples = {}
    for file in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = [line[2:] for line in block["examples"].splitlines()]
            found.setdefault(block["intent"], []).extend(lines)
    return found


def draw(examples: Examples, per_intent: int, seed: int) -> Examples:
    """At most `per_intent` messages of each intent; each intent is drawn by itself, so that more
    data for one changes nothing about another."""
    return {
        intent: random.Random(f"{seed} {intent}").sample(lines, min(per_intent, len(lines)))
        for intent, lines in examples.items()
    }


def write(examples: Examples, file: Path) -> None:
    """One file of Rasa's training data."""
    blocks = [
        {"intent": intent, "examples": "".join(f"- {line}\n" for line in lines)}
        for intent, lines in examples.items()
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        yaml.safe_dump({"version": "3.1", "nlu": blocks}, sort_keys=False, allow_unicode=True),
        encoding="utf-8",
    )
