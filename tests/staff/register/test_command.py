"""The register's files out and in, and a signature, on the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from signpost import cli
from signpost.register import signing
from signpost.register.loader import load
from signpost.settings import SHIPPED, Settings
from signpost.staff.accounts.people import People
from signpost.staff.audit import Audit
from signpost.staff.database import Database
from signpost.staff.register.copy import paths
from tests.staff.workbenches import PASSWORD
from tests.stand_ins import COUNCIL


@pytest.fixture
def chosen(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The command's settings are those of the small register."""
    monkeypatch.setenv("SIGNPOST_CONTENT", str(settings.content))
    monkeypatch.setenv("SIGNPOST_STATE", str(settings.state))
    monkeypatch.setenv("SIGNPOST_COUNCIL", COUNCIL)
    return settings


def contents(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path in paths(folder)}


def test_out_and_in_again_loses_no_byte(
    chosen: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (chosen.content / "services" / "shout.yaml").open("ab") as file:
        file.write(b"# a note\r\n\r\n")
    before = contents(chosen.content)
    assert cli.main(["content", "export", str(tmp_path / "out")]) == 0
    assert contents(tmp_path / "out") == before
    assert cli.main(["content", "import", str(tmp_path / "out")]) == 0
    assert contents(chosen.content) == before
    assert "0 files" in capsys.readouterr().out


def test_the_product_s_whole_register_comes_out_and_in_to_the_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNPOST_STATE", str(tmp_path / "state"))
    assert cli.main(["content", "export", str(tmp_path / "out")]) == 0
    assert contents(tmp_path / "out") == contents(SHIPPED)
    for name in ("domain.yml", "data/rules.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((SHIPPED.parent / name).read_bytes())
    with (tmp_path / "out" / "services" / "posh.yaml").open("ab") as file:
        file.write(b"# seen\n")
    assert cli.main(["content", "import", str(tmp_path / "out")]) == 0
    assert contents(tmp_path / "state" / "content") == contents(tmp_path / "out")


def test_nothing_is_overwritten_on_the_way_out(
    chosen: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    assert cli.main(["content", "export", str(tmp_path / "out")]) == 1
    assert "is not empty" in capsys.readouterr().err


def test_a_folder_with_an_error_is_not_brought_in(
    chosen: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(chosen.content)
    cli.main(["content", "export", str(tmp_path / "out")])
    (tmp_path / "out" / "services" / "shout.yaml").write_text("id: [", encoding="utf-8")
    assert cli.main(["content", "import", str(tmp_path / "out")]) == 1
    said = capsys.readouterr()
    assert "shout.yaml" in said.out
    assert "nothing was imported" in said.err
    assert contents(chosen.content) == before
    assert cli.main(["content", "import", str(tmp_path / "nowhere")]) == 1


def test_an_import_names_what_a_lead_has_to_see(
    chosen: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["content", "export", str(tmp_path / "out")])
    file = tmp_path / "out" / "crisis" / "replies" / "suicide.yaml"
    file.write_text(file.read_text().replace("You matter.", "You count."), encoding="utf-8")
    assert cli.main(["content", "import", str(tmp_path / "out")]) == 0
    assert "crisis/replies/suicide.yaml  (It changes words of a crisis" in capsys.readouterr().out


@pytest.fixture
def people(chosen: Settings) -> People:
    made = Database.of(chosen)
    return People(made, Audit(made))


def test_a_lead_signs_with_their_password(
    chosen: Settings,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    people.add("lead", "Lee Lead", ["lead"], PASSWORD, by="a test")
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert cli.main(["sign-off", "advice.law_question", "--as", "lead"]) == 0
    assert "Here is what the law says." in capsys.readouterr().out
    signed = signing.valid(load(chosen.content, COUNCIL).entry("advice.law_question"))
    assert signed is not None
    assert signed.by == "Lee Lead"


@pytest.mark.parametrize(
    ("entry", "role", "password", "told"),
    [
        ("advice.law_question", "lead", "not the password", "password is wrong"),
        ("advice.law_question", "editor", PASSWORD, "is no safeguarding lead here"),
        ("advice.nothing", "lead", PASSWORD, "There is no entry advice.nothing"),
    ],
)
def test_nobody_else_signs(
    chosen: Settings,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    entry: str,
    role: str,
    password: str,
    told: str,
) -> None:
    people.add("somebody", "Some Body", [role], PASSWORD, by="a test")
    before = contents(chosen.content)
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    assert cli.main(["sign-off", entry, "--as", "somebody"]) == 1
    assert told in capsys.readouterr().err
    assert contents(chosen.content) == before
