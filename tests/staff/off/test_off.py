"""The off switch in the workbench and on the command line: who may, what is said, what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from signpost import cli, off
from signpost.staff.audit import Audit
from signpost.staff.database import Database
from tests.staff.workbenches import Client, Running

As = Callable[[str], Client]
REASON = "The number of children's social care is wrong."


@pytest.fixture(autouse=True)
def _on_again(workbench: Running) -> Iterator[None]:
    yield
    off.turn_on(workbench.settings.state)


def test_a_lead_turns_the_bot_off_with_a_reason_and_on_again(as_: As, workbench: Running) -> None:
    lead, state = as_("lead"), workbench.settings.state
    page = lead.post("/off/turn-off", {"reason": REASON}, on="/off").text
    assert "The bot is off. Danger is answered as ever." in page
    assert "Turned off by</dt><dd>Lee Lead" in page
    found = off.look(state)
    assert found is not None
    assert (found.by, found.reason) == ("Lee Lead", REASON)
    page = lead.post("/off/turn-on", on="/off").text
    assert "The bot is on and gives advice." in page
    assert off.look(state) is None
    done = workbench.bench.audit.lines(who="lead", most=2)
    assert [(line.action, line.details) for line in done] == [
        ("bot turned on", {}),
        ("bot turned off", {"reason": REASON}),
    ]


@pytest.mark.parametrize("reason", ["", "  wrong  ", "x" * 501], ids=["none", "short", "long"])
def test_without_a_good_reason_nothing_is_done_and_what_was_typed_is_kept(
    as_: As, workbench: Running, reason: str
) -> None:
    answer = as_("lead").post("/off/turn-off", {"reason": reason}, on="/off")
    assert answer.status_code == 422
    assert 'href="#reason">Write why' in answer.text
    assert reason.strip() in answer.text
    assert off.look(workbench.settings.state) is None


@pytest.mark.parametrize("role", ["tester", "editor", "admin"])
def test_nobody_but_a_lead_may(as_: As, workbench: Running, role: str) -> None:
    client = as_(role)
    for answer in (
        client.get("/off"),
        client.post("/off/turn-off", {"reason": REASON}),
        client.post("/off/turn-on"),
    ):
        assert answer.status_code == 403
        assert "You cannot turn the bot off or on" in answer.text
    assert off.look(workbench.settings.state) is None
    assert ">Off switch</a>" not in client.get("/").text


def test_everybody_in_the_workbench_sees_that_the_bot_is_off(as_: As, workbench: Running) -> None:
    said = "The bot is off for the public."
    assert said not in as_("tester").get("/").text
    off.turn_off(workbench.settings.state, "Lee Lead", REASON)
    assert said in as_("tester").get("/").text
    assert said not in workbench.client().get("/sign-in").text


def test_a_switch_that_cannot_be_set_says_so_and_keeps_what_was_typed(
    as_: As, workbench: Running
) -> None:
    file = workbench.settings.state / off.FILE
    file.mkdir()
    try:
        answer = as_("lead").post("/off/turn-off", {"reason": REASON}, on="/off")
    finally:
        file.rmdir()
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert "The number of children&#39;s social care is wrong." in answer.text


def test_the_command_line_turns_it_off_and_on_and_writes_it_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGNPOST_STATE", str(tmp_path))
    assert cli.main(["off", "--reason", "no"]) == 2
    assert off.look(tmp_path) is None
    assert cli.main(["off", "--reason", REASON]) == 0
    found = off.look(tmp_path)
    assert found is not None
    assert found.reason == REASON
    assert cli.main(["on"]) == 0
    assert cli.main(["on"]) == 0
    assert off.look(tmp_path) is None
    assert "the bot was not off" in capsys.readouterr().out
    database = Database(f"sqlite:///{tmp_path / 'staff.db'}")
    actions = [line.action for line in Audit(database).lines()]
    assert actions == ["bot turned on", "bot turned off"]
    database.close()


def test_the_command_line_turns_it_off_also_without_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "staff.db").mkdir()
    monkeypatch.setenv("SIGNPOST_STATE", str(tmp_path))
    assert cli.main(["off", "--reason", REASON]) == 0
    assert off.look(tmp_path) is not None
    assert "it could not be written into the audit log" in capsys.readouterr().err
    (tmp_path / off.FILE).unlink()
    (tmp_path / off.FILE).mkdir()
    assert cli.main(["off", "--reason", REASON]) == 1
    assert "nothing was changed" in capsys.readouterr().err
