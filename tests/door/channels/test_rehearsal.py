"""The one command of the guides, against a running door."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from signpost import cli
from signpost import settings as settings_module
from signpost.door.app import build
from signpost.settings import ROOT, Settings
from tests.door.channels.drivers import DRIVERS

ENV = ROOT / "docs" / "channels" / "rehearsal.env"
CHANNELS = [driver.name for driver in DRIVERS]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(tmp_path: Path) -> dict[str, str]:
    """The file of the guide, on ports that are free."""
    lines = ENV.read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    api = f"http://127.0.0.1:{free_port()}"
    return {
        **{name: api if name.endswith("_API") else value for name, value in given.items()},
        "SIGNPOST_DOOR_PORT": str(free_port()),
        "SIGNPOST_RASA_PORT": "9",
        "SIGNPOST_STATE": str(tmp_path / "state"),
    }


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of the guide, in the environment of the command."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("signpost.door.channels.rehearsal.NEXT", 0.7)
    return settings_module.load()


@pytest.fixture
def running(chosen: Settings) -> Iterator[Settings]:
    """A real door on its port; no Rasa stands behind it."""
    config = uvicorn.Config(build(chosen), port=chosen.door_port, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield chosen
    server.should_exit = True
    thread.join(timeout=10)


@pytest.mark.usefixtures("running")
def test_it_shows_what_would_be_sent_on_each_channel(capsys: pytest.CaptureFixture[str]) -> None:
    for channel in CHANNELS:
        assert cli.main(["rehearse", channel, "i took loads of tablets and want to die"]) == 0
        shown = capsys.readouterr().out
        assert "the bot answered the provider: 200" in shown
        assert "message 1, " in shown
        assert "Call 999 now" in shown
    assert cli.main(["rehearse", "sms", "hello", "--sender", "2"]) == 0
    assert " segments, " in capsys.readouterr().out


@pytest.mark.usefixtures("running")
def test_a_picture_may_come_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    for channel in CHANNELS:
        assert cli.main(["rehearse", channel, "look", "--picture"]) == 0
        assert "did not open" in capsys.readouterr().out


@pytest.mark.usefixtures("chosen")
def test_without_a_bot_it_says_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rehearse", "sms", "hello"]) == 1
    error = capsys.readouterr().err
    assert "No bot answers" in error
    assert "rehearsal.env" in error


def test_with_a_channel_that_is_off_it_says_how_to_turn_it_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, chosen: Settings
) -> None:
    monkeypatch.delenv("SIGNPOST_TELEGRAM_TOKEN")
    assert cli.main(["rehearse", "telegram", "hello"]) == 1
    assert "SIGNPOST_TELEGRAM_TOKEN" in capsys.readouterr().err


def test_it_never_talks_to_a_real_provider(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, chosen: Settings
) -> None:
    monkeypatch.delenv("SIGNPOST_TWILIO_API")
    assert cli.main(["rehearse", "sms", "hello"]) == 1
    assert "a real provider's" in capsys.readouterr().err
