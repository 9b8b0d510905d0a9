"""How the bot is used: figures of whole periods, without anybody's words, for editors and leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property

from starlette.responses import Response

from signpost.counts.figures import Figures, Statistics, as_csv
from signpost.counts.measures import RESOURCE
from signpost.counts.periods import Period
from signpost.counts.store import Counts, CountsError
from signpost.door.channels import switch
from signpost.edition import Editions
from signpost.register.loader import Register
from signpost.register.opening import UK
from signpost.staff.permissions import May
from signpost.staff.use import tables
from signpost.staff.use.charts import Bar, standing
from signpost.staff.visit import Visit, get
from signpost.staff.workbench import Section, Workbench

# Periods in the chart of the first page.
_LATEST = 13
_ADVICE = "advice."


def section(bench: Workbench) -> Section:
    pages = Pages(bench)
    act = May.SEE_USE
    return Section(
        "Use",
        "/use",
        "How much the bot is used, for what, and how well it does. Numbers, never words.",
        act,
        [
            get("/use", pages.overview, act),
            get("/use/{period}", pages.period, act),
            get("/use/{period}/figures.csv", pages.as_csv, act),
        ],
    )


class Pages:
    """The pages. `today` is for tests."""

    def __init__(
        self, bench: Workbench, today: Callable[[], date] = lambda: datetime.now(UK).date()
    ) -> None:
        self._settings = bench.settings
        self._counts = Counts.of(bench.settings)
        self._today = today

    @cached_property
    def _editions(self) -> Editions:
        """Only for the titles of concerns; loaded when somebody looks."""
        return Editions(self._settings, with_floor=False)

    @property
    def _register(self) -> Register | None:
        self._editions.refresh()
        return self._editions.current.register

    def overview(self, visit: Visit) -> Response:
        try:
            overview = self._statistics().overview(self._today())
        except CountsError as error:
            return _unreadable(visit, error)
        latest = overview.periods[:_LATEST][::-1]
        bars = [Bar(period.short, number) for period, number in latest]
        return visit.page("use/overview.html", overview=overview, chart=standing(bars))

    def period(self, visit: Visit) -> Response:
        try:
            figures = self._asked(visit)
        except CountsError as error:
            return _unreadable(visit, error)
        if figures is None:
            return _no_such(visit)
        register = self._register
        return visit.page(
            "use/period.html",
            figures=figures,
            by_day=tables.by_day(figures),
            tables=[tables.of(table, register) for table in figures.tables.values()],
        )

    def as_csv(self, visit: Visit) -> Response:
        try:
            figures = self._asked(visit)
        except CountsError as error:
            return _unreadable(visit, error)
        if figures is None:
            return _no_such(visit)
        visit.record("figures taken away", figures.period.name)
        name = f"signpost-{figures.period.name}.csv"
        return Response(
            # Excel takes a file for UTF-8 only with this mark before it.
            "\ufeff" + as_csv(figures),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _statistics(self) -> Statistics:
        register = self._register
        concerns = [
            name.removeprefix(_ADVICE)
            for name in (register.entries if register else ())
            if name.startswith(_ADVICE)
        ]
        channels = [state.name for state in switch.states(self._settings) if state.on]
        return Statistics(
            self._counts,
            self._settings.counts_period,
            ("web", *channels),
            dict.fromkeys([*concerns, RESOURCE]),
        )

    def _asked(self, visit: Visit) -> Figures | None:
        """The figures of the period in the address; None when there is none that is over."""
        statistics = self._statistics()
        period: Period | None = statistics.period(
            visit.request.path_params["period"], self._today()
        )
        return statistics.figures(period) if period else None


def _unreadable(visit: Visit, error: CountsError) -> Response:
    return visit.refuse(
        503,
        "The figures cannot be read now",
        f"{str(error)[:1].upper()}{str(error)[1:]}.",
        "The bot goes on answering. Tell whoever runs it if this stays so.",
    )


def _no_such(visit: Visit) -> Response:
    return visit.refuse(
        404,
        "There are no figures of that period",
        "Either nothing was counted then, or it is not over yet. The list has all that can be "
        "looked at.",
    )
