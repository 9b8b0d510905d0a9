"""A tester tries the real bot and says what it should have been; a lead accepts it; it is exported
and run again. In a real browser, with the real processes."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from signpost.evaluation.rows import ConcernRow, CrisisRow, Dialogue, read
from signpost.settings import ROOT
from tests.staff.browser.bots import StaffedBot

pytestmark = pytest.mark.timeout(900)  # the bot starts within the first test's time
Open = Callable[..., Page]
Check = Callable[[Page, str], None]
FAKE = "someone made a fake account of my daughter on insta"
DANGER = "i want to die"
STRANGER = "some bloke i never met wants to know what school i go to"


@pytest.fixture(scope="module")
def workbench(bot: StaffedBot) -> SimpleNamespace:
    """What `open_page` opens."""
    return SimpleNamespace(url=bot.workbench)


def start(page: Page, role: str = "Let the bot find out", channel: str = "web") -> None:
    page.goto("/talk")
    page.get_by_label(role).check()
    page.get_by_label("Where do they write?").select_option(channel)
    page.get_by_role("button", name="Start", exact=True).click()


def say(page: Page, text: str) -> None:
    turns = page.locator(".turn").count()
    page.get_by_label("What would they write?").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".turn")).to_have_count(turns + 1)


def reasons(page: Page, turn: int) -> str:
    """Open the reasons of a turn; what they say."""
    page.locator(f"#turn-{turn} summary").first.click()
    why = page.locator(f"#turn-{turn} .why")
    expect(why).to_be_visible()
    return why.inner_text()


def test_a_tester_sees_why_and_the_pages_look_right(open_page: Open, looks_right: Check) -> None:
    page = open_page("tester")
    page.get_by_role("navigation", name="Workbench").get_by_role("link", name="Try it").click()
    looks_right(page, "talk")
    start(page, "A child or young person")
    expect(page.locator("#turn-1")).to_contain_text("I'm under 18")
    say(page, "im Rhiannon and a man on snap keeps askin me for pics")
    expect(page.locator("#turn-2 .bubble.crisis.first")).to_contain_text("CEOP")
    told = reasons(page, 2)
    assert "im Rhiannon and a man on snap" in told
    assert "im ‹name› and a man on snap" in told
    assert "Somebody asks a child, or a person who may be one, for pictures" in told
    assert "The floor answered at once" in told
    assert "CrisisPolicy chose utter_crisis_exploitation" in told
    assert "Sexual exploitation of a child (CEOP)" in told
    assert "snapchat, from “snap”" in told
    assert "Not signed off" in told
    page.locator("#turn-2 .spoke summary").first.click()
    expect(page.locator("#turn-2 .sources").first).to_contain_text("https://www.ceop.police.uk/")
    looks_right(page, "talk-crisis")
    say(page, "what else can i do")
    expect(page.locator("#turn-3 .bubble.standing")).to_be_visible()


def test_choices_can_be_picked_and_start_again_begins_anew(open_page: Open) -> None:
    page = open_page("tester")
    start(page)
    say(page, "people are being mean in the chat")
    choice = page.locator(".pick button").first
    if choice.count() == 0:
        say(page, "hmm its all a bit weird there")
        choice = page.locator(".pick button").first
    title = choice.inner_text()
    turns = page.locator("article.turn").count()
    choice.click()
    picked = page.locator(f"#turn-{turns + 1}")
    expect(picked.locator(".said")).to_have_text(title)
    assert "its meaning is certain" in reasons(page, turns + 1)
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("article.turn")).to_have_count(0)


@pytest.mark.parametrize("channel", ["sms", "whatsapp", "messenger", "telegram"])
def test_a_reply_is_shown_as_the_channel_shows_it(
    channel: str, open_page: Open, looks_right: Check
) -> None:
    page = open_page("tester")
    start(page, channel=channel)
    say(page, DANGER)
    reply = page.locator("#turn-1 .reply")
    expect(reply).to_contain_text("999")
    expect(reply.locator(".size").last).to_contain_text("characters")
    if channel == "sms":
        expect(reply.locator(".message").first.locator(".segment")).to_have_count(2)
        looks_right(page, "talk-sms")


def test_a_conversation_is_corrected_accepted_exported_and_run_again(
    open_page: Open, looks_right: Check, bot: StaffedBot, tmp_path: Path
) -> None:
    tester = open_page("tester")
    start(tester)
    say(tester, FAKE)
    say(tester, STRANGER)
    tester.locator("#turn-1").get_by_role("link", name="Should have been").click()
    looks_right(tester, "should")
    tester.get_by_label("Crisis reply").select_option(label="No crisis reply: ordinary advice")
    tester.get_by_role("button", name="Send to the leads").click()
    expect(tester.get_by_role("alert")).to_contain_text("Say why, in a sentence")
    tester.get_by_role("alert").get_by_role("link").first.click()
    expect(tester.get_by_label("Why", exact=True)).to_be_focused()
    expect(tester.get_by_label("Crisis reply")).to_have_value("none")
    looks_right(tester, "should-wrong")
    tester.get_by_label("The concern").select_option("impersonation_fake_account")
    tester.get_by_label("Why", exact=True).fill("A fake account is no crisis by itself.")
    tester.get_by_role("button", name="Send to the leads").click()
    expect(tester.get_by_role("status")).to_contain_text("Thank you")
    tester.locator("#turn-2").get_by_role("link", name="Should have been").click()
    tester.get_by_label("Crisis reply").select_option("CEOP")
    tester.get_by_label("Better words").fill("Say first that it is not their fault.")
    tester.get_by_label("Why", exact=True).fill("A stranger who asks for the school is grooming.")
    tester.get_by_role("button", name="Send to the leads").click()
    tester.get_by_label("Keep it as a test, called").fill("Fake account, then a stranger")
    tester.get_by_role("button", name="Keep it", exact=True).click()
    expect(tester.get_by_role("status")).to_contain_text("Kept as a test")
    looks_right(tester, "talk-kept")

    tester.goto("/corrections")
    tester.get_by_role("link", name=re.compile(FAKE)).first.click()
    expect(tester.get_by_role("button", name="Decide")).to_have_count(0)

    lead = open_page("lead")
    expect(lead.get_by_role("navigation", name="Workbench")).to_contain_text("2 waiting")
    lead.goto("/corrections")
    looks_right(lead, "corrections")
    lead.get_by_role("link", name=re.compile(FAKE)).first.click()
    lead.get_by_role("button", name="Decide").click()
    expect(lead.get_by_role("alert")).to_contain_text("Choose whether you accept or decline it")
    looks_right(lead, "correction")
    lead.get_by_label(re.compile("^Accept")).check()
    lead.get_by_role("button", name="Decide").click()
    expect(lead.get_by_role("status")).to_contain_text("Accepted")
    lead.goto("/corrections?state=waiting")
    lead.get_by_role("link", name=re.compile(STRANGER)).click()
    lead.get_by_label(re.compile("^Accept")).check()
    lead.get_by_label("Reason").fill("Agreed.")
    lead.get_by_role("button", name="Decide").click()
    expect(lead.get_by_role("heading", level=1)).to_contain_text("Accepted")
    lead.goto("/corrections")
    with lead.expect_download() as downloading:
        lead.get_by_role("link", name="concerns.jsonl").click()
    row = ConcernRow(FAKE, "impersonation_fake_account", "parent")
    assert read(Path(downloading.value.path()), ConcernRow) == [row]

    exported = tmp_path / "corrections"
    run(bot, "corrections", "export", "--to", str(exported))
    assert read(exported / "crisis.jsonl", CrisisRow) == [
        CrisisRow(FAKE, "not_crisis", "none", "correction")
    ]
    (dialogue,) = read(exported / "dialogues.jsonl", Dialogue)
    assert [turn.user for turn in dialogue.turns] == [FAKE, STRANGER]
    assert dialogue.turns[-1].expect == "escalate:CEOP"
    run_again(lead)


def run_again(lead: Page) -> None:
    """Play what was accepted and kept on this machine, and see each case's result."""
    lead.goto("/corrections")
    lead.get_by_role("link", name="Run the tests").last.click()
    for each in lead.locator("input[name=sets]").all():
        each.set_checked((each.get_attribute("value") or "").startswith("here/"))
    lead.get_by_role("button", name="Start", exact=True).click()
    heading = lead.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Run")
    end = time.monotonic() + 400
    while "goes on" in heading.inner_text():
        assert time.monotonic() < end, "the run did not end"
        time.sleep(2)
        lead.reload()
    expect(heading).to_contain_text("finished")
    lead.get_by_label("Show").select_option("all")
    lead.get_by_role("button", name="Show", exact=True).click()
    case = lead.locator("section.card").filter(has_text="here/concerns")
    expect(case.locator(".mark").first).to_have_text("right")
    expect(case).to_contain_text(FAKE)
    kept = lead.locator("section.card").filter(has_text="Fake account, then a stranger")
    expect(kept).to_contain_text(STRANGER)
    expect(kept).to_contain_text("escalate:CEOP")


