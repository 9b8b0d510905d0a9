"""`scripts/browser` finds a browser, installs one where it may, or says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from signpost.settings import ROOT

SCRIPT = ROOT / "scripts" / "browser"
BASH = shutil.which("bash") or "/bin/bash"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with the few programs that the script calls, and no browser."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder, "id", "echo 0")
    return folder


def program(folder: Path, name: str, script: str) -> Path:
    file = folder / name
    file.write_text(f"#!{BASH}\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return file


def run(tools: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": str(tools), **more}
    return subprocess.run([BASH, str(SCRIPT)], capture_output=True, text=True, env=environment)


def test_a_browser_that_is_there_is_used(tools: Path) -> None:
    browser = program(tools, "google-chrome", "true")
    assert run(tools).stdout.strip() == str(browser)


def test_the_one_that_is_named_comes_first(tools: Path, tmp_path: Path) -> None:
    program(tools, "chromium", "true")
    mine = program(tmp_path, "mine", "true")
    assert run(tools, CHROME=str(mine)).stdout.strip() == str(mine)


def test_a_missing_browser_is_installed_where_that_is_allowed(tools: Path) -> None:
    made = tools / "chromium"
    program(
        tools,
        "apt-get",
        f'if [ "$1" = install ]; then printf "#!{BASH}\\n" >{made}; /bin/chmod 755 {made}; fi',
    )
    done = run(tools)
    assert done.returncode == 0
    assert done.stdout.strip() == str(made)


@pytest.mark.parametrize("apt_get", [None, "exit 100"], ids=["no apt-get", "apt-get fails"])
def test_without_one_a_plain_sentence_says_what_to_do(tools: Path, apt_get: str | None) -> None:
    if apt_get:
        program(tools, "apt-get", apt_get)
    done = run(tools)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "install" in done.stderr.splitlines()[-1]
    assert "run this again." in done.stderr.splitlines()[-1]
