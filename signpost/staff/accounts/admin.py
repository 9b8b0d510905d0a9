"""The accounts, for administrators: who has one, with which roles, and who no longer may sign in.

Accounts are made on the command line (`signpost users add`), by somebody who may use the machine.
"""

from __future__ import annotations

from starlette.responses import Response

from signpost.staff.accounts.people import AccountError, Person
from signpost.staff.permissions import ROLES, May
from signpost.staff.visit import Visit, get, post
from signpost.staff.workbench import Section, Workbench


def section(bench: Workbench) -> Section:
    accounts = Accounts(bench)
    act = May.LOOK_AFTER_ACCOUNTS
    return Section(
        "Accounts",
        "/accounts",
        "Who may use this workbench, and for what.",
        act,
        [
            get("/accounts", accounts.show_all, act),
            get("/accounts/{name}", accounts.show, act),
            post("/accounts/{name}/roles", accounts.set_roles, act),
            post("/accounts/{name}/disable", accounts.disable, act),
            post("/accounts/{name}/enable", accounts.enable, act),
        ],
    )


class Accounts:
    """The pages."""

    def __init__(self, bench: Workbench) -> None:
        self._people = bench.people

    def show_all(self, visit: Visit) -> Response:
        return visit.page("accounts/list.html", people=self._people.all())

    def show(self, visit: Visit) -> Response:
        person = self._named(visit)
        return self._page(visit, person) if person else self._unknown(visit)

    def set_roles(self, visit: Visit) -> Response:
        person = self._named(visit)
        if person is None:
            return self._unknown(visit)
        roles = visit.values("roles")
        try:
            self._refuse_own(visit, person)
            self._people.set_roles(person.name, roles, by=visit.person.name)
        except AccountError as error:
            return self._page(visit, person, {error.field: str(error)}, roles)
        return visit.redirect(
            f"/accounts/{person.name}",
            f"{person.full_name} has these roles now, and signs in anew.",
        )

    def disable(self, visit: Visit) -> Response:
        return self._set_disabled(visit, True, "cannot sign in any more.")

    def enable(self, visit: Visit) -> Response:
        return self._set_disabled(visit, False, "can sign in again.")

    def _set_disabled(self, visit: Visit, disabled: bool, told: str) -> Response:
        person = self._named(visit)
        if person is None:
            return self._unknown(visit)
        try:
            self._refuse_own(visit, person)
            self._people.set_disabled(person.name, disabled, by=visit.person.name)
        except AccountError as error:
            return self._page(visit, person, {error.field: str(error)})
        return visit.redirect(f"/accounts/{person.name}", f"{person.full_name} {told}")

    @staticmethod
    def _refuse_own(visit: Visit, person: Person) -> None:
        """Nobody widens their own roles, and the last administrator does not lock the door."""
        if person.id == visit.person.id:
            raise AccountError(
                "roles",
                "You cannot change your own account here. Ask another administrator, or use "
                "`signpost users` on the machine.",
            )

    def _named(self, visit: Visit) -> Person | None:
        return self._people.find(visit.request.path_params["name"])

    @staticmethod
    def _page(
        visit: Visit,
        person: Person,
        problems: dict[str, str] | None = None,
        roles: list[str] | None = None,
    ) -> Response:
        return visit.page(
            "accounts/one.html",
            422 if problems else 200,
            person=person,
            roles=list(person.roles) if roles is None else roles,
            known=ROLES,
            problems=problems or {},
        )

    @staticmethod
    def _unknown(visit: Visit) -> Response:
        return visit.refuse(404, "There is no such account", "The list of accounts has them all.")
