"""Reading the advice: the list, each entry's page, how channels show it, its history."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from signpost.register import signing
from signpost.register.checks.problem import texts
from signpost.register.links import Answer, addresses, problem_of
from signpost.register.models import AUDIENCES, Entry, Record
from signpost.register.sources import PREFIX, Evidence, SourcesError
from signpost.register.sources import load as load_sources
from signpost.staff.permissions import May
from signpost.staff.register.desk import Desk
from signpost.staff.register.form import words_of
from signpost.staff.register.keeper import KeepError, Proposal, Version, difference
from signpost.staff.register.kinds import KINDS, record_in
from signpost.staff.register.preview import PARTS, Previews, parts_of
from signpost.staff.register.shelf import MARKS, Item, Shelf
from signpost.staff.visit import Page, Visit, get, post

_READ, _SIGN = May.READ_REGISTER, May.SIGN_OFF
_FILTERS = ("kind", "audience", "mark", "council", "search")


class Browse:
    """The pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def pages(self) -> list[Page]:
        return [
            get("/register", self.show_all, _READ),
            get("/register/file/{path:path}", self.show, _READ),
            get("/register/preview/{path:path}", self.preview, _READ),
            get("/register/history/{path:path}", self.history, _READ),
            post("/register/sign-off/{path:path}", self.sign_off, _SIGN),
        ]

    def show_all(self, visit: Visit) -> Response:
        """The list, by kind, reader, council, mark or words."""
        shelf = self._desk.shelf()
        asked = {name: visit.asked(name) for name in _FILTERS}
        found = shelf.chosen(**asked)
        groups = [(kind, [item for item in found if item.kind.name == kind.name]) for kind in KINDS]
        return self._desk.page(
            visit,
            "list.html",
            shelf=shelf,
            asked=asked,
            found=found,
            groups=[(kind, items) for kind, items in groups if items],
            counts=shelf.counts(),
            kinds=[("", "Everything"), *((kind.name, kind.title) for kind in KINDS)],
            audiences=[("", "Every reader"), *((each, words_of(each)) for each in AUDIENCES)],
            councils=[("", "Every council"), *((each, each) for each in shelf.councils())],
            mark_options=[("", "Anything"), *((name, words) for name, (words, _) in MARKS.items())],
        )

    def show(self, visit: Visit) -> Response:
        """An entry: its words for every reader, where they come from, who signed."""
        shelf, item = self._desk.item(visit)
        return self._entry(visit, shelf, item) if item else self._desk.unknown(visit)

    def sign_off(self, visit: Visit) -> Response:
        """Sign the words that were on the page."""
        shelf, item = self._desk.item(visit)
        if item is None:
            return self._desk.unknown(visit)
        if not visit.values("read"):
            problem = "Tick the box when you have read every word of it."
            return self._entry(visit, shelf, item, {"read": problem})
        try:
            self._desk.keeper.sign_off(visit.person, item.path, visit.value("words"))
        except KeepError as error:
            return self._entry(visit, shelf, item, {"read": str(error)})
        return visit.redirect(
            f"/register/file/{item.path}",
            f"You have signed off “{item.title}” as it stands. Live mode may show it once it is "
            "published.",
        )

    def _entry(
        self, visit: Visit, shelf: Shelf, item: Item, problems: dict[str, str] | None = None
    ) -> Response:
        record = item.record
        return self._desk.page(
            visit,
            "entry.html",
            422 if problems else 200,
            problems=problems or {},
            item=item,
            record=record,
            text=(self._desk.copy.read(item.path) or b"").decode("utf-8", "replace"),
            parts=_parts(shelf, record),
            facts=_facts(record),
            sources=self._sources(record),
            links=self._links(shelf, item),
            signed=signing.valid(record) if record else None,
            digest=signing.digest(record) if record else "",
            author=self._desk.keeper.author_of_words(item.path) if record else "",
            open_proposals=self._desk.keeper.open_proposals(item.path),
            users=_users(shelf, item),
            waiting=[each for each in self._desk.keeper.open_proposals(item.path)],
            readable=record is not None,
        )

    def _sources(self, record: Record | None) -> list[tuple[str, Evidence | None]]:
        if record is None:
            return []
        try:
            known = load_sources(self._desk.copy.folder)
        except SourcesError:
            known = {}
        return [(each, known.get(each.removeprefix(PREFIX))) for each in record.sources]

    def _links(self, shelf: Shelf, item: Item) -> list[tuple[str, Answer | None, Any]]:
        """The item's own addresses with what they answered."""
        if shelf.register is None or item.record is None:
            return []
        answers = self._desk.links.answers()
        found = []
        for url, places in addresses(shelf.register).items():
            if any(place.split("/")[0] == item.name for place in places):
                answer = answers.get(url)
                found.append((url, answer, problem_of(url, [""], answer) if answer else None))
        return found

    def preview(self, visit: Visit) -> Response:
        """An entry or a draft of it as each channel shows it."""
        path = visit.request.path_params["path"]
        draft = self._draft(visit, path)
        text = draft.text if draft else self._desk.copy.read(path)
        record = record_in(path, text)
        if text is None or (record is None and draft is None):
            return self._desk.unknown(visit)
        register = self._desk.register_with(path, text)
        audience, part = _asked(visit, record)
        shown = None
        if register is not None and record is not None:
            shown = Previews(self._desk.settings, register).of(record, audience, part)
        return self._desk.page(
            visit,
            "preview.html",
            path=path,
            draft=draft,
            record=record,
            preview=shown,
            audience=audience,
            part=part,
            readers=[(each, words_of(each)) for each in _readers(record)],
            parts=[(each, PARTS[each]) for each in parts_of(record, audience)] if record else [],
        )

    def _draft(self, visit: Visit, path: str) -> Proposal | None:
        number = visit.asked("change")
        found = self._desk.keeper.proposal(int(number)) if number.isdecimal() else None
        return found if found and found.path == path else None

    def history(self, visit: Visit) -> Response:
        """Every version of a file, and what changed with the one chosen."""
        path = visit.request.path_params["path"]
        past = self._desk.keeper.history(path)
        if not past:
            return self._desk.unknown(visit)
        chosen, before = _chosen(past, visit.asked("version"))
        return self._desk.page(
            visit,
            "history.html",
            path=path,
            past=past,
            chosen=chosen,
            before=before,
            lines=difference(before.text if before else None, chosen.text),
            decided=self._desk.keeper.decided(path),
        )


