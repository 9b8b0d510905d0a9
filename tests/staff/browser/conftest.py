"""A Chromium in which somebody is signed in to a running workbench, and axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from signpost.settings import ROOT

# Fixtures of a Chromium for this package.
from tests.browser.conftest import browser, playwright  # noqa: F401
from tests.staff.workbenches import PASSWORD, Running

AXE = Axe()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"phone": (390, 844, "dark"), "desktop": (1280, 800, "light")}
# What stands out of the window sideways.
WIDE = """() => document.documentElement.scrollWidth > innerWidth
  ? ['the page is wider than the window', ...[...document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
    .map((each) => `${each.tagName} ${each.className}: ${each.innerText?.slice(0, 40)}`)]
  : []"""


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running workbench for the tests of one file, with one person for each role."""
    with Running(tmp_path_factory.mktemp("workbench")) as running:
        yield running.add_everybody()


@pytest.fixture
def open_page(
    browser: Browser,  # noqa: F811
    workbench: Running,
) -> Iterator[Callable[..., Page]]:
    """`open_page()`: a new browser at the sign-in; `open_page("lead")`: signed in as that role.

    `look` "dark", `scripts` False and `width` choose another kind of browser.
    """
    opened: list[BrowserContext] = []

    def page(
        role: str = "", *, look: str = "light", scripts: bool = True, width: int = 1280
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 1000 else 800},
            base_url=workbench.url,
            color_scheme="dark" if look == "dark" else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        opened.append(context)
        new = context.new_page()
        new.goto("/")
        if role:
            sign_in(new, role)
        return new

    yield page
    for context in opened:
        context.close()


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fill in the form of the sign-in as somebody at a keyboard does."""
    page.get_by_label("Name of your account").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture(scope="package")
def pictures() -> Path:
    """reports/screenshots/staff: how the pages look."""
    folder = ROOT / "reports" / "screenshots" / "staff"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def looks_right(pictures: Path) -> Callable[[Page, str], None]:
    """`looks_right(page, "runs")`: on a phone in the dark and on a desktop in the light, axe finds
    nothing and nothing stands out of the window; pictures are kept under that name."""

    def check(page: Page, name: str) -> None:
        before = page.viewport_size
        for size, (width, height, look) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="dark" if look == "dark" else "light")
            assert violations(page) == [], f"{name}, {size}, {look}"
            assert page.evaluate(WIDE) == [], f"{name}, {size}"
            page.screenshot(path=pictures / f"{name}-{size}.png", full_page=True)
        if before:
            page.set_viewport_size(before)

    return check


def violations(page: Page) -> list[str]:
    """What axe finds wrong: rule and elements."""
    found = AXE.run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{each['id']}: {[node['html'][:150] for node in each['nodes']]}"
        for each in found.response["violations"]
    ]
