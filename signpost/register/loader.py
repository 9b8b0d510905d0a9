"""Read `content/` into a `Register`, or say which file, line and field is wrong.

All problems are collected and raised together: an editor should not have to mend and retry once
per mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec
import yaml

from signpost import safe_yaml
from signpost.register import opening
from signpost.register.models import Contact, Council, Entry, OpeningWords, Passage, Service

R = TypeVar("R", Service, Entry, Council)
S = TypeVar("S")

REFERENCE = re.compile(r"\{([a-z0-9-]+)\.([a-z_]+)\}")


class _Loader(safe_yaml.Loader):
    """Reads `on`, `off`, `yes` and `no` as words: a sign-off has a field named `on`."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {
        letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":bool")]
        for letter, resolvers in safe_yaml.Loader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|false|False)$"), list("tTfF")
)
_FIELD = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


class RegisterError(Exception):
    """The register cannot be used; `problems` holds one sentence for each mistake."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class Register:
    """The loaded entries. Look things up by id, concern, or a name somebody typed."""

    def __init__(
        self,
        services: Mapping[str, Service],
        entries: Mapping[str, Entry],
        councils: Mapping[str, Council],
        council: str,
        opening_words: OpeningWords | None = None,
    ) -> None:
        self.opening_words = opening_words
        self.services = dict(services)
        self.entries = dict(entries)
        self.councils = dict(councils)
        if council not in self.councils:
            known = ", ".join(sorted(self.councils)) or "none"
            raise RegisterError(
                [f"There is no council profile named '{council}'; the register has: {known}."]
            )
        self.council = self.councils[council]

    def entry(self, entry_id: str) -> Entry:
        """The entry named `entry_id`, such as "advice.cyberbullying"."""
        try:
            return self.entries[entry_id]
        except KeyError:
            raise RegisterError([f"The register has no entry '{entry_id}'."]) from None

    def advice(self, concern: str) -> Entry | None:
        """The advice for a concern, or None where none is written."""
        return self.entries.get(f"advice.{concern}")

    def platform_report(self, platform: str) -> Service | None:
        """The report page of a platform, by its canonical name ("snapchat")."""
        return self._reports.get(platform)

    @cached_property
    def _reports(self) -> dict[str, Service]:
        return {
            service.platform: service
            for service in self.services.values()
            if service.platform and service.kind == "platform_report"
        }

    def contacts(self, role: str) -> list[Contact]:
        """The council's teams with that role that may be shown."""
        return [
            contact
            for contact in self.council.contacts
            if contact.role == role and not contact.held_back
        ]

    def resolve(self, text: str) -> str:
        """Replace `{service.field}` references; raises `RegisterError` on a dead one."""
        return REFERENCE.sub(lambda match: self._fact(match[1], match[2]), text)

    def _fact(self, name: str, field: str) -> str:
        if name == "council":
            value = getattr(self.council, field, None)
        elif name in self.services:
            value = _service_fact(self.services[name], field)
        else:
            value = None
        if not isinstance(value, str) or not value:
            raise RegisterError([f"'{{{name}.{field}}}' refers to nothing in the register."])
        return value


def _service_fact(service: Service, field: str) -> str | None:
    if field == "phone":
        return service.phones[0].number if service.phones else None
    if field == "text":
        return service.texts[0].number if service.texts else None
    if field == "hours":
        return service.hours.words if service.hours else None
    value = getattr(service, field, None)
    return value if isinstance(value, str) else None


def load(content: Path, council: str) -> Register:
    """Load every file under `content`. Raises `RegisterError` with all problems at once."""
    if not content.is_dir():
        raise RegisterError([f"The register's folder {content} does not exist."])
    problems: list[str] = []
    services = _read_folder(content / "services", Service, problems)
    entries: dict[str, Entry] = {}
    for folder, kind in (("advice", "advice"), ("crisis/replies", "crisis")):
        entries |= _read_folder(content / folder, Entry, problems, prefix=f"{kind}.")
    entries |= _read_folder(content / "conversation", Entry, problems, prefix="conversation.")
    councils = _read_folder(content / "councils", Council, problems)
    file = content / "interface" / "opening.yaml"
    words = _read_file(file, OpeningWords, problems) if file.is_file() else None
    if problems:
        raise RegisterError(problems)
    register = Register(services, entries, councils, council, words)
    problems += _missing_defaults(register)
    problems += _dead_references(register)
    problems += _unusable_hours(register)
    problems += _unusable_templates(register)
    if problems:
        raise RegisterError(problems)
    return register


def _read_folder(
    folder: Path, shape: type[R], problems: list[str], prefix: str = ""
) -> dict[str, R]:
    records: dict[str, R] = {}
    for file in sorted(folder.glob("*.yaml")):
        record = _read_file(file, shape, problems)
        if record is None:
            continue
        if record.id != prefix + file.stem:
            problems.append(
                f"{file}:1: id: is '{record.id}', but the file's name makes it "
                f"'{prefix}{file.stem}'. Rename one of them."
            )
        records[record.id] = record
    return records


