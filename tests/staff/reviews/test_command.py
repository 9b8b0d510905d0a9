from __future__ import annotations

from pathlib import Path

import pytest

from signpost.cli import main
from signpost.evaluation.rows import CrisisRow, read
from signpost.settings import Settings
from signpost.staff.database import Database
from signpost.staff.reviews.rows import Should
from signpost.staff.reviews.store import CorrectionStore
from signpost.staff.talk.store import TrialStore
from tests.staff.talk.test_store import MEMORY, heard

TEXT = "a man says he is outside my house"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state's folder, with one correction that was accepted and one that waits."""
    monkeypatch.setenv("SIGNPOST_STATE", str(tmp_path))
    database = Database.of(Settings(state=tmp_path))
    trials, corrections = TrialStore(database), CorrectionStore(database)
    id_ = trials.begin("tess", "web", "", MEMORY)
    trials.add(id_, heard(TEXT), MEMORY)
    trial = trials.find(id_)
    assert trial is not None
    turn = trials.turns(id_)[0]
    accepted = corrections.propose(trial, turn, Should(said=TEXT, escalation="999"), "n", "tess")
    corrections.decide(accepted, "accepted", "", "lee")
    corrections.propose(trial, turn, Should(said=TEXT, audience="child"), "n", "tess")
    database.close()
    return tmp_path


def test_the_list_says_what_was_decided(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrections", "list"]) == 0
    said = capsys.readouterr().out
    assert "accepted  tess  999" in said
    assert "waiting   tess  child" in said
    assert main(["corrections", "list", "--state", "declined"]) == 0
    assert "there are none" in capsys.readouterr().out


def test_the_export_adds_to_what_is_there(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = state / "rows"
    folder.mkdir()
    theirs = '{"text":"theirs","label":"crisis","route":"999","phenomenon":"x"}'
    (folder / "crisis.jsonl").write_text(theirs + "\n")
    assert main(["corrections", "export", "--to", str(folder)]) == 0
    assert str(folder / "crisis.jsonl") in capsys.readouterr().out
    assert [row.text for row in read(folder / "crisis.jsonl", CrisisRow)] == ["theirs", TEXT]


def test_a_file_of_something_else_stops_the_export_with_its_line(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (state / "crisis.jsonl").write_text("{}\n")
    assert main(["corrections", "export", "--to", str(state)]) == 1
    assert "crisis.jsonl:1" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_to_is_named(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (state / "file").write_text("")
    assert main(["corrections", "export", "--to", str(state / "file")]) == 1
    assert "--to" in capsys.readouterr().err


def test_without_any_there_is_nothing_to_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGNPOST_STATE", str(tmp_path))
    assert main(["corrections", "export", "--to", str(tmp_path / "rows")]) == 0
    assert "nothing to export" in capsys.readouterr().out


def test_the_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["corrections", "--help"])
    assert "signpost corrections export --to" in capsys.readouterr().out
