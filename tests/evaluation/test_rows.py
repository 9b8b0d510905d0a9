from __future__ import annotations

import json
from pathlib import Path

import pytest

from signpost.evaluation.rows import ConcernRow, CrisisRow, Dialogue, RowError, read

ROW = {"text": "hello", "label": "not_crisis", "route": "none", "phenomenon": "greeting"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.jsonl"


def test_each_line_is_a_row(file: Path) -> None:
    file.write_text(f"{json.dumps(ROW)}\n{json.dumps({**ROW, 'lang': 'pl'})}\n", encoding="utf-8")
    assert [row.lang for row in read(file, CrisisRow)] == ["en", "pl"]


def test_empty_lines_and_windows_line_ends_are_passed_over(file: Path) -> None:
    file.write_bytes(f"\r\n{json.dumps(ROW)}\r\n\r\n".encode())
    assert len(read(file, CrisisRow)) == 1


def test_a_mark_at_the_start_of_the_file_is_passed_over(file: Path) -> None:
    file.write_text(json.dumps(ROW), encoding="utf-8-sig")
    assert len(read(file, CrisisRow)) == 1


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85"])
def test_only_a_new_line_ends_a_row(file: Path, odd: str) -> None:
    text = f"one{odd}two"
    file.write_text(json.dumps({**ROW, "text": text}, ensure_ascii=False), encoding="utf-8")
    assert [row.text for row in read(file, CrisisRow)] == [text]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"text": "x"}',
        json.dumps({**ROW, "label": "maybe"}),
        json.dumps({**ROW, "text": 7}),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(file: Path, line: str) -> None:
    file.write_text(f"{json.dumps(ROW)}\n{line}\n", encoding="utf-8")
    with pytest.raises(RowError) as error:
        read(file, CrisisRow)
    assert str(error.value).startswith(f"{file}:2: ")


def test_a_missing_file_is_named(file: Path) -> None:
    with pytest.raises(RowError, match="cannot be read"):
        read(file, CrisisRow)


def test_a_file_that_is_not_utf_8_is_named(file: Path) -> None:
    file.write_bytes(b'{"text": "caf\xe9"}')
    with pytest.raises(RowError, match="not UTF-8"):
        read(file, CrisisRow)


def test_a_concern_allows_no_other_answer_and_no_escalation_unless_it_says_so(file: Path) -> None:
    file.write_text('{"text": "x", "concern": "scam_fraud", "audience": "child"}')
    assert read(file, ConcernRow) == [ConcernRow("x", "scam_fraud", "child", [], "none")]


def test_a_dialogue_holds_its_turns_in_order(file: Path) -> None:
    turns = [{"user": "a", "expect": "fallback"}, {"user": "b", "expect": "out_of_scope"}]
    file.write_text(json.dumps({"name": "two", "turns": turns}))
    assert [turn.user for turn in read(file, Dialogue)[0].turns] == ["a", "b"]
