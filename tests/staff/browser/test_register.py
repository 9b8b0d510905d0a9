"""Keeping the advice in a real browser: reading, changing, approving, signing off, publishing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from signpost.register import bundle, signing
from signpost.register.loader import load
from signpost.settings import SHIPPED
from signpost.staff.register.copy import Copy
from tests.staff.workbenches import Running

Open = Callable[..., Page]
Check = Callable[[Page, str], None]
PARENT_ZONE = "services/parent-zone.yaml"
POSH = "services/posh.yaml"
SCAM = "advice/scam_fraud.yaml"


@pytest.fixture(scope="module", autouse=True)
def published(workbench: Running) -> None:
    """What stands in the files is in force."""
    bundle.publish(workbench.settings.content, workbench.settings.bundle_store)


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def propose(page: Page, why: str) -> None:
    page.get_by_label("Why this change?").fill(why)
    page.get_by_role("button", name="Propose it").click()


PAGES = {
    "list": "/register",
    "list-marked": "/register?mark=unconfirmed",
    "entry": f"/register/file/{SCAM}",
    "service": f"/register/file/{POSH}",
    "rules": "/register/file/crisis/rules/danger.yaml",
    "preview-crisis": "/register/preview/crisis/replies/suicide.yaml?audience=parent",
    "history": f"/register/history/{SCAM}",
    "edit-advice": f"/register/edit/{SCAM}",
    "edit-service": f"/register/edit/{POSH}",
    "edit-text": "/register/edit/waivers.yaml",
    "new": "/register/new",
    "changes": "/register/changes",
    "problems": "/register/problems",
    "links": "/register/links",
    "publish": "/register/publish",
}


def test_every_page_looks_right(open_page: Open, looks_right: Check) -> None:
    page = open_page("lead")
    for name, path in PAGES.items():
        page.goto(path)
        looks_right(page, f"register-{name}")


def test_the_advice_is_found_by_words_kind_reader_and_mark(open_page: Open) -> None:
    page = open_page("tester")
    page.get_by_role("link", name="Advice", exact=True).first.click()
    page.get_by_label("Words").fill("0344 381 4772")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_contain_text("1 of")
    page.get_by_role("link", name=re.compile("^Professionals Online")).click()
    expect(page.locator("main")).to_contain_text("0344 381 4772")
    expect(page.get_by_role("link", name="Change it")).to_have_count(0)
    page.goto("/register")
    page.get_by_label("Kind").select_option("advice")
    page.get_by_label("Reader").select_option("professional")
    page.get_by_label("To look at", exact=True).select_option("unsigned")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="A member of staff", exact=False)).to_have_count(0)
    expect(page.get_by_role("link", name="I work with children and am targeted")).to_be_visible()


def test_the_check_speaks_while_one_types_and_leads_to_the_field(open_page: Open) -> None:
    page = open_page("editor")
    page.goto(f"/register/edit/{POSH}")
    number = page.locator("[id='phones.0.number']")
    number.fill("0344 381 47")
    found = page.locator("#found")
    expect(found).to_contain_text("'0344 381 47' is not a UK number; correct it.")
    number.fill("0344 381 4772")
    expect(found).to_contain_text("The check finds nothing wrong with what you typed.")
    page.get_by_label("Look again by").fill("soon")
    found.get_by_role("link", name="Is no date: write it like 2026-11-24.").click()
    expect(page.get_by_label("Look again by")).to_be_focused()


def test_without_scripts_a_button_checks_and_nothing_typed_is_lost(open_page: Open) -> None:
    page = open_page("editor", scripts=False)
    page.goto(f"/register/edit/{PARENT_ZONE}")
    page.get_by_label("Look again by").fill("next year")
    page.get_by_label("What it does").fill("Words that nobody should have to type twice.")
    page.get_by_label("Why this change?").fill("To see.")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("alert")).to_contain_text("Is no date: write it like 2026-11-24.")
    expect(page.get_by_label("Look again by")).to_have_value("next year")
    expect(page.get_by_label("Why this change?")).to_have_value("To see.")
    expect(page.get_by_label("What it does")).to_have_value(
        "Words that nobody should have to type twice."
    )
    page.get_by_role("button", name="Edit it as text instead").click()
    expect(page.get_by_label("The file")).to_have_value(re.compile("review_by: next year"))
    page.get_by_role("button", name="Throw this draft away").click()
    expect(page.locator("main")).to_contain_text("withdrawn")


def test_text_that_is_no_yaml_is_kept_and_told_with_its_line(
    open_page: Open, looks_right: Check
) -> None:
    page = open_page("editor")
    page.goto(f"/register/edit/{SCAM}?as=text")
    page.get_by_label("The file").fill("id: advice.scam_fraud\nkind: [advice\ntitle: x\n")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_role("alert")).to_contain_text("Is not readable YAML")
    looks_right(page, "register-edit-wrong")
    expect(page.locator("#text-hint")).to_contain_text("Look at line 3")
    expect(page.get_by_label("The file")).to_have_value(re.compile(r"kind: \[advice"))
    page.get_by_role("button", name="Throw this draft away").click()


def test_a_changed_number_needs_a_lead_s_close_look_and_can_be_taken_back(
    open_page: Open, looks_right: Check, workbench: Running
) -> None:
    editor = open_page("editor")
    editor.goto(f"/register/edit/{POSH}")
    editor.locator("[id='phones.0.number']").fill("020 7946 0123")
    propose(editor, "They moved; I rang the new number.")
    expect(editor.locator("main")).to_contain_text("A safeguarding lead who is somebody else")
    expect(editor.get_by_role("button", name="Approve")).to_have_count(0)
    change = re.search(r"/change/(\d+)", editor.url)
    assert change

    lead = open_page("lead")
    expect(lead.get_by_role("link", name="Advice 1 waiting")).to_be_visible()
    lead.goto("/register/changes")
    lead.get_by_role("link", name=f"Change {change[1]}").click()
    looks_right(lead, "register-change")
    expect(lead.locator("main")).to_contain_text(
        "It changes a number: takes out 0344 381 4772 and puts in 020 7946 0123."
    )
    lead.get_by_role("button", name="Approve").click()
    expect(lead.get_by_role("alert")).to_contain_text("Tick the box when you have checked this")
    lead.get_by_label("I have checked this myself").check()
    lead.get_by_role("button", name="Approve").click()
    expect(lead.get_by_role("status")).to_contain_text("Approved.")

    # The copy has the number, and only that line is another; the product's own file is untouched.
    before = (SHIPPED / POSH).read_text(encoding="utf-8").splitlines()
    after = (workbench.settings.own_content / POSH).read_text(encoding="utf-8").splitlines()
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [
        ('  - {number: "0344 381 4772"}', '  - {number: "020 7946 0123"}')
    ]

    editor.goto(f"/register/history/{POSH}")
    expect(editor.locator("main")).to_contain_text("They moved; I rang the new number.")
    expect(editor.locator("main")).to_contain_text("Eddie Editor")
    looks_right(editor, "register-history-changed")
    editor.get_by_role("link", name="1", exact=True).click()
    editor.get_by_role("button", name=re.compile("^Draft the version")).click()
    expect(editor.get_by_label("The file")).to_have_value(re.compile("0344 381 4772"))
    propose(editor, "It was the wrong number.")
    expect(editor.get_by_role("status")).to_contain_text("waits for a safeguarding lead")


def test_a_lead_cannot_approve_their_own_change(open_page: Open) -> None:
    page = open_page("lead")
    page.goto(f"/register/edit/{SCAM}")
    page.get_by_label("Look again by").fill("2027-06-01")
    propose(page, "It was looked at today.")
    expect(page.locator("main")).to_contain_text("A safeguarding lead who is somebody else")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_role("status")).to_contain_text("Withdrawn.")


def test_a_lead_signs_off_the_words_as_they_stand_and_a_change_voids_it(
    open_page: Open, looks_right: Check, workbench: Running
) -> None:
    page = open_page("lead")
    page.goto("/register/file/advice/screen_time.yaml")
    page.get_by_role("button", name="Sign off these words").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick the box when you have read")
    looks_right(page, "register-sign-off-wrong")
    page.get_by_label("I have read all of it").check()
    page.get_by_role("button", name="Sign off these words").click()
    expect(page.get_by_role("status")).to_contain_text("You have signed off")
    expect(page.locator("main")).to_contain_text("Signed off by Lee Lead, safeguarding lead, on")
    looks_right(page, "register-signed")
    own = workbench.settings.own_content
    entry = load(own, workbench.settings.council).entry("advice.screen_time")
    assert signing.valid(entry)

    editor = open_page("editor")
    editor.goto("/register/edit/advice/screen_time.yaml")
    editor.locator("#title").fill("Too much time online")
    propose(editor, "Plainer.")
    page.goto(editor.url)
    page.get_by_role("button", name="Approve").click()
    page.goto("/register/file/advice/screen_time.yaml")
    expect(page.locator("main")).to_contain_text("Lee Lead signed other words on")
    expect(page.get_by_role("button", name="Sign off these words")).to_be_visible()


def test_publishing_refuses_with_the_list_and_then_publishes_and_goes_back(
    open_page: Open, looks_right: Check, workbench: Running
) -> None:
    copy = Copy(workbench.settings)
    with copy.locked():
        copy.write(SCAM, (copy.read(SCAM) or b"") + b"# looked at\n")
    own = workbench.settings.own_content / "services" / "shout.yaml"
    good = own.read_text(encoding="utf-8")
    own.write_text(good.replace("85258", "85285"), encoding="utf-8")
    page = open_page("lead")
    page.goto("/register/publish")
    before = bundle.pointed(workbench.settings.bundle_store)
    try:
        page.get_by_role("button", name="Check and publish").click()
        expect(page.locator("#refused")).to_contain_text("pinned to '85258'")
        looks_right(page, "register-publish-refused")
    finally:
        own.write_text(good, encoding="utf-8")
    assert bundle.pointed(workbench.settings.bundle_store) == before
    page.get_by_label("What is new?").fill("Plainer words")
    page.get_by_role("button", name="Check and publish").click()
    expect(page.get_by_role("status").first).to_contain_text("Published as bundle")
    assert bundle.pointed(workbench.settings.bundle_store) != before
    expect(page.locator("main")).to_contain_text("Nothing: the bundle in force is the register")
    page.get_by_role("button", name="Go back to it").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why")
    page.get_by_label("Why?", exact=True).fill("A slip")
    page.get_by_role("button", name="Go back to it").click()
    expect(page.get_by_role("status").first).to_contain_text("is in force again")
    looks_right(page, "register-published")
    assert bundle.pointed(workbench.settings.bundle_store) == before


@pytest.mark.parametrize(
    ("role", "path", "told"),
    [
        ("tester", f"/register/edit/{POSH}", "You cannot change the advice"),
        ("tester", "/register/new", "You cannot change the advice"),
        ("admin", "/register", "You cannot read the advice here"),
        ("admin", "/register/publish", "You cannot read the advice here"),
    ],
)
def test_a_role_is_refused_by_address(open_page: Open, role: str, path: str, told: str) -> None:
    page = open_page(role)
    page.goto(path)
    assert heading(page) == told


def test_a_new_service_is_written_as_a_form(open_page: Open, workbench: Running) -> None:
    page = open_page("editor")
    page.goto("/register")
    page.get_by_role("link", name="Add a service, advice or a council").click()
    page.get_by_role("button", name="Begin a draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what it is.")
    page.get_by_label("Services, report pages, law").check()
    page.get_by_label("Name of its file").fill("new-helpline")
    page.get_by_role("button", name="Begin a draft").click()
    page.get_by_label("Name", exact=True).fill("New Helpline")
    page.get_by_label("What it does").fill("Somebody to talk to.")
    page.get_by_label("Child or young person").check()
    page.locator("[id='phones.0.number']").fill("0808 157 0123")
    page.get_by_label("Sources").fill("https://example.org/")
    propose(page, "It opened this month.")
    expect(page.get_by_role("alert")).to_contain_text("Has a phone number but no hours")
    page.get_by_label("Hours in words").fill("Weekdays, 9am to 5pm.")
    propose(page, "It opened this month.")
    expect(page.get_by_role("status")).to_contain_text("waits for a safeguarding lead")
    lead = open_page("lead")
    lead.goto(page.url)
    lead.get_by_label("I have checked this myself").check()
    lead.get_by_role("button", name="Approve").click()
    made = load(workbench.settings.own_content, workbench.settings.council)
    assert made.services["new-helpline"].phones[0].number == "0808 157 0123"
