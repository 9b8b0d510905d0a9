"""How the advice changes: drafts, proposals, approvals, sign-offs, with every version kept.

Nothing counts that one person wrote and nobody else read. The files are what the bot is published
from; the database holds who changed what, when and why.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from signpost.register import signing
from signpost.register.editing import EditError, replaced_sign_off
from signpost.register.loader import RecordError, read_plain
from signpost.register.models import SignOff
from signpost.register.opening import UK
from signpost.settings import SHIPPED
from signpost.staff.accounts.people import People, Person
from signpost.staff.audit import Audit
from signpost.staff.database import Database, now
from signpost.staff.register.copy import Copy, CopyError
from signpost.staff.register.kinds import PATH, record_in
from signpost.staff.register.tables import proposals, versions

DRAFT, PROPOSED, APPROVED = "draft", "proposed", "approved"
DECLINED, WITHDRAWN = "declined", "withdrawn"
OPEN = (DRAFT, PROPOSED)


class KeepError(Exception):
    """Something may not be done so. `field` names what is wrong, where it is a field."""

    def __init__(self, message: str, field: str = "") -> None:
        self.field = field
        super().__init__(message)


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A state of a file. `text` is None where it was taken out."""

    id: int
    path: str
    text: bytes | None
    at: datetime
    act: str
    who: str
    author: str
    reason: str


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A draft or a proposed change; `base` is the file as it was when it was begun."""

    id: int
    path: str
    base: bytes | None
    text: bytes | None
    author: str
    state: str
    reason: str
    changed_at: datetime
    decided_by: str
    note: str

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed or decided on."""
        return self.state in OPEN


