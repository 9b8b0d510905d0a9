from __future__ import annotations

import threading
from pathlib import Path

import pytest

from signpost.register import bundle
from signpost.register.bundle import BundleError
from signpost.register.loader import load
from tests.stand_ins import COUNCIL


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "bundles"


def change(content: Path, words: str) -> None:
    """Give the greeting other words."""
    file = content / "conversation" / "greet.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Hello. What worries you?", words), encoding="utf-8")


def greeting(folder: Path) -> str:
    return load(folder, COUNCIL).entry("conversation.greet").variants["child"].bubbles[0]


def test_what_is_published_is_what_stands_in_the_files(content: Path, store: Path) -> None:
    published = bundle.publish(content, store)
    assert bundle.pointed(store) == published.checksum == bundle.checksum(content)
    assert greeting(store / published.checksum) == "Hello. What worries you?"


def test_a_bundle_does_not_change_with_the_files_it_came_from(content: Path, store: Path) -> None:
    first = bundle.publish(content, store)
    change(content, "Good day.")
    second = bundle.publish(content, store)
    assert second.checksum != first.checksum
    assert greeting(store / first.checksum) == "Hello. What worries you?"
    assert greeting(store / second.checksum) == "Good day."


def test_the_same_content_is_one_bundle(content: Path, store: Path) -> None:
    assert bundle.publish(content, store) == bundle.publish(content, store)
    assert len(bundle.published(store)) == 1


def test_going_back_is_pointing_to_an_older_bundle(content: Path, store: Path) -> None:
    first = bundle.publish(content, store)
    change(content, "Good day.")
    bundle.publish(content, store)
    bundle.point(store, first.checksum)
    assert bundle.pointed(store) == first.checksum


def test_the_newest_bundle_comes_first(content: Path, store: Path) -> None:
    first = bundle.publish(content, store)
    change(content, "Good day.")
    second = bundle.publish(content, store)
    found = [manifest.checksum for manifest in bundle.published(store)]
    assert found == [second.checksum, first.checksum]


def altered(folder: Path) -> None:
    file = folder / "conversation" / "greet.yaml"
    file.chmod(0o644)
    file.write_text(file.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")


def a_file_less(folder: Path) -> None:
    (folder / "services" / "childline.yaml").unlink()


def a_file_more(folder: Path) -> None:
    (folder / "services" / "new.yaml").write_text("id: new\n", encoding="utf-8")


def no_manifest(folder: Path) -> None:
    (folder / bundle.MANIFEST).unlink()


def half_a_manifest(folder: Path) -> None:
    (folder / bundle.MANIFEST).write_bytes(b'{"checksum": "')


def a_folder_for_a_file(folder: Path) -> None:
    (folder / "services" / "childline.yaml").unlink()
    (folder / "services" / "childline.yaml").mkdir()


def bottomless_manifest(folder: Path) -> None:
    (folder / bundle.MANIFEST).write_bytes(b'{"x": ' + b"[" * 100_000)


DAMAGE = [
    altered,
    a_file_less,
    a_file_more,
    a_folder_for_a_file,
    no_manifest,
    half_a_manifest,
    bottomless_manifest,
]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__.replace("_", " "))
def test_a_damaged_bundle_is_never_taken_and_publishing_again_mends_it(
    content: Path, store: Path, damage: object
) -> None:
    name = bundle.publish(content, store).checksum
    damage(store / name)  # type: ignore[operator]
    with pytest.raises(BundleError):
        bundle.verify(store, name)
    with pytest.raises(BundleError):
        bundle.point(store, name)
    assert bundle.publish(content, store).checksum == name
    assert bundle.verify(store, name)


@pytest.mark.parametrize("name", ["", "..", "../content", "0123456789abcdef"])
def test_a_pointer_to_no_bundle_is_an_error(content: Path, store: Path, name: str) -> None:
    bundle.publish(content, store)
    with pytest.raises(BundleError):
        bundle.verify(store, name)


def test_a_folder_that_cannot_be_written_is_one_plain_sentence(
    content: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BundleError, match="cannot be written"):
        bundle.publish(content, tmp_path / "file" / "bundles")


def test_nothing_is_published_from_an_empty_folder(tmp_path: Path, store: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BundleError, match="nothing to publish"):
        bundle.publish(tmp_path / "empty", store)


def test_only_so_many_are_kept_and_the_one_in_force_is_among_them(
    content: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "KEPT", 2)
    for number in range(4):
        words = "Hello. What worries you?" if not number else f"Number {number - 1}."
        change(content, f"Number {number}.")
        file = content / "conversation" / "greet.yaml"
        file.write_text(file.read_text().replace(words, f"Number {number}."), encoding="utf-8")
        last = bundle.publish(content, store)
    assert len(bundle.published(store)) == 2
    assert bundle.published(store)[0] == last


def test_a_reader_never_finds_half_a_bundle_while_two_take_turns(
    content: Path, store: Path
) -> None:
    """A thread points to one bundle and the other; every look finds a whole one."""
    first = bundle.publish(content, store).checksum
    change(content, "Good day.")
    second = bundle.publish(content, store).checksum
    stop = threading.Event()

    def take_turns() -> None:
        while not stop.is_set():
            bundle.point(store, first)
            bundle.point(store, second)

    writer = threading.Thread(target=take_turns)
    writer.start()
    try:
        seen = set()
        for _ in range(200):
            name = bundle.pointed(store)
            assert name is not None
            bundle.verify(store, name)
            seen.add(name)
    finally:
        stop.set()
        writer.join()
    assert seen <= {first, second}
