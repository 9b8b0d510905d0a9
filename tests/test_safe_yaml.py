"""Files that would end the process or fill its memory are refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from signpost import safe_yaml
from signpost.crisis.source import FloorError, Source
from signpost.edition import interface_words
from signpost.register.checks import waivers
from signpost.register.loader import RecordError, parse
from signpost.register.models import Service

DEEP = "names: " + "[" * 200_000
DEEP_BLOCK = "\n".join(" " * depth + "names:" for depth in range(1000))
INSIDE_ITSELF = "names: &all [*all]"
LAUGHING = "\n".join(
    ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))]
)
HUGE = "names: " + "x" * safe_yaml.MOST_BYTES
WRONG = {
    "deep": (DEEP, "within one another"),
    "deep in lines": (DEEP_BLOCK, "within one another"),
    "inside itself": (INSIDE_ITSELF, "repeat too much"),
    "a billion values": (LAUGHING, "repeat too much"),
}
every = pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG)


@every
def test_a_record_is_refused(text: str, words: str) -> None:
    with pytest.raises(RecordError, match=words):
        parse(text, Service)


@every
def test_a_file_of_the_floor_is_refused_with_its_line(
    text: str, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FloorError, match=rf"rules\.yaml:\d+: .*{words}"):
        Source(file)


@every
def test_waivers_and_labels_are_refused_too(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "waivers.yaml").write_text(text, encoding="utf-8")
    _, problems = waivers.load_waivers(tmp_path)
    assert words in str(problems[0])
    (tmp_path / "interface").mkdir()
    (tmp_path / "interface" / "en.yaml").write_text(text, encoding="utf-8")
    assert interface_words(tmp_path)["emergency_call"] == "Call 999"


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(HUGE, encoding="utf-8")
    with pytest.raises(yaml.YAMLError, match="larger than 1000 kB"):
        safe_yaml.read_text(file)


def test_ordinary_anchors_may_be_used() -> None:
    assert safe_yaml.load("a: &a [1, 2]\nb: *a") == {"a": [1, 2], "b": [1, 2]}


def test_depth_is_counted_within_one_value_not_over_all() -> None:
    assert len(safe_yaml.load("[" + "[[1]], " * 500 + "]")) == 500
