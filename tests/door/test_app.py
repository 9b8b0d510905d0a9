"""Whatever is broken besides the last-resort text, the door comes up and answers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from signpost.door import last_resort
from signpost.door.app import build
from signpost.edition import Editions, interface_words
from signpost.register.loader import load
from signpost.settings import Settings
from tests.stand_ins import COUNCIL


@pytest.fixture(autouse=True)
def _last_resort(content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A last-resort text of the small register."""
    file = tmp_path / "last_resort.json"
    last_resort.write(load(content, COUNCIL), file)
    monkeypatch.setattr(last_resort.read, "__defaults__", (file,))


@pytest.fixture
def lonely(settings: Settings) -> Settings:
    """Settings of a door whose Rasa is nowhere."""
    return msgspec.structs.replace(settings, rasa_port=9, rasa_timeout=0.5)


def say(settings: Settings, text: str) -> str:
    """What the page says to one message."""
    with TestClient(build(settings)) as client:
        page = client.post("/chat", data={"text": text})
        assert page.status_code == 200
        return page.text


def no_content(content: Path) -> None:
    shutil.rmtree(content)


def broken_entry(content: Path) -> None:
    (content / "advice" / "cyberbullying.yaml").write_text("id: [", encoding="utf-8")


def unreadable_entry(content: Path) -> None:
    (content / "advice" / "folder.yaml").mkdir()


def bottomless_entry(content: Path) -> None:
    (content / "advice" / "bottomless.yaml").write_text("id: " + "[" * 20_000, encoding="utf-8")


def no_ceop(content: Path) -> None:
    for file in content.rglob("*.yaml"):
        if "ceop-safety-centre" in file.read_text(encoding="utf-8"):
            file.unlink()


def no_floor(content: Path) -> None:
    shutil.rmtree(content / "crisis", ignore_errors=True)


def interface(text: bytes) -> Callable[[Path], None]:
    def damage(content: Path) -> None:
        (content / "interface").mkdir()
        (content / "interface" / "en.yaml").write_bytes(text)

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        no_content,
        broken_entry,
        unreadable_entry,
        bottomless_entry,
        no_ceop,
        no_floor,
        interface(b"[]"),
        interface(b""),
        interface(b"title: \xff"),
        interface(b"title: \x07"),
        interface(b"title: " + b"[" * 2000),
    ],
    ids=[
        *("no content", "broken entry", "unreadable entry", "bottomless entry"),
        *("no CEOP", "no floor"),
        *("labels are a list", "no labels", "labels not UTF-8", "labels with a control character"),
        "bottomless labels",
    ],
)
def test_the_door_comes_up_and_answers_with_999_whatever_is_broken(
    lonely: Settings, damage: Callable[[Path], None]
) -> None:
    damage(lonely.content)
    page = say(lonely, "hello")
    assert "999" in page.split('<ol class="log">')[1]


def test_without_a_register_the_last_resort_is_what_users_read(lonely: Settings) -> None:
    no_content(lonely.content)
    assert f'data-entry="{last_resort.ENTRY}"' in say(lonely, "hello")


def test_a_fault_in_the_register_that_nobody_foresaw_does_not_stop_the_door(
    lonely: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Editions) -> None:
        raise RuntimeError

    monkeypatch.setattr(Editions, "_first", fail)
    assert f'data-entry="{last_resort.ENTRY}"' in say(lonely, "hello")


def test_a_damaged_last_resort_stops_the_start(lonely: Settings, tmp_path: Path) -> None:
    (tmp_path / "last_resort.json").write_text("{}", encoding="utf-8")
    with pytest.raises(last_resort.LastResortError):
        build(lonely)


def test_a_label_that_is_missing_is_its_own_name(content: Path) -> None:
    (content / "interface").mkdir()
    (content / "interface" / "en.yaml").write_text("send: Send it\n", encoding="utf-8")
    words = interface_words(content)
    assert words["send"] == "Send it"
    assert words["start_again"] == "Start again"
