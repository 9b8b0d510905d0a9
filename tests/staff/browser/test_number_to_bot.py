"""From a phone number that has changed to the bot that says it: an editor and a safeguarding lead
in Chromium, and the real processes of `signpost run`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from signpost import settings as settings_module
from signpost import training
from signpost.staff.accounts.people import People
from signpost.staff.audit import Audit
from signpost.staff.database import Database, address
from tests.faults.harness import Bot
from tests.staff.browser.conftest import sign_in
from tests.staff.workbenches import NAMES, PASSWORD, wait_for

# Two starts of the whole bot, on a machine that may be busy.
pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

OLD, NEW = "0344 381 4772", "020 7946 0123"
ASKED = "what is the number of the professionals online safety helpline"
SECONDS = 15.0


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The whole bot with its workbench, and an account for an editor and a lead."""
    training.ensure(settings_module.load({}), print)
    running = Bot(tmp_path_factory.mktemp("bot"))
    running.start()
    try:
        running.wait_until_listening(120)
        database = Database(address(settings_module.load({"SIGNPOST_STATE": str(running.state)})))
        database.upgrade()
        people = People(database, Audit(database))
        for role in ("editor", "lead"):
            people.add(role, NAMES[role], [role], PASSWORD, by="the tests")
        running.wait_until_ready(400)
        yield running
        database.close()
    finally:
        running.stop()


@pytest.fixture
def enter(browser: Browser, bot: Bot) -> Iterator[Callable[[str], Page]]:
    """`enter("lead")`: a browser in which somebody is signed in to the bot's workbench."""
    opened: list[BrowserContext] = []

    def page(role: str) -> Page:
        url = f"http://127.0.0.1:{bot.ports['staff']}"
        context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800})
        context.set_default_timeout(60_000)
        opened.append(context)
        new = context.new_page()
        wait_for(lambda: new.goto("/", wait_until="commit") is not None, 60)
        sign_in(new, role)
        expect(new.get_by_role("heading", level=1)).to_have_text(re.compile("What would"))
        return new

    yield page
    for context in opened:
        context.close()


def said(bot: Bot) -> str:
    """All that the bot answers to somebody who asks for the number, with what can be pressed."""
    reply: dict[str, Any] = bot.say(ASKED)
    return str(reply)


def test_a_changed_number_is_said_by_the_running_bot(
    bot: Bot, enter: Callable[[str], Page]
) -> None:
    wait_for(lambda: OLD in said(bot), 60, "the bot never said the old number")
    editor = enter("editor")
    editor.goto("/register?search=professionals+online")
    editor.get_by_role("link", name=re.compile("^Professionals Online")).click()
    editor.get_by_role("link", name="Change it").click()
    editor.locator("[id='phones.0.number']").fill(NEW)
    editor.get_by_label("Why this change?").fill("They moved; I rang the new number today.")
    editor.get_by_role("button", name="Propose it").click()
    expect(editor.get_by_role("status")).to_contain_text("waits for a safeguarding lead")
    change = editor.url

    lead = enter("lead")
    lead.goto(change)
    lead.get_by_label("I have checked this myself").check()
    lead.get_by_role("button", name="Approve", exact=True).click()
    expect(lead.get_by_role("status")).to_contain_text("Approved.")
    assert OLD in said(bot), "approved is not published"
    lead.goto("/register/publish")
    expect(lead.locator("main")).to_contain_text("services/posh.yaml")
    lead.get_by_role("button", name="Check and publish").click()
    expect(lead.get_by_role("status").first).to_contain_text("Published as bundle")
    published = time.monotonic()
    took = 0.0
    while NEW not in said(bot):
        took = time.monotonic() - published
        assert took < SECONDS, f"after {took:.0f} s the bot still says the old number"
        time.sleep(0.2)
    print(f"said {took:.1f} s after it was published")

    # Every part tells the bundle that it runs.
    parts = lead.get_by_role("table").first
    for part in ("actions", "door", "rasa"):
        row = parts.get_by_role("row", name=re.compile(f"^{part} "))
        expect(row).to_contain_text("in force", timeout=30_000)

    # Who did what can be seen by anybody later.
    editor.goto("/register/history/services/posh.yaml")
    expect(editor.locator("main")).to_contain_text("They moved; I rang the new number today.")
    for name in ("Eddie Editor", "Lee Lead"):
        expect(editor.locator("main")).to_contain_text(name)

    # What was published stays in force over a restart: the files are not published in its place.
    (bot.state / "content" / "services" / "posh.yaml").write_text("id: [", encoding="utf-8")
    bot.stop()
    bot.start()
    bot.wait_until_listening(120)
    assert "stays in force" in bot.lines()
