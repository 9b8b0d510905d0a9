"""The threat model names tests that exist, and each threat has one."""

from __future__ import annotations

import re

import pytest

from signpost.settings import ROOT
from tests.test_safety_case import TEST_ID, named_in

DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = re.findall(r"^\| (T\d+) \| (.*)$", DOCUMENT, re.M)


def test_the_threats_are_numbered_without_a_gap() -> None:
    assert [number for number, _ in THREATS] == [f"T{n}" for n in range(1, len(THREATS) + 1)]
    assert len(THREATS) >= 16


@pytest.mark.parametrize(("number", "row"), THREATS, ids=[number for number, _ in THREATS])
def test_each_threat_has_a_test_that_is_there(number: str, row: str) -> None:
    tests = list(TEST_ID.finditer(row))
    assert tests
    for match in tests:
        assert match["name"] in named_in(match["file"]), match[0]


def test_each_version_that_is_named_is_the_one_in_use() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    named = re.findall(r"^\| ([a-z-]+) (\d[\d.]*) \|", DOCUMENT, re.M)
    assert len(named) >= 7
    for package, version in named:
        assert re.search(rf"^{package}=={re.escape(version)}", lock, re.M), (package, version)
