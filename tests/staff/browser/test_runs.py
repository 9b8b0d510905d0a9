"""An editor plays the tests, in a real browser, with the real `signpost test` behind the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from signpost import settings, training
from signpost.staff.runs.store import Runs
from tests.staff.runs.conftest import Plays, plays  # noqa: F401
from tests.staff.workbenches import Running, wait_for

Open = Callable[..., Page]
Check = Callable[[Page, str], None]
STORIES = "conversations/test_stories, 4 cases"


def only(page: Page, *labels: str) -> None:
    """Tick these sets and no others."""
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    for label in labels:
        page.get_by_label(label).check()


@pytest.mark.model
@pytest.mark.timeout(600)
def test_an_editor_plays_the_saved_conversations_and_reads_what_came(
    open_page: Open, looks_right: Check
) -> None:
    training.ensure(settings.Settings(), print)
    page = open_page("editor")
    page.get_by_role("navigation").get_by_role("link", name="Run the tests").click()
    only(page)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one set to play.")
    looks_right(page, "runs-none-chosen")
    only(page, STORIES)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Run \d+ goes on$"))
    # The page's script brings the result up by itself.
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"^Run \d+\s+finished$"), timeout=240_000
    )
    expect(page.locator("main")).to_contain_text("4 of 4 cases right, 0 wrong")
    expect(page.locator("main")).to_contain_text(training.checksum())
    looks_right(page, "run-stories")


def test_a_run_is_seen_while_it_goes_on_stopped_and_compared(
    open_page: Open,
    workbench: Running,
    looks_right: Check,
    plays: Plays,  # noqa: F811
) -> None:
    runs = Runs(workbench.bench.database)
    page = open_page("lead")
    page.goto("/runs")
    plays.will(wrong="3 20")
    start(page)
    expect(page.locator("#words")).to_contain_text("of 30 cases", timeout=60_000)
    looks_right(page, "run-goes-on")
    page.goto("/runs")
    expect(page.get_by_text("A run goes on")).to_be_visible()
    expect(page.get_by_role("button", name="Start")).to_have_count(0)
    page.get_by_role("link", name="Look at it").click()
    plays.go()
    expect(page.get_by_role("heading", level=1)).to_contain_text("finished", timeout=60_000)
    looks_right(page, "run-first")
    plays.will(wrong="20 21")
    page.goto("/runs")
    start(page)
    wait_for(lambda: runs.running() is None, 60)
    page.goto("/runs")
    looks_right(page, "runs")
    page.get_by_role("table").get_by_role("link").first.click()
    page.get_by_role("link", name=re.compile("worse in")).click()
    expect(page.get_by_text("message 21")).to_be_visible()
    expect(page.get_by_text("1 case.")).to_be_visible()
    looks_right(page, "run-worse")


def test_without_scripts_a_link_shows_how_far_it_is(
    open_page: Open,
    workbench: Running,
    plays: Plays,  # noqa: F811
) -> None:
    page = open_page("editor", scripts=False)
    page.goto("/runs")
    plays.will("die")
    start(page)
    page.get_by_role("link", name="Show how far it is now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("goes on")
    plays.go()
    wait_for(lambda: Runs(workbench.bench.database).running() is None, 60)
    page.get_by_role("link", name="Show how far it is now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("died")
    expect(page.locator(".warning")).to_contain_text("no more room")


def start(page: Page) -> None:
    """Start a run of one set, whether the form is folded away or not."""
    if page.get_by_role("button", name="Start").is_hidden():
        page.get_by_text("Start a run").click()
    only(page, "evaluation/dialogues-3, 33 cases")
    page.get_by_role("button", name="Start").click()
