"""The figures in the workbench: who may see them, and that nothing else comes along."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from signpost.counts.measures import Key
from signpost.counts.store import FILE, Counts
from tests.staff.use.months import last_month, of_month
from tests.staff.workbenches import Client, Running

As = Callable[[str], Client]
MONTH = last_month()


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    state: Path = tmp_path_factory.mktemp("workbench")
    counts = Counts(state)
    counts.add(of_month(MONTH))
    counts.add({Key(MONTH.first, "outcome", "both"): 3, Key(MONTH.first, "messages", "all"): 3})
    counts.close()
    with Running(state) as running:
        yield running.add_everybody()


def test_an_editor_sees_the_periods_that_are_over_and_the_figures_of_one(as_: As) -> None:
    overview = as_("editor").get("/use").text
    assert f'href="/use/{MONTH.name}"' in overview
    page = as_("editor").get(f"/use/{MONTH.name}").text
    for heading in ("What the bot answered", "What the advice was about", "Who wrote"):
        assert heading in page
    assert "People are being nasty online" in page


def rows(page: str) -> dict[str, str]:
    """What the tables of a page say in each line."""
    found = re.findall(r'<th scope="row">([^<]+)</th><td class="number">(?:<[^>]+>)?([^<]+)', page)
    return dict(found)


def test_a_small_number_and_what_would_give_it_away_are_on_no_page(as_: As) -> None:
    shown = rows(as_("editor").get(f"/use/{MONTH.name}").text)
    assert shown["Escalated: 999 and CEOP"] == "not shown"
    assert shown["Escalated: CEOP first"] == "not shown"
    numbers = [int(each.replace(",", "")) for each in shown.values() if each != "not shown"]
    assert all(number == 0 or number >= 5 for number in numbers)


def test_the_figures_can_be_taken_away_as_a_table_which_is_recorded(
    as_: As, workbench: Running
) -> None:
    answer = as_("editor").get(f"/use/{MONTH.name}/figures.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f"signpost-{MONTH.name}.csv" in answer.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    by_line = {(line["table"], line["line"]): line["number"] for line in lines}
    assert int(by_line["outcome", "999"]) > 4
    assert by_line["outcome", "both"] == by_line["outcome", "CEOP"] == ""
    [line] = workbench.bench.audit.lines(who="editor", most=1)
    assert (line.action, line.subject) == ("figures taken away", MONTH.name)


@pytest.mark.parametrize("role", ["tester", "admin"])
def test_who_may_not_see_the_figures_is_refused_by_address(as_: As, role: str) -> None:
    for path in ("/use", f"/use/{MONTH.name}", f"/use/{MONTH.name}/figures.csv"):
        answer = as_(role).get(path)
        assert answer.status_code == 403
        assert "You cannot see the figures of use" in answer.text
    assert ">Use</a>" not in as_(role).get("/").text


def test_a_period_that_goes_on_or_never_was_has_no_page(as_: As) -> None:
    running = MONTH.last.replace(day=28)
    for name in (f"{running.year + 1}-01", "2020-01", "x", "2026-W01"):
        for path in (f"/use/{name}", f"/use/{name}/figures.csv"):
            answer = as_("editor").get(path)
            assert answer.status_code == 404
            assert "There are no figures of that period" in answer.text


def test_totals_that_cannot_be_read_are_told_and_nothing_breaks(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with Running(tmp_path) as running:
        editor = running.add_everybody().signed_in("editor")
        for path in ("/use", "/use/2026-01", "/use/2026-01/figures.csv"):
            answer = editor.get(path)
            assert answer.status_code == 503
            assert "The figures cannot be read now" in answer.text


def test_nothing_counted_yet_is_told(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        page = running.add_everybody().signed_in("editor").get("/use").text
    assert "There are no figures to look at yet" in page
    assert "Fewer than 10 messages so far." in page
