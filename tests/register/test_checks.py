from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from signpost.register import checks
from signpost.register.checks import Check
from signpost.register.loader import load
from tests.stand_ins import COUNCIL, entry, service, write, write_entry


def run(check: Check, content: Path) -> list[str]:
    return [str(problem) for problem in check(load(content, COUNCIL))]


def change(file: Path, **fields: Any) -> None:
    record = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**record, **fields}), encoding="utf-8")


def test_a_register_that_does_not_load_gives_the_loaders_problems(tmp_path: Path) -> None:
    assert "does not exist" in str(checks.check(tmp_path / "nowhere", COUNCIL)[0])


def test_the_problems_of_all_checks_are_gathered(content: Path) -> None:
    write(content, "services", service("childline", phones=[{"number": "0800 1112"}]))
    write_entry(content, entry("advice.scam_fraud", "Ask Action Fraud.", sources=[]))
    found = "\n".join(map(str, checks.check(content, COUNCIL)))
    assert "is pinned to '0800 1111'" in found
    assert "advice.scam_fraud: has no source; add one under sources." in found


def test_the_emergency_numbers_are_pinned(content: Path) -> None:
    assert run(checks.pinned_numbers, content) == []
    write(content, "services", service("shout", texts=[{"number": "85285"}]))
    assert run(checks.pinned_numbers, content) == [
        "service.shout: text is '85285', but is pinned to '85258'; put it back."
    ]


def test_a_pinned_service_that_is_gone_is_missed(content: Path) -> None:
    (content / "services" / "samaritans.yaml").unlink()
    assert run(checks.pinned_numbers, content) == [
        "service.samaritans: phone is 'missing', but is pinned to '116 123'; put it back."
    ]


@pytest.mark.parametrize("number", ["0808 800 5002", "0808-800-5002", "08088005002"])
def test_a_number_that_must_never_be_published_is_found_however_it_is_written(
    content: Path, number: str
) -> None:
    write_entry(content, entry("advice.scam_fraud", f"Call {number} now."))
    assert any(
        "the closed O2 and NSPCC line" in each for each in run(checks.forbidden_numbers, content)
    )


def test_a_forbidden_number_in_an_sms_or_on_a_card_is_found(content: Path) -> None:
    variants = {"child": {"bubbles": ["x"], "sms": "Text 88858."}}
    write_entry(content, entry("advice.scam_fraud", variants=variants))
    write(content, "services", service("mosac", phones=[{"number": "0800 980 1958"}]))
    assert len(run(checks.forbidden_numbers, content)) == 2


@pytest.mark.parametrize("number", ["01733 864170", "(01733) 864 170"])
def test_a_forbidden_number_among_the_councils_teams_is_found(content: Path, number: str) -> None:
    contact = {"role": "lado", "name": "Team", "phones": [{"number": number}]}
    change(content / "councils" / f"{COUNCIL}.yaml", contacts=[contact])
    assert run(checks.forbidden_numbers, content) == [
        f"council.{COUNCIL}/Team/phones: 01733864170 is an old Peterborough number; take it out."
    ]


def test_a_longer_number_that_holds_a_forbidden_one_is_let_pass(content: Path) -> None:
    write_entry(content, entry("advice.scam_fraud", "Reference 1888587."))
    assert run(checks.forbidden_numbers, content) == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"sources": []}, "has no source; add one under sources."),
        (
            {"checked_on": "2098-01-01"},
            "checked_on 2098-01-01 lies in the future; give the day on which it was checked.",
        ),
    ],
)
def test_a_record_says_where_it_comes_from(
    content: Path, fields: dict[str, Any], problem: str
) -> None:
    assert run(checks.sources, content) == []
    write_entry(content, entry("advice.scam_fraud", "x", **fields))
    assert run(checks.sources, content) == [f"advice.scam_fraud: {problem}"]


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "was due for review on"), (29, "is due for review by"), (31, "")]
)
def test_an_overdue_review_is_told_of_and_one_that_is_near(
    content: Path, days: int, said: str
) -> None:
    due = date.today() + timedelta(days=days)
    write_entry(content, entry("advice.scam_fraud", "x", review_by=str(due)))
    found = list(checks.review_dates(load(content, COUNCIL)))
    assert [problem.level for problem in found] == (["warning"] if said else [])
    assert all(f"advice.scam_fraud: {said} {due}" in str(problem) for problem in found)


@pytest.mark.parametrize("number", ["0800 12", "words", "01223 1234567890"])
def test_a_number_nobody_can_call_is_found(content: Path, number: str) -> None:
    write(content, "services", service("broken", phones=[{"number": number}]))
    found = run(checks.phone_forms, content)
    assert len(found) == 1
    assert number in found[0]


@pytest.mark.parametrize("number", ["999", "101", "116 123", "0800 1111", "01223 123456"])
def test_short_codes_and_uk_numbers_are_fine(content: Path, number: str) -> None:
    write(content, "services", service("fine", phones=[{"number": number}]))
    assert run(checks.phone_forms, content) == []


def test_a_number_of_the_councils_that_nobody_can_call_is_found(content: Path) -> None:
    contact = {"role": "lado", "name": "Team", "phones": [{"number": "01733 86"}]}
    change(content / "councils" / f"{COUNCIL}.yaml", contacts=[contact])
    assert run(checks.phone_forms, content) == [
        f"council.{COUNCIL}/Team/phones: '01733 86' is not a UK number; correct it."
    ]


