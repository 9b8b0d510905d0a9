"""The safety case and the hazard log name tests that exist, and leave no promise or hazard bare."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from signpost.settings import ROOT

TEST_ID = re.compile(r"(?P<file>tests/[\w/]+\.py)::(?P<name>\w+(?:::\w+)?)")
# Whatever begins like a test must be one: a folder or a bare file is no evidence.
BEGINS_LIKE_ONE = re.compile(r"`(tests/[^`]*test_[^`]*)`")
SCORE = re.compile(r"likelihood ([1-5]) × severity ([1-5]) = (\d+)")
PROMISES = 6
PARTS = ("Cause", "Harm", "Before", "Control", "Test", "After", "What remains")


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def sections(text: str, heading: str) -> dict[str, str]:
    """The sections under headings that begin so, by the rest of the heading's line."""
    level = heading.split(" ")[0]
    parts = re.split(rf"^{level} ", text, flags=re.M)[1:]
    start = heading.removeprefix(f"{level} ")
    named = (part.partition("\n") for part in parts if part.startswith(start))
    return {title: body for title, _, body in named}


CASE, LOG = text_of("safety-case.md"), text_of("hazard-log.md")
CASE_PROMISES = sections(CASE, "## Promise ")
HAZARDS = sections(LOG, "### H")
IDS = sorted({match[0] for match in TEST_ID.finditer(CASE + LOG)})


@cache
def named_in(file: str) -> frozenset[str]:
    """The tests of a file as pytest names them, read without running anything."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set(functions(tree.body))
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found.update(f"{node.name}::{name}" for name in functions(node.body))
    return frozenset(found)


def functions(body: list[ast.stmt]) -> list[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    named = (node.name for node in body if isinstance(node, kinds))
    return [name for name in named if name.startswith("test_")]


def parts_of(hazard: str) -> dict[str, str]:
    """The bullets of a hazard by their bold names."""
    found = re.split(r"^- \*\*([^*]+):\*\*\s", hazard, flags=re.M)[1:]
    return {name: " ".join(words.split()) for name, words in zip(*[iter(found)] * 2, strict=True)}


def score(words: str) -> int:
    found = SCORE.fullmatch(words)
    assert found, words
    likelihood, severity, product = map(int, found.groups())
    assert product == likelihood * severity, words
    return product


@pytest.mark.parametrize("test", IDS)
def test_a_test_that_is_named_exists(test: str) -> None:
    file, _, name = test.partition("::")
    assert name in named_in(file)


def test_nothing_but_whole_ids_is_named_as_a_test() -> None:
    named = BEGINS_LIKE_ONE.findall(CASE + LOG)
    assert named
    assert [name for name in named if not TEST_ID.fullmatch(name)] == []


def test_each_promise_is_argued_once() -> None:
    numbers = [title.split(":")[0] for title in CASE_PROMISES]
    assert numbers == [f"Promise {number}" for number in range(1, PROMISES + 1)]


@pytest.mark.parametrize("promise", CASE_PROMISES)
def test_a_promise_has_claim_argument_tests_and_what_remains(promise: str) -> None:
    body = CASE_PROMISES[promise]
    assert TEST_ID.search(body)
    for part in ("**Claim", "**Argument.**", "**Evidence.**", "**What remains.**"):
        assert part in body, part


def test_each_sub_claim_names_a_test_and_what_remains() -> None:
    claims = sections(CASE, "### 1.")
    assert claims
    for title, body in claims.items():
        assert TEST_ID.search(body), title
        assert "**What remains.**" in body, title


@pytest.mark.parametrize("hazard", HAZARDS)
def test_a_hazard_has_all_its_parts(hazard: str) -> None:
    parts = parts_of(HAZARDS[hazard])
    assert tuple(parts) == PARTS
    assert all(parts.values())


@pytest.mark.parametrize("hazard", HAZARDS)
def test_a_hazard_names_a_test_or_says_that_there_is_none(hazard: str) -> None:
    named = parts_of(HAZARDS[hazard])["Test"]
    assert TEST_ID.search(named) or "none yet" in named


@pytest.mark.parametrize("hazard", HAZARDS)
def test_the_table_shows_the_scores_of_each_hazard(hazard: str) -> None:
    parts = parts_of(HAZARDS[hazard])
    before, after = score(parts["Before"]), score(parts["After"])
    assert after <= before
    link = re.sub(r"[^\w-]", "", hazard.lower().replace(" ", "-"))
    assert f"| [{hazard}](#{link}) | {before} | {after} |" in LOG


def test_the_table_lists_the_hazards_and_no_other() -> None:
    assert re.findall(r"^\| \[(H[^\]]+)\]", LOG, flags=re.M) == list(HAZARDS)
    assert len(HAZARDS) >= 16


def test_the_scores_are_marked_as_not_reviewed() -> None:
    assert "No safeguarding lead has reviewed them" in LOG
