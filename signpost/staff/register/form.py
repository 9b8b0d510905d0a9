"""The typed fields of a record as a form, and a form as values again.

Both are made from the record's shape, so that a new field shows by itself. What cannot be read as
its field wants it is kept as it was typed, for the check to name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from signpost.register.models import AUDIENCES, Entry
from signpost.register.opening import DAYS

Values = Callable[[str], list[str]]
# Never in the form: given on their own page, or made by the file's name and place.
HIDDEN = {"id", "sign_off", "kind"}
_LAST = {"sources", "checked_on", "review_by", "owner"}
_LONG = {"summary", "not_for", "held_back", "words", "sms", "bubbles", "not_applicable"}
_NAMES_OF_DAYS = dict(
    zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True)
)  # fmt: skip
# What a field is called, and what helps to fill it in.
_LABELS: dict[str, tuple[str, str]] = {
    "name": ("Name", ""),
    "title": ("Title", "What it is called on a button: 40 letters at most."),
    "default": ("Words for a reader we know nothing of", "Nearly always the child's."),
    "summary": ("What it does", "One or two plain sentences."),
    "status": ("Status", "A service that has closed is not offered any more."),
    "confidence": ("How sure are the facts?", ""),
    "audiences": ("Who is it for?", ""),
    "url": ("Web address", "The whole address, from https:// on."),
    "link_text": ("Words of the link", ""),
    "phones": ("Phone numbers", "As the service writes them, such as 0800 1111. To take one out, "
               "empty it."),
    "texts": ("Numbers to text", ""),
    "number": ("Number", ""),
    "label": ("What this number is for", "Only where there is more than one."),
    "send": ("Word to send", "Such as SHOUT, if one is needed."),
    "hours": ("Opening hours", ""),
    "always": ("Open day and night, every day", ""),
    "weekly": ("Hours of each day", "Such as 09:00-17:00, with commas between several. UK time. "
               "A day that is empty is closed."),
    "bank_holidays": ("On bank holidays", ""),
    "words": ("Hours in words", "What the bot shows, or why they are not known."),
    "ages": ("Ages", ""),
    "youngest": ("Youngest", ""),
    "oldest": ("Oldest", ""),
    "not_for": ("What it is not for", "Only if people get that wrong."),
    "platform": ("App", "For the report page of an app: its name as the bot knows it."),
    "names": ("What people call it", "One on each line, misspellings as well."),
    "held_back": ("Why it may not be offered yet", "Empty it when a person has confirmed the "
                  "facts."),
    "sources": ("Sources", "One on each line: a web address, or a fact such as facts:childline."),
    "checked_on": ("Checked on", "The day on which somebody looked, such as 2026-11-24."),
    "review_by": ("Look again by", "Such as 2027-05-24; half a year ahead is usual."),
    "owner": ("Who looks after it", ""),
    "variants": ("Words for each reader", ""),
    "bubbles": ("What the bot says", "One thing in each box, the most important first. To take one "
                "out, empty it. {childline.phone} puts a service's number in."),
    "services": ("Services shown as cards", "One on each line, by file name, such as childline."),
    "contacts": ("Teams of the council shown as cards", ""),
    "sms": ("All of it as one text message", "612 characters at most, in a crisis 306."),
    "more": ("To \u201cwhat else?\u201d", ""),
    "report": ("To \u201chow do I report it?\u201d", ""),
    "not_applicable": ("Readers without words of their own", "Why; they then read the default's."),
    "choices": ("Choices offered", ""),
    "intent": ("What the choice stands for", "As the bot's training calls it."),
    "continues_as": ("Concern that answers what comes after", ""),
    "route": ("What leads the reply", ""),
    "short_name": ("Short name", ""),
    "site": ("Website", "The whole address, from https:// on."),
    "police_force": ("Police force", ""),
    "nation": ("Whose bank holidays", ""),
    "role": ("Role", ""),
    "area": ("Area", ""),
    "neutral_site": ("Where \u201cleave now\u201d leads", "The whole address, from https:// on."),
    "until": ("Open until", ""),
}  # fmt: skip
WORDS_OF_VALUES = {
    "child": "Child or young person",
    "parent": "Parent or carer",
    "professional": "Professional",
    "adult": "Adult",
    "platform_report": "report page of an app",
    "med": "medium",
    "as_usual": "as on any day",
    "always": "open all day",
    "childrens_social_care": "Children's social care",
    "emergency_duty_team": "Emergency duty team",
    "adult_safeguarding": "Adult safeguarding",
    "lado": "LADO",
    "procedures": "Procedures",
    "both": "999 and CEOP",
}


@dataclass
class Field:
    """One field. `name` is its path, as in "hours.weekly.mon"; `children` are those of a group."""

    name: str
    label: str
    hint: str = ""
    # line, text, lines, number, date, choice, boxes, box, group
    kind: str = "line"
    value: str = ""
    chosen: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    children: list[Field] = field(default_factory=list)
    is_open: bool = True
    # A group that is part of a list, or of the readers: shown with a heading of its own.
    is_item: bool = False
    # The first reader who has words: the others are folded away.
    is_first: bool = False

    def walk(self) -> Iterator[Field]:
        """This field and all within it."""
        yield self
        for child in self.children:
            yield from child.walk()


def fields(shape: Any, plain: Mapping[str, Any], prefix: str = "") -> list[Field]:
    """The form of a record (or a part of one) with the values of `plain`: the words first, and
    last what every record has."""
    known = [each for each in msgspec.structs.fields(shape) if prefix or each.name not in HIDDEN]
    return [
        _field(each.name, each.type, plain.get(each.name, _shown_default(each)), prefix)
        for each in sorted(known, key=lambda each: each.name in _LAST)
    ]


def _shown_default(each: Any) -> Any:
    return each.default if isinstance(each.default, str) and each.default else None


def values(shape: Any, form: Values, before: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """What a filled-in form says. What the form has no field for stays as it was `before`."""
    known = [each for each in msgspec.structs.fields(shape) if prefix or each.name not in HIDDEN]
    after = dict(before)
    for each in known:
        old = before.get(each.name)
        new = _value(each.name, each.type, form, old, prefix)
        is_empty = new is None or new in ("", [], {})
        stays_empty = is_empty and each.name in before and not old and old is not None
        missing = new is None if each.required else is_empty and not stays_empty
        if missing:
            after.pop(each.name, None)
        elif each.name not in before and not each.required and new == each.default:
            continue
        else:
            after[each.name] = new
    return after


def default_values(shape: Any, record_id: str, today: date) -> dict[str, Any]:
    """What a new record begins with."""
    plain: dict[str, Any] = {"id": record_id}
    if shape is Entry:
        kind, _, name = record_id.partition(".")
        plain |= {"kind": kind, "title": name.replace("_", " ").capitalize(), "default": "child"}
        plain["variants"] = {"child": {"bubbles": [""]}}
    for each in msgspec.structs.fields(shape):
        if each.required and each.name not in plain:
            plain[each.name] = _blank(each.type, today)
    return plain


def _blank(kind: Any, today: date) -> Any:
    kind = _inner(kind)
    if kind is date:
        return today
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    return [] if get_origin(kind) is list else ""


# From values to fields


def _field(name: str, kind: Any, value: Any, prefix: str) -> Field:
    label, hint = _LABELS.get(name, (name.replace("_", " ").capitalize(), ""))
    made = Field(prefix + name, label, hint)
    _fill(made, name, _inner(kind), value, optional=_inner(kind) is not kind)
    return made


def _fill(made: Field, name: str, kind: Any, value: Any, *, optional: bool) -> None:
    origin = get_origin(kind)
    if origin is Literal:
        made.kind = "choice"
        made.value = "" if value is None else str(value)
        made.options = [("", "")] if optional or not made.value else []
        made.options += [(each, words_of(each)) for each in get_args(kind)]
        if made.value and made.value not in get_args(kind):
            made.options.append((made.value, made.value))
    elif kind is bool:
        made.kind, made.chosen = "box", ["true"] if value is True else []
    elif kind in (int, date):
        made.kind = "number" if kind is int else "date"
        made.value = "" if value is None else str(value)
    elif origin is list:
        _fill_list(made, name, get_args(kind)[0], value)
    elif origin is dict:
        _fill_mapping(made, name, kind, value)
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        made.kind = "group"
        made.is_open = not optional or value is not None
        made.children = fields(kind, value if isinstance(value, Mapping) else {}, made.name + ".")
    else:
        made.kind = "text" if name in _LONG else "line"
        made.value = "" if value is None else str(value)


def _fill_list(made: Field, name: str, kind: Any, value: Any) -> None:
    items = value if isinstance(value, list) else []
    if get_origin(kind) is Literal:
        made.kind, made.chosen = "boxes", [str(each) for each in items]
        made.options = [(each, words_of(each)) for each in get_args(kind)]
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        made.kind = "group"
        for number, item in enumerate([*items, {}]):
            one = Field(f"{made.name}.{number}", _numbered(made.label, number, len(items)))
            one.kind, one.is_item = "group", True
            one.children = fields(
                kind, item if isinstance(item, Mapping) else {}, f"{made.name}.{number}."
            )
            made.children.append(one)
    elif name in _LONG:
        made.kind = "group"
        for number, item in enumerate([*items, ""]):
            one = Field(f"{made.name}.{number}", _numbered("Part", number, len(items)))
            one.kind, one.value = "text", str(item)
            made.children.append(one)
    else:
        made.kind, made.value = "lines", "\n".join(str(item) for item in items)


def _numbered(label: str, number: int, known: int) -> str:
    singular = label.removesuffix("s")
    return f"{singular} {number + 1}" if number < known else f"{singular} {number + 1} (new)"


def _fill_mapping(made: Field, name: str, kind: Any, value: Any) -> None:
    plain = value if isinstance(value, Mapping) else {}
    inner = get_args(kind)[1]
    keys = DAYS if name == "weekly" else AUDIENCES
    made.kind = "group"
    for key in keys:
        one = Field(f"{made.name}.{key}", _NAMES_OF_DAYS.get(key) or words_of(key))
        held = plain.get(key)
        if name == "weekly":
            one.value = ", ".join(map(str, held)) if isinstance(held, list) else str(held or "")
        else:
            _fill(one, name, inner, held, optional=True)
            one.is_item = one.kind == "group"
            one.is_first = held is not None and not any(each.is_first for each in made.children)
        made.children.append(one)


def words_of(value: str) -> str:
    """A value of a choice as people say it."""
    return WORDS_OF_VALUES.get(value, value.replace("_", " "))


# From fields to values


def _value(name: str, kind: Any, form: Values, old: Any, prefix: str) -> Any:
    path = prefix + name
    kind, optional = _inner(kind), _inner(kind) is not kind
    origin = get_origin(kind)
    if kind is bool:
        return bool(form(path))
    if kind is date:
        return _date(_one(form, path))
    if kind is int:
        text = _one(form, path)
        return int(text) if re.fullmatch(r"\d{1,9}", text) else text or None
    if origin is list:
        return _list(name, get_args(kind)[0], form, old, path)
    if origin is dict:
        return _mapping(name, get_args(kind)[1], form, old, path)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _group(kind, form, old, path, optional=optional)
    text = _text(_one(form, path), old)
    return text or None if optional else text


def _group(kind: Any, form: Values, old: Any, path: str, *, optional: bool) -> Any:
    before = old if isinstance(old, Mapping) else {}
    made = values(kind, form, before, path + ".")
    filled = {name: each for name, each in made.items() if each not in (None, "", [], {}, False)}
    # A choice alone, which always has a value, is not filled in.
    is_empty = not set(filled) - {"bank_holidays", "role"}
    return None if optional and is_empty else made


def _list(name: str, kind: Any, form: Values, old: Any, path: str) -> Any:
    items = old if isinstance(old, list) else []
    if get_origin(kind) is Literal:
        chosen = form(path)
        kept = [each for each in items if each in chosen]
        return kept + [each for each in get_args(kind) if each in chosen and each not in kept]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        made = (
            _group(kind, form, _at(items, number), f"{path}.{number}", optional=True)
            for number in _numbers(form, path, len(items))
        )
        return [each for each in made if each]
    if name in _LONG:
        texts = (
            _text(_one(form, f"{path}.{number}"), _at(items, number))
            for number in _numbers(form, path, len(items))
        )
        return [text for text in texts if text]
    return [line.strip() for line in _one(form, path).splitlines() if line.strip()]


def _numbers(form: Values, path: str, known: int) -> Iterable[int]:
    """The numbers of the items that the form may hold: those that were, and new ones after."""
    number = 0
    while number <= known or form(f"{path}.{number}.there"):
        yield number
        number += 1


def _at(items: list[Any], number: int) -> Any:
    return items[number] if number < len(items) else None


def _mapping(name: str, kind: Any, form: Values, old: Any, path: str) -> dict[str, Any]:
    before = old if isinstance(old, Mapping) else {}
    made: dict[str, Any] = {}
    order = [*before, *(key for key in (DAYS if name == "weekly" else AUDIENCES))]
    for key in dict.fromkeys(order):
        if name == "weekly":
            spans = [part.strip() for part in _one(form, f"{path}.{key}").split(",")]
            value: Any = [part for part in spans if part]
        elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            value = _group(kind, form, before.get(key), f"{path}.{key}", optional=True)
        else:
            value = _text(_one(form, f"{path}.{key}"), before.get(key))
        if value:
            made[key] = value
    return made


def _one(form: Values, path: str) -> str:
    return next(iter(form(path)), "").replace("\r\n", "\n").strip()


def _date(text: str) -> Any:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text or None


def _text(text: str, old: Any) -> str:
    """A text as it is kept: lines are joined, unless the text had lines of its own."""
    if isinstance(old, str) and text.split() == old.split():
        return old
    if isinstance(old, str) and "\n" in old.strip():
        return text
    return " ".join(text.split())


def _inner(kind: Any) -> Any:
    """The type within an optional one."""
    if get_origin(kind) in (Union, UnionType):
        inner = [each for each in get_args(kind) if each is not type(None)]
        return inner[0]
    return kind
