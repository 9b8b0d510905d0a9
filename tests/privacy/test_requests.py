"""`signpost erase`: a request that waits until the running bot has carried it out."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from signpost import cli
from signpost.privacy import requests

REFERENCE = "abcd-efgh-jkmn-pqrs"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SIGNPOST_STATE", str(tmp_path))
    monkeypatch.setattr(cli, "ERASE_SECONDS", 3.0)
    return tmp_path


def test_what_is_no_reference_is_refused_and_nothing_is_asked(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["erase", "07700 900123"]) == 2
    assert "sixteen letters and figures" in capsys.readouterr().err
    assert list(requests.waiting(state)) == []


def test_it_says_when_the_conversation_is_gone(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def carry_out() -> None:
        while not (waiting := list(requests.waiting(state))):
            time.sleep(0.01)
        requests.done(waiting[0])

    bot = threading.Thread(target=carry_out)
    bot.start()
    assert cli.main(["erase", REFERENCE.upper()]) == 0
    bot.join()
    assert "erased; copies in backups" in capsys.readouterr().out


def test_while_no_bot_runs_the_request_waits_and_holds_the_id_alone(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "ERASE_SECONDS", 0.1)
    assert cli.main(["erase", REFERENCE]) == 1
    (file,) = requests.waiting(state)
    assert file.name == REFERENCE.replace("-", "")
    assert file.read_bytes() == b""
    assert "waits in" in capsys.readouterr().out
