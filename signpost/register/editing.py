"""Change values within a file of the register and leave everything else as it is, to the byte.

The file is read with the place of each value in its text; only the lines of what changed are
written anew. Comments, blank lines, quotes and the order of what stays are the editor's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from textwrap import TextWrapper
from typing import Any

import yaml

from signpost.register.loader import RecordError, read_plain

WIDTH = 100
# A mapping or list that is shorter than this goes on one line.
_FLOW = 80


class EditError(Exception):
    """The change cannot be written into the text; the message says where."""


def edited(text: str, plain: Mapping[str, Any]) -> str:
    """`text` with its values changed to those of `plain`. A key that `plain` lacks is taken out.

    Raises `RecordError` for a text that is no YAML, `EditError` where no result reads back as
    `plain`.
    """
    before = read_plain(text)
    if before == plain:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    node = yaml.compose("\n".join(lines), Loader=yaml.SafeLoader) if before else None
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        return written(plain)
    # A whole part of the file is written anew only where its single lines cannot be.
    for whole in (False, True):
        done = list(lines)
        _apply(done, list(_Editor(done, whole=whole).mapping(node, before, plain)))
        if _reads_as(newline.join(done), plain):
            return newline.join(done)
    raise EditError("The change cannot be written without losing something; edit the text.")


def written(plain: Mapping[str, Any]) -> str:
    """A new file with these values."""
    text = "\n".join([*_block(plain, 0), ""])
    if not _reads_as(text, plain):
        raise EditError("These values cannot be written as a file of the register.")
    return text


def _reads_as(text: str, plain: Mapping[str, Any]) -> bool:
    """Whether what was written reads back as what was meant; nothing else is ever handed out."""
    try:
        return bool(read_plain(text) == plain)
    except RecordError:
        return False


# (first line, line after the last, what stands there instead)
_Edit = tuple[int, int, list[str]]


def _apply(lines: list[str], edits: Sequence[_Edit]) -> None:
    for first, end, fresh in sorted(edits, key=lambda edit: (edit[0], edit[1]), reverse=True):
        lines[first:end] = fresh


class _Editor:
    def __init__(self, lines: list[str], *, whole: bool) -> None:
        self._lines = lines
        self._whole = whole

    def mapping(self, node: Any, before: Any, after: Mapping[str, Any]) -> Iterator[_Edit]:
        """The edits that make a block mapping what it should be."""
        indent = node.start_mark.column
        last = self._end(node)
        for key, value in node.value:
            name = key.value
            if name not in after:
                first = key.start_mark.line
                yield first, max(self._end(value), first + 1), []
            elif before[name] != after[name]:
                yield from self._value(key, value, before[name], after[name], indent)
        fresh = [name for name in after if name not in before]
        if fresh:
            added = [line for name in fresh for line in _pair(name, after[name], indent)]
            yield last, last, added

    def _value(self, key: Any, node: Any, before: Any, after: Any, indent: int) -> Iterator[_Edit]:
        block = getattr(node, "flow_style", None) is False and not self._whole
        if block and isinstance(before, dict) and isinstance(after, dict) and after:
            yield from self.mapping(node, before, after)
        elif block and isinstance(before, list) and isinstance(after, list) and after:
            yield from self._sequence(node, before, after)
        else:
            first = key.start_mark.line
            lead = self._lines[first][: key.start_mark.column]
            fresh = _pair(key.value, after, indent, like=node)
            kept = self._comment(node)
            if kept and len(fresh) == 1:
                fresh[0] += kept
            # A key on the line of its dash: "- number: …".
            fresh[0] = lead + fresh[0][len(lead) :]
            yield first, max(self._end(node), first + 1), fresh

    def _sequence(self, node: Any, before: list[Any], after: list[Any]) -> Iterator[_Edit]:
        """Items at the start and at the end that stay are left alone."""
        head = 0
        while head < min(len(before), len(after)) and before[head] == after[head]:
            head += 1
        tail = 0
        while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
            tail += 1
        indent = self._dash(node.value[0])
        old = node.value[head : len(before) - tail]
        fresh = after[head : len(after) - tail]
        if len(old) == len(fresh):
            for item, was, new in zip(old, before[head:], fresh, strict=False):
                yield from self._item(item, was, new, indent)
            return
        first = old[0].start_mark.line if old else self._place(node, head)
        end = self._end(old[-1]) if old else first
        yield first, end, [line for item in fresh for line in _item(item, indent)]

    def _item(self, node: Any, before: Any, after: Any, indent: int) -> Iterator[_Edit]:
        if before == after:
            return
        block = getattr(node, "flow_style", None) is False
        if block and isinstance(before, dict) and isinstance(after, dict) and after:
            yield from self.mapping(node, before, after)
        else:
            first = node.start_mark.line
            yield first, max(self._end(node), first + 1), _item(after, indent, like=node)

    def _place(self, node: Any, number: int) -> int:
        """The line at which a new item with that number goes."""
        if number < len(node.value):
            return int(node.value[number].start_mark.line)
        return self._end(node)

    def _dash(self, item: Any) -> int:
        """The column of the dash before an item."""
        line = self._lines[item.start_mark.line]
        return int(line.rindex("-", 0, item.start_mark.column))

    def _end(self, node: Any) -> int:
        """The line after the last one that belongs to a value, comments after it not counted."""
        if node.value and getattr(node, "flow_style", None) is False:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        mark = node.end_mark
        end = mark.line if mark.column == 0 and mark.line > node.start_mark.line else mark.line + 1
        # A folded text ends after the blank lines that follow it, which are not its own.
        while end > node.start_mark.line + 1 and not self._lines[end - 1].strip():
            end -= 1
        return int(end)

    def _comment(self, node: Any) -> str:
        """The comment that ends the line of a value of one line."""
        mark = node.end_mark
        if mark.line != node.start_mark.line:
            return ""
        rest = self._lines[mark.line][mark.column :]
        return rest if re.fullmatch(r"\s+#.*", rest) else ""


def _pair(name: str, value: Any, indent: int, like: Any = None) -> list[str]:
    """ "name: value" as lines."""
    lead = f"{' ' * indent}{_scalar(name)}:"
    return _after(lead, value, indent, like)


def _item(value: Any, indent: int, like: Any = None) -> list[str]:
    """ "- value" as lines."""
    lead = f"{' ' * indent}-"
    if isinstance(value, dict) and value and not _flow(value):
        first, *rest = _block(value, indent + 2)
        return [f"{lead} {first.lstrip()}", *rest]
    return _after(lead, value, indent, like)


def _after(lead: str, value: Any, indent: int, like: Any = None) -> list[str]:
    if isinstance(value, str):
        style = getattr(like, "style", None)
        return _text(lead, value, indent, quoted=style if style in ("'", '"') else None)
    short = _flow(value)
    if short and len(lead) + len(short) < WIDTH:
        return [f"{lead} {short}"]
    return [lead, *_block(value, indent + 2)]


def _block(value: Any, indent: int) -> list[str]:
    if isinstance(value, Mapping):
        return [line for name, each in value.items() for line in _pair(str(name), each, indent)]
    if isinstance(value, list):
        return [line for each in value for line in _item(each, indent)]
    return [f"{' ' * indent}{_flow(value)}"]


def _flow(value: Any) -> str:
    """The value on one line, or "" where it is long or holds long parts."""
    if isinstance(value, Mapping):
        if any(isinstance(each, (Mapping, list)) for each in value.values()):
            return "" if value else "{}"
        inside = ", ".join(f"{_scalar(k)}: {_scalar(v, inside=True)}" for k, v in value.items())
        short = f"{{{inside}}}"
    elif isinstance(value, list):
        if any(isinstance(each, (Mapping, list)) for each in value):
            return ""
        short = f"[{', '.join(_scalar(each, inside=True) for each in value)}]"
    else:
        return _scalar(value)
    return short if len(short) <= _FLOW else ""


def _text(lead: str, text: str, indent: int, quoted: str | None = None) -> list[str]:
    """A text: on the line of its name where it fits, folded below it where it does not."""
    short = _quoted(text) if quoted else _scalar(text)
    if len(lead) + 1 + len(short) <= WIDTH and "\n" not in short:
        return [f"{lead} {short}"]
    folded = _folded(text, indent + 2)
    return [f"{lead} >-", *folded] if folded else [f"{lead} {_quoted(text)}"]


def _folded(text: str, indent: int) -> list[str]:
    """The lines of a folded text; none for a text that folding would change."""
    if text != " ".join(text.split()) or not text.isprintable():
        return []
    wrapper = TextWrapper(
        width=max(WIDTH - indent, 40), break_long_words=False, break_on_hyphens=False
    )
    return [" " * indent + line for line in wrapper.wrap(text)]


def _scalar(value: Any, *, inside: bool = False) -> str:
    """A value on one line, quoted where YAML would read it otherwise."""
    if isinstance(value, str):
        plain = yaml.safe_dump(value, width=10**9, allow_unicode=True).removesuffix("\n...\n")
        plain = plain.removesuffix("\n")
        needs = plain[:1] in "'\"" or "\n" in plain or not value
        if needs or (inside and re.search(r"[,\[\]{}]", value)) or _numeric(value):
            return _quoted(value)
        return plain
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return str(value)
    return yaml.safe_dump(value, default_flow_style=True, width=10**9, allow_unicode=True).strip()


def _numeric(text: str) -> bool:
    return bool(re.fullmatch(r"[\d\s+.:-]+", text))


def _quoted(text: str) -> str:
    quoted = yaml.safe_dump(text, default_style='"', width=10**9, allow_unicode=True)
    return str(quoted).strip()


def replaced_sign_off(text: str, sign_off: Mapping[str, Any] | None) -> str:
    """`text` with another sign-off at its end, or without one. Raises as `edited` does."""
    plain = dict(read_plain(text))
    plain.pop("sign_off", None)
    if sign_off is not None:
        plain["sign_off"] = dict(sign_off)
    return edited(text, plain)
