"""Image advice, coverage, duplicates, waivers, and what the command prints."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from signpost import cli, settings
from signpost.register import checks
from signpost.register.checks import Problem, waivers
from signpost.register.checks.coverage import concerns
from signpost.register.loader import load
from tests.stand_ins import COUNCIL, entry, service, write, write_entry


def found(content: Path, name: str) -> list[Problem]:
    report = checks.inspect(content, COUNCIL)
    return [problem for problem in report.problems if problem.check == name]


def advise(content: Path, name: str, words: str, reader: str = "parent") -> None:
    variants = {reader: {"bubbles": [words], "sms": ""}}
    write_entry(content, entry(name, variants=variants, default=reader))


def waive(content: Path, *lines: dict[str, str]) -> None:
    (content / "waivers.yaml").write_text(yaml.safe_dump(list(lines)), encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        "Take a screenshot.",
        "Save the picture first.",
        "Forward it to the school.",
        "Delete it from the phone.",
        "Ask them to be deleting it now.",
        "Don't reply. Save it.",
        "Don't panic: save it.",
        "Don't worry, save it.",
        "Don't reply, save it.",
        "Don't reply but save it.",
        "A screen recording is proof.",
    ],
)
@pytest.mark.parametrize("name", ["advice.nudes_shared", "crisis.image_blackmail_age_unsaid"])
def test_nobody_is_told_to_copy_or_destroy_a_picture(content: Path, name: str, words: str) -> None:
    advise(content, name, words)
    assert [problem.level for problem in found(content, "image_advice")] == ["error"]


@pytest.mark.parametrize(
    "words",
    [
        "Don't save it, send it or show it to anyone.",
        "Do not forward it, not even as proof.",
        "Nobody views, forwards, prints or saves the image.",
        "Don't view, copy or save; don't ask a pupil to show or delete.",
        "Copying, saving or forwarding can be an offence even for evidence.",
        "Report it before you delete it.",
        "No viewing, saving, and no asking a pupil to delete it.",
        "Keep the chat and the names. You are safe.",
    ],
)
def test_a_warning_against_copying_is_let_pass(content: Path, words: str) -> None:
    advise(content, "advice.nudes_shared", words)
    assert found(content, "image_advice") == []


def test_saving_and_deleting_are_fine_in_advice_that_is_not_about_pictures(content: Path) -> None:
    advise(content, "advice.privacy_settings", "Save your settings and delete old posts.")
    assert found(content, "image_advice") == []
    advise(content, "advice.privacy_settings", "Take a screenshot of the messages.")
    assert len(found(content, "image_advice")) == 1


def test_advice_without_words_for_a_reader_gives_a_reason(content: Path) -> None:
    write_entry(content, entry("advice.scam_fraud", "x", not_applicable={"parent": "Not theirs."}))
    where = [p.where for p in found(content, "audiences") if p.entry == "advice.scam_fraud"]
    assert where == ["advice.scam_fraud/professional", "advice.scam_fraud/adult"]


def test_an_empty_reason_is_no_reason_and_words_need_none(content: Path) -> None:
    reasons = {"parent": " ", "child": "Not theirs."}
    write_entry(content, entry("advice.scam_fraud", "x", not_applicable=reasons))
    said = {p.where: p.message for p in found(content, "audiences")}
    assert "has no words for parent" in said["advice.scam_fraud/parent"]
    assert "as well" in said["advice.scam_fraud/child"]


def test_a_service_for_nobody_is_found(content: Path) -> None:
    write(content, "services", service("nobody", audiences=[]))
    assert "service.nobody/audiences" in [p.where for p in found(content, "audiences")]


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({}, 1),
        ({"hours": {"words": "Not known; see the site."}}, 0),
        ({"held_back": "Not confirmed."}, 0),
        ({"status": "closed"}, 0),
    ],
)
def test_a_service_to_call_has_hours_or_a_reason(
    content: Path, fields: dict[str, Any], problems: int
) -> None:
    write(content, "services", service("x", phones=[{"number": "01223 123456"}], **fields))
    where = [problem.where for problem in found(content, "hours")]
    assert where.count("service.x/hours") == problems


def test_a_concern_without_advice_and_advice_without_a_concern_are_found(
    content: Path, tmp_path: Path
) -> None:
    rule = {"steps": [{"intent": "pornography"}, {"action": "action_advise"}]}
    other = {"steps": [{"intent": "thanks"}, {"action": "utter_thanks"}]}
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rules.yml").write_text(yaml.safe_dump({"rules": [rule, other]}))
    intents = ["pornography", "thanks", "law_question", "platform_report_how"]
    (tmp_path / "domain.yml").write_text(yaml.safe_dump({"intents": intents}))
    where = [problem.where for problem in concerns(load(content, COUNCIL), tmp_path)]
    assert where == ["advice.pornography", "advice.cyberbullying"]


def test_a_register_without_a_domain_beside_it_is_told_of(content: Path) -> None:
    assert [problem.level for problem in found(content, "concerns")] == ["warning"]


SAME = "Tell a grown up that you trust, and keep the chat and the names of those people."


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (SAME, True),
        ("Keep the chat and the names of those people, and tell a grown-up that you trust!", True),
        ("Tell a grown-up you trust and then keep the chat and the names of the people.", True),
        ("Ring your bank on the number that is printed on the back of your card today.", False),
    ],
)
def test_bubbles_that_say_nearly_the_same_are_told_of(
    content: Path, other: str, told: bool
) -> None:
    advise(content, "advice.scam_fraud", SAME, "child")
    advise(content, "advice.hacked_account", other)
    said = [p for p in found(content, "near_duplicates") if "scam_fraud" in str(p)]
    assert bool(said) is told
    assert all("hacked_account/parent/bubble 1" in str(problem) for problem in said)
    assert all(problem.level == "warning" for problem in said)


def test_short_bubbles_and_those_of_one_answer_are_no_duplicates(content: Path) -> None:
    advise(content, "advice.scam_fraud", "Tell somebody that you trust.")
    variants = {"child": {"bubbles": ["Tell somebody that you trust.", SAME, SAME], "sms": ""}}
    write_entry(content, entry("advice.hacked_account", variants=variants))
    assert [p for p in found(content, "near_duplicates") if "hacked" in str(p)] == []


def test_the_whole_register_is_compared_in_seconds() -> None:
    register = load(settings.ROOT / "content", settings.Settings().council)
    started = time.monotonic()
    list(checks.near_duplicates(register))
    assert time.monotonic() - started < 10


WAIVER = {
    "check": "image_advice",
    "entry": "advice.nudes_shared",
    "words": "Deletion comes\n last.",
    "reason": "It holds back.",
}


def test_a_waiver_lets_exactly_its_words_stand_and_is_said(content: Path) -> None:
    advise(content, "advice.nudes_shared", "Deletion comes last. Delete it now.")
    waive(content, WAIVER)
    report = checks.inspect(content, COUNCIL)
    left = [problem.words for problem in report.problems if problem.check == "image_advice"]
    assert left == ["Delete it now."]
    assert [str(each) for each in report.waived] == [
        "waived: advice.nudes_shared: image_advice of 'Deletion comes last.': It holds back."
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"words": "Deletion comes first."},
        {"words": "*"},
        {"entry": "advice.*"},
        {"entry": "advice.sextortion"},
        {"check": "traps"},
    ],
)
def test_a_waiver_that_matches_nothing_is_an_error(content: Path, changed: dict[str, str]) -> None:
    advise(content, "advice.nudes_shared", "Deletion comes last.")
    waive(content, {**WAIVER, **changed})
    assert len(found(content, "image_advice")) == 1
    assert [problem.level for problem in found(content, "waivers")] == ["error"]
    assert "matches nothing any more" in str(found(content, "waivers")[0])


def test_warnings_may_be_waived_for_a_family_of_entries(content: Path) -> None:
    advise(content, "crisis.help", SAME, "child")
    advise(content, "crisis.danger", SAME, "child")
    line = {"check": "near_duplicates", "entry": "crisis.*", "words": "*", "reason": "On purpose."}
    waive(content, line)
    assert found(content, "near_duplicates") == []
    advise(content, "advice.hacked_account", SAME)
    assert [p.entry for p in found(content, "near_duplicates")] == ["advice.hacked_account"]


def test_a_pinned_number_cannot_be_waived(content: Path) -> None:
    write(content, "services", service("childline", phones=[{"number": "0800 1112"}]))
    line = {"check": "pinned_numbers", "entry": "service.childline", "words": "", "reason": "x"}
    waive(content, line)
    assert len(found(content, "pinned_numbers")) == 1


def test_a_waiver_without_a_reason_is_an_error(content: Path) -> None:
    advise(content, "advice.nudes_shared", "Deletion comes last.")
    waive(content, {**WAIVER, "reason": " "})
    assert "gives no reason" in str(found(content, "waivers")[0])


@pytest.mark.parametrize("text", ["[", "- check: x", "a: b", "- 1"])
def test_a_file_of_waivers_that_cannot_be_read_waives_nothing(content: Path, text: str) -> None:
    (content / waivers.FILE).write_text(text, encoding="utf-8")
    assert "cannot be read" in str(found(content, "waivers")[0])


@pytest.fixture
def command(content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small register that passes its checks, and an environment that names it."""
    monkeypatch.setenv("SIGNPOST_CONTENT", str(content))
    monkeypatch.setenv("SIGNPOST_COUNCIL", COUNCIL)
    monkeypatch.setenv("SIGNPOST_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(checks, "CHECKS", (checks.sources, checks.review_dates))
    return content


def test_warnings_are_printed_but_let_the_register_pass(
    command: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_entry(command, entry("advice.scam_fraud", "x", review_by="2020-01-01"))
    assert cli.main(["check"]) == 0
    printed = capsys.readouterr().out
    assert "warning: advice.scam_fraud: was due for review on 2020-01-01" in printed
    assert "signpost: the register passes its checks; 2 warnings, 0 waived" in printed


def test_an_error_makes_the_command_fail_and_nothing_is_published(
    command: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_entry(command, entry("advice.scam_fraud", "x", sources=[]))
    assert cli.main(["check"]) == 1
    assert "error: advice.scam_fraud: has no source" in capsys.readouterr().out
    assert cli.main(["publish"]) == 1
    assert not (tmp_path / "state" / "bundles").exists()


def test_a_warning_does_not_stop_publishing(command: Path, tmp_path: Path) -> None:
    write_entry(command, entry("advice.scam_fraud", "x", review_by="2020-01-01"))
    assert cli.main(["publish"]) == 0
    assert (tmp_path / "state" / "bundles" / "current").exists()


def test_json_is_one_object_with_all_that_was_found(
    command: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_entry(command, entry("advice.scam_fraud", "Go on.", review_by="2020-01-01"))
    write_entry(command, entry("advice.hacked_account", "x", sources=[]))
    assert cli.main(["check", "--json"]) == 1
    whole = json.loads(capsys.readouterr().out)
    assert set(whole) == {"errors", "warnings", "waived", "figures"}
    assert whole["errors"][0]["where"] == "advice.hacked_account"
    assert whole["errors"][0]["check"] == "sources"
    assert "advice.scam_fraud" in {each["where"] for each in whole["warnings"]}
    assert whole["figures"]["entries"]["advice"] == 5
    assert whole["figures"]["held_back"] == ["report-kik", "unsure"]
    assert "advice.scam_fraud" in whole["figures"]["child_grades"]


def test_json_of_a_register_that_does_not_load_names_the_file(
    command: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (command / "services" / "shout.yaml").write_text("id: [", encoding="utf-8")
    assert cli.main(["check", "--json"]) == 1
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert "shout.yaml:" in error["where"]
    assert "is not readable YAML" in error["message"]
