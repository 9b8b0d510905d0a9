"""The figures, the off switch and the samples in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from signpost import off
from signpost.counts.sample_store import SampleStore
from signpost.counts.store import Counts
from signpost.register.opening import UK
from tests.staff.use.months import last_month, of_months
from tests.staff.workbenches import Running

Open = Callable[..., Page]
Check = Callable[[Page, str], None]
MONTH = last_month()
TODAY = datetime.now(UK).date()


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    state: Path = tmp_path_factory.mktemp("workbench")
    counts = Counts(state)
    counts.add(of_months(5))
    counts.close()
    with Running(state, samples="on") as running:
        yield running.add_everybody()


def test_an_editor_looks_at_a_month_and_takes_its_figures_away(
    open_page: Open, looks_right: Check
) -> None:
    page = open_page("editor")
    page.get_by_role("link", name="Use", exact=True).first.click()
    looks_right(page, "use")
    page.get_by_role("link", name=MONTH.words).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Use: {MONTH.words}")
    expect(page.get_by_role("img", name="What the bot answered")).to_be_visible()
    page.get_by_text("Why some numbers are not shown").click()
    looks_right(page, "use-month")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take the figures away (CSV)").click()
    assert taken.value.suggested_filename == f"signpost-{MONTH.name}.csv"


def test_a_lead_turns_the_bot_off_and_on(
    open_page: Open, looks_right: Check, workbench: Running
) -> None:
    page = open_page("lead")
    page.get_by_role("link", name="Off switch").first.click()
    page.get_by_role("button", name="Turn the bot off").click()
    expect(page.get_by_role("alert")).to_contain_text("Write why")
    looks_right(page, "off-wrong")
    page.get_by_role("alert").get_by_role("link").click()
    page.keyboard.type("The number of children's social care is wrong.")
    page.get_by_role("button", name="Turn the bot off").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The bot is off")
    assert off.look(workbench.settings.state) is not None
    looks_right(page, "off")
    page.goto("/")
    expect(page.get_by_text("The bot is off for the public.")).to_be_visible()
    page.goto("/off")
    page.get_by_role("button", name="Turn the bot on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The bot is on")
    assert off.look(workbench.settings.state) is None
    looks_right(page, "on")


def test_figures_are_there_without_scripts_too(open_page: Open) -> None:
    page = open_page("editor", scripts=False)
    page.goto(f"/use/{MONTH.name}")
    expect(page.get_by_role("heading", name="Who wrote")).to_be_visible()


def test_a_lead_has_samples_kept_and_reads_them(
    open_page: Open, looks_right: Check, workbench: Running
) -> None:
    page = open_page("lead")
    page.goto("/samples")
    page.get_by_role("button", name="Keep samples until then").click()
    expect(page.get_by_role("alert")).to_contain_text("Write what you want to find out")
    looks_right(page, "samples-wrong")
    page.get_by_label("What do you want to find out?").fill("Which new challenges are going round.")
    page.get_by_label("Last day").fill(str(TODAY + timedelta(days=7)))
    page.get_by_role("button", name="Keep samples until then").click()
    expect(page.get_by_role("status")).to_contain_text("Samples are kept until")
    store = SampleStore.of(workbench.settings)
    store.add([f"what about the zibble challenge {each}" for each in "abc"], TODAY)
    page.goto("/samples")
    expect(page.get_by_role("link", name="Not understood 3 waiting")).to_be_visible()
    looks_right(page, "samples")
    page.get_by_label("what about the zibble challenge a").check()
    page.get_by_role("button", name="Delete the ticked samples").click()
    expect(page.get_by_role("status")).to_have_text("Deleted: 1.")
    assert store.number() == 2
    store.close()
