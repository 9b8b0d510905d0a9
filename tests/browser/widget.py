"""The widget as its user sees it, on a page of a real browser."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

SUICIDE = "i want to kill myself tonight"
EXPLOITATION = "a man online wants naked pictures of me im 12"
ORDINARY = "people are mean to me in the group chat"


class Widget:
    """What a test does with the widget, in words."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def visit(self, address: str) -> Widget:
        self.page.goto(address)
        expect(self.launcher).to_be_visible()
        return self

    @property
    def launcher(self) -> Locator:
        return self.page.locator("signpost-chat .launcher")

    @property
    def panel(self) -> Locator:
        return self.page.locator("signpost-chat dialog")

    @property
    def log(self) -> Locator:
        return self.panel.locator(".log")

    @property
    def status(self) -> Locator:
        return self.panel.locator(".status")

    @property
    def message(self) -> Locator:
        return self.panel.locator("#message")

    @property
    def emergency(self) -> Locator:
        return self.panel.locator(".emergency")

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name, exact=True)

    def open(self) -> Widget:
        self.launcher.click()
        expect(self.log).to_contain_text("Hello")
        return self

    def say(self, text: str) -> Widget:
        """Type and send; the answer is not waited for."""
        self.message.fill(text)
        self.message.press("Enter")
        return self

    def answers(self) -> Locator:
        return self.log.locator(".turn.bot")

    def ask(self, text: str) -> Widget:
        """Say something and wait until it is answered."""
        before = self.answers().count()
        self.say(text)
        expect(self.answers()).to_have_count(before + 1)
        return self

    def shows_the_emergency_panel(self) -> None:
        """999, Childline and CEOP, seen and within reach."""
        for name in (r"Call 999", r"Childline 0800 1111", r"Tell CEOP"):
            expect(self.emergency.get_by_role("link", name=re.compile(name))).to_be_visible()

    def stored(self) -> dict[str, Any]:
        """All that this tab stores for the page's origin."""
        stored: dict[str, Any] = self.page.evaluate(
            "() => ({...Object.fromEntries(Object.entries(sessionStorage)),"
            " ...Object.fromEntries(Object.entries(localStorage))})"
        )
        return stored

    def focused(self) -> str:
        """The text of what has the focus, inside the widget or outside."""
        return str(
            self.page.evaluate(
                "() => { let at = document.activeElement;"
                " while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;"
                " return (at.getAttribute('aria-label') || at.innerText || at.id || at.tagName)"
                ".trim() }"
            )
        )
