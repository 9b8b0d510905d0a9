"""Signing in and out in a real browser, and what is kept when a session ends in mid-work."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.staff.browser.conftest import sign_in
from tests.staff.workbenches import PASSWORD, Running

Open = Callable[..., Page]
Check = Callable[[Page, str], None]


def test_a_wrong_password_is_told_at_its_field_and_the_name_is_kept(
    open_page: Open, looks_right: Check
) -> None:
    page = open_page()
    looks_right(page, "sign-in")
    sign_in(page, "tester", "not the password")
    expect(page).to_have_title(re.compile("^Error: Sign in"))
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong.")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    expect(page.get_by_label("Name of your account")).to_have_value("tester")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    looks_right(page, "sign-in-wrong")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What would you like to do?")


def test_the_first_page_offers_what_the_role_allows_and_no_more(
    open_page: Open, looks_right: Check
) -> None:
    page = open_page("admin")
    looks_right(page, "home-admin")
    menu = page.get_by_role("navigation", name="Workbench")
    expect(menu.get_by_role("link", name="Accounts")).to_be_visible()
    expect(menu.get_by_role("link", name="Audit log")).to_be_visible()
    page = open_page("tester")
    expect(page.get_by_role("link", name="Accounts")).to_have_count(0)
    page.goto("/accounts")
    expect(page.get_by_role("heading", level=1)).to_have_text("You cannot look after accounts")
    expect(page.locator("main")).to_contain_text("That needs the role administrator.")
    looks_right(page, "refused")


def test_one_lands_where_one_wanted_to_go(open_page: Open) -> None:
    page = open_page()
    page.goto("/audit?who=tester")
    sign_in(page, "admin")
    expect(page).to_have_url(re.compile(r"/audit\?who=tester$"))


def test_signing_out_ends_it_and_the_back_button_brings_nothing_up(open_page: Open) -> None:
    page = open_page("admin")
    page.goto("/accounts")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in_again(
    open_page: Open, workbench: Running, looks_right: Check
) -> None:
    page = open_page("admin")
    page.goto("/accounts/editor")
    page.get_by_label(re.compile("^Tester")).check()
    workbench.bench.sessions.end_all(workbench.bench.people.named("admin"))
    page.get_by_role("button", name="Save the roles").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out")
    looks_right(page, "signed-out")
    assert workbench.bench.people.named("editor").roles == ("editor",)
    sign_in(page, "admin", "a slip of the pen")
    sign_in(page, "admin")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is lost")
    looks_right(page, "send-again")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("status")).to_contain_text("Eddie Editor has these roles now")
    assert workbench.bench.people.named("editor").roles == ("tester", "editor")


def test_a_form_from_before_the_last_sign_in_is_offered_again(
    open_page: Open, workbench: Running
) -> None:
    page = open_page("lead")
    page.goto("/account")
    other = page.context.new_page()
    other.goto("/account")
    other.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(other, "lead")
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is lost")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_one_s_own_password_is_changed_and_the_pages_look_right(
    open_page: Open, workbench: Running, looks_right: Check
) -> None:
    workbench.add("newcomer", "Nel Newcomer", "tester", post="Contact centre")
    page = open_page("newcomer")
    page.get_by_role("link", name="Nel Newcomer").click()
    looks_right(page, "account")
    page.get_by_label("Your password until now").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password again").fill("shirt")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("alert")).to_contain_text("are not the same")
    looks_right(page, "account-wrong")
    page.get_by_label("Your password until now").fill(PASSWORD)
    for label in ("New password", "New password again"):
        page.get_by_label(label, exact=True).fill("window summer rope")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("status")).to_have_text("Your password is changed.")


def test_the_administrator_s_pages_look_right(open_page: Open, looks_right: Check) -> None:
    page = open_page("admin")
    for path, name in (
        ("/accounts", "accounts"),
        ("/accounts/tester", "account-of"),
        ("/audit", "audit"),
        ("/nowhere", "not-found"),
    ):
        page.goto(path)
        looks_right(page, name)


def test_all_of_it_works_without_scripts(open_page: Open) -> None:
    page = open_page("tester", scripts=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("What would you like to do?")
