"""The accounts themselves: made, found, changed, disabled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from signpost.staff import permissions
from signpost.staff.accounts import passwords
from signpost.staff.accounts.tables import accounts, sessions
from signpost.staff.audit import Audit
from signpost.staff.database import Database, now
from signpost.staff.permissions import May

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,198}")


class AccountError(ValueError):
    """An account cannot be made or changed so. `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class Person(msgspec.Struct, frozen=True):
    """Somebody with an account."""

    id: int
    name: str
    full_name: str
    post: str
    roles: tuple[str, ...]
    disabled: bool
    made_at: datetime
    signed_in_at: datetime | None
    # Whether they sign in through their organisation instead of with a password.
    from_outside: bool

    def may(self, act: May) -> bool:
        """Whether one of their roles allows it."""
        return permissions.allowed(self.roles, act)

    @property
    def role_words(self) -> str:
        """Their roles as they are called to people."""
        return permissions.in_words(self.roles)


class People:
    """Everybody with an account. Each change is recorded, with `by` as who made it."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def add(
        self,
        name: str,
        full_name: str,
        roles: Iterable[str],
        password: str | None,
        *,
        by: str,
        post: str = "",
        subject: str | None = None,
    ) -> Person:
        """Make an account. Raises `AccountError`."""
        chosen = name.strip().lower()
        self.refuse_taken(chosen)
        if not _NAME.fullmatch(chosen):
            raise AccountError(
                "name",
                "The name to sign in with has 2 characters or more: letters, figures and . _ @ + - "
                "only, such as jo.green or jo.green@example.gov.uk.",
            )
        if not full_name.strip():
            raise AccountError(
                "full_name", "Give the person's full name: it stands by what they do."
            )
        row = {
            "name": chosen,
            "full_name": full_name.strip()[:200],
            "post": post.strip()[:200],
            "roles": " ".join(_checked(roles)),
            "password": None if password is None else _hashed(password, chosen),
            "subject": subject,
            "disabled": False,
            "made_at": now(),
        }
        try:
            with self._database.write() as connection:
                connection.execute(accounts.insert().values(**row))
                self._audit.record(
                    by, "account made", chosen, connection=connection, roles=row["roles"]
                )
        except IntegrityError as error:
            raise AccountError("name", "The account was made by somebody else just now.") from error
        return self.named(chosen)

    def refuse_taken(self, name: str) -> None:
        """Raise `AccountError` when there is an account of this name."""
        if self.find(name):
            raise AccountError("name", f"There is an account named {name.strip().lower()} already.")

    def all(self) -> list[Person]:
        """Everybody, by name."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(accounts).order_by(accounts.c.name)).mappings()
            return [person_in(row) for row in rows]

    def find(self, name: str) -> Person | None:
        """The account of this name."""
        return self._one(accounts.c.name == name.strip().lower())

    def with_subject(self, subject: str) -> Person | None:
        """The account that an organisation's sign-in knows as `subject`."""
        return self._one(accounts.c.subject == subject)

    def named(self, name: str) -> Person:
        """The account of this name. Raises `AccountError`."""
        person = self.find(name)
        if person is None:
            raise AccountError("name", f"There is no account named {name.strip().lower()}.")
        return person

    def with_password(self, name: str, password: str) -> Person | None:
        """Who signs in with this name and password; None when either is wrong or the account is
        disabled. Takes as long when there is no such account."""
        found = self._row(accounts.c.name == name.strip().lower())
        kept: str | None = found["password"] if found else None
        if not passwords.fits(kept, password) or found is None or found["disabled"]:
            return None
        if kept is not None and passwords.is_dated(kept):
            self._set(found["id"], password=passwords.hashed(password))
        return person_in(found)

    def set_roles(self, name: str, roles: Iterable[str], *, by: str) -> Person:
        """Give the account these roles and no others; signs it out everywhere."""
        person, chosen = self.named(name), _checked(roles)
        before = " ".join(person.roles)
        self._change(person, "roles changed", by, {"roles": " ".join(chosen)}, before=before)
        return self.named(name)

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Give the account another password; signs it out everywhere."""
        person = self.named(name)
        if person.from_outside:
            raise AccountError(
                "name", f"{person.name} signs in through the organisation and has no password here."
            )
        self._change(person, "password changed", by, {"password": _hashed(password, person.name)})

    def set_disabled(self, name: str, disabled: bool, *, by: str) -> None:
        """Disable the account, which signs it out everywhere, or let it sign in again."""
        action = "account disabled" if disabled else "account enabled"
        self._change(self.named(name), action, by, {"disabled": disabled})

    def refresh(self, person: Person, full_name: str, roles: Iterable[str], *, by: str) -> Person:
        """Take up what the organisation's sign-in says of somebody now."""
        chosen = _checked(roles)
        if chosen != person.roles:
            self.set_roles(person.name, chosen, by=by)
        if full_name.strip() and full_name.strip() != person.full_name:
            self._set(person.id, full_name=full_name.strip()[:200])
        return self.named(person.name)

    def signed_in(self, person: Person) -> None:
        """Keep when somebody last signed in."""
        self._set(person.id, signed_in_at=now())

    def _change(
        self, person: Person, action: str, by: str, values: dict[str, Any], **details: Any
    ) -> None:
        if "roles" in values:
            details["roles"] = values["roles"]
        with self._database.write() as connection:
            connection.execute(accounts.update().where(accounts.c.id == person.id).values(**values))
            connection.execute(sessions.delete().where(sessions.c.account == person.id))
            self._audit.record(by, action, person.name, connection=connection, **details)

    def _set(self, id_: int, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(accounts.update().where(accounts.c.id == id_).values(**values))

    def _row(self, condition: Any) -> Any:
        with self._database.read() as connection:
            return connection.execute(sa.select(accounts).where(condition)).mappings().first()

    def _one(self, condition: Any) -> Person | None:
        row = self._row(condition)
        return person_in(row) if row else None


def person_in(row: Any) -> Person:
    """The person of a row of `accounts`."""
    return Person(
        id=row["id"],
        name=row["name"],
        full_name=row["full_name"],
        post=row["post"],
        roles=tuple(row["roles"].split()),
        disabled=row["disabled"],
        made_at=row["made_at"],
        signed_in_at=row["signed_in_at"],
        from_outside=row["subject"] is not None,
    )


def _checked(roles: Iterable[str]) -> tuple[str, ...]:
    """Roles in their usual order. Raises `AccountError` for none, or one that is none."""
    given = set(roles)
    if not given or not given <= set(permissions.ROLES):
        raise AccountError(
            "roles", f"Choose one or more of these roles: {', '.join(permissions.ROLES)}."
        )
    return tuple(role for role in permissions.ROLES if role in given)


def _hashed(password: str, name: str) -> str:
    try:
        passwords.check(password, name)
    except passwords.PasswordError as error:
        raise AccountError("password", str(error)) from error
    return passwords.hashed(password)
