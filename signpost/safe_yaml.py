"""YAML that people wrote, read within limits: a file that is too large or too deep is refused in a
sentence. Without them a few kilobytes of brackets end the whole process, and a few anchors that
name one another fill its memory.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# The largest file of the register has 40 kB, the deepest nests 9 values.
MOST_BYTES = 1_000_000
MOST_DEPTH = 40
MOST_VALUES = 100_000
# The parser in C where PyYAML was built with it: the door's start waits for this.
_Fastest: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Fastest):  # type: ignore[misc]
    """The safe loader, which stops before its nesting could overflow the parser's stack."""

    depth = 0

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Called by PyYAML on its way into each value."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise yaml.MarkedYAMLError(
                problem=f"more than {MOST_DEPTH} values stand within one another; write it flatter",
                problem_mark=current_node.start_mark if current_node else None,
            )

    def ascend_resolver(self) -> None:
        """Called by PyYAML on its way out of each value."""
        self.depth -= 1


def read_text(file: Path) -> str:
    """The text of a file. Raises `OSError`, `UnicodeDecodeError`, or `YAMLError` for a huge one."""
    with file.open("rb") as opened:
        raw = opened.read(MOST_BYTES + 1)
    return text_of(raw)


def text_of(raw: bytes) -> str:
    """The text of a file's bytes, byte for byte. Raises `UnicodeDecodeError`, `YAMLError`."""
    if len(raw) > MOST_BYTES:
        raise yaml.YAMLError(
            f"is larger than {MOST_BYTES // 1000} kB, which no file of the register is"
        )
    return raw.decode("utf-8")


def load(text: str, loader: Any = Loader) -> Any:
    """The text as plain Python. Raises `yaml.YAMLError`, or `ValueError` for an impossible date."""
    plain = yaml.load(text, Loader=loader)
    if "&" in text and "*" in text:
        _check_values(plain)
    return plain


def compose(text: str) -> Any:
    """The text as PyYAML's nodes, which know their lines; None for an empty one. Raises
    `yaml.YAMLError`."""
    node = yaml.compose(text, Loader=Loader)
    if "&" in text and "*" in text:
        _check_values(node)
    return node


def _check_values(tree: Any) -> None:
    """Refuse what anchors blow up: each alias counts with all that it stands for."""
    waiting, seen = [tree], 0
    while waiting:
        value = waiting.pop()
        seen += 1
        if seen > MOST_VALUES:
            raise yaml.YAMLError("its anchors (&) and aliases (*) repeat too much; write it out")
        if isinstance(value, yaml.MappingNode):
            waiting.extend(part for pair in value.value for part in pair)
        elif isinstance(value, yaml.SequenceNode):
            waiting.extend(value.value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
