"""What the checks say of a draft: of its own words while somebody types, of the whole register
before it counts.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
import yaml

from signpost import safe_yaml
from signpost.register import bundle, checks
from signpost.register.checks import Problem, waivers
from signpost.register.checks.wording import near_duplicates
from signpost.register.loader import RecordError, Register, RegisterError, load, parse, read_plain
from signpost.register.models import Council, Entry, OpeningWords, Record, Service
from signpost.staff.register.copy import Copy, paths
from signpost.staff.register.kinds import kind_of, name_of

Texts = Mapping[str, "bytes | None"]
# Needs every other entry and takes long: left to the check of the whole.
_OF_THE_WHOLE = (near_duplicates,)


@dataclass(frozen=True)
class Found:
    """One problem of a draft. `field` is the name of its field in the form, "" for none."""

    level: str
    message: str
    field: str = ""
    line: int = 0
    where: str = ""

    def __str__(self) -> str:
        return self.message


@contextmanager
def laid_over(folder: Path, texts: Texts) -> Iterator[Path]:
    """A copy of the register with some files changed, for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="signpost-draft-") as temporary:
        copy = Path(temporary) / "content"
        shutil.copytree(folder, copy)
        for path, text in texts.items():
            file = copy / path
            if text is None:
                file.unlink(missing_ok=True)
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text)
        # What belongs beside the register is compared with it where the register really is.
        project = checks.project_of(folder)
        for name in ("domain.yml", "data/rules.yml"):
            beside = project / name
            if beside.is_file():
                (copy.parent / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(beside, copy.parent / name)
        (copy / checks.COPY_MARK).unlink(missing_ok=True)
        yield copy


class Checking:
    """Checks drafts against the register as it stands."""

    def __init__(self, copy: Copy, council: str) -> None:
        self._copy = copy
        self._council = council
        self._kept: tuple[str, checks.Report] | None = None

    def whole(self, texts: Texts) -> checks.Report:
        """The report on the register with these files changed, as `signpost publish` would make
        it; places are named without the folder."""
        with laid_over(self._copy.folder, texts) as folder:
            report = checks.inspect(folder, self._council)
            problems = [_without(folder, problem) for problem in report.problems]
        return msgspec.structs.replace(report, problems=problems)

    def new_errors(self, path: str, text: bytes | None) -> list[Problem]:
        """The errors that a change would bring into the register."""
        known = {str(problem) for problem in self._as_it_stands().errors}
        return [each for each in self.whole({path: text}).errors if str(each) not in known]

    def _as_it_stands(self) -> checks.Report:
        """The report on the register without a change; the last one is kept for a day at most."""
        key = f"{bundle.checksum(self._copy.folder)} {date.today()}"
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, self.whole({}))
        return self._kept[1]

    def draft(self, path: str, text: bytes | None) -> list[Found]:
        """What is wrong with a draft's own words, in a moment: for while somebody types."""
        if text is None:
            return []
        found = self._form(path, text)
        if any(each.level == "error" for each in found):
            return found
        kind = kind_of(path)
        if kind.name in ("rules", "other", "labels"):
            return [*found, *self._other(path, text)]
        return [*found, *self._record(path, text)]

    def _form(self, path: str, text: bytes) -> list[Found]:
        """Whether the text can be read as what its place makes it."""
        kind = kind_of(path)
        try:
            words = safe_yaml.text_of(text)
            if kind.shape is None:
                read_plain(words)
                return []
            record = parse(words, kind.shape)
        except UnicodeDecodeError as error:
            return [Found("error", f"The text is not UTF-8 (at byte {error.start}).")]
        except RecordError as error:
            field = field_at(error.field)
            return [Found("error", _sentence(error.message), field, error.line, error.field)]
        except yaml.YAMLError as error:
            return [Found("error", f"The text {error}.")]
        if isinstance(record, Record) and record.id != kind.id_of(path):
            message = f"Is '{record.id}', but the file's name makes it '{kind.id_of(path)}'."
            return [Found("error", message, "id")]
        return _empty_fields(record)

    def _record(self, path: str, text: bytes) -> list[Found]:
        with laid_over_records(self._copy, path, text) as folder:
            try:
                register = load(folder, self._council)
            except RegisterError as error:
                return [self._load_problem(folder, path, each) for each in error.problems]
        name = name_of(path)
        lens = _Lens(register, name)
        problems = [
            problem
            for check in checks.CHECKS
            if check not in _OF_THE_WHOLE
            for problem in _named(check, lens)
            if problem.entry == name or check is checks.CHECKS[0]
        ]
        known, _ = waivers.load_waivers(self._copy.folder)
        left = [each for each in problems if not any(waiver.covers(each) for waiver in known)]
        return [found_of(problem) for problem in left]

    def _other(self, path: str, text: bytes) -> list[Found]:
        problems = self.whole({path: text}).problems
        found = []
        for problem in problems:
            file, _, line = problem.where.partition(":")
            if file == path:
                number = int(line) if line.isdecimal() else 0
                found.append(Found(problem.level, _sentence(problem.message), "", number, path))
        return found

    @staticmethod
    def _load_problem(folder: Path, path: str, sentence: str) -> Found:
        plain = sentence.replace(f"{folder}/", "")
        name = name_of(path)
        for start in (name, path, name.replace("service.", "services/", 1)):
            if plain.startswith(f"{start}: "):
                rest = plain[len(start) + 2 :]
                field, _, message = rest.partition(": ")
                known = field_at(field) if message else ""
                return Found("error", _sentence(message or rest), known, 0, field)
        return Found("error", _sentence(plain))


