from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from signpost.door import last_resort
from signpost.door.last_resort import LastResortError
from signpost.register.loader import Register, RegisterError, load
from tests.stand_ins import COUNCIL, LAST_RESORT, entry, write_entry


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "last_resort.json"


def test_what_was_written_is_read_again(register: Register, file: Path) -> None:
    assert last_resort.write(register, file) == LAST_RESORT
    assert last_resort.read(file) == LAST_RESORT


def test_references_are_filled_in_before_it_is_kept(content: Path, file: Path) -> None:
    write_entry(content, entry("crisis.last_resort", "Call 999.", "Or {childline.phone}."))
    last_resort.write(load(content, COUNCIL), file)
    assert last_resort.read(file) == "Call 999. Or 0800 1111."


def test_a_missing_text_is_refused_with_the_way_to_make_it(file: Path) -> None:
    with pytest.raises(LastResortError, match="make it with `signpost last-resort`"):
        last_resort.read(file)


def test_a_text_changed_by_hand_is_refused(register: Register, file: Path) -> None:
    last_resort.write(register, file)
    file.write_text(file.read_text(encoding="utf-8").replace("999", "998"), encoding="utf-8")
    with pytest.raises(LastResortError, match="was changed by hand"):
        last_resort.read(file)


@pytest.mark.parametrize("saved", [[], {}, None, 7, {"text": "x"}, {"text": None, "sha256": None}])
def test_a_damaged_file_is_refused(file: Path, saved: Any) -> None:
    file.write_text(json.dumps(saved), encoding="utf-8")
    with pytest.raises(LastResortError):
        last_resort.read(file)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"\x00" * 100])
def test_a_file_of_broken_bytes_is_refused(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    with pytest.raises(LastResortError):
        last_resort.read(file)


def test_a_register_without_the_entry_is_refused(content: Path, file: Path) -> None:
    (content / "crisis" / "replies" / "last_resort.yaml").unlink()
    with pytest.raises(RegisterError):
        last_resort.write(load(content, COUNCIL), file)
    assert not file.exists()


def test_as_a_reply_it_is_a_crisis_on_both_routes() -> None:
    reply = last_resort.reply(LAST_RESORT)
    assert reply.route == "both"
    assert reply.bubbles[0].kind == "crisis"
    assert reply.bubbles[0].text == LAST_RESORT
