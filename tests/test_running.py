from __future__ import annotations

import stat
from pathlib import Path

import pytest

from signpost import running
from signpost.running import NotRunningError, Running
from signpost.settings import Settings

BOT = Running(rasa_port=15005, rasa_token="a token", bundles="/bundles", weights="/weights.npz")


def test_a_command_learns_how_to_reach_the_bot(tmp_path: Path) -> None:
    running.leave(tmp_path, BOT)
    found = running.settings_of(Settings(state=tmp_path))
    assert (found.rasa_port, found.rasa_token) == (15005, "a token")
    assert (found.bundles, found.weights) == ("/bundles", "/weights.npz")


def test_only_its_owner_may_read_it_even_where_one_was_left_before(tmp_path: Path) -> None:
    running.leave(tmp_path, BOT)
    file = tmp_path / "run" / "bot.json"
    file.chmod(0o644)
    running.leave(tmp_path, BOT)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_parts_that_were_started_one_by_one_are_taken_as_the_settings_say(tmp_path: Path) -> None:
    running.leave(tmp_path, BOT)
    chosen = Settings(state=tmp_path, rasa_token="another", rasa_port=5005)
    assert running.settings_of(chosen) is chosen


def test_without_a_bot_it_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError, match="make run"):
        running.settings_of(Settings(state=tmp_path))


def test_a_damaged_file_is_said_to_be_one(tmp_path: Path) -> None:
    running.leave(tmp_path, BOT)
    (tmp_path / "run" / "bot.json").write_text("{")
    with pytest.raises(NotRunningError, match="cannot be read"):
        running.settings_of(Settings(state=tmp_path))