def _read_file(file: Path, shape: type[S], problems: list[str]) -> S | None:
    try:
        return parse(safe_yaml.read_text(file), shape)
    except UnicodeDecodeError as error:
        problems.append(f"{file}: is not UTF-8 text ({error.reason} at byte {error.start}).")
    except RecordError as error:
        problems.append(f"{file}:{error.line}: {error}")
    except OSError as error:
        problems.append(f"{file}: cannot be read: {error.strerror}.")
    except yaml.YAMLError as error:
        problems.append(f"{file}:1: {error}.")
    return None


class RecordError(ValueError):
    """A text is not in the form of its record. `line` counts from 1; `field` is a path such as
    "variants.child.sms", and "" where the text is no YAML at all."""

    def __init__(self, line: int, field: str, message: str) -> None:
        self.line = line
        self.field = field
        self.message = message
        super().__init__(f"{field}: {message}" if field else message)


def read_plain(text: str) -> Any:
    """A file's text as plain Python. Raises `RecordError`."""
    try:
        return safe_yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RecordError(line, "", f"is not readable YAML: {error.problem}.") from None
    except (yaml.YAMLError, ValueError) as error:
        # A character that YAML does not allow, or a date that no calendar has.
        first = str(error).splitlines()[0]
        raise RecordError(1, "", f"is not readable YAML: {first}.") from None


def parse(text: str, shape: type[S]) -> S:
    """The record that a file's text holds. Raises `RecordError`."""
    kind: Any = shape
    record: S = _parsed(text, kind)
    return record


# Most files are as they were when they were last read, in the bundle before or a minute ago.
@lru_cache(maxsize=1024)
def _parsed(text: str, shape: Any) -> Any:
    plain = read_plain(text)
    try:
        return msgspec.convert(plain, shape)
    except msgspec.ValidationError as error:
        message = str(error)
        found = _FIELD.search(message)
        path = found["path"] if found else ""
        line = _line_of(yaml.compose(text, Loader=yaml.SafeLoader), path)
        field = path.lstrip(".") or "the file"
        raise RecordError(line, field, f"{_FIELD.sub('', message)}.") from None


def _line_of(node: Any, path: str) -> int:
    """The 1-based line of the YAML value at a msgspec path such as `.variants.child.sms`."""
    line = node.start_mark.line if node is not None else 0
    for key, index in _STEP.findall(path):
        if isinstance(node, yaml.MappingNode) and key:
            matching = [value for name, value in node.value if name.value == key]
        elif isinstance(node, yaml.SequenceNode) and index.isdigit():
            matching = node.value[int(index) : int(index) + 1]
        else:
            matching = []
        if not matching:
            break
        node = matching[0]
        line = node.start_mark.line
    return int(line) + 1


def _missing_defaults(register: Register) -> list[str]:
    return [
        f"{entry.id}: default: is '{entry.default}', but there is no such variant; "
        f"it has: {', '.join(entry.variants) or 'none'}."
        for entry in register.entries.values()
        if entry.default not in entry.variants
    ]


def _unusable_hours(register: Register) -> list[str]:
    places = [(f"services/{each.id}", each.hours) for each in register.services.values()]
    for council in register.councils.values():
        places += [(f"councils/{council.id}: {team.name}", team.hours) for team in council.contacts]
    problems = []
    for where, hours in places:
        try:
            if hours is not None:
                opening.check(hours)
        except opening.HoursError as error:
            problems.append(f"{where}: hours: {error}")
    return problems


def _unusable_templates(register: Register) -> list[str]:
    """Sentences about opening hours that name something other than a time, a day or a team."""
    problems = []
    words = register.opening_words
    for name, template in msgspec.structs.asdict(words).items() if words else ():
        try:
            template.format(time="9 am", day="Monday", team="the team")
        except (KeyError, IndexError, ValueError):
            problems.append(
                f"interface/opening: {name}: holds more in braces than time, day and team."
            )
    return problems


def _dead_references(register: Register) -> list[str]:
    problems = []
    for entry in register.entries.values():
        if entry.continues_as and f"advice.{entry.continues_as}" not in register.entries:
            problems.append(
                f"{entry.id}: continues_as: there is no advice for '{entry.continues_as}'."
            )
        for where, passage in passages(entry):
            texts = [*passage.bubbles, getattr(passage, "sms", "")]
            for text in texts:
                try:
                    register.resolve(text)
                except RegisterError as error:
                    problems += [f"{entry.id}: {where}: {problem}" for problem in error.problems]
            problems += [
                f"{entry.id}: {where}: there is no service '{name}'."
                for name in passage.services
                if name not in register.services
            ]
    return problems


def passages(entry: Entry) -> Iterable[tuple[str, Passage]]:
    """Every passage of an entry, with the path of its field."""
    for audience, variant in entry.variants.items():
        yield f"variants.{audience}", variant
        if variant.more:
            yield f"variants.{audience}.more", variant.more
        if variant.report:
            yield f"variants.{audience}.report", variant.report
