"""The register as staff browse it: each file with what somebody should look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from signpost.register import bundle, signing
from signpost.register.checks.facts import REVIEW_DAYS
from signpost.register.checks.problem import texts
from signpost.register.links import Answer, addresses, problem_of
from signpost.register.loader import Register, RegisterError, load
from signpost.register.models import Council, Entry, Record, Service
from signpost.staff.register.copy import Copy
from signpost.staff.register.form import words_of
from signpost.staff.register.keeper import PROPOSED, Proposal
from signpost.staff.register.kinds import Kind, kind_of, name_of, record_in

# What a mark is called, and whether it is bad news.
MARKS = {
    "unreadable": ("cannot be read", True),
    "overdue": ("overdue for review", True),
    "due": ("due soon", False),
    "unsigned": ("not signed off", False),
    "void": ("signed for other words", True),
    "unconfirmed": ("unconfirmed", True),
    "dead": ("dead link", True),
    "moved": ("link to look at", False),
    "proposed": ("change waits", False),
    "draft": ("draft", False),
    "unpublished": ("not published yet", False),
}
_SIGNABLE = (Entry,)


@dataclass
class Item:
    """One file of the register."""

    path: str
    kind: Kind
    title: str
    record: Record | None
    marks: list[str] = field(default_factory=list)
    audiences: list[str] = field(default_factory=list)
    # All its words in small letters, for the search.
    words: str = ""
    detail: str = ""

    @property
    def name(self) -> str:
        """What problems and sources call it."""
        return name_of(self.path)

    @property
    def is_signable(self) -> bool:
        """Whether a safeguarding lead signs it."""
        return isinstance(self.record, Record)


class Shelf:
    """Everything in the register at one moment."""

    def __init__(
        self,
        copy: Copy,
        council: str,
        *,
        answers: Mapping[str, Answer],
        proposals: Iterable[Proposal],
        in_force: Mapping[str, str],
        today: date,
    ) -> None:
        """`in_force` maps the files of the bundle in force to their SHA-256; empty: none is."""
        self._copy = copy
        self._today = today
        self.problems: list[str] = []
        self.register = self._load(council)
        self.items = {path: self._item(path) for path in copy.paths() if path.endswith(".yaml")}
        self._mark_links(answers)
        self._mark_proposals(proposals)
        self._mark_unpublished(in_force)

    def _load(self, council: str) -> Register | None:
        try:
            return load(self._copy.folder, council)
        except RegisterError as error:
            folder = f"{self._copy.folder}/"
            self.problems = [each.replace(folder, "") for each in error.problems]
            return None

    def chosen(
        self, *, kind: str = "", audience: str = "", mark: str = "", council: str = "",
        search: str = "",
    ) -> list[Item]:  # fmt: skip
        """The items that fit, by kind and title."""
        words = search.lower().split()
        shown = self._of_council(council) if council else None
        found = [
            item
            for item in self.items.values()
            if (not kind or item.kind.name == kind)
            and (not audience or audience in item.audiences)
            and (not mark or mark in item.marks)
            and (shown is None or item.path in shown)
            and all(word in item.words for word in words)
        ]
        return sorted(found, key=lambda item: item.title.lower())

    def counts(self) -> dict[str, int]:
        """How many items have each mark."""
        marks = [mark for item in self.items.values() for mark in item.marks]
        return {mark: marks.count(mark) for mark in MARKS}

    def councils(self) -> list[str]:
        """The ids of the councils."""
        return sorted(
            item.record.id for item in self.items.values() if isinstance(item.record, Council)
        )

    def _of_council(self, council: str) -> set[str]:
        """A council's own file, and every entry that shows a team or a fact of the council."""
        found = {f"councils/{council}.yaml"}
        for item in self.items.values():
            if isinstance(item.record, Entry) and _speaks_of_council(item.record):
                found.add(item.path)
        return found

    def _item(self, path: str) -> Item:
        kind = kind_of(path)
        text = self._copy.read(path) or b""
        record = record_in(path, text)
        item = Item(path, kind, path, record)
        item.words = f"{path} {text.decode('utf-8', 'replace')}".lower()
        if record is None:
            if kind.shape is not None and path != "interface/opening.yaml":
                item.marks.append("unreadable")
            return item
        item.title = getattr(record, "title", "") or getattr(record, "name", "") or path
        item.words = f"{item.words} {item.title.lower()}"
        item.audiences = _audiences(record)
        item.detail = _detail(record)
        item.marks += self._marks(record)
        return item

    def _marks(self, record: Record) -> list[str]:
        marks = []
        if record.review_by < self._today:
            marks.append("overdue")
        elif record.review_by <= self._today + timedelta(days=REVIEW_DAYS):
            marks.append("due")
        if isinstance(record, _SIGNABLE) and record.sign_off is None:
            marks.append("unsigned")
        if signing.is_void(record):
            marks.append("void")
        if _is_unconfirmed(record):
            marks.append("unconfirmed")
        return marks

    def _mark_links(self, answers: Mapping[str, Answer]) -> None:
        if self.register is None:
            return
        for url, places in _addresses(self.register).items():
            answer = answers.get(url)
            problem = problem_of(url, places, answer) if answer else None
            if problem is None:
                continue
            for place in places:
                item = self.items.get(_path_of(place))
                mark = "dead" if problem.level == "error" else "moved"
                if item and mark not in item.marks:
                    item.marks.append(mark)

    def _mark_proposals(self, waiting: Iterable[Proposal]) -> None:
        for each in waiting:
            mark = "proposed" if each.state == PROPOSED else "draft"
            item = self.items.get(each.path)
            if item and mark not in item.marks:
                item.marks.append(mark)

    def _mark_unpublished(self, in_force: Mapping[str, str]) -> None:
        if not in_force:
            return
        for path, digest in bundle.hashes(self._copy.folder).items():
            if in_force.get(path) != digest and path in self.items:
                self.items[path].marks.append("unpublished")


