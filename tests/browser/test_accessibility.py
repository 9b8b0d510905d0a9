"""Every state through axe at WCAG 2.2 A and AA, the journey by keyboard, and how each state looks.

axe finds about a third of what can be wrong; docs/accessibility-statement.md says what else was
tried by hand and what was not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.places import CouncilSite, StandInRasa
from tests.browser.widget import EXPLOITATION, ORDINARY, SUICIDE, Widget
from tests.faults.harness import LoneDoor

AXE = Axe()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE, TABLET, DESK = (360, 640), (768, 1024), (1280, 900)
FOUND: dict[str, dict[str, Any]] = {}


@pytest.fixture(scope="module", autouse=True)
def report(screenshots: Path) -> Iterator[None]:
    """reports/screenshots/axe.json: what axe said of each state."""
    yield
    (screenshots / "axe.json").write_text(json.dumps(FOUND, indent=1), encoding="utf-8")


def check(page: Page, state: str) -> None:
    """No violation; rules that axe could not decide are written down."""
    options = {"runOnly": {"type": "tag", "values": LEVELS}}
    said = AXE.run(page, options=options).response
    FOUND[state] = {
        "passed": len(said["passes"]),
        "violations": [problem["id"] for problem in said["violations"]],
        "undecided": [problem["id"] for problem in said["incomplete"]],
    }
    problems = [
        (problem["id"], node["target"], node["failureSummary"])
        for problem in said["violations"]
        for node in problem["nodes"]
    ]
    assert problems == []


def closed(_: Widget) -> None:
    """The launcher alone."""


def opened(widget: Widget) -> None:
    widget.open()


def advised(widget: Widget) -> None:
    widget.open().ask(ORDINARY)


def asked_for_a_line(widget: Widget) -> None:
    advised(widget)
    widget.button("It helped").click()


def choices(widget: Widget) -> None:
    widget.open().ask("hm")


def crisis(widget: Widget) -> None:
    widget.open().ask(SUICIDE)


def ceop(widget: Widget) -> None:
    widget.open().ask(EXPLOITATION)
    widget.ask("no im fine")


def not_sent(widget: Widget) -> None:
    widget.open()
    widget.page.context.set_offline(True)
    widget.say("hello")
    expect(widget.button("Try again")).to_be_visible()


def ending(widget: Widget) -> None:
    widget.open().ask("hm")
    chat = widget.page.locator("signpost-chat")
    chat.evaluate(
        "({chat}) => { chat.store.write({ ends: Date.now() + 30000 }); chat.checkEnd(); }"
    )
    expect(widget.button("Keep this chat")).to_be_visible()


def ended(widget: Widget) -> None:
    widget.open().ask("hm")
    widget.page.locator("signpost-chat").evaluate("({chat}) => chat.expire()")
    expect(widget.button("Start a new chat")).to_be_visible()


def waiting(widget: Widget) -> None:
    widget.open()
    widget.page.route("**/api/messages", lambda _: None)
    widget.say(ORDINARY)
    expect(widget.status).to_contain_text("longer than usual")


def cleared(widget: Widget) -> None:
    widget.open().ask("hm")
    widget.button("Clear this chat").click()
    expect(widget.status).to_contain_text("cleared")


STATES: list[Callable[[Widget], None]] = [
    *(closed, opened, advised, asked_for_a_line, choices, crisis, ceop, not_sent, ending, ended),
    *(waiting, cleared),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing_in_any_state(
    widget: Widget, state: Callable[[Widget], None], screenshots: Path
) -> None:
    state(widget)
    for name, (width, height) in {"desk": DESK, "phone": PHONE}.items():
        widget.page.set_viewport_size({"width": width, "height": height})
        check(widget.page, f"{state.__name__}, {name}")
        widget.page.screenshot(path=screenshots / f"{state.__name__}-{name}.png")


@pytest.mark.parametrize("look", ["dark", "forced-colours", "right-to-left", "welsh", "tablet"])
@pytest.mark.parametrize("state", [advised, crisis], ids=lambda state: state.__name__)
def test_axe_finds_nothing_however_it_looks(
    page: Page,
    council: CouncilSite,
    rasa: StandInRasa,
    state: Callable[[Widget], None],
    look: str,
    screenshots: Path,
) -> None:
    if look == "dark":
        page.emulate_media(color_scheme="dark")
    if look == "forced-colours":
        page.emulate_media(forced_colors="active")
    if look == "tablet":
        page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
    language = {"right-to-left": 'data-language="ar"', "welsh": 'data-language="cy"'}.get(look, "")
    widget = Widget(page).visit(f"{council.url}/?{language}")
    if state is crisis or look in ("dark", "forced-colours", "tablet"):
        state(widget)
    else:
        widget.open().ask(ORDINARY)
    if look == "right-to-left":
        expect(page.locator("signpost-chat .app")).to_have_attribute("dir", "rtl")
    check(page, f"{state.__name__}, {look}")
    page.screenshot(path=screenshots / f"{state.__name__}-{look}.png")


@pytest.mark.parametrize(
    "path",
    [
        "/chat",
        "/chat?language=cy",
        "/chat?language=ar",
        "/easy-read",
        "/privacy",
        "/nowhere",
        "/demo",
    ],
)
def test_axe_finds_nothing_on_the_pages(
    page: Page, door: LoneDoor, rasa: StandInRasa, path: str, screenshots: Path
) -> None:
    page.goto(door.url + path)
    name = path.strip("/").replace("?language=", "-")
    for kind, (width, height) in {"desk": DESK, "phone": PHONE}.items():
        page.set_viewport_size({"width": width, "height": height})
        check(page, f"{path}, {kind}")
        page.screenshot(path=screenshots / f"page-{name}-{kind}.png", full_page=True)


def test_axe_finds_nothing_on_the_chat_page_in_a_crisis(
    page: Page, door: LoneDoor, rasa: StandInRasa, screenshots: Path
) -> None:
    page.goto(door.url + "/chat")
    for text in (ORDINARY, SUICIDE):
        page.get_by_label("Type your worry here").fill(text)
        page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".crisis.first")).to_contain_text("999")
    for kind, (width, height) in {"desk": DESK, "phone": PHONE}.items():
        page.set_viewport_size({"width": width, "height": height})
        check(page, f"/chat in a crisis, {kind}")
        page.screenshot(path=screenshots / f"page-crisis-{kind}.png")


def test_the_whole_journey_by_keyboard_alone(widget: Widget, rasa: StandInRasa) -> None:
    page, press = widget.page, widget.page.keyboard.press
    for _ in range(2):
        press("Tab")
    expect(widget.launcher).to_be_focused()
    press("Enter")
    expect(widget.log).to_contain_text("Hello")
    assert {"Leave now", "Tell CEOP"} <= set(tab_until(widget, "Call 999", back=True))
    tab_until(widget, "message")
    page.keyboard.type("hm")
    press("Enter")
    expect(widget.answers()).to_have_count(2)
    tab_until(widget, "People are being nasty online", back=True)
    press("Space")
    expect(widget.answers()).to_have_count(3)
    tab_until(widget, "It helped")
    press("Enter")
    page.keyboard.type("clear words")
    press("Enter")
    expect(widget.status).to_contain_text("Thank you")
    tab_until(widget, "Start again")
    press("Enter")
    expect(widget.log).not_to_contain_text("hm")
    tab_until(widget, "Clear this chat")
    press("Enter")
    expect(widget.status).to_contain_text("cleared")
    tab_until(widget, "Leave now", back=True)
    press("Enter")
    page.wait_for_url("**/weather")


def tab_until(widget: Widget, name: str, back: bool = False) -> list[str]:
    """Press Tab until the focus is there. What has it on the way is seen and not covered."""
    reached: list[str] = []
    for _ in range(40):
        widget.page.keyboard.press("Shift+Tab" if back else "Tab")
        at = widget.focused()
        reached.append(at.split("\n")[0])
        assert widget.page.evaluate(IS_SEEN), f"the focus on {at!r} is hidden"
        if reached[-1] == name:
            return reached
    raise AssertionError(f"{name} cannot be reached: {reached}")


# Whether the middle of the focused element's first line is in the window and on top.
IS_SEEN = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (at === document.body) return true;
  const box = at.getClientRects()[0];
  const x = box.left + box.width / 2;
  const y = Math.min(box.top + box.height / 2, innerHeight - 1);
  let top = document.elementFromPoint(x, y);
  while (top?.shadowRoot) {
    const inner = top.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === top) break;
    top = inner;
  }
  return Boolean(top) && (at.contains(top) || top.contains(at));
}"""

