"""Before the first word: what the widget costs a page, how it opens, closes and may be set."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.places import CouncilSite, StandInRasa
from tests.browser.widget import Widget
from tests.faults.harness import LoneDoor


def test_until_it_is_opened_the_page_loads_one_file_and_no_more(
    page: Page, council: CouncilSite, door: LoneDoor
) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    Widget(page).visit(council.url + "/")
    page.wait_for_load_state("networkidle")
    of_the_door = [request.url for request in asked if request.url.startswith(door.url)]
    assert of_the_door == [f"{door.url}/widget.js"]


def test_opening_keeps_nothing_on_the_server(widget: Widget) -> None:
    asked: list[str] = []
    widget.page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    widget.open()
    assert asked == ["opening"]
    assert "token" not in str(widget.stored())


def test_the_launcher_says_whether_the_chat_is_open(widget: Widget) -> None:
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")
    expect(widget.launcher).to_have_accessible_name("Online safety help")
    widget.open()
    expect(widget.launcher).to_have_attribute("aria-expanded", "true")
    expect(widget.panel).to_have_accessible_name("Online safety help")


def test_focus_goes_in_and_comes_back(widget: Widget) -> None:
    widget.page.get_by_role("link", name="Another page").focus()
    widget.page.keyboard.press("Tab")
    widget.page.keyboard.press("Enter")
    expect(widget.panel).to_be_visible()
    assert widget.focused() == "Online safety help"
    widget.page.keyboard.press("Escape")
    expect(widget.panel).to_be_hidden()
    assert widget.focused() == "Online safety help"
    expect(widget.launcher).to_be_focused()


def test_closing_and_opening_keeps_the_chat(widget: Widget) -> None:
    widget.open().ask("hello there")
    widget.button("Close").click()
    widget.launcher.click()
    expect(widget.log).to_contain_text("hello there")


def test_the_emergency_panel_and_the_notice_stand_before_the_first_message(widget: Widget) -> None:
    widget.open()
    widget.shows_the_emergency_panel()
    expect(widget.panel).to_contain_text("not yet been approved")
    expect(widget.panel).to_contain_text("It cannot clear your browser history")


@pytest.mark.parametrize(
    ("attributes", "selector"),
    [
        ('data-position="left"', ".left .launcher"),
        ("", ".right .launcher"),
        ("data-open", "dialog[open]"),
    ],
)
def test_a_council_sets_where_it_stands_and_whether_it_starts_open(
    page: Page, council: CouncilSite, rasa: StandInRasa, attributes: str, selector: str
) -> None:
    page.goto(f"{council.url}/?{attributes}")
    expect(page.locator(f"signpost-chat {selector}")).to_be_visible()


def test_a_page_about_bullying_offers_bullying_first(
    page: Page, council: CouncilSite, rasa: StandInRasa
) -> None:
    widget = Widget(page).visit(f'{council.url}/?data-context="cyberbullying"').open()
    widget.button("People are being nasty online").click()
    expect(widget.answers()).to_have_count(2)
    assert rasa.asked == ["/cyberbullying"]


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    lines = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * lines[0] + 0.7152 * lines[1] + 0.0722 * lines[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_council_s_colour_is_made_readable(
    page: Page, council: CouncilSite, rasa: StandInRasa, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    for colour in ("#ffff00", "#00a33b", "#000", "#777777", "#fff", "nonsense"):
        widget = Widget(page).visit(f"{council.url}/?data-colour={colour}")
        ground, ink = widget.launcher.evaluate(
            "element => (({ backgroundColor, color }) => [backgroundColor, color])"
            "(getComputedStyle(element))"
        )
        light, dark = sorted((luminance(ground), luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour


def test_its_labels_may_be_welsh_and_the_advice_is_marked_as_english(
    page: Page, council: CouncilSite, rasa: StandInRasa
) -> None:
    widget = Widget(page).visit(f'{council.url}/?data-language="cy"').open()
    expect(page.locator("signpost-chat .app")).to_have_attribute("lang", "cy")
    expect(widget.button("Gadael nawr")).to_be_visible()
    expect(widget.emergency).to_contain_text("Ffoniwch 999")
    expect(widget.answers().locator("[lang=en]")).to_contain_text("Hello")
