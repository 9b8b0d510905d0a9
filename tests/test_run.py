"""Starting: what stops it, in one plain sentence, and how the parts are supervised."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import yaml

from signpost import run, settings
from signpost.settings import ROOT, Settings


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """`signpost run` with settings that must stop it at once."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SIGNPOST_")}
    return subprocess.run(
        [sys.executable, "-m", "signpost.cli", "run"],
        cwd=ROOT,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_stops_the_start_with_one_sentence(taken_port: int) -> None:
    done = start(SIGNPOST_DOOR_PORT=str(taken_port))
    assert done.returncode == 1
    assert f"Port {taken_port}, which the door part needs, is taken" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_taken_port_of_the_workbench_does_not_keep_the_bot_from_starting(
    taken_port: int,
) -> None:
    said: list[str] = []
    chosen = msgspec.structs.replace(Settings(), staff_port=taken_port)
    assert not run.staff_can_start(chosen, said.append)
    assert "starts without the workbench" in said[0]
    assert f"SIGNPOST_STAFF_PORT={taken_port + 1}" in said[0]


def test_the_workbench_can_be_left_out() -> None:
    said: list[str] = []
    assert not run.staff_can_start(msgspec.structs.replace(Settings(), staff="off"), said.append)
    assert said == []


def test_live_mode_refuses_unsigned_advice() -> None:
    done = start(SIGNPOST_MODE="live", SIGNPOST_DOOR_PORT="18734")
    assert done.returncode == 1
    assert "wait for a safeguarding lead's sign-off" in done.stderr


def test_a_state_folder_that_cannot_be_written_stops_the_start_with_one_sentence(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = start(SIGNPOST_STATE=str(tmp_path / "file"), SIGNPOST_DOOR_PORT="18736")
    assert done.returncode == 1
    assert "bundle cannot be written" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_unknown_council_stops_the_start() -> None:
    done = start(SIGNPOST_COUNCIL="atlantis", SIGNPOST_DOOR_PORT="18735")
    assert done.returncode == 1
    assert "no council profile named 'atlantis'" in done.stderr


def test_a_wrong_setting_is_named() -> None:
    done = start(SIGNPOST_DOOR_PORT="http")
    assert done.returncode == 2
    assert done.stderr == "signpost: SIGNPOST_DOOR_PORT is 'http', but must be a number.\n"


def test_the_set_up_without_a_network_says_so_in_one_sentence(tmp_path: Path) -> None:
    # A copy of the project where no package registry can be reached and nothing is cached.
    for name in ("requirements.lock", "encoder.lock", "pyproject.toml", ".python-version"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    nowhere = "http://127.0.0.1:9/"
    environment = {
        **os.environ,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "PIP_NO_CACHE_DIR": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "0",
        "PIP_INDEX_URL": nowhere,
        "UV_INDEX_URL": nowhere,
        "UV_HTTP_RETRIES": "0",
        "PIP_FIND_LINKS": "",
    }
    environment.pop("PIP_EXTRA_INDEX_URL", None)
    done = subprocess.run(
        [str(tmp_path / "scripts" / "set-up")],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    assert "network connection" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_any_exit_of_a_part_is_a_failure_that_is_restarted(tmp_path: Path) -> None:
    config = run.supervisor_config(Settings(), {"door": ["python", "-m", "x"]}, tmp_path)
    program = config["program:door"]
    assert program["autorestart"] == "true"
    assert "0" not in program["exitcodes"].split(",")
    assert int(program["startretries"]) > 1000


def test_the_endpoints_follow_the_settings(tmp_path: Path) -> None:
    chosen = msgspec.structs.replace(Settings(), actions_port=6000, state=tmp_path)
    endpoints = yaml.safe_load(run.effective_endpoints(chosen))
    assert endpoints["action_endpoint"]["url"] == "http://127.0.0.1:6000/webhook"
    assert endpoints["tracker_store"]["db"] == str(tmp_path / "tracker.db")
    assert endpoints["nlg"]["type"] == "signpost.rasa.nlg.RegisterNLG"


def test_the_defaults_are_what_the_plain_files_say() -> None:
    plain = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    port = settings.Settings().actions_port
    assert plain["action_endpoint"]["url"] == f"http://127.0.0.1:{port}/webhook"
