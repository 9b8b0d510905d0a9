"""Takes the pictures of docs/staff-guide.md: `scripts/staff-screenshots`.

Everything in them is invented: the people, what they type, the numbers.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from signpost.counts.sample_store import SampleStore
from signpost.counts.store import Counts
from signpost.register.opening import UK
from signpost.settings import ROOT
from tests.staff.browser.bots import StaffedBot
from tests.staff.browser.conftest import sign_in
from tests.staff.use.months import last_month, of_months

IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 150_000
_COLOURS = 96
# Each file is staff-<name>.png.
PICTURES = (
    *("sign-in", "home", "try", "reply", "why", "should", "corrections", "decide", "runs", "run"),
    *("advice", "entry", "edit", "use", "use-answers", "off", "samples"),
)
_SIZE = {"width": 1100, "height": 760}
# A message that the bot got wrong when the guide was written, and what it should have been.
_SAID = "my nephew keeps sharing posts about the great replacement"
_CONCERN, _WHO = "radicalisation", "parent"
_WHY = "That is a tale of the far right: somebody may be drawing him in."
_REASON = "The number of children's social care is wrong since this morning."
# Messages as the bot might not understand them, for the page of samples.
_SAMPLES = (
    "everyone at school does the zibble challenge",
    "is the new wobble app ok for him he is ‹age›",
    "they keep sending me the spinny thing",
)


class Guide:
    """One walk. Each step is a method whose name is the picture's; those that need a section that
    is not there yet are left out."""

    def __init__(self, bot: StaffedBot, browser: Browser, wanted: list[str]) -> None:
        self._bot = bot
        self._browser = browser
        self._wanted = wanted
        self._pages: dict[str, Page] = {}
        self.left_out: list[str] = []

    def walk(self) -> None:
        """Take the pictures in the order of the guide: a step may build on those before it."""
        self._sign_in()
        for path, role, step in (
            ("/talk", "tester", self._talk),
            ("/corrections", "lead", self._corrections),
            ("/runs", "lead", self._runs),
            ("/register", "editor", self._advice),
            ("/use", "editor", self._use),
            ("/off", "lead", self._off),
            ("/samples", "lead", self._samples),
        ):
            page = self._page(role)
            page.goto("/")
            if page.locator(f'nav a[href="{path}"]').count():
                step(page)
            else:
                self.left_out.append(path)

    def _page(self, role: str) -> Page:
        """A browser in which this role is signed in."""
        if role not in self._pages:
            self._pages[role] = self._opened()
            sign_in(self._pages[role], role)
            expect(self._pages[role].get_by_role("heading", level=1)).to_contain_text("What would")
        return self._pages[role]

    def _opened(self) -> Page:
        context = self._browser.new_context(
            viewport=_SIZE,  # type: ignore[arg-type]
            base_url=self._bot.workbench,
            color_scheme="light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.goto("/")
        return page

    def _take(self, page: Page, name: str, at: str = "", block: str = "start") -> None:
        """A picture of what the window shows, with the element `at` at its start or center."""
        assert name in PICTURES, name
        if self._wanted and name not in self._wanted:
            return
        if at:
            page.locator(at).first.evaluate("each => each.scrollIntoView({block: '" + block + "'})")
        else:
            page.evaluate("() => scrollTo(0, 0)")
        file = IMAGES / f"staff-{name}.png"
        page.screenshot(path=file)
        with Image.open(file) as picture:
            # Few colours are enough for pages of ours, and make the file a third as large.
            picture.convert("RGB").quantize(_COLOURS).save(file, optimize=True)
        if file.stat().st_size > MOST_BYTES:
            raise SystemExit(f"signpost: {file} has {file.stat().st_size} bytes: show less on it")
        print(f"signpost: {file.relative_to(ROOT)}, {file.stat().st_size // 1000} kB", flush=True)

    # The steps

    def _sign_in(self) -> None:
        page = self._opened()
        page.get_by_label("Name of your account").fill("tester")
        self._take(page, "sign-in")
        page.context.close()
        self._take(self._page("lead"), "home")

    def _talk(self, page: Page) -> None:
        page.goto("/talk")
        self._take(page, "try")
        page.get_by_role("button", name="Start", exact=True).click()
        page.get_by_label("What would they write?").fill(_SAID)
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#turn-1")).to_be_visible()
        self._take(page, "reply", "#turn-1")
        page.locator("#turn-1 summary").first.click()
        self._take(page, "why", "#turn-1")
        page.locator("#turn-1").get_by_role("link", name="Should have been").click()
        page.get_by_label("The concern").select_option(_CONCERN)
        page.get_by_label("Who writes").select_option(_WHO)
        page.get_by_label("Why", exact=True).fill(_WHY)
        self._take(page, "should", "form:has(#concern)")
        page.get_by_role("button", name="Send to the leads").click()
        expect(page.get_by_role("status")).to_be_visible()

    def _corrections(self, page: Page) -> None:
        page.goto("/corrections")
        self._take(page, "corrections")
        page.locator("table a").first.click()
        page.get_by_label("Accept: yes, it should").check()
        self._take(page, "decide", "h2:has-text('What becomes of it')")
        page.get_by_role("button", name="Decide").click()
        expect(page.get_by_role("status")).to_contain_text("Accepted")

    def _runs(self, page: Page) -> None:
        page.goto("/runs")
        for box in page.get_by_role("checkbox").all():
            box.uncheck()
        # What was accepted on this machine: the correction of the step before.
        for box in page.get_by_label(re.compile("^here/")).all():
            box.check()
        self._take(page, "runs", ".choice:has(:checked)", "center")
        page.get_by_role("button", name="Start", exact=True).click()
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_contain_text("finished", timeout=600_000)
        self._take(page, "run")

    def _advice(self, page: Page) -> None:
        page.goto("/register")
        self._take(page, "advice")
        page.goto("/register/file/services/childline.yaml")
        self._take(page, "entry")
        page.goto("/register/edit/services/childline.yaml")
        self._take(page, "edit")

    def _use(self, page: Page) -> None:
        page.goto(f"/use/{last_month().name}")
        self._take(page, "use")
        self._take(page, "use-answers", "#outcome")

    def _off(self, page: Page) -> None:
        page.goto("/off")
        page.get_by_label("Why").fill(_REASON)
        self._take(page, "off")

    def _samples(self, page: Page) -> None:
        page.goto("/samples")
        self._take(page, "samples")


def add_what_there_is_to_see(bot: StaffedBot) -> None:
    """Five months of use, and a few messages that were not understood."""
    counts = Counts.of(bot.settings)
    counts.add(of_months(5))
    counts.close()
    store = SampleStore.of(bot.settings)
    store.add(list(_SAMPLES), datetime.now(UK).date() - timedelta(days=1))
    store.close()


def main(wanted: list[str]) -> int:
    chromium = subprocess.run(
        [ROOT / "scripts" / "browser"], capture_output=True, text=True, check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        bot = StaffedBot(Path(folder) / "state", SIGNPOST_SAMPLES="on")
        bot.add_everybody()
        add_what_there_is_to_see(bot)
        bot.start()
        try:
            bot.wait_until_ready(300)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox"]
                )
                guide = Guide(bot, browser, wanted)
                guide.walk()
                browser.close()
        finally:
            bot.stop()
    for path in guide.left_out:
        print(f"signpost: the workbench has no {path} yet; its pictures were left out")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
