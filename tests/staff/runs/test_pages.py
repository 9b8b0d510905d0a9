"""The pages of test runs, as a browser without scripts gets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from signpost.staff.runs.store import Runs
from tests.staff.runs.conftest import Plays
from tests.staff.workbenches import Client, Running, wait_for

SET = "evaluation/dialogues-3"


@pytest.fixture
def workbench(tmp_path: Path, database_url: str) -> Iterator[Running]:
    with Running(tmp_path, staff_database=database_url) as running:
        yield running.add_everybody()


@pytest.fixture
def editor(workbench: Running) -> Client:
    return workbench.signed_in("editor")


def start(client: Client, *sets: str) -> str:
    """Start a run; the address that it leads to."""
    return client.post("/runs", {"sets": list(sets) or [SET]}).url.path


def finish(workbench: Running, plays: Plays) -> None:
    plays.go()
    wait_for(lambda: Runs(workbench.bench.database).running() is None, 60)


def test_the_list_has_every_kind_of_set(editor: Client) -> None:
    page = editor.get("/runs").text
    for name in ("evaluation/crisis", "evaluation/privacy-1", "conversations/test_stories"):
        assert f'value="{name}"' in page
    assert "4 cases" in page


def test_corrections_kept_on_this_machine_are_in_the_list(
    editor: Client, workbench: Running
) -> None:
    folder = workbench.settings.state / "corrections"
    folder.mkdir()
    row = '{"name": "a", "turns": [{"user": "hello", "expect": "smalltalk_greet"}]}'
    (folder / "dialogues.jsonl").write_text(row, encoding="utf-8")
    (folder / "broken.jsonl").write_text('{"text": 7, "label": "crisis"}', encoding="utf-8")
    page = editor.get("/runs").text
    assert 'value="here/dialogues"' in page
    assert "here/broken cannot be played" in page
    assert 'value="here/broken"' not in page


def test_a_run_is_started_watched_and_read(
    editor: Client, workbench: Running, plays: Plays
) -> None:
    plays.will(wrong="3")
    path = start(editor)
    assert re.fullmatch(r"/runs/\d+", path)
    wait_for(lambda: editor.get(f"{path}/progress").json()["cases"], 60)
    assert "goes on" in editor.get(path).text
    assert editor.get(f"{path}/progress").json()["running"] is True
    finish(workbench, plays)
    page = editor.get(path).text
    assert "29 of 30 cases right, 1 wrong" in page
    assert "model-of-the-tests" in page
    assert "register-1" in page
    assert "message 3 &amp; &lt;b&gt;more&lt;/b&gt;" in page
    assert "message 4 " not in page
    assert "message 4 " in editor.get(f"{path}?show=all").text
    line = workbench.bench.audit.lines(action="test run started")[0]
    assert (line.who, line.details) == ("editor", {"sets": SET})


def test_a_second_click_leads_to_the_run_that_goes_on(
    editor: Client, workbench: Running, plays: Plays
) -> None:
    path = start(editor)
    assert start(editor) == path
    assert "no second one was started" in editor.post("/runs", {"sets": [SET]}).text
    assert start(workbench.signed_in("lead")) == path
    finish(workbench, plays)
    assert len(Runs(workbench.bench.database).latest()) == 1


def test_without_a_set_nothing_starts_and_the_field_is_named(editor: Client) -> None:
    for sets in ([], ["evaluation/none"], ["../../etc/passwd"]):
        answer = editor.post("/runs", {"sets": sets})
        assert answer.status_code == 422
        assert "Choose at least one set to play." in answer.text


def test_a_tester_sees_runs_but_starts_and_stops_none(
    workbench: Running, editor: Client, plays: Plays
) -> None:
    path = start(editor)
    tester = workbench.signed_in("tester")
    assert "An editor or a safeguarding lead can start a run." in tester.get("/runs").text or (
        "A run goes on" in tester.get("/runs").text
    )
    assert "Stop this run" not in tester.get(path).text
    assert tester.post("/runs", {"sets": [SET]}).status_code == 403
    assert tester.post(f"{path}/stop").status_code == 403
    assert editor.get(f"{path}/progress").json()["running"] is True
    finish(workbench, plays)


def test_a_run_is_stopped_and_says_by_whom(
    editor: Client, workbench: Running, plays: Plays
) -> None:
    plays.will("hang")
    path = start(editor)
    page = editor.post(f"{path}/stop").text
    assert "Eddie Editor stopped it." in page
    assert workbench.bench.audit.lines(action="test run stopped")


def test_a_run_that_died_says_why(editor: Client, workbench: Running, plays: Plays) -> None:
    plays.will("die")
    path = start(editor)
    finish(workbench, plays)
    page = editor.get(path).text
    assert "no more room" in page
    assert "15 not played" in page
    assert ">died<" in editor.get("/runs").text


def test_the_difference_from_the_last_run_leads_to_its_cases(
    editor: Client, workbench: Running, plays: Plays
) -> None:
    plays.go()
    first = start(editor)
    finish(workbench, plays)
    plays.will(wrong="5", register="register-2")
    path = start(editor)
    finish(workbench, plays)
    page = editor.get(path).text
    assert f'<a href="{first}">run' in page
    assert "was right before" in page
    worse = editor.get(f"{path}?show=worse&set={SET}").text
    assert "message 5 " in worse
    assert "<p>1 case.</p>" in worse
    assert "<p>0 cases.</p>" in editor.get(f"{path}?show=better").text


@pytest.mark.parametrize("path", ["/runs/999", "/runs/999/progress"])
def test_a_run_that_is_none_is_said(editor: Client, path: str) -> None:
    assert editor.get(path).status_code == 404


@pytest.mark.parametrize("asked", ["page=x", "page=0", "page=99", "show=nonsense", "set=none"])
def test_a_strange_address_breaks_nothing(
    editor: Client, workbench: Running, plays: Plays, asked: str
) -> None:
    plays.go()
    path = start(editor)
    finish(workbench, plays)
    assert editor.get(f"{path}?{asked}").status_code == 200


def test_stopping_the_workbench_stops_the_run(tmp_path: Path, plays: Plays) -> None:
    plays.will("hang")
    with Running(tmp_path) as workbench:
        workbench.add_everybody()
        start(workbench.signed_in("editor"))
        runs = Runs(workbench.bench.database)
        wait_for(lambda: (run := runs.running()) and run.cases, 60)
    [run] = runs.latest()
    assert run.state == "stopped"
    assert "The workbench was stopped" in run.reason