def _chosen(past: list[Version], asked: str) -> tuple[Version, Version | None]:
    """The version asked for, or the newest, and the one before it."""
    for number, version in enumerate(past):
        if str(version.id) == asked or (not asked and number == 0):
            return version, past[number + 1] if number + 1 < len(past) else None
    return past[0], past[1] if len(past) > 1 else None


def _asked(visit: Visit, record: Record | None) -> tuple[str, str]:
    readers = _readers(record)
    audience = visit.asked("audience")
    audience = audience if audience in readers else (readers[0] if readers else "")
    part = visit.asked("part")
    return audience, part if record and part in parts_of(record, audience) else "answer"


def _readers(record: Record | None) -> list[str]:
    return [str(each) for each in record.variants] if isinstance(record, Entry) else []


def _parts(shelf: Shelf, record: Record | None) -> list[dict[str, Any]]:
    """The words of an entry, each reader's with references put in."""
    if not isinstance(record, Entry) or shelf.register is None:
        return []
    resolve = shelf.register.resolve
    made = []
    for audience, variant in record.variants.items():
        passages = [("answer", variant), ("more", variant.more), ("report", variant.report)]
        made.append(
            {
                "audience": audience,
                "reader": words_of(audience),
                "is_default": audience == record.default,
                "passages": [
                    {
                        "title": PARTS[name],
                        "bubbles": [resolve(text) for text in passage.bubbles],
                        "services": passage.services,
                        "contacts": [words_of(each) for each in passage.contacts],
                    }
                    for name, passage in passages
                    if passage is not None
                ],
                "sms": resolve(variant.sms),
            }
        )
    return made


# Fields that have a place of their own on the page.
_ELSEWHERE = {"variants", "sources", "sign_off", "id", "title", "name"}


def _facts(record: Record | None) -> list[tuple[str, str]]:
    """The other fields of a record, as words."""
    from signpost.staff.register.form import fields

    if record is None:
        return []
    plain = msgspec.to_builtins(record)
    made = []
    for each in fields(type(record), plain):
        name = each.name
        if name in _ELSEWHERE or plain.get(name) in (None, "", [], {}):
            continue
        made.append((each.label, _in_words(plain[name])))
    return made


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        parts = [(words_of(str(name)), each) for name, each in value.items()]
        return "; ".join(
            f"{name}: {_in_words(each)}" for name, each in parts if each not in ("", None, [], {})
        )
    if isinstance(value, list):
        separator = "\n" if any(isinstance(each, dict) for each in value) else ", "
        return separator.join(_in_words(each) for each in value)
    return words_of(str(value)) if str(value).islower() else str(value)


def _users(shelf: Shelf, item: Item) -> list[Item]:
    """The entries that show a service, or refer to it."""
    if shelf.register is None or item.kind.name != "service" or item.record is None:
        return []
    stem = item.record.id
    names = set()
    for name, entry in shelf.register.entries.items():
        for variant in entry.variants.values():
            passages = [each for each in (variant, variant.more, variant.report) if each]
            if any(stem in passage.services for passage in passages):
                names.add(name)
    reference = f"{{{stem}."
    names |= {text.where.split("/")[0] for text in texts(shelf.register) if reference in text.raw}
    return [each for each in shelf.items.values() if each.name in names]
