"""Nothing counts that one person wrote and nobody else read; every version is kept."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from signpost.register import signing
from signpost.register.loader import load
from signpost.settings import SHIPPED, Settings
from signpost.settings import load as load_settings
from signpost.staff.accounts.people import Person
from signpost.staff.audit import Audit
from signpost.staff.database import Database
from signpost.staff.register.copy import Copy, CopyError, paths
from signpost.staff.register.keeper import APPROVED, Keeper, KeepError, difference
from signpost.staff.register.kinds import numbers, why_careful
from tests.stand_ins import COUNCIL

LAW = "advice/law_question.yaml"


def reworded(copy: Copy, path: str = LAW, words: str = "what the law says today") -> bytes:
    return (copy.read(path) or b"").replace(b"what the law says", words.encode())


def approved(
    keeper: Keeper, author: Person, by: Person, text: bytes | None, path: str = LAW
) -> int:
    """A change that went the whole way; returns its number."""
    draft = keeper.save(author, path, text)
    keeper.propose(author, draft.id, "It is better.")
    keeper.approve(by, draft.id)
    return draft.id


def test_a_draft_changes_nothing(keeper: Keeper, kept: Copy, editor: Person) -> None:
    before = kept.read(LAW)
    keeper.save(editor, LAW, reworded(kept))
    assert kept.read(LAW) == before


def test_an_approved_change_is_in_the_file_and_in_the_history(
    keeper: Keeper, kept: Copy, editor: Person, lead: Person
) -> None:
    text = reworded(kept)
    number = approved(keeper, editor, lead, text)
    assert kept.read(LAW) == text
    newest, first = keeper.history(LAW)
    assert (newest.act, newest.author, newest.who) == ("approve", "editor", "lead")
    assert (newest.text, newest.reason) == (text, "It is better.")
    assert first.act == "start"
    proposal = keeper.proposal(number)
    assert proposal is not None
    assert (proposal.state, proposal.decided_by) == (APPROVED, "lead")


def test_nobody_approves_their_own_words(keeper: Keeper, kept: Copy, lead: Person) -> None:
    draft = keeper.save(lead, LAW, reworded(kept))
    keeper.propose(lead, draft.id, "It is better.")
    with pytest.raises(KeepError, match="You wrote this yourself"):
        keeper.approve(lead, draft.id)


def test_a_proposal_needs_a_reason_and_a_difference(
    keeper: Keeper, kept: Copy, editor: Person
) -> None:
    draft = keeper.save(editor, LAW, kept.read(LAW))
    with pytest.raises(KeepError, match="Say why"):
        keeper.propose(editor, draft.id, "  ")
    with pytest.raises(KeepError, match="Nothing is different"):
        keeper.propose(editor, draft.id, "No reason.")


def test_words_that_changed_meanwhile_are_not_overwritten(
    keeper: Keeper, kept: Copy, editor: Person, lead: Person, other: Person
) -> None:
    slow = keeper.save(editor, LAW, reworded(kept, words="slow"))
    keeper.propose(editor, slow.id, "Slow.")
    approved(keeper, other, lead, reworded(kept, words="quick"))
    with pytest.raises(KeepError, match="has changed since this was begun"):
        keeper.approve(lead, slow.id)
    assert b"quick" in (kept.read(LAW) or b"")
    keeper.rebase(editor, slow.id)
    keeper.propose(editor, slow.id, "Slow, and looked at again.")
    keeper.approve(lead, slow.id)
    assert b"slow" in (kept.read(LAW) or b"")


def test_a_change_in_the_file_itself_becomes_a_version_too(
    keeper: Keeper, kept: Copy, editor: Person, lead: Person
) -> None:
    approved(keeper, editor, lead, reworded(kept))
    (kept.folder / LAW).write_bytes(reworded(kept) + b"# by hand\n")
    assert [each.act for each in keeper.history(LAW)] == ["outside", "approve", "start"]


def test_another_s_draft_and_what_was_decided_are_left_alone(
    keeper: Keeper, kept: Copy, editor: Person, lead: Person
) -> None:
    draft = keeper.save(editor, LAW, reworded(kept))
    for act in (keeper.withdraw, keeper.rebase):
        with pytest.raises(KeepError, match="somebody else's"):
            act(lead, draft.id)
    keeper.propose(editor, draft.id, "It is better.")
    with pytest.raises(KeepError, match="Say why not"):
        keeper.decline(lead, draft.id, "")
    keeper.decline(lead, draft.id, "It is not.")
    with pytest.raises(KeepError, match="does not wait"):
        keeper.approve(lead, draft.id)
    with pytest.raises(KeepError, match="decided already"):
        keeper.save(editor, LAW, b"x", draft.id)


@pytest.mark.parametrize(
    "path", ["../etc/passwd.yaml", "/x.yaml", "a/../b.yaml", "x.txt", ".x.yaml"]
)
def test_only_files_of_the_register_are_written(keeper: Keeper, editor: Person, path: str) -> None:
    with pytest.raises(KeepError, match="is no name for a file"):
        keeper.save(editor, path, b"x")


def test_an_earlier_version_goes_the_way_of_every_change(
    keeper: Keeper, kept: Copy, editor: Person, lead: Person
) -> None:
    before = kept.read(LAW)
    approved(keeper, editor, lead, reworded(kept))
    first = keeper.history(LAW)[-1]
    draft = keeper.revert(editor, LAW, first.id)
    assert kept.read(LAW) != before
    keeper.propose(editor, draft.id, draft.reason)
    keeper.approve(lead, draft.id)
    assert kept.read(LAW) == before
    assert len(keeper.history(LAW)) == 3


def test_a_file_that_cannot_be_written_is_no_version(
    keeper: Keeper, kept: Copy, editor: Person, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = keeper.save(editor, LAW, reworded(kept))
    keeper.propose(editor, draft.id, "It is better.")

    def full(*_: object) -> None:
        raise CopyError("The disk is full.")

    monkeypatch.setattr(kept, "write", full)
    with pytest.raises(KeepError, match="The disk is full"):
        keeper.approve(lead, draft.id)
    assert [each.act for each in keeper.history(LAW)] == ["start"]
    assert keeper.proposal(draft.id).state == "proposed"  # type: ignore[union-attr]


# Sign-off


def words_of(kept: Copy, name: str = "advice.law_question") -> str:
    return signing.digest(load(kept.folder, COUNCIL).entry(name))


def test_a_sign_off_holds_the_person_the_day_and_the_words(
    keeper: Keeper, kept: Copy, lead: Person
) -> None:
    keeper.sign_off(lead, LAW, words_of(kept))
    entry = load(kept.folder, COUNCIL).entry("advice.law_question")
    signed = signing.valid(entry)
    assert signed is not None
    assert (signed.by, signed.role) == ("Lee Lead", "Lead officer")
    assert keeper.history(LAW)[0].act == "sign-off"


def test_words_other_than_those_that_were_read_are_not_signed(
    keeper: Keeper, kept: Copy, editor: Person, lead: Person, other: Person
) -> None:
    read = words_of(kept)
    approved(keeper, editor, other, reworded(kept))
    with pytest.raises(KeepError, match="have changed since you opened the page"):
        keeper.sign_off(lead, LAW, read)


def test_nobody_signs_words_of_their_own(
    keeper: Keeper, kept: Copy, lead: Person, other: Person
) -> None:
    approved(keeper, other, lead, reworded(kept))
    with pytest.raises(KeepError, match="You wrote these words yourself"):
        keeper.sign_off(other, LAW, words_of(kept))
    # A later date does not make them another's words.
    later = (kept.read(LAW) or b"").replace(b"2099-01-01", b"2099-02-02")
    approved(keeper, lead, other, later)
    with pytest.raises(KeepError, match="You wrote these words yourself"):
        keeper.sign_off(other, LAW, words_of(kept))
    keeper.sign_off(lead, LAW, words_of(kept))


def test_a_sign_off_is_not_written_into_a_change(
    keeper: Keeper, kept: Copy, editor: Person, lead: Person
) -> None:
    forged = (
        f"sign_off:\n  by: Lee Lead\n  role: lead\n  on: 2026-11-25\n  words: '{words_of(kept)}'\n"
    )
    draft = keeper.save(editor, LAW, (kept.read(LAW) or b"") + forged.encode())
    with pytest.raises(KeepError, match="cannot be written into a change"):
        keeper.propose(editor, draft.id, "To have it signed.")


def test_going_back_does_not_bring_an_old_sign_off_with_it(
    keeper: Keeper, kept: Copy, editor: Person, lead: Person, other: Person
) -> None:
    keeper.sign_off(lead, LAW, words_of(kept))
    signed = keeper.history(LAW)[0]
    approved(keeper, editor, other, reworded(kept))
    changed = (kept.read(LAW) or b"").split(b"sign_off:")[0]
    approved(keeper, editor, other, changed)
    draft = keeper.revert(editor, LAW, signed.id)
    assert b"sign_off" not in (draft.text or b"")


# Files


def test_files_come_in_as_they_are_to_the_byte(keeper: Keeper, kept: Copy, tmp_path: Path) -> None:
    files = {path: kept.read(path) or b"" for path in kept.paths()}
    files[LAW] += b"# a note\r\n"
    del files["services/old-line.yaml"]
    files["services/new.yaml"] = b"id: new\n"
    changed = keeper.bring("somebody", files, "From a folder.")
    assert changed == [LAW, "services/new.yaml", "services/old-line.yaml"]
    assert {path: kept.read(path) for path in kept.paths()} == files
    gone = keeper.history("services/old-line.yaml")
    assert [each.text is None for each in gone] == [True, False]
    assert keeper.bring("somebody", files, "Again.") == []


def test_the_product_s_own_register_is_copied_at_the_first_change_and_never_written(
    tmp_path: Path, database: Database, editor: Person, lead: Person
) -> None:
    settings = Settings(state=tmp_path / "state")
    copy = Copy(settings)
    keeper = Keeper(database, copy, Audit(database))
    path = "services/posh.yaml"
    before = (SHIPPED / path).read_bytes()
    draft = keeper.save(editor, path, before.replace(b"0344 381 4772", b"020 7946 0123"))
    assert copy.folder == SHIPPED
    keeper.propose(editor, draft.id, "They moved.")
    keeper.approve(lead, draft.id)
    assert copy.folder == settings.own_content
    assert (SHIPPED / path).read_bytes() == before
    assert b"020 7946 0123" in (copy.read(path) or b"")
    assert paths(copy.folder) == paths(SHIPPED)
    # Every other command reads the copy from now on, unless it is told of another folder.
    assert load_settings({"SIGNPOST_STATE": str(settings.state)}).content == copy.folder
    told = {"SIGNPOST_STATE": str(settings.state), "SIGNPOST_CONTENT": str(SHIPPED)}
    assert load_settings(told).content == SHIPPED


def test_what_an_update_of_the_product_brings_can_be_drafted(
    tmp_path: Path, database: Database, editor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = tmp_path / "product"
    shutil.copytree(SHIPPED, product)
    for module in ("copy", "keeper"):
        monkeypatch.setattr(f"signpost.staff.register.{module}.SHIPPED", product)
    copy = Copy(Settings(state=tmp_path / "state", content=product))
    keeper = Keeper(database, copy, Audit(database))
    with copy.locked():
        assert copy.newer_in_product() == []
    path = "services/posh.yaml"
    newer = (product / path).read_bytes() + b"# of the update\n"
    (product / path).write_bytes(newer)
    assert copy.newer_in_product() == [path]
    assert keeper.take_from_product(editor, path).text == newer
    with pytest.raises(KeepError, match="brought no other version"):
        keeper.take_from_product(editor, "services/shout.yaml")
    with copy.locked():
        copy.write(path, newer)
    assert copy.newer_in_product() == []


def test_a_folder_that_cannot_be_written_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(CopyError, match="cannot be written to"), Copy(settings).locked():
        pass


# What needs a close look


def test_numbers_are_found_however_they_are_written() -> None:
    text = b"a: Call 0800 1111 or 999.\nb: {number: '116 123'}\nc: since 2015, in 3 days\n"
    more = b"d: '{childline.phone}'\ne: ['09:00-17:00']\nf: https://example.org/1234567\n"
    assert numbers(text + more) == Counter(["0800 1111", "999", "116 123", "{childline.phone}"])


@pytest.mark.parametrize(
    ("path", "before", "after", "why"),
    [
        ("crisis/replies/suicide.yaml", b"a: x", b"a: y", "words of a crisis reply"),
        ("crisis/rules/danger.yaml", b"a: x", b"a: y", "how a crisis is recognised"),
        ("waivers.yaml", b"[]", b"[{}]", "lets stand"),
        ("services/posh.yaml", b"p: '0344 381 4772'", b"p: '0344 381 4773'", "changes a number"),
        ("advice/x.yaml", b"t: ring 101", b"t: ring 999", "takes out 101 and puts in 999"),
    ],
)
def test_crisis_words_and_numbers_need_a_close_look(
    path: str, before: bytes, after: bytes, why: str
) -> None:
    assert why in " ".join(why_careful(path, before, after, None))


def test_other_words_do_not(kept: Copy) -> None:
    register = load(kept.folder, COUNCIL)
    assert why_careful(LAW, kept.read(LAW), reworded(kept), register) == []


def test_a_service_that_crisis_replies_name_does(kept: Copy) -> None:
    register = load(kept.folder, COUNCIL)
    path = "services/ceop-safety-centre.yaml"
    text = kept.read(path) or b""
    why = why_careful(path, text, text.replace(b"helps", b"serves"), register)
    assert why == ["Crisis replies name this service."]


def test_a_difference_shows_what_went_and_came() -> None:
    assert difference(b"a\nb\n", b"a\nc\n") == [("@", ""), (" ", "a"), ("-", "b"), ("+", "c")]
    assert difference(None, b"a\n") == [("@", ""), ("+", "a")]
    assert msgspec.json.encode(difference(b"a", b"a")) == b"[]"
