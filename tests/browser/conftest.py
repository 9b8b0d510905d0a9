"""One door, one stand-in for Rasa, one council site and one Chromium for all browser tests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from signpost.settings import ROOT, Settings
from tests.browser.places import CouncilSite, StandInRasa
from tests.browser.widget import Widget
from tests.faults.harness import LoneDoor

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="package")
def council() -> Iterator[CouncilSite]:
    with CouncilSite() as site:
        yield site


ARABIC = """\
language: ar
direction: rtl
language_name: العربية
reviewed_by_native_speaker: false
heading: السلامة على الإنترنت
leave: غادر الآن
send: إرسال
you: أنت
your_message: اكتب ما يقلقك هنا
"""


@pytest.fixture(scope="package")
def content(tmp_path_factory: pytest.TempPathFactory, council: CouncilSite) -> Path:
    """The register, of a council whose neutral site is on this machine, with one language more."""
    folder = tmp_path_factory.mktemp("content") / "content"
    shutil.copytree(ROOT / "content", folder)
    profile = folder / "councils" / f"{Settings().council}.yaml"
    with profile.open("a", encoding="utf-8") as file:
        file.write(f"\nneutral_site: {council.neutral_site}\n")
    (folder / "interface" / "ar.yaml").write_text(ARABIC, encoding="utf-8")
    return folder


@pytest.fixture(scope="package")
def door(
    tmp_path_factory: pytest.TempPathFactory, council: CouncilSite, content: Path
) -> Iterator[LoneDoor]:
    running = LoneDoor(
        tmp_path_factory.mktemp("door"),
        SIGNPOST_CONTENT=str(content),
        SIGNPOST_ORIGINS=council.url,
        SIGNPOST_BREAKER_SECONDS="1",
        SIGNPOST_MESSAGES_PER_MINUTE="8",
    )
    running.start()
    try:
        running.wait_until_listening()
        council.door = running.url
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="package")
def whole_rasa(door: LoneDoor) -> Iterator[StandInRasa]:
    with StandInRasa(door.ports["rasa"]) as standing_in:
        yield standing_in


@pytest.fixture
def rasa(whole_rasa: StandInRasa) -> StandInRasa:
    whole_rasa.pause = 0.0
    whole_rasa.asked.clear()
    whole_rasa.erased.clear()
    return whole_rasa


# For the package, not the session: while it runs, its event loop runs in this thread, and no
# asynchronous test of another package could start its own.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = subprocess.run(
        [str(ROOT / "scripts" / "browser")], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    running = playwright.chromium.launch(
        executable_path=found.stdout.strip(),
        args=FLAGS,
        # The tests of the back button need what Playwright turns off.
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield running
    running.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened.set_default_timeout(8000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def widget(page: Page, council: CouncilSite, rasa: StandInRasa) -> Widget:
    """The widget on the council's plain page, not yet opened."""
    return Widget(page).visit(council.url + "/")


@pytest.fixture(scope="package")
def screenshots() -> Path:
    """reports/screenshots: how every state looks."""
    folder = ROOT / "reports" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
