"""Read one of the floor's YAML files and remember the line of everything in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from signpost import safe_yaml

Where = tuple[str | int, ...]


class FloorError(Exception):
    """The floor cannot be used; the message names the file, the line and what is wrong."""


class Source:
    """A parsed file: `tree` as plain Python, and the line of each path within it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lines: dict[Where, int] = {}
        try:
            text = safe_yaml.read_text(file)
        except OSError as error:
            raise FloorError(f"{file}: cannot be read ({error.strerror}).") from None
        except UnicodeDecodeError as error:
            raise FloorError(
                f"{file}: is not UTF-8 text ({error.reason} at byte {error.start})."
            ) from None
        except yaml.YAMLError as error:
            raise FloorError(f"{file}:1: {error}.") from None
        try:
            node = safe_yaml.compose(text)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise FloorError(f"{file}:{line}: is not readable YAML: {error.problem}.") from None
        except yaml.YAMLError as error:
            raise FloorError(f"{file}:1: is not readable YAML: {error}.") from None
        self.tree = self._plain(node, ())

    def error(self, where: Where, problem: str) -> FloorError:
        """A `FloorError` for the value at `where`, such as ("rules", 3, "any")."""
        while where and where not in self._lines:
            where = where[:-1]
        return FloorError(f"{self.file}:{self._lines.get(where, 1)}: {problem}")

    def mapping(self, tree: Any, where: Where = ()) -> dict[str, Any]:
        """`tree`, if it is a mapping; raises `FloorError` otherwise."""
        if not isinstance(tree, dict):
            raise self.error(where, f"{_name(where)} must be a mapping of names to values.")
        return tree

    def texts(self, tree: Any, where: Where) -> list[str]:
        """`tree`, if it is a list of texts; raises `FloorError` otherwise."""
        if not isinstance(tree, list) or not all(isinstance(item, str) for item in tree):
            raise self.error(where, f"{_name(where)} must be a list of texts.")
        return tree

    def _plain(self, node: Any, where: Where) -> Any:
        if node is None:
            return {}
        self._lines[where] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            mapping: dict[str, Any] = {}
            for name, value in node.value:
                if name.value in mapping:
                    raise self.error((*where, name.value), f"'{name.value}' stands here twice.")
                mapping[name.value] = self._plain(value, (*where, name.value))
            return mapping
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*where, place)) for place, item in enumerate(node.value)]
        if node.tag == "tag:yaml.org,2002:bool":
            return node.value.lower() in {"true", "yes", "on"}
        if node.tag == "tag:yaml.org,2002:null":
            return None
        return node.value


def _name(where: Where) -> str:
    return f"'{where[-1]}'" if where else "the file"