def run(bot: StaffedBot, *arguments: str) -> str:
    """What a command of `signpost` prints, on the bot's machine."""
    done = subprocess.run(
        [sys.executable, "-m", "signpost.cli", *arguments],
        cwd=ROOT,
        env=bot.environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_command_line_talks_to_the_same_bot(bot: StaffedBot) -> None:
    said = run(bot, "talk", "--why", "--as", "child", "--channel", "sms", "my insta got hacked")
    assert "segments" in said
    assert "acted: RulePolicy chose action_advise" in said
    assert "spoke: advice.hacked_account/child" in said


def test_what_testers_say_is_kept_apart_from_the_public(bot: StaffedBot, open_page: Open) -> None:
    page = open_page("tester")
    start(page)
    before = conversations(bot)
    bot.say("a question of the public's")
    say(page, "my insta got hacked and my name is Rhiannon Pritchard")
    new = conversations(bot) - before
    assert len(new) == 2
    assert [each.startswith("trial-") for each in sorted(new, key=len)] == [False, True]
    page.get_by_role("button", name="Delete it now").click()
    expect(page.get_by_role("status")).to_contain_text("deleted")
    assert [each for each in conversations(bot) & new if each.startswith("trial-")] == []


def conversations(bot: StaffedBot) -> set[str]:
    """The ids under which Rasa keeps conversations."""
    with closing(sqlite3.connect(bot.state / "tracker.db", timeout=30)) as connection:
        return {str(row[0]) for row in connection.execute("SELECT sender_id FROM events")}
