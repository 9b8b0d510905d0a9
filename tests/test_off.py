"""The off switch's file: put in place whole, seen again after a restart, never by accident."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from signpost import off
from signpost.off import OffSwitch


def test_a_bot_is_on_until_somebody_turns_it_off_and_on_again(tmp_path: Path) -> None:
    switch = OffSwitch(tmp_path)
    assert switch.now is None
    off.turn_off(tmp_path / "made when needed", "Robin", "wrong number")
    off.turn_off(tmp_path, "Robin", "wrong number for Childline")
    switch.refresh()
    assert switch.now is not None
    assert (switch.now.by, switch.now.reason) == ("Robin", "wrong number for Childline")
    assert off.turn_on(tmp_path) is True
    switch.refresh()
    assert switch.now is None
    assert off.turn_on(tmp_path) is False


def test_off_survives_a_restart(tmp_path: Path) -> None:
    said = off.turn_off(tmp_path, "Robin", "wrong number")
    assert OffSwitch(tmp_path).now == off.look(tmp_path) == said


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"since": "yesterday"}', b"\xff\xfe", b"[" * 100_000],
    ids=["empty", "half", "another kind", "without a reason", "no text", "bottomless"],
)
def test_a_file_that_cannot_be_read_leaves_the_bot_on_and_is_said_once(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / off.FILE).write_bytes(content)
    with capture_logs() as logs:
        switch = OffSwitch(tmp_path)
        switch.refresh()
    assert switch.now is None
    assert [line["event"] for line in logs] == ["off_switch.unreadable"]
    assert off.turn_on(tmp_path) is True


def test_a_folder_in_the_file_s_place_leaves_the_bot_on(tmp_path: Path) -> None:
    (tmp_path / off.FILE).mkdir()
    assert OffSwitch(tmp_path).now is None
