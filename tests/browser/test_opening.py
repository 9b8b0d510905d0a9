from __future__ import annotations
from playwright.sync_api import expect
from tests.browser.widget import Widget, ORDINARY, SUICIDE

def test_a(widget: Widget, screenshots) -> None:
    widget.page.on("console", lambda m: print("CONSOLE", m.text))
    widget.page.on("pageerror", lambda m: print("ERR", m))
    widget.open()
    widget.page.screenshot(path=screenshots/"x1.png")
    widget.ask(ORDINARY)
    widget.page.screenshot(path=screenshots/"x2.png")
    widget.ask(SUICIDE)
    widget.page.screenshot(path=screenshots/"x3.png")
    widget.page.set_viewport_size({"width":360,"height":640})
    widget.page.screenshot(path=screenshots/"x4.png")
