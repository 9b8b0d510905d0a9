"""The widget where it is hard: strict policies, hostile styles, other origins, a slow line."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.places import CouncilSite, StandInRasa
from tests.browser.widget import ORDINARY, SUICIDE, Widget
from tests.faults.harness import LoneDoor

LIMIT = 30_000


def test_all_that_a_page_loads_is_small(door: LoneDoor) -> None:
    answer = httpx.get(door.url + "/widget.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < LIMIT
    assert len(gzip.compress(answer.content, 9)) < LIMIT


def test_it_works_under_a_strict_policy_and_breaks_no_rule_of_it(
    page: Page, council: CouncilSite, rasa: StandInRasa
) -> None:
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text))
    widget = Widget(page).visit(council.url + "/strict").open().ask(ORDINARY)
    expect(widget.log).to_contain_text("you don't deserve it")
    ground = widget.launcher.evaluate("element => getComputedStyle(element).position")
    assert ground == "fixed", "the widget has no styles"
    with page.context.expect_page() as opened:
        widget.panel.get_by_role("button", name="Print or save").click()
    expect(opened.value.locator("main")).to_contain_text("you don't deserve it")
    assert [text for text in broken if "Content Security Policy" in text] == []


def test_hostile_styles_of_the_page_do_not_reach_it(
    page: Page, council: CouncilSite, rasa: StandInRasa, screenshots: Path
) -> None:
    widget = Widget(page).visit(council.url + "/hostile").open().ask(SUICIDE)
    widget.shows_the_emergency_panel()
    size = widget.message.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size >= 16
    opacity = page.locator("signpost-chat").evaluate("element => getComputedStyle(element).opacity")
    assert opacity == "1"
    expect(widget.button("Leave now")).to_be_in_viewport()
    page.screenshot(path=screenshots / "hostile-desk.png")


def test_a_script_element_alone_is_enough(
    page: Page, council: CouncilSite, rasa: StandInRasa
) -> None:
    Widget(page).visit(council.url + "/script-only").open()


def pinned(door: LoneDoor, page: Page) -> tuple[str, str]:
    """The address and the integrity that the demonstration page gives."""
    page.goto(door.url + "/demo")
    script = page.locator("script")
    return str(script.get_attribute("src")), str(script.get_attribute("integrity"))


def test_a_site_can_pin_the_file_by_its_integrity(
    page: Page, council: CouncilSite, door: LoneDoor, rasa: StandInRasa
) -> None:
    address, integrity = pinned(door, page)
    script = (
        f'<script src="{door.url}{address}" integrity="{integrity}" crossorigin="anonymous" defer>'
        "</script>"
    )
    council.pages["/pinned"] = script
    Widget(page).visit(council.url + "/pinned").open()
    council.pages["/altered"] = script.replace("sha384-", "sha384-AAAA")
    page.goto(council.url + "/altered")
    page.wait_for_load_state("networkidle")
    assert page.locator("signpost-chat").count() == 0


def test_it_sets_no_cookie(
    widget: Widget, context: BrowserContext, council: CouncilSite, door: LoneDoor
) -> None:
    widget.open().ask(ORDINARY)
    widget.page.goto(door.url + "/chat")
    assert context.cookies() == []


def test_the_token_is_in_no_address(widget: Widget) -> None:
    asked: list[str] = []
    widget.page.on("request", lambda request: asked.append(request.url))
    widget.open().ask(ORDINARY)
    widget.button("Start again").click()
    expect(widget.log).to_contain_text("we start again")
    stored = json.loads(next(iter(widget.stored().values())))
    assert stored["token"]
    assert [url for url in asked if stored["token"] in url or "?" in url] == []


def test_a_site_that_is_not_allowed_gets_no_answer_but_shows_the_emergency_panel(
    page: Page, council: CouncilSite, rasa: StandInRasa
) -> None:
    stranger = council.url.replace("localhost", "127.0.0.1")
    widget = Widget(page).visit(stranger + "/")
    widget.launcher.click()
    expect(widget.status).to_contain_text("The chat is not working")
    widget.shows_the_emergency_panel()
    widget.say(ORDINARY)
    expect(widget.button("Try again").last).to_be_visible()
    assert rasa.asked == []


@pytest.mark.parametrize("origin", ["localhost", "127.0.0.1"])
def test_the_page_may_be_framed_by_allowed_sites_only(
    page: Page, council: CouncilSite, door: LoneDoor, rasa: StandInRasa, origin: str
) -> None:
    council.pages["/framed"] = f'<iframe src="{door.url}/chat" title="Chat"></iframe>'
    page.goto(council.url.replace("localhost", origin) + "/framed")
    inside = page.frame_locator("iframe")
    if origin == "127.0.0.1":
        expect(inside.get_by_role("button", name="Leave now")).to_have_count(0)
        return
    inside.get_by_role("button", name="Leave now").click()
    # The way out takes the whole page along, not only the frame.
    page.wait_for_url("**/weather")


def test_on_a_slow_line_the_first_reply_comes_within_seconds(
    page: Page, council: CouncilSite, rasa: StandInRasa, screenshots: Path
) -> None:
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    # A bad mobile line: 400 ms there and back, 400 kbit/s.
    slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000}
    line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": 50_000})
    started = time.monotonic()
    widget = Widget(page).visit(council.url + "/")
    shown = time.monotonic() - started
    started = time.monotonic()
    widget.open()
    opened = time.monotonic() - started
    widget.message.press_sequentially("are they mean", delay=60)
    started = time.monotonic()
    widget.message.press("Enter")
    expect(widget.answers()).to_have_count(2)
    replied = time.monotonic() - started
    figures = {"launcher": shown, "greeting": opened, "first reply": replied}
    (screenshots / "slow-line.json").write_text(json.dumps(figures), encoding="utf-8")
    assert shown < 6
    assert opened < 3
    assert replied < 3
