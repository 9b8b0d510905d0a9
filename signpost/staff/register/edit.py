"""Changing the advice: as a form or as text, with checks as one types; proposing, approving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import HTMLResponse, Response

from signpost.register.editing import EditError, edited, written
from signpost.register.loader import RecordError, read_plain
from signpost.register.opening import UK
from signpost.staff.database import now
from signpost.staff.permissions import May
from signpost.staff.register.checking import Found
from signpost.staff.register.desk import Desk, problems_by_field
from signpost.staff.register.form import default_values, fields, values
from signpost.staff.register.keeper import DRAFT, PROPOSED, KeepError, Proposal, difference
from signpost.staff.register.kinds import KINDS, PATH, kind_of
from signpost.staff.visit import Page, Visit, get, post

_EDIT, _APPROVE = May.EDIT, May.APPROVE
_NEW_KINDS = ("service", "advice", "council")


class Edit:
    """The pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def pages(self) -> list[Page]:
        return [
            get("/register/edit/{path:path}", self.show, _EDIT),
            post("/register/edit/{path:path}", self.send, _EDIT),
            post("/register/check/{path:path}", self.check, _EDIT),
            get("/register/new", self.show_new, _EDIT),
            post("/register/new", self.new, _EDIT),
            get("/register/changes", self.show_changes, May.READ_REGISTER),
            get("/register/change/{number:int}", self.show_change, May.READ_REGISTER),
            post("/register/change/{number:int}/withdraw", self.withdraw, _EDIT),
            post("/register/change/{number:int}/approve", self.approve, _APPROVE),
            post("/register/change/{number:int}/decline", self.decline, _APPROVE),
            post("/register/revert/{path:path}", self.revert, _EDIT),
            post("/register/take/{path:path}", self.take, _EDIT),
        ]

    # Editing

    def show(self, visit: Visit) -> Response:
        """The form, with one's own draft in it where there is one."""
        path = visit.request.path_params["path"]
        draft = self._own_draft(visit, path)
        text = draft.text if draft else self._desk.copy.read(path)
        if text is None:
            return self._desk.unknown(visit)
        found = self._desk.checking.draft(path, text) if draft else []
        return self._form(visit, path, text, draft, found, as_text=visit.asked("as") == "text")

    def send(self, visit: Visit) -> Response:
        """Keep what was typed as a draft; check it, propose it, or show it the other way."""
        path, act = visit.request.path_params["path"], visit.value("act")
        draft = self._own_draft(visit, path)
        basis = draft.text if draft else self._desk.copy.read(path)
        if basis is None:
            return self._desk.unknown(visit)
        as_text = visit.value("as") == "text"
        try:
            text = self._typed(visit, path, basis)
            draft = self._desk.keeper.save(visit.person, path, text, draft.id if draft else None)
            if visit.values("seen"):
                self._desk.keeper.rebase(visit.person, draft.id)
        except (KeepError, EditError, RecordError) as error:
            found = [Found("error", str(error), getattr(error, "field", ""))]
            return self._form(visit, path, basis, draft, found, as_text=as_text, typed=visit)
        found = self._desk.checking.draft(path, text)
        if act == "propose":
            return self._propose(visit, draft, found, as_text)
        if act in ("form", "text"):
            return visit.redirect(f"/register/edit/{path}?as={act}")
        return self._form(visit, path, text, draft, found, as_text=as_text, checked=True)

    def check(self, visit: Visit) -> Response:
        """What is wrong with what is typed so far, for the script; nothing is kept."""
        path = visit.request.path_params["path"]
        draft = self._own_draft(visit, path)
        basis = draft.text if draft else self._desk.copy.read(path)
        if basis is None:
            return self._desk.unknown(visit)
        try:
            found = self._desk.checking.draft(path, self._typed(visit, path, basis))
        except (EditError, RecordError) as error:
            found = [Found("error", str(error), getattr(error, "field", ""))]
        shown = [(each, _place(each)) for each in found]
        return HTMLResponse(visit.bench.render("register/parts/found.html", found=shown))

    def _typed(self, visit: Visit, path: str, basis: bytes) -> bytes:
        """The file's text as the form makes it. Raises `EditError`, `RecordError`."""
        if visit.value("as") == "text":
            text = visit.raw("text").rstrip("\n") + "\n"
            newline = "\r\n" if b"\r\n" in basis else "\n"
            typed = text.replace("\n", newline).encode("utf-8", "surrogatepass")
            return basis if typed.rstrip() == basis.rstrip() else typed
        old = basis.decode("utf-8")
        plain = read_plain(old)
        if not isinstance(plain, dict):
            raise EditError("The file holds no fields; edit it as text.")
        after = values(kind_of(path).shape, _form_of(visit), plain)
        return edited(old, after).encode("utf-8")

    def _propose(
        self, visit: Visit, draft: Proposal, found: list[Found], as_text: bool
    ) -> Response:
        path = draft.path
        errors = [each for each in found if each.level == "error"]
        extra: dict[str, str] = {}
        if not errors:
            new = self._desk.checking.new_errors(path, draft.text)
            extra = {"form": " ".join(map(str, new))} if new else {}
        if not errors and not extra:
            try:
                self._desk.keeper.propose(visit.person, draft.id, visit.value("reason"))
                return visit.redirect(
                    f"/register/change/{draft.id}",
                    "Your change waits for a safeguarding lead to approve it.",
                )
            except KeepError as error:
                extra = {error.field or "form": str(error)}
        text = draft.text or b""
        return self._form(
            visit, path, text, draft, found, as_text=as_text, more=extra, checked=True
        )

    def _form(
        self,
        visit: Visit,
        path: str,
        text: bytes,
        draft: Proposal | None,
        found: list[Found],
        *,
        as_text: bool,
        typed: Visit | None = None,
        more: dict[str, str] | None = None,
        checked: bool = False,
    ) -> Response:
        shape = kind_of(path).shape
        plain = _plain(text)
        as_form = shape is not None and not as_text and isinstance(plain, dict)
        made = fields(shape, plain) if as_form and isinstance(plain, dict) else []
        names = {each.name for top in made for each in top.walk()} | (
            {"text"} if not made else set()
        )
        problems = {**problems_by_field(found, names), **(more or {})}
        if not made and "form" in problems:
            problems = {"text": problems.pop("form"), **problems}
        current = self._desk.copy.read(path)
        words = text.decode("utf-8", "replace")
        return self._desk.page(
            visit,
            "edit.html",
            422 if problems and checked else 200,
            path=path,
            draft=draft,
            title=_title(plain) or path,
            made=made,
            text=typed.raw("text") if typed and not as_form else words,
            can_be_form=shape is not None and isinstance(plain, dict),
            problems=problems,
            warnings=[each for each in found if each.level != "error"],
            lines={each.field: each.line for each in found},
            checked=checked,
            reason=visit.value("reason") or (draft.reason if draft else ""),
            is_stale=draft is not None and draft.base != current,
            stale_lines=difference(draft.base, current) if draft else [],
            is_new=current is None,
        )

    def _own_draft(self, visit: Visit, path: str) -> Proposal | None:
        mine = [
            each
            for each in self._desk.keeper.open_proposals(path)
            if each.author == visit.person.name
        ]
        return mine[0] if mine else None

    # New files

    def show_new(self, visit: Visit) -> Response:
        return self._new_page(visit, {})

    def new(self, visit: Visit) -> Response:
        """Begin a draft of a file that is not there yet."""
        kind = next((each for each in KINDS if each.name == visit.value("kind")), None)
        name = visit.value("name").lower().removesuffix(".yaml")
        path = f"{kind.folder}/{name}.yaml" if kind else ""
        problems: dict[str, str] = {}
        if kind is None or kind.name not in _NEW_KINDS:
            problems["kind"] = "Choose what it is."
        if not PATH.fullmatch(f"{name}.yaml"):
            problems["name"] = "Give it a name of small letters, figures, hyphens and underscores."
        elif kind and self._desk.copy.read(path) is not None:
            problems["name"] = "There is one of this name already."
        if problems or kind is None:
            return self._new_page(visit, problems)
        today = now().astimezone(UK).date()
        text = written(default_values(kind.shape, kind.id_of(path), today)).encode("utf-8")
        self._desk.keeper.save(visit.person, path, text)
        return visit.redirect(f"/register/edit/{path}", "A draft is begun. Fill it in.")

    def _new_page(self, visit: Visit, problems: dict[str, str]) -> Response:
        kinds = [(each.name, each.title) for each in KINDS if each.name in _NEW_KINDS]
        return self._desk.page(
            visit,
            "new.html",
            422 if problems else 200,
            problems=problems,
            kinds=kinds,
            kind=visit.value("kind"),
            name=visit.value("name"),
        )

    # Changes

    def show_changes(self, visit: Visit) -> Response:
        """What waits for approval, and one's own drafts."""
        found = self._desk.keeper.open_proposals()
        return self._desk.page(
            visit,
            "changes.html",
            waiting=[each for each in found if each.state == PROPOSED],
            drafts=[
                each for each in found if each.state == DRAFT and each.author == visit.person.name
            ],
        )

    def show_change(self, visit: Visit) -> Response:
        found = self._desk.keeper.proposal(visit.request.path_params["number"])
        if found is None or (found.state == DRAFT and found.author != visit.person.name):
            return self._desk.unknown(visit)
        return self._change(visit, found, {})

    def approve(self, visit: Visit) -> Response:
        """Make a proposal count, after a close look where one is due."""
        found = self._desk.keeper.proposal(visit.request.path_params["number"])
        if found is None:
            return self._desk.unknown(visit)
        is_other = found.author != visit.person.name
        if is_other and self._desk.careful(found) and not visit.values("looked"):
            problem = "Tick the box when you have checked this yourself."
            return self._change(visit, found, {"looked": problem})
        errors = self._desk.checking.new_errors(found.path, found.text)
        if errors:
            return self._change(visit, found, {"approve": " ".join(map(str, errors))})
        try:
            self._desk.keeper.approve(visit.person, found.id, visit.value("note"))
        except KeepError as error:
            return self._change(visit, found, {"approve": str(error)})
        return visit.redirect(
            f"/register/change/{found.id}",
            "Approved. It is in the register now, and reaches the public when it is published.",
        )

    def decline(self, visit: Visit) -> Response:
        return self._decide(
            visit,
            lambda number: self._desk.keeper.decline(visit.person, number, visit.value("note")),
            "Declined. Whoever proposed it finds your note here.",
        )

    def withdraw(self, visit: Visit) -> Response:
        return self._decide(
            visit,
            lambda number: self._desk.keeper.withdraw(visit.person, number),
            "Withdrawn. The text stays readable here.",
        )

    def _decide(self, visit: Visit, act: Callable[[int], Any], told: str) -> Response:
        found = self._desk.keeper.proposal(visit.request.path_params["number"])
        if found is None:
            return self._desk.unknown(visit)
        try:
            act(found.id)
        except KeepError as error:
            return self._change(visit, found, {error.field or "approve": str(error)})
        return visit.redirect(f"/register/change/{found.id}", told)

    def _change(self, visit: Visit, change: Proposal, problems: dict[str, str]) -> Response:
        current = self._desk.copy.read(change.path)
        return self._desk.page(
            visit,
            "change.html",
            422 if problems else 200,
            change=change,
            problems=problems,
            lines=difference(change.base, change.text),
            is_stale=change.is_open and change.base != current,
            careful=self._desk.careful(change) if change.is_open else [],
            found=self._desk.checking.draft(change.path, change.text) if change.is_open else [],
            is_mine=change.author == visit.person.name,
            may_approve=visit.person.may(_APPROVE),
            note=visit.value("note"),
        )

    def revert(self, visit: Visit) -> Response:
        """Draft an earlier version of a file."""
        path, number = visit.request.path_params["path"], visit.value("version")
        try:
            self._desk.keeper.revert(visit.person, path, int(number) if number.isdecimal() else 0)
        except KeepError as error:
            return visit.refuse(409, "Nothing was drafted", str(error))
        return visit.redirect(
            f"/register/edit/{path}?as=text",
            "The earlier version is your draft now. Propose it, and another person approves it.",
        )

    def take(self, visit: Visit) -> Response:
        """Draft what an update of the product brought."""
        path = visit.request.path_params["path"]
        try:
            self._desk.keeper.take_from_product(visit.person, path)
        except KeepError as error:
            return visit.refuse(409, "Nothing was drafted", str(error))
        return visit.redirect(
            f"/register/edit/{path}?as=text",
            "The product's version is your draft now. Put your own words back where you want them.",
        )


def _plain(text: bytes) -> Any:
    try:
        return read_plain(text.decode("utf-8"))
    except (RecordError, UnicodeDecodeError):
        return None


def _title(plain: Any) -> str:
    if not isinstance(plain, dict):
        return ""
    return str(plain.get("title") or plain.get("name") or "")


def _form_of(visit: Visit) -> Callable[[str], list[str]]:
    return visit.values


def _place(found: Found) -> str:
    """Where a problem is, in words of the form."""
    if found.line and not found.field:
        return f"Line {found.line}: "
    return ""
