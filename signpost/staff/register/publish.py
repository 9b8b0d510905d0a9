"""Publishing, going back, the check of the whole register, and the links."""

from __future__ import annotations

from starlette.responses import Response

from signpost.register.bundle import BundleError
from signpost.register.checks import Problem
from signpost.register.links import addresses, problem_of
from signpost.register.loader import RegisterError
from signpost.register.publishing import NotPublishable
from signpost.staff.database import now
from signpost.staff.permissions import May
from signpost.staff.register.copy import CopyError
from signpost.staff.register.desk import Desk
from signpost.staff.register.keeper import difference
from signpost.staff.register.kinds import path_of
from signpost.staff.visit import Page, Visit, get, post


class Publish:
    """The pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def pages(self) -> list[Page]:
        return [
            get("/register/publish", self.show, May.READ_REGISTER),
            post("/register/publish", self.publish, May.PUBLISH),
            post("/register/back", self.back, May.PUBLISH),
            get("/register/published/{path:path}", self.compare, May.READ_REGISTER),
            get("/register/problems", self.problems, May.READ_REGISTER),
            get("/register/links", self.links, May.READ_REGISTER),
            post("/register/links", self.check_links, May.CHECK_LINKS),
        ]

    def show(self, visit: Visit) -> Response:
        """What would go out, what is in force, and the way back."""
        return self._page(visit)

    def publish(self, visit: Visit) -> Response:
        """Put the register in force, or say everything that keeps it."""
        try:
            made = self._desk.publisher.publish(visit.person, visit.value("reason"))
        except NotPublishable as error:
            return self._page(visit, error.problems, status=422)
        except (BundleError, CopyError) as error:
            return visit.refuse(503, "Nothing was published", str(error))
        seconds = self._desk.settings.bundle_seconds
        return visit.redirect(
            "/register/publish",
            f"Published as bundle {made.checksum}. The running bot takes it up within "
            f"{seconds:g} seconds.",
        )

    def back(self, visit: Visit) -> Response:
        """Put an earlier bundle in force again."""
        name = visit.value("bundle")
        reason = visit.value("reason-back")
        if not reason:
            return self._page(
                visit, status=422, problems={"reason-back": "Say why, for whoever looks later."}
            )
        try:
            self._desk.publisher.go_back(visit.person, name, reason)
        except NotPublishable as error:
            return self._page(visit, error.problems, status=422, wanted=name)
        except BundleError as error:
            return visit.refuse(409, "The bundle in force stays", str(error))
        return visit.redirect(
            "/register/publish",
            f"Bundle {name} is in force again. The register itself is as it was: put it right and "
            "publish, or the next publication brings the same words back.",
        )

    def compare(self, visit: Visit) -> Response:
        """What a file says here, beside what the bundle in force says."""
        path = visit.request.path_params["path"]
        before, after = self._desk.publisher.text_in_force(path), self._desk.copy.read(path)
        if before is None and after is None:
            return self._desk.unknown(visit)
        return self._desk.page(visit, "compare.html", path=path, lines=difference(before, after))

    def problems(self, visit: Visit) -> Response:
        """All that `signpost check` says."""
        report, unsigned = self._desk.publisher.report()
        return self._desk.page(
            visit, "problems.html", report=report, unsigned=unsigned, path_of=_place
        )

    def links(self, visit: Visit) -> Response:
        """What the addresses answered."""
        return self._links(visit)

    def check_links(self, visit: Visit) -> Response:
        """Begin a check in the background."""
        try:
            begun = self._desk.links.start(visit.person.name)
        except RegisterError as error:
            return visit.refuse(409, "The links cannot be checked", *error.problems[:3])
        told = "The check has begun." if begun else "A check is running already."
        return visit.redirect("/register/links", f"{told} It goes on if you leave the page.")

    def _links(self, visit: Visit) -> Response:
        register = self._desk.shelf().register
        answers = self._desk.links.answers()
        rows = []
        for url, places in (addresses(register) if register else {}).items():
            answer = answers.get(url)
            problem = problem_of(url, [""], answer) if answer else None
            rows.append((url, places, answer, problem))
        order = {"error": 0, "warning": 1}
        rows.sort(key=lambda row: (order.get(row[3].level, 2) if row[3] else 2, row[0]))
        runs = self._desk.links.runs()
        return self._desk.page(
            visit,
            "links.html",
            rows=[row for row in rows if row[3]],
            good=sum(1 for row in rows if row[2] and not row[3]),
            unknown=sum(1 for row in rows if not row[2]),
            total=len(rows),
            runs=runs,
            running=runs[0] if runs and runs[0].is_running else None,
            path_of=_place,
            days=self._desk.settings.link_check_pause,
        )

    def _page(
        self,
        visit: Visit,
        refused: list[Problem] | None = None,
        *,
        status: int = 200,
        problems: dict[str, str] | None = None,
        wanted: str = "",
    ) -> Response:
        publisher = self._desk.publisher
        history = publisher.history()
        who = {each.bundle: each for each in reversed(history)}
        return self._desk.page(
            visit,
            "publish.html",
            status,
            problems={
                **(problems or {}),
                **({"refused": _told(refused)} if refused else {}),
            },
            refused=refused or [],
            wanted=wanted,
            in_force=publisher.in_force,
            changed=publisher.changed(),
            newer=self._desk.copy.newer_in_product(),
            may_edit=visit.person.may(May.EDIT),
            bundles=publisher.bundles(),
            who=who,
            history=history,
            parts=publisher.parts(),
            moment=now(),
            may_publish=visit.person.may(May.PUBLISH),
            mode=self._desk.settings.mode,
            path_of=_place,
            reason=visit.value("reason"),
            seconds=self._desk.settings.bundle_seconds,
        )


def _told(refused: list[Problem]) -> str:
    number = f"{len(refused)} problem{'' if len(refused) == 1 else 's'}"
    return f"The bundle in force stays: {number}, listed here, must be mended first."


def _place(problem: Problem | str) -> str:
    """The file that a problem, or a place in the register, is about."""
    where = problem if isinstance(problem, str) else problem.where
    return path_of(where.split("/")[0]) if "." in where.split("/")[0] else where.partition(":")[0]