class Keeper:
    """Changes the register's files; each act is kept and written into the audit log."""

    def __init__(self, database: Database, copy: Copy, audit: Audit) -> None:
        self._database = database
        self._audit = audit
        self.copy = copy

    def people(self) -> People:
        """The accounts of the same database."""
        return People(self._database, self._audit)

    # Reading

    def proposal(self, number: int) -> Proposal | None:
        """A proposal by its number."""
        found = self._proposals(proposals.c.id == number)
        return found[0] if found else None

    def open_proposals(self, path: str = "") -> list[Proposal]:
        """Drafts and proposals that wait, of one file or of all; the newest first."""
        where = [proposals.c.state.in_(OPEN), *([proposals.c.path == path] if path else [])]
        return self._proposals(*where)

    def decided(self, path: str) -> list[Proposal]:
        """The proposals of a file that are over."""
        return self._proposals(proposals.c.path == path, proposals.c.state.not_in(OPEN))

    def waiting(self) -> int:
        """How many proposals wait for a decision."""
        query = sa.select(sa.func.count()).where(proposals.c.state == PROPOSED)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def history(self, path: str) -> list[Version]:
        """Every version of a file, the newest first. Changes from outside are taken in first."""
        self.take_in([path])
        query = sa.select(versions).where(versions.c.path == path).order_by(versions.c.id.desc())
        with self._database.read() as connection:
            return [Version(**row) for row in connection.execute(query).mappings()]

    # Drafts and proposals

    def save(
        self, person: Person, path: str, text: bytes | None, number: int | None = None
    ) -> Proposal:
        """Keep a draft: a new one, or the person's own with that number. Raises `KeepError`."""
        _check_path(path)
        current = self.copy.read(path)
        if number is None:
            values = {"path": path, "base": current, "author": person.name, "state": DRAFT}
            empty = {"reason": "", "decided_by": "", "note": ""}
            with self._database.write() as connection:
                done = connection.execute(
                    proposals.insert().values(**values, **empty, text=text, changed_at=now())
                )
                number = int(done.inserted_primary_key[0])
        else:
            self._own(person, number)
            self._set(number, text=text, state=DRAFT)
        return self._named(number)

    def propose(self, person: Person, number: int, reason: str) -> Proposal:
        """Offer a draft for approval. Raises `KeepError`."""
        mine = self._own(person, number)
        if not reason.strip():
            raise KeepError("Say why, for whoever approves it and for later.", "reason")
        if mine.text == self.copy.read(mine.path):
            raise KeepError("Nothing is different from what stands there now.", "text")
        _refuse_own_sign_off(mine, self.copy.read(mine.path))
        self._set(number, state=PROPOSED, reason=reason.strip())
        self._audit.record(person.name, "change proposed", mine.path, proposal=number)
        return self._named(number)

    def rebase(self, person: Person, number: int) -> None:
        """Say that the draft was looked at beside what stands there now. Raises `KeepError`."""
        mine = self._own(person, number)
        self._set(number, base=self.copy.read(mine.path))

    def withdraw(self, person: Person, number: int) -> None:
        """Take back an own draft or proposal; its text is kept. Raises `KeepError`."""
        mine = self._own(person, number)
        self._set(number, state=WITHDRAWN, decided_by=person.name)
        self._audit.record(person.name, "change withdrawn", mine.path, proposal=number)

    def decline(self, person: Person, number: int, note: str) -> None:
        """Decline a proposal and say why. Raises `KeepError`."""
        offered = self._offered(number)
        if not note.strip():
            raise KeepError("Say why not, for whoever proposed it.", "note")
        self._set(number, state=DECLINED, decided_by=person.name, note=note.strip())
        self._audit.record(person.name, "change declined", offered.path, proposal=number)

    def approve(self, person: Person, number: int, note: str = "") -> Version:
        """Make a proposal count. Raises `KeepError` for one's own, and for one that was begun from
        words that no longer stand there."""
        with self.copy.locked():
            offered = self._offered(number)
            if offered.author == person.name:
                raise KeepError(
                    "You wrote this yourself. Another safeguarding lead has to approve it."
                )
            self.take_in([offered.path])
            if self.copy.read(offered.path) != offered.base:
                raise KeepError(
                    "The file has changed since this was begun. Whoever proposed it has to look at "
                    "both and propose it again."
                )
            _refuse_own_sign_off(offered, offered.base)
            made = self._change(
                offered.path,
                offered.text,
                act="approve",
                who=person.name,
                author=offered.author,
                reason=offered.reason,
                also=[
                    proposals.update()
                    .where(proposals.c.id == number)
                    .values(state=APPROVED, decided_by=person.name, note=note, changed_at=now())
                ],
            )
        return made

    def revert(self, person: Person, path: str, number: int) -> Proposal:
        """Draft what a file was in an earlier version: it goes the way of every change.
        Raises `KeepError`."""
        found = [each for each in self.history(path) if each.id == number]
        if not found:
            raise KeepError("There is no such version of this file.")
        text = found[0].text
        if text == self.copy.read(path):
            raise KeepError("That is what stands there now.")
        draft = self.save(person, path, _without_foreign_sign_off(text, self.copy.read(path)))
        reason = f"Back to the version of {found[0].at:%-d %B %Y, %H:%M} UTC."
        self._set(draft.id, reason=reason)
        return self._named(draft.id)

    def take_from_product(self, person: Person, path: str) -> Proposal:
        """Draft the version of a file that came with the product since the copy was made.
        Raises `KeepError`."""
        if path not in self.copy.newer_in_product():
            raise KeepError("The product brought no other version of this file.")
        text = (SHIPPED / path).read_bytes()
        draft = self.save(person, path, _without_foreign_sign_off(text, self.copy.read(path)))
        self._set(draft.id, reason="The version that came with an update of the product.")
        return self._named(draft.id)

    # Sign-off

    def sign_off(self, person: Person, path: str, words: str) -> Version:
        """Sign the words of a file as this person, today. `words` is the digest of what they read.
        Raises `KeepError`."""
        with self.copy.locked():
            self.take_in([path])
            text = self.copy.read(path)
            record = record_in(path, text)
            if record is None or text is None:
                raise KeepError("There are no words in this file that can be signed.")
            digest = signing.digest(record)
            if digest != words:
                raise KeepError("The words have changed since you opened the page. Read them anew.")
            if self.author_of_words(path) == person.name:
                raise KeepError(
                    "You wrote these words yourself. Another safeguarding lead has to sign them."
                )
            signed = SignOff(
                by=person.full_name,
                role=person.post or "safeguarding lead",
                on=now().astimezone(UK).date(),
                words=digest,
            )
            try:
                fresh = replaced_sign_off(text.decode("utf-8"), msgspec.structs.asdict(signed))
            except (EditError, RecordError) as error:
                raise KeepError(str(error)) from error
            return self._change(
                path,
                fresh.encode("utf-8"),
                act="sign-off",
                who=person.name,
                author=self.author_of_words(path),
                reason=f"Signed off by {signed.by}, {signed.role}.",
            )

    def author_of_words(self, path: str) -> str:
        """Who wrote the words that stand in a file now; "" when they came with the product."""
        past = self.history(path)
        author, digest = "", None
        for version in past:
            record = record_in(path, version.text)
            found = signing.digest(record) if record else None
            if digest is not None and found != digest:
                break
            digest, author = found, version.author
        return author

    # Files from outside

    def take_in(self, paths: Iterable[str]) -> None:
        """Keep what somebody changed in the files themselves as versions, too."""
        for path in paths:
            text = self.copy.read(path)
            newest = self._newest(path)
            if newest is not None and newest.text == text:
                continue
            if newest is None and text is None:
                continue
            act = "start" if newest is None else "outside"
            reason = "" if newest is None else "Changed in the file itself, outside the workbench."
            self._keep(path, text, act=act, who="", author="", reason=reason)

    def bring(self, who: str, files: dict[str, bytes], reason: str) -> list[str]:
        """Make the register exactly `files`; returns the paths that changed. Raises `KeepError`."""
        with self.copy.locked():
            before = self.copy.paths()
            changed = [
                path
                for path in sorted({*before, *files})
                if self.copy.read(path) != files.get(path)
            ]
            self.take_in(before)
            for path in changed:
                self._change(
                    path, files.get(path), act="import", who=who, author=who, reason=reason
                )
        return changed

    # Within

    def _change(
        self,
        path: str,
        text: bytes | None,
        *,
        act: str,
        who: str,
        author: str,
        reason: str,
        also: Iterable[Any] = (),
    ) -> Version:
        """Write a file and its version: both, or neither."""
        try:
            with self._database.write() as connection:
                number = _insert(connection, path, text, act, who, author, reason)
                for statement in also:
                    connection.execute(statement)
                self._audit.record(
                    who, f"content: {act}", path, connection=connection, version=number
                )
                self.copy.write(path, text)
        except CopyError as error:
            raise KeepError(str(error)) from error
        newest = self._newest(path)
        assert newest is not None
        return newest

    def _keep(self, path: str, text: bytes | None, **words: str) -> None:
        with self._database.write() as connection:
            _insert(connection, path, text, **words)

    def _newest(self, path: str) -> Version | None:
        query = (
            sa.select(versions)
            .where(versions.c.path == path)
            .order_by(versions.c.id.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return Version(**row) if row else None

    def _proposals(self, *where: Any) -> list[Proposal]:
        query = sa.select(proposals).where(*where).order_by(proposals.c.id.desc())
        with self._database.read() as connection:
            return [Proposal(**row) for row in connection.execute(query).mappings()]

    def _named(self, number: int) -> Proposal:
        found = self.proposal(number)
        if found is None:
            raise KeepError("There is no such draft.")
        return found

    def _own(self, person: Person, number: int) -> Proposal:
        found = self._named(number)
        if found.author != person.name:
            raise KeepError("This draft is somebody else's.")
        if not found.is_open:
            raise KeepError("This was decided already; begin a new change.")
        return found

    def _offered(self, number: int) -> Proposal:
        found = self._named(number)
        if found.state != PROPOSED:
            raise KeepError("This does not wait for approval any more.")
        return found

    def _set(self, number: int, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(
                proposals.update()
                .where(proposals.c.id == number)
                .values(changed_at=now(), **values)
            )


def _insert(
    connection: Any,
    path: str,
    text: bytes | None,
    act: str,
    who: str,
    author: str,
    reason: str,
) -> int:
    values = {"path": path, "text": text, "act": act, "who": who, "author": author}
    done = connection.execute(versions.insert().values(**values, reason=reason, at=now()))
    return int(done.inserted_primary_key[0])


def _check_path(path: str) -> None:
    if not PATH.fullmatch(path):
        raise KeepError(
            f"'{path}' is no name for a file of the register: small letters, figures, hyphens and "
            "underscores, and .yaml at the end.",
            "path",
        )


def sign_off_in(text: bytes | None) -> Any:
    """What a file says of its sign-off, however it is written."""
    try:
        plain = read_plain(text.decode("utf-8")) if text else None
    except (RecordError, UnicodeDecodeError):
        return None
    return plain.get("sign_off") if isinstance(plain, dict) else None


def _refuse_own_sign_off(offered: Proposal, current: bytes | None) -> None:
    """A sign-off is given on its own page by whoever signs, never written into a draft."""
    wanted = sign_off_in(offered.text)
    if wanted is not None and wanted != sign_off_in(current):
        raise KeepError(
            "A sign-off cannot be written into a change: a safeguarding lead gives it on the "
            "entry's page. Take the lines under sign_off out.",
            "sign_off",
        )


def _without_foreign_sign_off(text: bytes | None, current: bytes | None) -> bytes | None:
    """An older version with the sign-off that stands there now, which then counts or not."""
    if text is None or sign_off_in(text) is None:
        return text
    try:
        return replaced_sign_off(text.decode("utf-8"), sign_off_in(current)).encode("utf-8")
    except (EditError, RecordError, UnicodeDecodeError):
        return text


def difference(before: bytes | None, after: bytes | None) -> list[tuple[str, str]]:
    """The lines that differ, with three around them: ("+", "-", " " or "@", line)."""
    old, new = _lines(before), _lines(after)
    shown: list[tuple[str, str]] = []
    for line in difflib.unified_diff(old, new, lineterm="", n=3):
        if line.startswith(("---", "+++")) and not shown:
            continue
        shown.append(("@", "") if line.startswith("@@") else (line[0], line[1:]))
    return shown


def _lines(text: bytes | None) -> list[str]:
    return (text or b"").decode("utf-8", "replace").splitlines()