@pytest.mark.parametrize(
    ("number", "form"),
    [
        ("08001234567", "0800 123 4567"),
        ("0345 6000 459", "0345 600 0459"),
        ("+44 1223 123456", "01223 123456"),
    ],
)
def test_a_number_in_another_form_is_found(content: Path, number: str, form: str) -> None:
    write(content, "services", service("odd", phones=[{"number": number}]))
    assert run(checks.phone_forms, content) == [
        f"service.odd/phones: '{number}' is written '{form}'."
    ]


@pytest.mark.parametrize("number", ["0800 1112", "01223 123456", "+44 1223 123456"])
def test_a_number_typed_into_advice_is_found(content: Path, number: str) -> None:
    write_entry(content, entry("advice.scam_fraud", f"Call {number}."))
    found = run(checks.typed_numbers, content)
    assert found[0].startswith(f"advice.scam_fraud/child/bubble 1: '{number}' is typed in;")


def test_a_reference_to_a_number_a_year_and_a_short_code_are_no_typed_numbers(
    content: Path,
) -> None:
    words = "Call {childline.phone} or 999 before 2026. See https://a.org/0123456789."
    write_entry(content, entry("advice.scam_fraud", words))
    assert not [each for each in run(checks.typed_numbers, content) if "scam_fraud" in each]


@pytest.mark.parametrize(
    "url", ["www.iwf.org.uk", "https://", "https://iwf org.uk/x", "http://www.iwf.org.uk/"]
)
def test_an_address_that_is_not_whole_is_found(content: Path, url: str) -> None:
    write(content, "services", service("iwf", url=url))
    assert len(run(checks.urls, content)) == 1


def test_an_address_in_advice_or_of_a_council_that_is_not_whole_is_found(content: Path) -> None:
    write_entry(content, entry("advice.scam_fraud", "See http://a.org and www.b.org."))
    change(content / "councils" / f"{COUNCIL}.yaml", site="http://c.org/")
    found = " ".join(run(checks.urls, content))
    assert "'http://a.org'" in found
    assert "'www.b.org'" in found
    assert f"council.{COUNCIL}/site: 'http://c.org/'" in found


def test_a_childs_answer_is_short(content: Path) -> None:
    write_entry(content, entry("advice.scam_fraud", *["Go on."] * 4))
    assert run(checks.child_words, content) == [
        "advice.scam_fraud/child: has 4 bubbles; 3 at most."
    ]
    write_entry(content, entry("advice.scam_fraud", "Go on. " * 31))
    assert "bubble 1 has 62 words" in run(checks.child_words, content)[0]


def test_a_childs_answer_can_be_read_at_about_nine(content: Path) -> None:
    hard = (
        "Safeguarding procedures necessitate immediate consultation with appropriately "
        "designated professional representatives."
    )
    write_entry(content, entry("advice.scam_fraud", hard))
    assert "reading grade" in run(checks.child_words, content)[0]


def test_an_address_does_not_make_a_childs_answer_harder(content: Path) -> None:
    easy = "Tell a grown-up. See https://www.internationalorganisation.example.org/information"
    write_entry(content, entry("advice.scam_fraud", easy))
    assert run(checks.child_words, content) == []


def test_an_sms_fits_its_segments(content: Path) -> None:
    for name, most in (("advice.scam_fraud", 612), ("crisis.suicide", 306)):
        variants = {"child": {"bubbles": ["x"], "sms": "a" * (most + 1)}}
        write_entry(content, entry(name, variants=variants))
        assert any(
            each == f"{name}/child: sms has {most + 1} characters; {most} at most."
            for each in run(checks.sms_length, content)
        )


def test_a_letter_that_doubles_the_cost_of_an_sms_is_found(content: Path) -> None:
    variants = {"child": {"bubbles": ["x"], "sms": "Don’t reply"}}
    write_entry(content, entry("advice.scam_fraud", variants=variants))
    assert any("sms holds ’" in each for each in run(checks.sms_length, content))


def test_advice_without_an_sms_form_is_found(content: Path) -> None:
    write_entry(content, entry("advice.scam_fraud", variants={"child": {"bubbles": ["x"]}}))
    assert "advice.scam_fraud/child: has no sms form; write one." in run(checks.sms_length, content)


@pytest.mark.parametrize(
    "words",
    ["Take a screenshot of it.", "Screenshot it.", "Keep screen shots.", "Do send screenshots."],
)
def test_nobody_is_told_to_take_a_screenshot(content: Path, words: str) -> None:
    write_entry(content, entry("advice.nudes_shared", words))
    assert run(checks.image_advice, content)


@pytest.mark.parametrize(
    "words", ["Don't take a screenshot of it.", "Never screenshot it.", "Do not send screenshots."]
)
def test_a_warning_against_screenshots_is_let_pass(content: Path, words: str) -> None:
    write_entry(content, entry("advice.nudes_shared", words))
    assert run(checks.image_advice, content) == []


def test_a_warning_in_one_sentence_does_not_excuse_the_next(content: Path) -> None:
    write_entry(content, entry("advice.nudes_shared", "Don't reply. Take a screenshot."))
    assert run(checks.image_advice, content)
