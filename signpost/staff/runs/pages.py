"""The pages of test runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.responses import JSONResponse, Response

from signpost.evaluation.cases import KEPT_HERE, CaseSet, find_sets
from signpost.staff.permissions import May
from signpost.staff.runs.runner import Runner
from signpost.staff.runs.store import Run, RunningError, Runs
from signpost.staff.visit import Visit, get, link_to, post
from signpost.staff.workbench import Section, Workbench

# Cases on a page.
_AT_ONCE = 50
# What may be shown of a run, in words.
SHOWN = {
    "wrong": "Wrong",
    "worse": "Wrong now, right before",
    "better": "Right now, wrong before",
    "all": "All",
}
_GROUPS = {
    "evaluation": "Evaluation sets, written by people who had not read the rules",
    "conversations": "Saved conversations and corrections in the repository",
    KEPT_HERE: "Corrections that were accepted on this machine",
}


def section(bench: Workbench) -> Section:
    runs = Runs(bench.database)
    pages = Pages(bench, runs, Runner(bench.settings, runs))
    return Section(
        "Run the tests",
        "/runs",
        "Play saved conversations and evaluation sets, and see what changed since the last time.",
        May.SEE_RUNS,
        [
            get("/runs", pages.overview, May.SEE_RUNS),
            post("/runs", pages.start, May.START_RUNS),
            get("/runs/{run:int}", pages.show, May.SEE_RUNS),
            get("/runs/{run:int}/progress", pages.progress, May.SEE_RUNS),
            post("/runs/{run:int}/stop", pages.stop, May.START_RUNS),
        ],
        beside=pages.beside,
    )


class Pages:
    """The pages, with the runner behind them."""

    def __init__(self, bench: Workbench, runs: Runs, runner: Runner) -> None:
        self._bench = bench
        self._runs = runs
        self._runner = runner

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """No run outlives the workbench."""
        yield
        self._runner.close()

    def overview(self, visit: Visit) -> Response:
        return self._overview(visit, find_sets(self._bench.settings))

    def start(self, visit: Visit) -> Response:
        """Start a run of the sets that were ticked, or go to the one that runs already."""
        sets = find_sets(self._bench.settings)
        playable = [each.name for each in sets if not each.problem]
        chosen = [name for name in playable if name in visit.values("sets")]
        if not chosen:
            problem = {"sets": "Choose at least one set to play."}
            return self._overview(visit, sets, problem, visit.values("sets"))
        try:
            id_ = self._runner.start(visit.person.name, chosen)
        except RunningError as error:
            return visit.redirect(
                f"/runs/{error.id}" if error.id else "/runs",
                "A run goes on already, so no second one was started.",
            )
        visit.record("test run started", str(id_), sets=", ".join(chosen))
        return visit.redirect(f"/runs/{id_}")

    def show(self, visit: Visit) -> Response:
        run = self._find(visit)
        if run is None:
            return self._unknown(visit)
        if run.is_running:
            return visit.page(
                "runs/running.html", run=run, may_stop=visit.person.may(May.START_RUNS)
            )
        show = visit.asked("show") if visit.asked("show") in SHOWN else "wrong"
        set_name = visit.asked("set")
        tallies = self._runs.tallies(run.id)
        cases = self._runs.outcomes(run.id, show=show, set_name=set_name)
        page = int(visit.asked("page")) if visit.asked("page")[:6].isdecimal() else 1
        first = max(0, page - 1) * _AT_ONCE
        return visit.page(
            "runs/one.html",
            run=run,
            tallies=tallies,
            cases=cases[first : first + _AT_ONCE],
            count=len(cases),
            first=first,
            at_once=_AT_ONCE,
            page=page,
            shown=SHOWN,
            show=show,
            set_name=set_name,
            link=lambda **values: link_to(f"/runs/{run.id}", **values),
        )

    def progress(self, visit: Visit) -> Response:
        """How far a run is, for the script on its page."""
        run = self._find(visit)
        if run is None:
            return JSONResponse({}, 404)
        return JSONResponse(
            {"running": run.is_running, "cases": run.cases, "done": run.done, "wrong": run.wrong}
        )

    def stop(self, visit: Visit) -> Response:
        run = self._find(visit)
        if run is None:
            return self._unknown(visit)
        if run.is_running:
            self._runner.stop(run.id, f"{visit.person.full_name} stopped it.")
            visit.record("test run stopped", str(run.id))
        return visit.redirect(f"/runs/{run.id}")

    def _overview(
        self,
        visit: Visit,
        sets: Sequence[CaseSet],
        problems: dict[str, str] | None = None,
        chosen: Sequence[str] | None = None,
    ) -> Response:
        return visit.page(
            "runs/list.html",
            422 if problems else 200,
            problems=problems or {},
            groups=_grouped(sets),
            # Taking out personal details has little to do with the rest, and figures of its own.
            chosen=[s.name for s in sets if s.kind != "privacy"] if chosen is None else chosen,
            runs=self._runs.latest(),
            running=self._runs.running(),
            may_start=visit.person.may(May.START_RUNS),
        )

    def _find(self, visit: Visit) -> Run | None:
        return self._runs.find(visit.request.path_params["run"])

    @staticmethod
    def _unknown(visit: Visit) -> Response:
        return visit.refuse(
            404, "There is no such run", "Old runs are deleted; the list has those that are kept."
        )


def _grouped(sets: Sequence[CaseSet]) -> list[dict[str, Any]]:
    """The sets under the headings of the page."""
    found = []
    for folder, title in _GROUPS.items():
        of_group = [each for each in sets if each.name.startswith(folder + "/")]
        if of_group:
            found.append({"title": title, "sets": of_group})
    return found
