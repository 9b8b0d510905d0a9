"""Talking to the widget."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.places import CouncilSite, StandInRasa, wait_for
from tests.browser.widget import EXPLOITATION, ORDINARY, SUICIDE, Widget


def test_a_worry_is_answered_and_each_speaker_is_named(widget: Widget) -> None:
    widget.open().ask(ORDINARY)
    expect(widget.log.locator(".turn.user h3")).to_have_text("You")
    expect(widget.answers().last.locator("h3")).to_have_text("Signpost")
    expect(widget.answers().last).to_contain_text("you don't deserve it")


def test_a_crisis_reply_leads_with_999_in_a_form_nobody_can_miss(widget: Widget) -> None:
    widget.open().ask(SUICIDE)
    card = widget.answers().last.locator(".crisis.first")
    call = card.get_by_role("link", name="Call 999", exact=True)
    expect(call).to_have_attribute("href", "tel:999")
    expect(call).to_be_in_viewport()
    expect(card.get_by_role("link", name=re.compile("Tell CEOP"))).to_have_count(0)
    # Nobody is asked then whether that helped.
    expect(widget.panel.locator(".feedback")).to_be_hidden()


def test_a_crisis_reply_for_ceop_leads_with_ceop(widget: Widget) -> None:
    widget.open().ask(EXPLOITATION)
    links = widget.answers().last.locator(".crisis.first .links a")
    expect(links.first).to_have_attribute("href", "https://www.ceop.police.uk/Safety-Centre/")
    expect(links.first).to_be_in_viewport()


def test_cards_say_what_for_whether_open_and_where_a_link_leads(widget: Widget) -> None:
    widget.open().ask(ORDINARY)
    card = widget.answers().last.locator(".card").first
    expect(card.locator("h4")).not_to_be_empty()
    outward = card.locator("a[href^=https]").first
    expect(outward).to_contain_text(re.compile(r"\w+\.\w+.*opens in a new tab"))
    expect(outward).to_have_attribute("target", "_blank")
    expect(outward).to_have_attribute("rel", "noopener noreferrer")


def test_a_choice_is_a_button_and_the_focus_is_not_lost(widget: Widget, rasa: StandInRasa) -> None:
    widget.open().ask("hm")
    widget.button("People are being nasty online").click()
    expect(widget.answers()).to_have_count(3)
    assert rasa.asked == ["hm", "/cyberbullying"]
    assert widget.focused().startswith("You")


def test_a_chat_survives_a_reload(widget: Widget) -> None:
    widget.open().ask(ORDINARY)
    widget.message.fill("and then he")
    widget.page.reload()
    expect(widget.panel).to_be_visible()
    expect(widget.log).to_contain_text("you don't deserve it")
    expect(widget.message).to_have_value("and then he")
    widget.ask("hm")
    expect(widget.log.locator(".turn.user")).to_have_count(2)


def test_a_reload_in_the_middle_of_an_answer_loses_and_doubles_nothing(
    widget: Widget, rasa: StandInRasa
) -> None:
    widget.open().ask("hm")
    rasa.pause = 1.0
    widget.say(ORDINARY)
    wait_for(lambda: len(rasa.asked) == 2)
    widget.page.reload()
    expect(widget.log).to_contain_text("you don't deserve it")
    expect(widget.log.locator(".turn.user")).to_have_count(2)
    assert rasa.asked == ["hm", ORDINARY]


def test_two_tabs_are_two_chats(
    widget: Widget, context: BrowserContext, council: CouncilSite
) -> None:
    widget.open().ask(ORDINARY)
    other = Widget(context.new_page()).visit(council.url + "/").open()
    other.ask("hm")
    expect(other.log).not_to_contain_text("you don't deserve it")
    widget.ask("is that so")
    expect(widget.log).to_contain_text("you don't deserve it")
    expect(widget.log).not_to_contain_text("hm")


def test_a_long_conversation_goes_over_to_another_page_of_the_site(widget: Widget) -> None:
    widget.open().ask(ORDINARY)
    widget.page.get_by_role("link", name="Another page").click()
    expect(widget.log).to_contain_text("you don't deserve it")


@pytest.mark.parametrize("said", ["inject", '<img src=x onerror="window.stolen=1">'])
def test_nothing_that_is_said_or_registered_becomes_html(widget: Widget, said: str) -> None:
    widget.open().ask(said)
    widget.page.wait_for_timeout(100)
    assert widget.page.evaluate("window.stolen") is None
    assert widget.panel.locator("img, script").count() == 0
    assert widget.panel.locator("a[href^=javascript]").count() == 0
    widget.page.reload()
    expect(widget.log).to_contain_text(said[:6])
    assert widget.page.evaluate("window.stolen") is None


def test_new_messages_are_announced_once(widget: Widget) -> None:
    widget.open()
    expect(widget.log).to_have_attribute("role", "log")
    widget.page.evaluate(
        """() => {
          window.added = [];
          const log = document.querySelector('signpost-chat').shadowRoot.querySelector('.log');
          const note = (record) => record.addedNodes.forEach(
            (node) => window.added.push([record.target === log, node.className]));
          const all = { childList: true, subtree: true, characterData: true };
          new MutationObserver((records) => records.forEach(note)).observe(log, all);
        }"""
    )
    widget.ask(ORDINARY)
    # Each turn comes in one piece, and nothing in the log changes afterwards.
    assert widget.page.evaluate("window.added") == [[True, "turn user"], [True, "turn bot"]]


def test_start_again_and_clear_are_always_in_reach(widget: Widget, rasa: StandInRasa) -> None:
    widget.open().ask(ORDINARY)
    widget.button("Start again").click()
    expect(widget.log).not_to_contain_text(ORDINARY)
    wait_for(lambda: len(rasa.erased) == 1)
    widget.ask(ORDINARY)
    widget.message.fill("half a word")
    widget.button("Clear this chat").click()
    expect(widget.status).to_contain_text("cleared, here and on our server")
    expect(widget.log).not_to_contain_text(ORDINARY)
    expect(widget.message).to_have_value("")
    wait_for(lambda: len(rasa.erased) == 2)
    assert "token" not in str(widget.stored())


def test_what_cleared_means_on_the_server(widget: Widget) -> None:
    widget.open().ask(ORDINARY)
    token = widget.page.evaluate("JSON.parse(Object.values(sessionStorage)[0]).token")
    widget.button("Clear this chat").click()
    expect(widget.status).to_contain_text("cleared")
    server = widget.page.locator("signpost-chat").evaluate("element => element.chat.service.server")
    answer = widget.page.request.post(f"{server}/api/transcript", data={"token": token})
    assert answer.status == 410


def test_an_opinion_is_asked_for_after_advice_and_kept_without_names(widget: Widget) -> None:
    widget.open().ask(ORDINARY)
    widget.button("It did not help").click()
    widget.panel.get_by_label("Anything to add?").fill("Too long, says Tom on 07700 900123")
    widget.button("Send what I think").click()
    expect(widget.status).to_contain_text("Thank you")


def test_danger_in_an_opinion_is_answered_like_any(widget: Widget) -> None:
    widget.open().ask(ORDINARY)
    widget.button("It did not help").click()
    widget.panel.get_by_label("Anything to add?").fill(SUICIDE)
    widget.button("Send what I think").click()
    expect(widget.answers().last.locator(".crisis.first")).to_contain_text("999")


def test_the_advice_can_be_copied(widget: Widget, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    widget.open().ask(ORDINARY)
    widget.button("Copy the advice").click()
    expect(widget.status).to_have_text("The advice is copied.")
    copied = widget.page.evaluate("navigator.clipboard.readText()")
    assert "you don't deserve it" in copied
    assert "https://" in copied
    assert ORDINARY not in copied


def test_the_advice_can_be_taken_away_on_a_plain_page(
    widget: Widget, context: BrowserContext
) -> None:
    widget.open().ask(ORDINARY)
    with context.expect_page() as opened:
        widget.panel.get_by_role("button", name=re.compile("Print or save")).click()
    plain: Page = opened.value
    expect(plain.get_by_role("heading", level=1)).to_contain_text("Advice to take away")
    expect(plain.locator("main")).to_contain_text("you don't deserve it")
    expect(plain.locator("main")).not_to_contain_text(ORDINARY)
    assert plain.url.endswith("/take-away")


def test_too_many_messages_are_still_read_for_danger(widget: Widget) -> None:
    widget.open()
    for number in range(8):
        widget.ask(f"what {number}")
    widget.ask("one more")
    expect(widget.answers().last).to_contain_text("a lot of messages at once")
    widget.ask(SUICIDE)
    expect(widget.answers().last.locator(".crisis.first")).to_contain_text("999")
