"""A mistake in the files by which a crisis is recognised is an error with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from signpost.register import checks
from signpost.register.checks import Problem
from tests.stand_ins import COUNCIL

pytestmark = pytest.mark.usefixtures("sound")

RULE = """\
rules:
  - id: danger.test
    route: "999"
    reply: crisis.suicide
    reason: A test.
    any: [help me now]
    must: [help me now]
"""


def found(content: Path) -> list[Problem]:
    problems = checks.inspect(content, COUNCIL).problems
    return [each for each in problems if each.where.startswith("crisis")]


def lines(problems: list[Problem]) -> list[str]:
    return [f"{each.where}: {each.message}" for each in problems]


def write(content: Path, text: str, name: str = "rules/danger.yaml") -> None:
    (content / "crisis" / name).write_text(text, encoding="utf-8")


def test_rules_that_hold_are_no_problem(content: Path) -> None:
    write(content, RULE)
    assert found(content) == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (RULE + "    sometimes: [x]\n", 8, "a rule has no 'sometimes'"),
        (RULE.replace('    route: "999"\n', ""), 2, "the rule needs 'route'"),
        (RULE.replace('"999"', '"111"'), 3, "'route' must be one of 999, CEOP"),
        (RULE.replace("crisis.suicide", "crisis.nothing"), 4, "is no crisis reply"),
        (RULE.replace("help me now]\n    must", "HELP me now]\n    must"), 6, "names HELP"),
        (RULE.replace("danger.test", "medical.tablets"), 2, "is used twice"),
        (RULE + "    must_not: [oh help me now]\n", 2, "stands under its must_not"),
        (RULE.replace("must: [help", "must: [please"), 2, "does not find its own example"),
        (RULE.replace("crisis.suicide", "crisis.medical"), 2, "is no entry of crisis/replies"),
        ("rules: [", 2, "is not readable YAML"),
    ],
)
def test_a_broken_rule_is_an_error(content: Path, text: str, line: int, words: str) -> None:
    write(content, text)
    problems = found(content)
    assert {each.level for each in problems} == {"error"}
    where = "medical.yaml:2" if "twice" in words else f"danger.yaml:{line}"
    assert any(
        each.startswith(f"crisis/rules/{where}: ") and words in each for each in lines(problems)
    ), lines(problems)


@pytest.mark.parametrize("name", ["lexicon.yaml", "context.yaml"])
def test_a_file_that_is_gone_or_broken_is_named(content: Path, name: str) -> None:
    write(content, "terms: [", name)
    assert [each.where.partition(":")[0] for each in found(content)] == [f"crisis/{name}"]
    (content / "crisis" / name).unlink()
    assert "cannot be read" in str(found(content)[0])


def test_no_rules_at_all_are_an_error(content: Path) -> None:
    (content / "crisis" / "rules" / "medical.yaml").unlink()
    assert "holds no rules" in str(found(content)[0])


def test_a_name_that_the_floor_itself_needs_is_missed(content: Path) -> None:
    write(content, "macros: {}\n", "context.yaml")
    assert "the rules cannot be used" in str(found(content)[0])


def test_it_is_told_beside_a_register_that_does_not_load(content: Path) -> None:
    write(content, "rules: [")
    (content / "services" / "shout.yaml").write_text("id: [", encoding="utf-8")
    wheres = [each.where for each in checks.inspect(content, COUNCIL).problems]
    assert any("shout.yaml" in where for where in wheres)
    assert any(where.startswith("crisis/rules/danger.yaml:") for where in wheres)