# Every control smaller than WCAG 2.2 allows (24 by 24 CSS pixels) that is no link in a sentence.
SMALL = """() => [...document.querySelector('signpost-chat').shadowRoot
  .querySelectorAll('button, a, input:not([type=hidden]), textarea')]
  .filter((each) => each.offsetParent && !each.closest('.bubble p, .notices'))
  .map((each) => [each.innerText, each.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([text]) => text)"""

# What of the panel stands out of the window sideways, or is cut off.
WIDE = """() => [...document.querySelector('signpost-chat').shadowRoot.querySelectorAll('dialog *')]
  .filter((each) => each.offsetParent && !each.closest('.hidden'))
  .filter((each) => {
    const { left, right } = each.getBoundingClientRect();
    const isCut = each.clientWidth && each.scrollWidth > each.clientWidth + 1;
    return right > innerWidth + 1 || left < -1 || isCut;
  })
  .map((each) => `${each.tagName} ${each.className}: ${each.innerText.slice(0, 40)}`)"""


@pytest.mark.parametrize("state", [opened, advised, crisis, not_sent], ids=lambda s: s.__name__)
@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256)], ids=["narrow", "zoom-400"])
def test_at_320_pixels_and_at_400_per_cent_all_is_in_one_column_and_in_reach(
    widget: Widget,
    state: Callable[[Widget], None],
    width: int,
    height: int,
    screenshots: Path,
) -> None:
    widget.page.set_viewport_size({"width": width, "height": height})
    state(widget)
    widget.page.screenshot(path=screenshots / f"{state.__name__}-{width}x{height}.png")
    assert widget.page.evaluate(WIDE) == []
    widget.message.scroll_into_view_if_needed()
    expect(widget.message).to_be_in_viewport()
    expect(widget.button("Leave now")).to_be_in_viewport()


