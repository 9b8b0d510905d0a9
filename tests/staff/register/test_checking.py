"""What the checks say of a draft, with its field, before it counts."""

from __future__ import annotations

import pytest

from signpost.settings import Settings
from signpost.staff.register.checking import Checking, Found
from signpost.staff.register.copy import Copy
from tests.stand_ins import COUNCIL

CHILDLINE = "services/childline.yaml"
BULLIED = "advice/cyberbullying.yaml"


@pytest.fixture
def checking(settings: Settings, kept: Copy) -> Checking:
    return Checking(kept, COUNCIL)


def found(checking: Checking, kept: Copy, path: str, old: str, new: str) -> list[Found]:
    text = (kept.read(path) or b"").decode()
    assert old in text
    return checking.draft(path, text.replace(old, new, 1).encode())


def test_words_that_stand_are_no_problem(checking: Checking, kept: Copy) -> None:
    for path in (CHILDLINE, BULLIED, f"councils/{COUNCIL}.yaml", "crisis/replies/suicide.yaml"):
        assert checking.draft(path, kept.read(path)) == [], path


@pytest.mark.parametrize(
    ("path", "old", "new", "field", "words"),
    [
        (CHILDLINE, "0800 1111", "0800 2222", "", "is pinned to '0800 1111'"),
        (CHILDLINE, "0800 1111", "0800 11", "phones", "is not a UK number"),
        (CHILDLINE, "https://www.childline", "www.childline", "url", "is not a whole address"),
        (CHILDLINE, "2099-01-01", "soon", "review_by", "Is no date"),
        (CHILDLINE, "kind: service", "kind: thing", "kind", "Invalid enum value 'thing'"),
        (CHILDLINE, "name: Childline", "nam: Childline", "", "no such field: `nam`"),
        (CHILDLINE, "name: Childline", "name: ''", "name", "Must not be empty"),
        (CHILDLINE, "id: childline", "id: other", "id", "the file's name makes it 'childline'"),
        (BULLIED, "{childline.name}", "{nobody.name}", "variants.child", "refers to nothing"),
        (BULLIED, "That hurts.", "Ask Action Fraud.", "variants.child.bubbles.0", "Report Fraud"),
        (BULLIED, "Talk to Childline.", "x" * 700, "variants.child.sms", "SMS has 700 characters"),
        (BULLIED, "- childline", "- nobody", "variants.child", "There is no service 'nobody'"),
        (CHILDLINE, "names:", "names: [", "", "Is not readable YAML"),
    ],
)
def test_a_problem_is_told_with_its_field(
    checking: Checking, kept: Copy, path: str, old: str, new: str, field: str, words: str
) -> None:
    told = found(checking, kept, path, old, new)
    assert any(each.field == field and words in each.message for each in told), told


def test_a_draft_that_breaks_another_entry_is_told(checking: Checking, kept: Copy) -> None:
    text = (kept.read(CHILDLINE) or b"").decode().split("phones:")[0]
    told = [str(each) for each in checking.draft(CHILDLINE, text.encode())]
    assert any("'{childline.phone}' refers to nothing" in each for each in told)


def test_a_rule_is_told_with_its_line(checking: Checking, kept: Copy) -> None:
    told = found(checking, kept, "crisis/rules/medical.yaml", "reason:", "because:")
    assert [each.line > 0 and "a rule has no 'because'" in str(each).lower() for each in told] == [
        True
    ]


def test_text_of_another_kind_is_refused_in_a_sentence(checking: Checking) -> None:
    assert "not UTF-8" in str(checking.draft(CHILDLINE, b"id: \xff")[0])
    assert "within one another" in str(checking.draft(CHILDLINE, b"a: " + b"[" * 100_000)[0])
    assert "larger than" in str(checking.draft(CHILDLINE, b"#" * 1_100_000)[0])


def test_only_what_a_change_brings_is_new(checking: Checking, kept: Copy) -> None:
    kept.write("services/old-line.yaml", None)
    text = (kept.read(CHILDLINE) or b"").replace(b"0800 1111", b"0800 2222")
    new = checking.new_errors(CHILDLINE, text)
    assert {each.check for each in new} >= {"pinned_numbers"}
    assert checking.new_errors(CHILDLINE, kept.read(CHILDLINE)) == []


def test_a_waived_problem_stays_waived_while_one_types(checking: Checking, kept: Copy) -> None:
    number = "0808 1570 123"
    path = "services/unsure.yaml"
    text = (kept.read(path) or b"") + f"phones: [{{number: '{number}'}}]\n".encode()
    text += b"hours: {words: Weekdays.}\n"
    assert any("is written" in str(each) for each in checking.draft(path, text))
    waiver = (
        f"- {{check: phone_forms, entry: service.unsure, words: {number}, reason: Known so.}}\n"
    )
    kept.write("waivers.yaml", waiver.encode())
    assert checking.draft(path, text) == []
