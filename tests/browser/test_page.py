"""/chat in a browser that runs no script does what the widget does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.places import StandInRasa, wait_for
from tests.browser.widget import ORDINARY, SUICIDE
from tests.faults.harness import LoneDoor


@pytest.fixture
def page(browser: Browser, door: LoneDoor, rasa: StandInRasa) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(8000)
    opened = context.new_page()
    opened.goto(door.url + "/chat")
    yield opened
    context.close()


def say(page: Page, text: str) -> None:
    page.get_by_label("Type your worry here").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def test_a_conversation_with_choices_and_a_crisis(page: Page, rasa: StandInRasa) -> None:
    say(page, "hm")
    page.get_by_role("button", name="People are being nasty online").click()
    expect(page.locator("#latest")).to_contain_text("you don't deserve it")
    say(page, SUICIDE)
    call = page.locator("#latest .crisis.first").get_by_role("link", name="Call 999", exact=True)
    expect(call).to_have_attribute("href", "tel:999")
    assert rasa.asked[:2] == ["hm", "/cyberbullying"]


def test_the_advice_can_be_taken_away(page: Page) -> None:
    say(page, ORDINARY)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Print or save the advice").click()
    expect(opened.value.locator("main")).to_contain_text("you don't deserve it")
    expect(opened.value.locator("main")).not_to_contain_text("group chat")


def test_an_opinion_is_taken_and_danger_in_it_answered(page: Page) -> None:
    say(page, ORDINARY)
    page.get_by_label("Anything to add?").fill("thanks")
    page.get_by_role("button", name="It helped", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Thank you")
    page.get_by_label("Anything to add?").fill(SUICIDE)
    page.get_by_role("button", name="It did not help").click()
    expect(page.locator("#latest .crisis.first")).to_contain_text("999")


def test_starting_again_and_clearing(page: Page, rasa: StandInRasa) -> None:
    say(page, ORDINARY)
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("main")).not_to_contain_text("group chat")
    say(page, ORDINARY)
    page.get_by_role("button", name="Clear this chat").click()
    expect(page.get_by_role("status")).to_contain_text("cleared")
    expect(page.locator("main")).not_to_contain_text("group chat")
    wait_for(lambda: len(rasa.erased) == 2)


def test_the_labels_change_their_language_and_the_chat_stays(page: Page) -> None:
    say(page, ORDINARY)
    page.get_by_role("button", name="Cymraeg").click()
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    expect(page.get_by_role("button", name="Gadael nawr")).to_be_visible()
    expect(page.locator("main")).to_contain_text("you don't deserve it")
    expect(page.locator("main [lang=en]").last).to_be_visible()


def test_easy_read_is_one_link_away(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Easy read").click()
    steps = opened.value.locator("main li")
    expect(steps.first).to_contain_text("Call 999.")
    assert steps.count() == 5
    for name in ("999", "0800 1111"):
        expect(steps.get_by_role("link", name=name).first).to_be_visible()


@pytest.mark.parametrize("path", ["/chat", "/easy-read", "/privacy"])
def test_no_page_runs_sideways_on_the_narrowest_phone(
    page: Page, door: LoneDoor, path: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(door.url + path)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320


@pytest.mark.parametrize("path", ["/chat", "/easy-read", "/privacy"])
def test_the_way_out_keeps_its_words_whole_on_the_narrowest_phone(
    page: Page, door: LoneDoor, path: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(door.url + path)
    button = page.get_by_role("button", name="Leave now").bounding_box()
    assert button is not None
    # Two words, one over the other at most.
    assert button["width"] > 60
    assert button["height"] < 70