def test_at_400_per_cent_the_focus_is_never_covered(widget: Widget) -> None:
    widget.page.set_viewport_size({"width": 320, "height": 256})
    widget.open().ask(ORDINARY)
    tab_until(widget, "Leave now")
    tab_until(widget, "message")


SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
  document.querySelector('signpost-chat').shadowRoot.adoptedStyleSheets.push(sheet);
}"""


def test_wide_spacing_of_the_text_cuts_nothing_off(widget: Widget, screenshots: Path) -> None:
    widget.page.set_viewport_size({"width": 360, "height": 640})
    widget.open().ask(ORDINARY)
    widget.page.evaluate(SPACING)
    assert widget.page.evaluate(WIDE) == []
    widget.page.screenshot(path=screenshots / "advised-spacing.png")


@pytest.mark.parametrize("state", [advised, choices, ceop], ids=lambda state: state.__name__)
def test_what_is_pressed_is_large_enough(widget: Widget, state: Callable[[Widget], None]) -> None:
    widget.page.set_viewport_size({"width": 360, "height": 640})
    state(widget)
    assert widget.page.evaluate(SMALL) == []


def test_on_a_phone_the_page_behind_is_out_of_reach(widget: Widget) -> None:
    widget.page.set_viewport_size({"width": 360, "height": 640})
    widget.open()
    for _ in range(30):
        widget.page.keyboard.press("Tab")
        assert widget.focused() != "Another page"


def test_nothing_moves_for_who_wants_no_motion(widget: Widget, context: BrowserContext) -> None:
    widget.open().ask(ORDINARY)
    moving = "element => element.shadowRoot.getAnimations().length"
    assert widget.page.locator("signpost-chat").evaluate(moving) == 0
