"""The widget never vanishes and never hangs: each fault is done for real, and said plainly."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.places import SNIPPET, CouncilSite, StandInRasa, wait_for
from tests.browser.widget import ORDINARY, SUICIDE, Widget
from tests.faults.harness import LoneDoor


class FrailDoor(LoneDoor):
    """A door that a test may stop, pause and start again."""

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=20)

    def pause(self) -> None:
        assert self._process is not None
        psutil.Process(self._process.pid).suspend()

    def resume(self) -> None:
        assert self._process is not None
        psutil.Process(self._process.pid).resume()


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory, council: CouncilSite) -> Iterator[FrailDoor]:
    running = FrailDoor(
        tmp_path_factory.mktemp("frail"),
        SIGNPOST_ORIGINS=council.url,
        SIGNPOST_SESSION_SECONDS="4",
        SIGNPOST_SESSION_WARNING_SECONDS="2",
        SIGNPOST_RASA_TIMEOUT="1",
    )
    running.start()
    try:
        running.wait_until_listening()
        council.pages["/frail"] = SNIPPET.replace("{door}", running.url)
        yield running
    finally:
        running.stop()


@pytest.fixture
def widget(page: Page, council: CouncilSite, frail: FrailDoor) -> Widget:
    return Widget(page).visit(council.url + "/frail")


@pytest.fixture
def standing_in(frail: FrailDoor) -> Iterator[StandInRasa]:
    with StandInRasa(frail.ports["rasa"]) as rasa:
        yield rasa


def test_a_server_that_is_down_is_said_and_the_emergency_panel_stays(
    widget: Widget, frail: FrailDoor
) -> None:
    frail.kill()
    try:
        widget.launcher.click()
        expect(widget.status).to_contain_text("The chat is not working just now")
        expect(widget.status).to_contain_text("Call 999")
        widget.shows_the_emergency_panel()
        widget.say(ORDINARY)
        expect(widget.status).to_contain_text("did not get through")
        expect(widget.log).to_contain_text("Not sent")
        widget.shows_the_emergency_panel()
        widget.button("Leave now").click()
        widget.page.wait_for_url(re.compile("bbc.co.uk|chrome-error"))
    finally:
        frail.start()
        frail.wait_until_listening()


def test_what_was_not_sent_is_sent_again_once_the_server_is_back(
    widget: Widget, frail: FrailDoor
) -> None:
    widget.open()
    frail.kill()
    try:
        widget.say(ORDINARY)
        expect(widget.button("Try again")).to_be_visible()
    finally:
        frail.start()
        frail.wait_until_listening()
    with StandInRasa(frail.ports["rasa"]) as rasa:
        widget.button("Try again").click()
        expect(widget.log).to_contain_text("you don't deserve it")
        expect(widget.log).not_to_contain_text("Not sent")
        assert rasa.asked == [ORDINARY]


def test_an_answer_that_was_lost_on_the_way_is_not_asked_for_twice(
    widget: Widget, standing_in: StandInRasa
) -> None:
    widget.open()
    widget.page.route("**/api/messages", lambda route: (route.fetch(), route.abort()))
    widget.say(ORDINARY)
    expect(widget.button("Try again")).to_be_visible()
    widget.page.unroute("**/api/messages")
    widget.button("Try again").click()
    expect(widget.log).to_contain_text("you don't deserve it")
    assert standing_in.asked == [ORDINARY]


def test_a_slow_server_is_said_after_three_seconds(
    page: Page, council: CouncilSite, door: LoneDoor, rasa: StandInRasa
) -> None:
    widget = Widget(page).visit(council.url + "/").open()
    rasa.pause = 3.6
    widget.say(ORDINARY)
    expect(widget.status).to_have_text("Signpost is writing…")
    page.wait_for_timeout(2500)
    expect(widget.status).to_have_text("Signpost is writing…")
    expect(widget.status).to_contain_text("longer than usual", timeout=900)
    expect(widget.status).to_contain_text("Call 999")
    widget.shows_the_emergency_panel()
    expect(widget.log).to_contain_text("you don't deserve it")
    expect(widget.status).to_be_empty()


def test_a_server_that_hangs_leaves_the_panel_usable(widget: Widget, frail: FrailDoor) -> None:
    widget.open()
    frail.pause()
    try:
        widget.say(SUICIDE)
        expect(widget.status).to_contain_text("longer than usual")
        widget.shows_the_emergency_panel()
        widget.message.fill("still here")
    finally:
        frail.resume()
    expect(widget.answers().last.locator(".crisis.first")).to_contain_text("999")


def test_a_dead_rasa_is_an_answer_with_999(widget: Widget, frail: FrailDoor) -> None:
    widget.open().ask("is my game safe")
    expect(widget.answers().last).to_contain_text("999")
    widget.ask(SUICIDE)
    expect(widget.answers().last.locator(".crisis.first")).to_contain_text("Call 999")


def test_being_offline_is_said_and_what_was_typed_is_kept(
    widget: Widget, context: BrowserContext
) -> None:
    widget.open()
    context.set_offline(True)
    expect(widget.status).to_contain_text("not connected to the internet")
    widget.say("is anybody there")
    expect(widget.button("Try again")).to_be_visible()
    expect(widget.status).to_contain_text("Call 999")
    widget.shows_the_emergency_panel()
    context.set_offline(False)
    widget.button("Try again").click()
    expect(widget.answers()).to_have_count(2)


def test_the_end_of_a_session_is_warned_of_and_can_be_put_off(widget: Widget) -> None:
    widget.open().ask("hm")
    expect(widget.status).to_contain_text("will be cleared in 1 min")
    widget.button("Keep this chat").click()
    expect(widget.status).to_have_text("This chat is kept.")
    expect(widget.log).to_contain_text("hm")


def test_an_ended_session_is_cleared_and_what_was_typed_is_kept(widget: Widget) -> None:
    widget.open().ask("hm hm")
    widget.message.fill("half a word")
    expect(widget.status).to_contain_text("This chat was cleared")
    expect(widget.status).to_contain_text("Call 999")
    expect(widget.log).not_to_contain_text("hm hm")
    expect(widget.message).to_have_value("half a word")
    widget.shows_the_emergency_panel()
    widget.button("Start a new chat").click()
    expect(widget.log).to_contain_text("Hello")


def test_a_conversation_that_the_server_forgot_goes_on_in_a_new_one(
    widget: Widget, frail: FrailDoor
) -> None:
    widget.open().ask("hm")
    # The door may take longer to come back than its sessions last here.
    longer = "({chat}) => chat.store.write({ ends: Date.now() + 60000 })"
    widget.page.locator("signpost-chat").evaluate(longer)
    frail.kill()
    frail.start()
    frail.wait_until_listening()
    widget.say("are you there")
    expect(widget.answers().last).to_contain_text("This chat has ended")
    expect(widget.answers().last).to_contain_text("999")
    widget.button("Try again").click()
    expect(widget.answers()).to_have_count(4)
    expect(widget.log).not_to_contain_text("Not sent")


@pytest.mark.parametrize("path", ["/blocked", "/unreachable"])
def test_without_the_script_the_page_shows_the_emergency_panel_and_a_link_to_the_chat(
    page: Page, council: CouncilSite, frail: FrailDoor, path: str
) -> None:
    council.pages["/unreachable"] = SNIPPET.replace("{door}", "http://127.0.0.1:9")
    page.goto(council.url + path)
    for name in ("Call 999", "Tell CEOP", "Childline 0800 1111"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    link = page.get_by_role("link", name="Get help without the chat window")
    expect(link).to_have_attribute("href", re.compile(r"/chat$"))
    wait_for(lambda: page.locator("signpost-chat .launcher").count() == 0)
