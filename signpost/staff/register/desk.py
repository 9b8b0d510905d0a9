"""What the pages of the advice work with, and what they share."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from signpost.register.loader import Register, RegisterError, load
from signpost.register.opening import UK
from signpost.staff.database import now
from signpost.staff.register.checking import Checking, Found, laid_over_records
from signpost.staff.register.copy import Copy
from signpost.staff.register.keeper import Keeper, Proposal
from signpost.staff.register.kinds import kind_of, why_careful
from signpost.staff.register.link_checks import LinkChecks
from signpost.staff.register.publisher import Publisher
from signpost.staff.register.shelf import MARKS, Item, Shelf
from signpost.staff.visit import Visit
from signpost.staff.workbench import Workbench


class Desk:
    """The services of keeping the advice."""

    def __init__(self, bench: Workbench) -> None:
        settings, database, audit = bench.settings, bench.database, bench.audit
        self.settings = settings
        self.people = bench.people
        self.copy = Copy(settings)
        self.keeper = Keeper(database, self.copy, audit)
        self.checking = Checking(self.copy, settings.council)
        self.links = LinkChecks(settings, database, self.copy, audit)
        self.publisher = Publisher(settings, database, self.copy, self.checking, audit)

    def shelf(self) -> Shelf:
        """The register as it is now."""
        return Shelf(
            self.copy,
            self.settings.council,
            answers=self.links.answers(),
            proposals=self.keeper.open_proposals(),
            in_force=self.publisher.in_force_files(),
            today=now().astimezone(UK).date(),
        )

    def register_with(self, path: str, text: bytes | None) -> Register | None:
        """The register with one file changed; None where it cannot be read so."""
        try:
            if text is None or text == self.copy.read(path):
                return load(self.copy.folder, self.settings.council)
            with laid_over_records(self.copy, path, text) as folder:
                return load(folder, self.settings.council)
        except RegisterError:
            return None

    def careful(self, proposal: Proposal) -> list[str]:
        """Why a change needs a close look."""
        register = self.register_with(proposal.path, None)
        return why_careful(proposal.path, self.copy.read(proposal.path), proposal.text, register)

    def name_of(self, account: str) -> str:
        """A person's full name, as far as it is known."""
        if not account:
            return "nobody here"
        person = self.people.find(account)
        return person.full_name if person else account

    def page(self, visit: Visit, template: str, status: int = 200, **values: Any) -> Response:
        """A page of this section."""
        return visit.page(
            f"register/{template}", status, desk=self, marks=MARKS, kind_of=kind_of, **values
        )

    def unknown(self, visit: Visit) -> Response:
        """The page for a file that is not there."""
        return visit.refuse(
            404, "There is no such file in the register", "The list of the advice has them all."
        )

    def item(self, visit: Visit) -> tuple[Shelf, Item | None]:
        """The shelf, and the item that the address names."""
        shelf = self.shelf()
        return shelf, shelf.items.get(visit.request.path_params["path"])


def problems_by_field(found: list[Found], names: set[str]) -> dict[str, str]:
    """The errors of a draft by the field that shows them; what has none goes to the top."""
    problems: dict[str, str] = {}
    for each in found:
        if each.level != "error":
            continue
        name = nearest(each.field, names)
        problems[name] = f"{problems[name]} {each.message}" if name in problems else each.message
    return problems


def nearest(name: str, names: set[str]) -> str:
    """The field of the form that is, or holds, the one named; "form" for none."""
    while name and name not in names:
        name = name.rpartition(".")[0]
    return name or "form"
