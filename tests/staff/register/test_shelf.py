"""What the list of the advice shows of each entry, and who is asked to look at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from signpost.register import bundle, signing
from signpost.register.loader import load
from signpost.settings import Settings
from signpost.staff.accounts.people import Person
from signpost.staff.register.copy import Copy
from signpost.staff.register.keeper import Keeper
from signpost.staff.register.preview import Previews, parts_of
from signpost.staff.register.shelf import Shelf
from tests.stand_ins import COUNCIL, entry, service, write, write_entry

TODAY = date(2026, 11, 25)
Look = Callable[..., Shelf]


@pytest.fixture
def look(kept: Copy, keeper: Keeper) -> Look:
    def shelf(in_force: dict[str, str] | None = None) -> Shelf:
        return Shelf(
            kept,
            COUNCIL,
            answers={},
            proposals=keeper.open_proposals(),
            in_force=in_force or {},
            today=TODAY,
        )

    return shelf


@pytest.mark.parametrize(
    ("fields", "mark"),
    [
        ({"review_by": date(2026, 11, 24)}, "overdue"),
        ({"review_by": date(2026, 12, 20)}, "due"),
        ({"status": "unconfirmed"}, "unconfirmed"),
        ({"held_back": "Nobody answered."}, "unconfirmed"),
        ({"confidence": "low"}, "unconfirmed"),
    ],
)
def test_a_service_is_marked(kept: Copy, look: Look, fields: dict[str, object], mark: str) -> None:
    write(kept.folder, "services", service("shout", **fields))
    assert mark in look().items["services/shout.yaml"].marks


def test_words_are_marked_until_they_are_signed_and_when_they_changed(
    kept: Copy, look: Look, keeper: Keeper, lead: Person
) -> None:
    path = "advice/law_question.yaml"
    assert "unsigned" in look().items[path].marks
    words = signing.digest(load(kept.folder, COUNCIL).entry("advice.law_question"))
    keeper.sign_off(lead, path, words)
    assert look().items[path].marks == []
    changed = (kept.read(path) or b"").replace(b"Here is", b"This is")
    (kept.folder / path).write_bytes(changed)
    assert look().items[path].marks == ["void"]


def test_drafts_proposals_and_what_is_not_published_are_marked(
    kept: Copy, look: Look, keeper: Keeper, editor: Person, settings: Settings
) -> None:
    files = bundle.publish(settings.content, settings.bundle_store).files
    path = "services/shout.yaml"
    text = (kept.read(path) or b"").replace(b"helps", b"listens")
    draft = keeper.save(editor, path, text)
    assert look(files).items[path].marks == ["draft"]
    keeper.propose(editor, draft.id, "Better.")
    (kept.folder / path).write_bytes(text)
    assert look(files).items[path].marks == ["proposed", "unpublished"]


def test_a_file_that_cannot_be_read_is_in_the_list_and_says_so(kept: Copy, look: Look) -> None:
    (kept.folder / "services" / "shout.yaml").write_text("id: [", encoding="utf-8")
    shelf = look()
    assert shelf.items["services/shout.yaml"].marks == ["unreadable"]
    assert shelf.problems[0].startswith("services/shout.yaml:")


def test_it_is_found_by_kind_reader_council_and_words(kept: Copy, look: Look) -> None:
    write_entry(kept.folder, entry("advice.scam_fraud", "Ask {council.name}. 0808 157 0123"))
    shelf = look()
    assert {item.path for item in shelf.chosen(council=COUNCIL)} >= {
        f"councils/{COUNCIL}.yaml",
        "advice/scam_fraud.yaml",
        "advice/cyberbullying.yaml",
    }
    assert [item.path for item in shelf.chosen(search="0808 157")] == ["advice/scam_fraud.yaml"]
    parents = shelf.chosen(kind="advice", audience="parent")
    assert [item.path for item in parents] == ["advice/cyberbullying.yaml"]
    assert shelf.chosen(mark="overdue") == []


# Previews


def test_a_preview_is_what_each_channel_sends(settings: Settings, kept: Copy) -> None:
    register = load(kept.folder, COUNCIL)
    record = register.entry("advice.cyberbullying")
    shown = Previews(settings, register).of(record, "child", "answer")
    assert "0800 1111" in shown.reply.bubbles[0].text
    [text] = [each for each in shown.channels["SMS"] if not each.is_later]
    assert text.text.startswith("Talk to Childline.")
    assert text.segments == 1
    assert not text.is_dear
    assert "*Childline*" in shown.channels["WhatsApp"][0].text
    assert "Call 0800 1111" in shown.channels["Messenger"][0].text
    assert parts_of(record, "child") == ["answer", "more", "report"]
    assert parts_of(record, "parent") == ["answer"]
    more = Previews(settings, register).of(record, "child", "more")
    assert [bubble.text for bubble in more.reply.bubbles] == ["Take a break from the chat."]


def test_letters_that_make_a_text_dear_are_told(settings: Settings, kept: Copy) -> None:
    words = {"child": {"bubbles": ["Привет."], "sms": "Привет."}}
    write_entry(kept.folder, entry("advice.law_question", variants=words))
    register = load(kept.folder, COUNCIL)
    shown = Previews(settings, register).of(
        register.entry("advice.law_question"), "child", "answer"
    )
    assert shown.channels["SMS"][0].is_dear


def test_a_council_and_a_service_are_shown_as_cards(settings: Settings, kept: Copy) -> None:
    register = load(kept.folder, COUNCIL)
    shown = Previews(settings, register).of(register.council, "", "answer")
    assert [bubble.title for bubble in shown.reply.bubbles] == ["Allegations team"]
    shout = Previews(settings, register).of(register.services["shout"], "", "answer")
    assert "Text SHOUT to 85258" in shout.channels["Telegram"][0].text
    assert Path(settings.content).is_dir()