@contextmanager
def laid_over_records(copy: Copy, path: str, text: bytes) -> Iterator[Path]:
    """As `laid_over`, with links in place of copies: quick, and for reading alone."""
    with tempfile.TemporaryDirectory(prefix="signpost-draft-") as temporary:
        folder = Path(temporary) / "content"
        for each in paths(copy.folder):
            target = folder / each
            target.parent.mkdir(parents=True, exist_ok=True)
            if each != path:
                target.symlink_to(copy.folder / each)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
        yield folder


class _Lens(Register):
    """A register in which the checks see one record, and references still see all."""

    def __init__(self, register: Register, name: str) -> None:
        self._whole = register
        kind, _, stem = name.partition(".")
        self.opening_words = register.opening_words
        self.council = register.council
        services, councils = register.services, register.councils
        self.services = {k: v for k, v in services.items() if kind == "service" and k == stem}
        self.entries = {k: v for k, v in register.entries.items() if k == name}
        self.councils = {k: v for k, v in councils.items() if kind == "council" and k == stem}

    def resolve(self, text: str) -> str:
        return self._whole.resolve(text)


def _named(check: checks.Check, register: Register) -> list[Problem]:
    name = getattr(check, "__name__", "check")
    return [
        problem if problem.check else msgspec.structs.replace(problem, check=name)
        for problem in check(register)
    ]


def _without(folder: Path, problem: Problem) -> Problem:
    prefix = f"{folder}/"
    return msgspec.structs.replace(
        problem,
        where=problem.where.replace(prefix, ""),
        message=problem.message.replace(prefix, ""),
    )


def found_of(problem: Problem) -> Found:
    """A problem of a check, with the field of the form that it is about."""
    parts = problem.where.split("/")[1:]
    # Some checks name the field first: "sms has …", "bubble 2 has …".
    named = re.match(r"sms\b|bubble \d+", problem.message)
    if named and len(parts) == 1:
        parts.append(named[0])
    return Found(problem.level, _sentence(problem.message), _field_of(parts), 0, "/".join(parts))


def _field_of(parts: list[str]) -> str:
    """From "child/more/bubble 2" or "phones" to the name of the field in the form."""
    if not parts:
        return ""
    if parts[0] in ("child", "parent", "professional", "adult"):
        path = ["variants", parts[0]]
        for part in parts[1:]:
            number = re.fullmatch(r"bubble (\d+)", part)
            path += ["bubbles", str(int(number[1]) - 1)] if number else [part]
        return ".".join(path)
    return ".".join(parts) if len(parts) == 1 else ""


def field_at(path: str) -> str:
    """From a path of the loader, "phones[0].number", to the name of the field in the form."""
    plain = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", path).strip(".").removesuffix("....")
    return "" if plain == "the file" else plain


def _sentence(message: str) -> str:
    """A message as a sentence of its own."""
    plain = re.sub(r"Expected `(\w+)`, got `(\w+)`", _kinds_in_words, message)
    plain = plain.replace("Object missing required field", "This is missing:")
    plain = plain.replace("Object contains unknown field", "There is no such field:")
    plain = re.sub(r"Invalid RFC3339 encoded date", "Is no date: write it like 2026-11-24", plain)
    plain = re.sub(r"^sms\b", "SMS", plain)
    return plain[:1].upper() + plain[1:]


_WORDS = {
    "str": "text",
    "array": "a list",
    "object": "fields",
    "null": "nothing",
    "int": "a number",
}


def _kinds_in_words(match: re.Match[str]) -> str:
    wanted, got = (_WORDS.get(each, each) for each in match.groups())
    return f"Has to be {wanted}, but is {got}"


_REQUIRED: dict[type, tuple[str, ...]] = {
    Service: ("name", "summary"),
    Entry: ("title",),
    Council: ("name", "short_name", "site", "police_force"),
    OpeningWords: (),
}


def _empty_fields(record: object) -> list[Found]:
    return [
        Found("error", "Must not be empty.", name)
        for name in _REQUIRED.get(type(record), ())
        if not str(getattr(record, name)).strip()
    ]
