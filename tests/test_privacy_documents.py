"""The documents for the data protection officer name tests that exist, and decide nothing."""

from __future__ import annotations

import re

import pytest

from signpost.settings import ROOT
from tests.test_safety_case import BEGINS_LIKE_ONE, TEST_ID, named_in, score, sections

NAMES = ("dpia.md", "childrens-code.md", "equality.md", "retention.md")
TEXTS = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in NAMES}
IDS = sorted({match[0] for text in TEXTS.values() for match in TEST_ID.finditer(text)})
RISKS = sections(TEXTS["dpia.md"], "### R")
STANDARDS = re.findall(r"^## (\d+)\. (.+)$", TEXTS["childrens-code.md"], flags=re.M)


@pytest.mark.parametrize("test", IDS)
def test_a_test_that_is_named_exists(test: str) -> None:
    file, _, name = test.partition("::")
    assert name in named_in(file)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_whole_ids_is_named_as_a_test(name: str) -> None:
    named = BEGINS_LIKE_ONE.findall(TEXTS[name])
    assert named
    assert [each for each in named if not TEST_ID.fullmatch(each)] == []


@pytest.mark.parametrize("risk", RISKS)
def test_a_risk_has_scores_measures_tests_and_what_remains(risk: str) -> None:
    body = RISKS[risk]
    found = re.split(r"^- \*\*([^*]+):\*\*\s", body, flags=re.M)[1:]
    parts = {name: " ".join(text.split()) for name, text in zip(*[iter(found)] * 2, strict=True)}
    assert tuple(parts) == ("Before", "Measures", "Tests", "After", "What remains")
    assert score(parts["After"]) <= score(parts["Before"])
    assert TEST_ID.search(parts["Tests"])


def test_the_fifteen_standards_stand_in_order_each_with_its_three_parts() -> None:
    assert [int(number) for number, _ in STANDARDS] == list(range(1, 16))
    for number, title in STANDARDS:
        body = sections(TEXTS["childrens-code.md"], f"## {number}. {title}").popitem()[1]
        for part in ("**What the product does:**", "**Tested:**", "**Open:**"):
            assert part in body, title


@pytest.mark.parametrize("name", NAMES)
def test_what_only_a_council_can_decide_is_left_open(name: str) -> None:
    text = " ".join(TEXTS[name].split()).lower()
    assert "**open" in text
    assert re.search(r"no(?:body|thing| council)[^.]{0,80}(?:reviewed|adopted|decided)", text)


def test_every_setting_that_is_named_exists() -> None:
    from signpost.settings import Settings

    named = {each for text in TEXTS.values() for each in re.findall(r"SIGNPOST_([A-Z_]+)", text)}
    assert {each.lower() for each in named} <= set(Settings.__struct_fields__)


def test_the_easy_read_page_names_no_number_that_the_register_does_not_hold() -> None:
    from signpost.privacy.public import digits, public_of
    from signpost.register.loader import load
    from signpost.settings import Settings

    page = sections(TEXTS["equality.md"], "## If you need help now").popitem()[1]
    named = [digits(each) for each in re.findall(r"\*\*([\d ]{2,14})\*\*", page)]
    assert {"999", "08001111", "116123", "85258"} <= set(named)
    public = public_of(load(ROOT / "content", Settings().council))
    assert set(named) <= public.numbers