def _addresses(register: Register) -> dict[str, list[str]]:
    return _cached_addresses(tuple((text.where, text.raw) for text in texts(register)), register)


@lru_cache(maxsize=4)
def _cached_addresses(_: tuple[tuple[str, str], ...], register: Register) -> dict[str, list[str]]:
    return addresses(register)


def _path_of(place: str) -> str:
    from signpost.staff.register.kinds import path_of

    return path_of(place.split("/")[0])


def _audiences(record: Record) -> list[str]:
    if isinstance(record, Entry):
        return list(record.variants)
    return list(record.audiences) if isinstance(record, Service) else []


def _detail(record: Record) -> str:
    """What tells records of a kind apart, in a few words."""
    if isinstance(record, Service):
        numbers = [phone.number for phone in record.phones]
        numbers += [f"text {line.number}" for line in record.texts]
        parts = [words_of(record.kind), *numbers]
        return ", ".join([*parts, record.status] if record.status != "current" else parts)
    if isinstance(record, Entry):
        route = f"{words_of(record.route)} first; " if record.route else ""
        return route + ", ".join(words_of(each) for each in record.variants)
    if isinstance(record, Council):
        return f"{len(record.contacts)} teams, {record.police_force}"
    return ""


def _is_unconfirmed(record: Record) -> bool:
    if isinstance(record, Service):
        return bool(
            record.held_back or record.status == "unconfirmed" or record.confidence == "low"
        )
    return isinstance(record, Council) and any(team.held_back for team in record.contacts)


def _speaks_of_council(entry: Entry) -> bool:
    for variant in entry.variants.values():
        for passage in (variant, variant.more, variant.report):
            if passage and (
                passage.contacts or any("{council." in text for text in passage.bubbles)
            ):
                return True
        if "{council." in variant.sms:
            return True
    return False
