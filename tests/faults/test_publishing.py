"""New words reach the running processes: door and Rasa swap whole bundles, without a restart."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import ROOT, Bot, words

pytestmark = pytest.mark.faults

OVERDOSE = "i took loads of tablets"
ORDINARY = "someone i met on roblox wants my number"
SECONDS = 15.0


class Editor:
    """Changes the files of a running bot's register and publishes them, as staff do."""

    def __init__(self, bot: Bot, content: Path) -> None:
        self.bot = bot
        self._content = content

    def replace(self, file: str, old: str, new: str) -> None:
        path = self._content / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold '{old}'"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def publish(self, *more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "signpost.cli", "publish", *more],
            cwd=ROOT,
            env=self.bot.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def bundles(self) -> list[str]:
        store = self.bot.state / "bundles"
        return [manifest.parent.name for manifest in store.glob("*/manifest.json")]


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Editor]:
    content = tmp_path_factory.mktemp("register") / "content"
    shutil.copytree(ROOT / "content", content)
    bot = Bot(tmp_path_factory.mktemp("publishing"), SIGNPOST_CONTENT=str(content))
    bot.start()
    try:
        bot.wait_until_ready()
        yield Editor(bot, content)
    finally:
        bot.stop()


def first(reply: dict[str, Any]) -> str:
    return str(reply["bubbles"][0]["text"])


def heard(bot: Bot) -> tuple[str, str]:
    """What the door says by itself, and what comes from Rasa."""
    return first(bot.say(OVERDOSE)), first(bot.say(ORDINARY))


def test_door_and_rasa_say_the_new_words_within_fifteen_seconds(editor: Editor) -> None:
    by_door, by_rasa = heard(editor.bot)
    editor.replace("crisis/replies/medical.yaml", by_door.split(".")[0], "Call 999 this minute")
    editor.replace("advice/grooming_stranger_contact.yaml", by_rasa.split(".")[0], "Well asked")
    done = editor.publish()
    assert done.returncode == 0, done.stdout + done.stderr
    started = time.monotonic()
    while True:
        now = heard(editor.bot)
        took = time.monotonic() - started
        # Each reply is whole: the words of one bundle or of the other.
        assert now[0].startswith(("Call 999 this minute", by_door.split(".")[0]))
        assert now[1].startswith(("Well asked", by_rasa.split(".")[0]))
        if now[0].startswith("Call 999 this minute") and now[1].startswith("Well asked"):
            break
        assert took < SECONDS, now
        time.sleep(0.2)


def test_a_register_with_a_mistake_is_not_published(editor: Editor) -> None:
    before = heard(editor.bot)
    published = editor.bundles()
    editor.replace("services/childline.yaml", "0800 1111", "0800 2222")
    try:
        done = editor.publish()
    finally:
        editor.replace("services/childline.yaml", "0800 2222", "0800 1111")
    assert done.returncode == 1
    assert "pinned to '0800 1111'" in done.stdout
    assert "nothing was published" in done.stderr
    assert editor.bundles() == published
    assert heard(editor.bot) == before


def test_a_half_copied_bundle_is_refused_and_the_old_words_stay(editor: Editor) -> None:
    before = heard(editor.bot)
    store = editor.bot.state / "bundles"
    whole = (store / "current").read_text(encoding="ascii").strip()
    half = store / "0123456789abcdef"
    shutil.copytree(store / whole / "crisis", half / "crisis")
    (store / "current").write_text(half.name, encoding="ascii")
    try:
        time.sleep(7)  # longer than the processes wait between two looks
        assert heard(editor.bot) == before
        log = (editor.bot.state / "log" / "door.log").read_text(encoding="utf-8")
        assert "edition.refused" in log
    finally:
        (store / "current").write_text(whole, encoding="ascii")
        shutil.rmtree(half)


def test_going_back_is_one_command(editor: Editor) -> None:
    store = editor.bot.state / "bundles"
    in_force = (store / "current").read_text(encoding="ascii").strip()
    older = next(name for name in editor.bundles() if name != in_force)
    assert editor.publish("--back-to", older).returncode == 0
    deadline = time.monotonic() + SECONDS
    while "Well asked" in words(editor.bot.say(ORDINARY)):
        assert time.monotonic() < deadline, "the older words did not come back"
        time.sleep(0.2)
