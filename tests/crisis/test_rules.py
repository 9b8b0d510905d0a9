"""Every published rule does what its examples say; a mistake in a file is named with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from signpost.crisis.bench import CONTENT
from signpost.crisis.floor import Floor, FloorError
from signpost.crisis.pattern import PatternError, Scan, names_in, parse
from signpost.crisis.rules import REPLIES, Rule

PUBLISHED = Floor.load(CONTENT).rules
MUST = [(rule, text) for rule in PUBLISHED for text in rule.must]
MUST_NOT = [(rule, text) for rule in PUBLISHED for text in rule.must_not]


def found(floor: Floor, text: str) -> set[str]:
    return {hit.rule for hit in floor.assess(text).hits}


@pytest.mark.parametrize(("rule", "text"), MUST, ids=lambda value: getattr(value, "id", None))
def test_a_rule_finds_its_examples(floor: Floor, rule: Rule, text: str) -> None:
    assert rule.id in found(floor, text)


@pytest.mark.parametrize(("rule", "text"), MUST_NOT, ids=lambda value: getattr(value, "id", None))
def test_a_rule_leaves_its_counter_examples_alone(floor: Floor, rule: Rule, text: str) -> None:
    assert rule.id not in found(floor, text)


@pytest.mark.parametrize("rule", PUBLISHED, ids=lambda rule: rule.id)
def test_a_rule_says_why_and_has_an_example(rule: Rule) -> None:
    assert rule.reason.endswith(".")
    assert rule.must
    assert set(rule.reply.values()) - {None} <= REPLIES


def scan(text: str) -> Scan:
    """Each word is its own name."""
    places: dict[str, int] = {}
    words, sentences = [], [0]
    for word in text.split():
        if word == ".":
            sentences.append(len(words))
        else:
            places[word] = places.get(word, 0) | 1 << len(words)
            words.append(word)
    named = {word: ((1, mask),) for word, mask in places.items()}
    return Scan(len(words), named, {}, sentences)


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("a b", "a b", True),
        ("a b", "a x b", False),
        ("a ..1 b", "a x b", True),
        ("a ..1 b", "a x x b", False),
        ("a b|c", "a c", True),
        ("a x? b", "a b", True),
        ("a x? b", "a x b", True),
        ("a ..2 b", "a . b", False),
        ("a ~2 b", "a . b", True),
        ("^ a", "x a", False),
        ("^ a", "x . a", True),
        ("a $", "a x", False),
        ("a $", "a . x", True),
        ("^^ a $$", "a", True),
        ("^^ a $$", "a . x", False),
        ("-x a", "x a", False),
        ("-x a", "y a", True),
        ("a !x", "a x", False),
        ("a !x", "a y", True),
        ("a !x b", "a b", True),
    ],
)
def test_the_pattern_language(pattern: str, text: str, matches: bool) -> None:
    assert bool(parse(pattern).ends(scan(text))) is matches


def test_a_pattern_names_the_words_it_found_and_not_those_between() -> None:
    assert parse("a ..2 b").words(scan("x a y b z")) == 0b01010


@pytest.mark.parametrize("wrong", ["", "a?", "a ..3", "a $ b", "..2", "a||b"])
def test_a_pattern_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(PatternError):
        parse(wrong)


def test_names_in_an_alternation() -> None:
    assert names_in("kill|HANG") == {"kill", "HANG"}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the published files, for a test to spoil."""
    shutil.copytree(CONTENT / "crisis", tmp_path / "crisis")
    return tmp_path


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        (
            "route: CEOP",
            "route: CIOP",
            r"behaviour\.yaml:\d+: 'route' must be one of 999, CEOP",
        ),
        ("reply: crisis.own_behaviour", "reply: crisis.nothing", r"'crisis\.nothing' is no crisis"),
        ("unless: [fiction", "unless: [fictoin", r"there is no guard 'fictoin'"),
        ("      - non offending", "      - non ..", r"own_behaviour\.yaml:\d+: '\.\.' is not"),
        ("      - non offending", "      - NOWHERE", r"names NOWHERE, which is neither"),
        ("    reason: Somebody is worried", "    raeson: Somebody", r"a rule has no 'raeson'"),
        ("rules:", "rules: [", r"own_behaviour\.yaml:\d+: is not readable YAML"),
    ],
)
def test_a_mistake_is_named_with_its_file(
    copied: Path, before: str, after: str, complaint: str
) -> None:
    file = copied / "crisis" / "rules" / "own_behaviour.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(FloorError, match=complaint):
        Floor.load(copied)


def test_a_missing_folder_is_an_error_and_not_a_silent_floor(tmp_path: Path) -> None:
    with pytest.raises(FloorError, match="cannot be read"):
        Floor.load(tmp_path)


def test_every_language_list_says_whether_a_native_speaker_read_it() -> None:
    files = sorted((CONTENT / "crisis" / "languages").glob("*.yaml"))
    assert len(files) >= 14
    for file in files:
        assert "reviewed_by_native_speaker: false" in file.read_text(encoding="utf-8"), file
