from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from signpost.register.loader import Register, RegisterError, load
from tests.stand_ins import COUNCIL, entry, service, write, write_entry


def problems(content: Path, council: str = COUNCIL) -> list[str]:
    with pytest.raises(RegisterError) as error:
        load(content, council)
    return error.value.problems


def test_a_sound_register_gives_its_entries_services_and_council(register: Register) -> None:
    assert register.entry("advice.cyberbullying").title == "People are being nasty online"
    assert register.services["childline"].phones[0].number == "0800 1111"
    assert register.council.name == "Test Town Council"


def test_an_unknown_entry_is_named(register: Register) -> None:
    with pytest.raises(RegisterError, match=r"no entry 'crisis\.nowhere'"):
        register.entry("crisis.nowhere")


def test_advice_that_is_not_written_is_none(register: Register) -> None:
    assert register.advice("radicalisation") is None


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert "does not exist" in problems(tmp_path / "nowhere")[0]


def test_an_unknown_council_is_answered_with_those_there_are(content: Path) -> None:
    assert problems(content, "atlantis") == [
        "There is no council profile named 'atlantis'; the register has: test-town."
    ]


def test_a_wrong_value_is_named_with_file_line_and_field(content: Path) -> None:
    file = write(content, "services", service("childline", confidence="very"))
    line = next(
        number
        for number, text in enumerate(file.read_text().splitlines(), start=1)
        if text.startswith("confidence")
    )
    assert problems(content)[0].startswith(f"{file}:{line}: confidence: ")


def test_a_field_that_is_misspelt_is_not_passed_over(content: Path) -> None:
    write(content, "services", service("childline", sumary="x"))
    assert "sumary" in problems(content)[0]


def test_a_missing_field_is_named(content: Path) -> None:
    record = service("childline")
    del record["sources"]
    write(content, "services", record)
    assert "sources" in problems(content)[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id: [",
        "id: childline\nid2: \x07",
        "just words",
        "checked_on: 2026-13-45",
        "? [a]\n: b",
        "id: childline\n\tname: x",
    ],
    ids=["empty", "open", "control", "words", "month 13", "odd key", "tab"],
)
def test_a_file_that_cannot_be_read_is_named_instead_of_failing(content: Path, text: str) -> None:
    file = content / "services" / "childline.yaml"
    file.write_text(text, encoding="utf-8")
    assert problems(content)[0].startswith(f"{file}:")


def test_a_file_that_is_not_utf_8_is_named(content: Path) -> None:
    file = content / "services" / "childline.yaml"
    file.write_bytes(b"name: caf\xe9")
    assert f"{file}: is not UTF-8" in problems(content)[0]


def test_an_id_that_is_not_the_files_name_is_named(content: Path) -> None:
    write_entry(content, entry("advice.scam_fraud", "x")).rename(content / "advice" / "scams.yaml")
    assert "file's name makes it 'advice.scams'" in problems(content)[0]


def test_all_mistakes_are_told_at_once(content: Path) -> None:
    write(content, "services", service("childline", confidence="very"))
    write(content, "services", service("shout", status="asleep"))
    assert len(problems(content)) == 2


def test_a_reference_is_replaced_by_the_fact(register: Register) -> None:
    assert register.resolve("Call {childline.phone} or text {shout.text}.") == (
        "Call 0800 1111 or text 85258."
    )
    assert register.resolve("{council.name}: {ceop-safety-centre.url}") == (
        "Test Town Council: https://www.ceop.police.uk/Safety-Centre/"
    )
    assert register.resolve("{childline.hours}") == "Open day and night."


@pytest.mark.parametrize(
    "reference", ["{nobody.phone}", "{shout.phone}", "{childline.fax}", "{council.sources}"]
)
def test_a_reference_to_nothing_stops_the_load(content: Path, reference: str) -> None:
    write_entry(content, entry("advice.scam_fraud", f"Call {reference}."))
    assert reference in problems(content)[0]
    assert problems(content)[0].startswith("advice.scam_fraud: variants.child: ")


@pytest.mark.parametrize("part", ["more", "report"])
def test_a_dead_reference_in_a_part_is_found_too(content: Path, part: str) -> None:
    variant: dict[str, Any] = {"bubbles": ["x"], part: {"bubbles": ["{nobody.phone}"]}}
    write_entry(content, entry("advice.scam_fraud", variants={"child": variant}))
    assert f"variants.child.{part}" in problems(content)[0]


def test_a_card_for_a_service_that_does_not_exist_stops_the_load(content: Path) -> None:
    variant = {"bubbles": ["x"], "services": ["nobody"]}
    write_entry(content, entry("advice.scam_fraud", variants={"child": variant}))
    assert "there is no service 'nobody'" in problems(content)[0]


def test_an_entry_without_words_for_its_default_reader_stops_the_load(content: Path) -> None:
    variants = {"parent": {"bubbles": ["Listen."]}}
    write_entry(content, entry("crisis.suicide", variants=variants))
    assert problems(content) == [
        "crisis.suicide: default: is 'child', but there is no such variant; it has: parent."
    ]


def test_a_contact_that_is_held_back_is_not_given(register: Register) -> None:
    assert [contact.name for contact in register.contacts("lado")] == ["Allegations team"]
    assert register.contacts("procedures") == []


def test_a_report_page_is_found_by_its_platform(register: Register) -> None:
    page = register.platform_report("snapchat")
    assert page is not None
    assert page.id == "report-snapchat"
    assert register.platform_report("childline") is None


def test_a_sign_off_is_dated_with_a_plain_on(content: Path) -> None:
    file = content / "advice" / "cyberbullying.yaml"
    signed = "sign_off:\n  by: A test\n  role: safeguarding lead\n  on: 2026-11-25\n"
    file.write_text(file.read_text(encoding="utf-8") + signed, encoding="utf-8")
    sign_off = load(content, COUNCIL).entry("advice.cyberbullying").sign_off
    assert sign_off is not None
    assert sign_off.on.isoformat() == "2026-11-25"
