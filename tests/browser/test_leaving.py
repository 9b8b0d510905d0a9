"""The quick exit: blank, wiped, away, and nothing behind the back button."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.browser.places import SNIPPET, CouncilSite, StandInRasa, wait_for
from tests.browser.widget import ORDINARY, Widget
from tests.faults.harness import LoneDoor

AWAY = "**/weather"


def press_leave(widget: Widget) -> None:
    widget.button("Leave now").click()


def press_shift(widget: Widget) -> None:
    for _ in range(3):
        widget.page.keyboard.press("Shift")


@pytest.mark.parametrize("leave", [press_leave, press_shift])
def test_leaving_wipes_here_and_on_the_server_and_goes_to_a_neutral_site(
    widget: Widget, rasa: StandInRasa, council: CouncilSite, leave: object
) -> None:
    widget.open().ask(ORDINARY)
    leave(widget)  # type: ignore[operator]
    widget.page.wait_for_url(AWAY)
    wait_for(lambda: len(rasa.erased) == 1)
    # The council's page is no longer in the history: there is nothing to go back to.
    widget.page.go_back()
    assert widget.page.url == "about:blank"
    widget.visit(council.url + "/")
    assert widget.stored() == {}


def test_a_site_that_hides_where_its_visitors_come_from_is_wiped_on_the_server_too(
    page: Page, council: CouncilSite, rasa: StandInRasa
) -> None:
    council.pages["/hiding"] = '<meta name="referrer" content="no-referrer">' + SNIPPET
    widget = Widget(page).visit(council.url + "/hiding").open().ask(ORDINARY)
    press_leave(widget)
    page.wait_for_url(AWAY)
    wait_for(lambda: len(rasa.erased) == 1)


def test_the_page_is_blank_before_anything_else_happens(widget: Widget) -> None:
    widget.open().ask(ORDINARY)
    order = widget.page.evaluate(
        """() => {
          const { chat } = document.querySelector('signpost-chat');
          const seen = [];
          const looks = () => getComputedStyle(document.documentElement).display + document.title;
          const { wipe } = chat;
          chat.wipe = () => { seen.push(['wiping', looks()]); wipe.call(chat); };
          chat.opening.neutral_site = '#left';
          chat.leave();
          seen.push(['left', looks(), JSON.stringify(sessionStorage)]);
          return seen;
        }"""
    )
    assert order == [["wiping", "none"], ["left", "none", "{}"]]


def test_shift_while_typing_capitals_does_not_leave(widget: Widget) -> None:
    widget.open()
    widget.message.press_sequentially("Hi. HE SAID NO")
    for letter in "ABC":
        widget.page.keyboard.press(f"Shift+{letter}")
    expect(widget.panel).to_be_visible()


def test_a_page_that_the_browser_kept_shows_the_chat_only_while_it_lasts(
    widget: Widget, council: CouncilSite, door: LoneDoor
) -> None:
    widget.open().ask(ORDINARY)
    widget_memory = widget.stored()
    widget.page.evaluate("window.kept = true")
    widget.page.goto(council.neutral_site)
    # The browser gives a page back whole, without loading it.
    widget.page.go_back(wait_until="commit")
    assert widget.page.evaluate("window.kept") is True, "the page did not come from the cache"
    expect(widget.log).to_contain_text("you don't deserve it")
    widget.page.goto(council.neutral_site)
    token = json.loads(widget_memory["signpost " + door.url])["token"]
    door.client.post("/api/end", json={"token": token})
    widget.page.go_back(wait_until="commit")
    expect(widget.status).to_contain_text("This chat was cleared")
    assert ORDINARY not in inside(widget)


def test_an_earlier_page_of_the_site_shows_nothing_after_leaving(widget: Widget) -> None:
    widget.open().ask(ORDINARY)
    widget.page.get_by_role("link", name="Another page").click()
    expect(widget.log).to_contain_text("you don't deserve it")
    widget.button("Leave now").click()
    widget.page.wait_for_url(AWAY)
    widget.page.go_back()
    expect(widget.launcher).to_be_visible()
    expect(widget.panel).to_be_hidden()
    assert ORDINARY not in inside(widget)
    widget.open()
    expect(widget.log).not_to_contain_text(ORDINARY)


def inside(widget: Widget) -> str:
    """All that the widget's element holds."""
    host = widget.page.locator("signpost-chat")
    return str(host.evaluate("element => element.shadowRoot.innerHTML"))


def test_leaving_closes_the_chats_of_other_tabs_of_the_site(
    widget: Widget, context: BrowserContext, council: CouncilSite, rasa: StandInRasa
) -> None:
    other = Widget(context.new_page()).visit(council.url + "/").open()
    other.ask("hm")
    widget.open().ask(ORDINARY)
    widget.button("Leave now").click()
    expect(other.panel).to_be_hidden()
    assert other.stored() == {}
    wait_for(lambda: len(rasa.erased) == 2)


def test_the_page_leaves_with_script_too(page: Page, door: LoneDoor, rasa: StandInRasa) -> None:
    page.goto(door.url + "/chat")
    page.get_by_label("Type your worry here").fill(ORDINARY)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("you don't deserve it")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(AWAY)
    wait_for(lambda: len(rasa.erased) == 1)


def test_without_script_the_page_leaves_and_going_back_shows_nothing(
    browser: Browser, door: LoneDoor, rasa: StandInRasa
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(door.url + "/chat")
    page.get_by_label("Type your worry here").fill(ORDINARY)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("you don't deserve it")
    page.get_by_role("button", name="Leave now").click()
    page.wait_for_url(AWAY)
    wait_for(lambda: len(rasa.erased) == 1)
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    page.wait_for_url("chrome-error://**", wait_until="commit")
    # The browser offers to send it all again; even then nothing comes up.
    page.reload()
    expect(page.locator("main")).to_contain_text("This chat has ended")
    for word in ("deserve", "mean to me"):
        assert word not in page.content()
    context.close()


def test_without_script_a_plain_link_leads_away(browser: Browser, door: LoneDoor) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(door.url + "/chat")
    page.get_by_role("link", name="Leave now, without clearing").click()
    page.wait_for_url(AWAY)
    context.close()
