"""`signpost users` on the real command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from signpost.settings import Settings
from signpost.staff.accounts.people import People
from signpost.staff.audit import Audit
from signpost.staff.database import Database

Users = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def users(tmp_path: Path) -> Users:
    def run(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SIGNPOST_")}
        return subprocess.run(
            [sys.executable, "-m", "signpost.cli", "users", *words],
            input=typed, capture_output=True, text=True, check=False, timeout=120,
            env={**environment, "SIGNPOST_STATE": str(tmp_path)},
        )  # fmt: skip

    return run


def people(state: Path) -> People:
    database = Database.of(Settings(state=state))
    return People(database, Audit(database))


def test_an_account_is_made_listed_and_changed(users: Users, tmp_path: Path) -> None:
    made = users(
        "add", "jo.green", "--name", "Jo Green", "--post", "Web editor", "--role", "editor",
        typed="three random words\n",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert made.stdout == "signpost: Jo Green signs in as jo.green; roles: editor\n"
    person = people(tmp_path).with_password("jo.green", "three random words")
    assert person is not None
    assert person.post == "Web editor"
    users("roles", "jo.green", "--role", "lead", "--role", "tester")
    users("password", "jo.green", typed="other random words\n")
    users("disable", "jo.green")
    listed = users("list").stdout.splitlines()[1]
    assert listed.split() == ["jo.green", "Jo", "Green", "tester", "lead", "never", "disabled"]
    users("enable", "jo.green")
    assert people(tmp_path).with_password("jo.green", "other random words")


def test_who_did_it_on_the_machine_is_in_the_audit_log(users: Users, tmp_path: Path) -> None:
    users("add", "jo", "--name", "Jo Green", "--role", "admin", typed="three random words\n")
    line = Audit(Database.of(Settings(state=tmp_path))).lines()[0]
    assert line.who.startswith("command line")
    assert (line.action, line.subject) == ("account made", "jo")


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "jo", "--name", "Jo", "--role", "admin"), "short\n", "at least 12 characters"),
        (("add", "jo", "--name", "Jo", "--role", "admin"), "", "at least 12 characters"),
        (("password", "nobody"), "three random words\n", "no account named nobody"),
        (("disable", "nobody"), "", "no account named nobody"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    users: Users, words: tuple[str, ...], typed: str, said: str
) -> None:
    done = users(*words, typed=typed)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_name_that_is_taken_is_said_before_a_password_is_asked_for(users: Users) -> None:
    for _ in range(2):
        done = users("add", "jo", "--name", "Jo", "--role", "admin", typed="three random words\n")
    assert "There is an account named jo already." in done.stderr


def test_no_password_is_an_argument_and_the_help_shows_examples(users: Users) -> None:
    for act in ("add", "list", "roles", "password", "disable", "enable"):
        help_ = users(act, "--help").stdout
        assert f"Example: signpost users {act}" in " ".join(help_.split())
        assert "--password" not in help_
    assert "< file-with-the-password" in users("--help").stdout
