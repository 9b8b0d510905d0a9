from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from signpost.edition import EditionError, Editions
from signpost.register import bundle
from signpost.settings import Settings
from tests.register.test_bundle import change


@pytest.fixture
def served(settings: Settings) -> Settings:
    """Settings of a part that `signpost run` started."""
    bundle.publish(settings.content, settings.bundle_store)
    return msgspec.structs.replace(settings, bundles=str(settings.bundle_store))


def editions(settings: Settings) -> Editions:
    # The small register of the tests has no crisis rules; the floor has tests of its own.
    return Editions(settings, with_floor=False)


def greeting(found: Editions) -> str:
    return found.register.entry("conversation.greet").variants["child"].bubbles[0]


def test_without_bundles_the_files_are_read_and_never_again(settings: Settings) -> None:
    found = editions(settings)
    change(settings.content, "Good day.")
    assert not found.refresh()
    assert greeting(found) == "Hello. What worries you?"


def test_what_is_published_is_taken_up_at_the_next_look(served: Settings) -> None:
    found = editions(served)
    change(served.content, "Good day.")
    assert not found.refresh(), "changed files are not published yet"
    bundle.publish(served.content, served.bundle_store)
    assert found.refresh()
    assert greeting(found) == "Good day."
    assert not found.refresh(), "nothing new"


def test_an_edition_that_somebody_holds_stays_as_it_was(served: Settings) -> None:
    found = editions(served)
    held = found.current
    change(served.content, "Good day.")
    bundle.publish(served.content, served.bundle_store)
    found.refresh()
    assert held is not found.current
    assert held.register is not None
    assert (
        held.register.entry("conversation.greet").variants["child"].bubbles[0].startswith("Hello")
    )


def damaged(store: Path, content: Path) -> None:
    name = bundle.publish(content, store).checksum
    (store / name / "services" / "childline.yaml").unlink()


def unreadable(store: Path, content: Path) -> None:
    (content / "services" / "childline.yaml").write_text("id: [", encoding="utf-8")
    bundle.publish(content, store)


def pointing_nowhere(store: Path, content: Path) -> None:
    (store / bundle.POINTER).write_text("0123456789abcdef\n", encoding="ascii")


def rubbish(store: Path, content: Path) -> None:
    (store / bundle.POINTER).write_bytes(b"\xff\x00..")


BROKEN = [damaged, unreadable, pointing_nowhere, rubbish]


@pytest.mark.parametrize("breaks", BROKEN, ids=lambda breaks: breaks.__name__.replace("_", " "))
def test_a_broken_bundle_is_refused_and_the_old_edition_stays(
    served: Settings, breaks: object
) -> None:
    found = editions(served)
    change(served.content, "Good day.")
    breaks(served.bundle_store, served.content)  # type: ignore[operator]
    assert not found.refresh()
    assert greeting(found) == "Hello. What worries you?"


@pytest.mark.parametrize("breaks", BROKEN, ids=lambda breaks: breaks.__name__.replace("_", " "))
def test_a_start_with_a_broken_bundle_takes_the_newest_whole_one(
    served: Settings, breaks: object
) -> None:
    change(served.content, "Good day.")
    breaks(served.bundle_store, served.content)  # type: ignore[operator]
    assert greeting(editions(served)) == "Hello. What worries you?"


def test_a_start_without_any_bundle_reads_the_files(settings: Settings, tmp_path: Path) -> None:
    empty = msgspec.structs.replace(settings, bundles=str(tmp_path / "nothing"))
    assert greeting(editions(empty)) == "Hello. What worries you?"


def test_without_any_words_there_is_an_edition_that_says_so(
    settings: Settings, tmp_path: Path
) -> None:
    found = editions(msgspec.structs.replace(settings, content=tmp_path / "nothing"))
    assert found.current.register is None
    with pytest.raises(EditionError):
        assert found.register


def test_a_look_in_a_thread_of_its_own_takes_up_what_is_published(served: Settings) -> None:
    found = editions(msgspec.structs.replace(served, bundle_seconds=0.05))
    found.poll()
    change(served.content, "Good day.")
    bundle.publish(served.content, served.bundle_store)
    for _ in range(200):
        if greeting(found) == "Good day.":
            return
        time.sleep(0.05)
    pytest.fail("the thread did not take up the new bundle")


def test_a_language_is_a_file_and_what_it_lacks_is_english(settings: Settings) -> None:
    folder = settings.content / "interface"
    folder.mkdir()
    (folder / "en.yaml").write_text("language: en\nsend: Send\nyou: You\n", encoding="utf-8")
    (folder / "cy.yaml").write_text("language: cy\nsend: Anfon\n", encoding="utf-8")
    (folder / "xx.yaml").write_text("language: [", encoding="utf-8")
    found = editions(settings).current.languages
    assert list(found) == ["en", "cy"]
    assert (found["cy"]["send"], found["cy"]["you"]) == ("Anfon", "You")


def test_without_any_labels_there_is_one_language_with_plain_ones(settings: Settings) -> None:
    found = editions(settings).current.languages
    assert list(found) == ["en"]
    assert found["en"]["emergency_call"] == "Call 999"


def test_the_weights_of_a_released_model_are_taken_up_though_no_words_changed(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = tmp_path / "models"
    for name in ("old", "new"):
        (models / name).mkdir(parents=True)
        (models / name / "weights.npz").write_text(name, encoding="utf-8")
    (models / "current").symlink_to("old")
    bundle.publish(settings.content, settings.bundle_store)
    told = msgspec.structs.replace(
        settings,
        bundles=str(settings.bundle_store),
        weights=str(models / "current" / "weights.npz"),
    )
    read: list[str] = []
    monkeypatch.setattr(
        "signpost.edition.Floor.load",
        lambda folder, weights=None: read.append(weights.read_text(encoding="utf-8")),
    )
    found = Editions(told)
    assert not found.refresh()
    (models / "current").unlink()
    (models / "current").symlink_to("new")
    assert found.refresh()
    assert not found.refresh()
    assert read == ["old", "new"]
