"""The pages of the advice over HTTP: who may do what by address, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from signpost.register import bundle
from tests.staff.workbenches import Client, Running

As = Callable[[str], Client]
POSH = "services/posh.yaml"


@pytest.mark.parametrize(
    ("role", "path", "act"),
    [
        ("tester", f"/register/edit/{POSH}", "change the advice"),
        ("tester", f"/register/check/{POSH}", "change the advice"),
        ("tester", f"/register/revert/{POSH}", "change the advice"),
        ("tester", "/register/new", "change the advice"),
        ("tester", "/register/links", "check the links"),
        ("editor", "/register/change/1/approve", "approve changes of the advice"),
        ("editor", "/register/change/1/decline", "approve changes of the advice"),
        ("editor", f"/register/sign-off/{POSH}", "sign off advice"),
        ("editor", "/register/publish", "publish the advice"),
        ("editor", "/register/back", "publish the advice"),
        ("admin", f"/register/edit/{POSH}", "change the advice"),
        ("admin", "/register/publish", "publish the advice"),
        ("admin", f"/register/sign-off/{POSH}", "sign off advice"),
    ],
)
def test_what_a_role_may_not_do_is_refused_to_a_form_as_well(
    as_: As, workbench: Running, role: str, path: str, act: str
) -> None:
    before = bundle.pointed(workbench.settings.bundle_store)
    answer = as_(role).post(path, {"read": "yes", "looked": "yes", "reason": "x"})
    assert answer.status_code == 403
    assert f"You cannot {act}" in answer.text
    assert not workbench.settings.own_content.exists()
    assert bundle.pointed(workbench.settings.bundle_store) == before


@pytest.mark.parametrize(
    "path",
    [
        "/register/file/services/nobody.yaml",
        "/register/file/../../settings.py",
        "/register/edit/services/nobody.yaml",
        "/register/history/nothing.yaml",
        "/register/preview/nothing.yaml",
        "/register/published/nothing.yaml",
        "/register/change/999",
        "/register/edit/..%2f..%2fpyproject.toml?as=text",
        "/register/history/%2e%2e/pyproject.toml",
        "/register/preview/..%2fpyproject.toml",
        "/register/published/..%2f..%2fstaff.db",
        "/register/history/%2fetc%2fpasswd",
        "/register/edit/services",
        "/register/edit/services%00.yaml",
    ],
)
def test_what_is_not_there_is_said(as_: As, path: str) -> None:
    answer = as_("lead").get(path)
    assert answer.status_code == 404
    assert "There is no such" in answer.text


def test_the_script_s_check_keeps_nothing(as_: As) -> None:
    editor = as_("editor")
    sent = {"as": "text", "text": "id: posh\nkind: [\n"}
    answer = editor.post(f"/register/check/{POSH}", sent)
    assert answer.status_code == 200
    assert "Is not readable YAML" in answer.text
    assert "posh.yaml" not in editor.get("/register/changes").text


def test_an_unknown_bundle_is_not_gone_back_to(as_: As) -> None:
    answer = as_("lead").post("/register/back", {"bundle": "../../x", "reason-back": "y"})
    assert answer.status_code == 409
    assert "The bundle in force stays" in answer.text


def test_a_draft_is_its_author_s_alone_until_it_is_proposed(as_: As) -> None:
    editor, lead = as_("editor"), as_("lead")
    text = editor.get(f"/register/edit/{POSH}?as=text").text
    assert "0344 381 4772" in text
    editor.post(f"/register/edit/{POSH}", {"as": "text", "act": "check", "text": "id: posh\n"})
    number = editor.get(f"/register/edit/{POSH}").text.split("/register/change/")[1].split("/")[0]
    assert editor.get(f"/register/change/{number}").status_code == 200
    assert lead.get(f"/register/change/{number}").status_code == 404


def test_every_kind_of_filter_may_hold_anything(as_: As) -> None:
    for query in ("kind=x&audience=y&mark=z", "council=../x", "search=%00%ff<script>"):
        answer = as_("tester").get(f"/register?{query}")
        assert answer.status_code == 200
        assert "<script>" not in answer.text.split("</head>")[1]
