from __future__ import annotations

from pathlib import Path

import pytest

from signpost.evaluation.heard import fulfils
from signpost.evaluation.judge import Verdict
from signpost.evaluation.rows import ConcernRow, CrisisRow, Dialogue, RowError, read
from signpost.register.models import Bubble, Reply
from signpost.staff.reviews.rows import (
    ANYTHING,
    CRISIS,
    DIALOGUES,
    ESCALATIONS,
    SAVED,
    Rows,
    Should,
    add,
    concern_of,
    files_of,
    left_over,
    merged,
    observed,
    rows_of,
    saved,
    write,
)

TEXT = "he wants to meet tonight"


def reply_of(*entries: str, route: str | None = None, check_in: bool = False) -> Reply:
    bubbles = [Bubble(entry=entry, text="Words.") for entry in entries]
    return Reply(bubbles=bubbles, route=route, check_in=check_in)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("escalation", "row"),
    [
        ("999", CrisisRow(TEXT, "crisis", "999", "correction")),
        ("CEOP", CrisisRow(TEXT, "crisis", "CEOP", "correction")),
        ("check_in", CrisisRow(TEXT, "crisis", "either", "correction")),
        ("none", CrisisRow(TEXT, "not_crisis", "none", "correction")),
    ],
)
def test_an_escalation_of_a_first_message_is_a_crisis_row(escalation: str, row: CrisisRow) -> None:
    assert rows_of(Should(said=TEXT, escalation=escalation)) == Rows(crisis=[row])


def test_a_concern_and_an_audience_of_a_first_message_are_a_row_of_concerns() -> None:
    both = rows_of(Should(said=TEXT, concern="cyberbullying", audience="parent"))
    assert both.concerns == [ConcernRow(TEXT, "cyberbullying", "parent")]
    assert not both.crisis
    taken_for = Should(said=TEXT, audience="parent", said_concern="scam_fraud")
    assert rows_of(taken_for).concerns == [ConcernRow(TEXT, "scam_fraud", "parent")]
    unsaid = Should(said=TEXT, concern="scam_fraud", said_audience="unknown")
    assert rows_of(unsaid).concerns == [ConcernRow(TEXT, "scam_fraud", "unknown")]


def test_a_concern_that_is_an_emergency_as_well_makes_both_rows() -> None:
    rows = rows_of(Should(said=TEXT, concern="grooming_stranger_contact", escalation="999"))
    assert [row.route for row in rows.crisis] == ["999"]
    assert [row.escalation for row in rows.concerns] == ["expected"]


@pytest.mark.parametrize(
    ("should", "token"),
    [
        ({"escalation": "999"}, "escalate:999"),
        ({"escalation": "CEOP", "concern": "sextortion"}, "escalate:CEOP"),
        ({"escalation": "check_in"}, "escalate:either"),
        ({"escalation": "none"}, "no_escalation"),
        ({"escalation": "none", "concern": "sextortion"}, "advice:sextortion"),
        ({"concern": "out_of_scope"}, "out_of_scope"),
    ],
)
def test_a_later_message_is_a_dialogue_that_leads_up_to_it(
    should: dict[str, str], token: str
) -> None:
    rows = rows_of(Should(said=TEXT, before=["hi", "im 12"], name="correction-1", **should))
    assert not rows.crisis
    assert not rows.concerns
    (dialogue,) = rows.dialogues
    assert dialogue.name == "correction-1"
    assert [(turn.user, turn.expect) for turn in dialogue.turns] == [
        ("hi", ANYTHING),
        ("im 12", ANYTHING),
        (TEXT, token),
    ]


@pytest.mark.parametrize("escalation", ["crisis", "check_in", None])
def test_what_leads_up_is_right_whatever_it_was(escalation: str | None) -> None:
    verdict = Verdict((), escalation, "999" if escalation else None, False, ())
    assert any(fulfils(token, verdict) for token in ANYTHING.split("|"))


def test_what_no_test_can_hold_is_said() -> None:
    assert not rows_of(Should(said=TEXT, wording="Better words"))
    assert "whoever keeps the advice" in left_over(Should(said=TEXT, wording="x"))[0]
    assert not rows_of(Should(said=TEXT, before=["hi"], audience="child"))
    assert "first message" in left_over(Should(said=TEXT, before=["hi"], audience="child"))[0]
    assert not rows_of(Should(said=TEXT, audience="child"))
    assert "needs the concern" in left_over(Should(said=TEXT, audience="child"))[0]
    assert "check-in" in left_over(Should(said=TEXT, escalation="check_in"))[0]
    later = Should(said=TEXT, before=["hi"], concern="sextortion", escalation="999")
    assert "escalation alone" in left_over(later)[0]
    assert left_over(Should(said=TEXT, concern="sextortion", escalation="none")) == []


@pytest.mark.parametrize(
    ("reply", "token"),
    [
        (reply_of("crisis.suicide/child", "service.childline", route="999"), "escalate:999"),
        (reply_of("crisis.exploitation/child", route="CEOP"), "escalate:CEOP"),
        (reply_of("crisis.image_blackmail_age_unsaid/child", route="both"), "escalate:either"),
        (reply_of("crisis.check_in/child", route="999", check_in=True), "escalate:999"),
        (reply_of("conversation.audience_thanks/child", "advice.sextortion/child"),
         "advice:sextortion"),
        (reply_of("service.childline"), "resource_lookup"),
        (reply_of("conversation.greet/child"), "smalltalk_greet"),
        (reply_of("conversation.choices_lead/child"), "fallback"),
        (reply_of("conversation.person/child", "council.x"), "human_contact"),
        (reply_of("conversation.ask_audience/child"), "ask_audience"),
        (reply_of("conversation.ask_worry/child"), "no_escalation"),
        (Reply(), "no_escalation"),
    ],
)  # fmt: skip
def test_a_reply_is_told_by_the_entries_that_spoke(reply: Reply, token: str) -> None:
    assert observed(reply) == token


def test_a_standing_line_is_no_escalation() -> None:
    line = Bubble(entry="conversation.standing_line/child", text="999.", kind="standing")
    assert observed(Reply(bubbles=[line])) == "no_escalation"


def test_the_concern_of_a_reply_is_that_of_its_words() -> None:
    assert concern_of(reply_of("advice.sextortion/child")) == "sextortion"
    assert concern_of(reply_of("conversation.out_of_scope/child")) == "out_of_scope"
    assert concern_of(reply_of("conversation.choices_lead/child")) == ""
    assert concern_of(reply_of("crisis.suicide/child", route="999")) == ""


def test_a_kept_conversation_asks_for_the_same_again_or_for_what_was_accepted() -> None:
    should = Should(said="b", before=["a"], escalation="999")
    wording = Should(said="c", before=["a", "b"], wording="Better")
    kept = saved(
        "A test",
        [
            ("a", reply_of("conversation.greet/child"), None),
            ("b", reply_of("advice.sextortion/child"), should),
            ("c", reply_of("advice.sextortion/child"), wording),
        ],
    )
    assert [(turn.user, turn.expect) for turn in kept.turns] == [
        ("a", "smalltalk_greet"),
        ("b", "escalate:999"),
        ("c", "advice:sextortion"),
    ]


def test_of_two_decisions_on_one_message_the_later_counts() -> None:
    first = rows_of(Should(said=TEXT, escalation="none"))
    second = rows_of(Should(said=TEXT, escalation="999"))
    assert [row.route for row in merged([first, second]).crisis] == ["999"]


def test_the_files_are_read_by_the_evaluation_as_they_were_written(tmp_path: Path) -> None:
    odd = "a line \u2028 separator, „quotes“\nand a break 😢"
    rows = merged(
        [
            rows_of(Should(said=odd, escalation="999", concern="sextortion")),
            rows_of(Should(said=odd, before=[odd], escalation="CEOP", name="x")),
        ]
    )
    kept = [saved("k", [(odd, reply_of("conversation.greet/child"), None)])]
    write(tmp_path, files_of(rows, kept))
    assert read(tmp_path / "crisis.jsonl", CrisisRow) == rows.crisis
    assert read(tmp_path / "concerns.jsonl", ConcernRow) == rows.concerns
    assert read(tmp_path / "dialogues.jsonl", Dialogue) == rows.dialogues
    assert read(tmp_path / "dialogues-saved.jsonl", Dialogue) == kept


def test_a_file_that_has_no_rows_any_more_goes_away(tmp_path: Path) -> None:
    write(tmp_path, files_of(rows_of(Should(said=TEXT, escalation="999"))))
    assert [file.name for file in tmp_path.iterdir()] == ["crisis.jsonl"]
    write(tmp_path, files_of(Rows()))
    assert list(tmp_path.iterdir()) == []


def test_adding_to_a_folder_loses_no_row_of_others_and_replaces_its_own(tmp_path: Path) -> None:
    theirs = rows_of(Should(said="theirs", escalation="999"))
    ours = rows_of(Should(said="ours", escalation="none"))
    write(tmp_path, files_of(merged([theirs, ours])))
    add(tmp_path, files_of(rows_of(Should(said="ours", escalation="CEOP"))))
    add(tmp_path, files_of(Rows()))
    found = {row.text: row.route for row in read(tmp_path / "crisis.jsonl", CrisisRow)}
    assert found == {"theirs": "999", "ours": "CEOP"}


def test_a_file_of_something_else_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "crisis.jsonl").write_text("not rows\n")
    with pytest.raises(RowError, match=r"crisis\.jsonl:1"):
        add(tmp_path, files_of(rows_of(Should(said=TEXT, escalation="999"))))
    assert (tmp_path / "crisis.jsonl").read_text() == "not rows\n"


def test_the_kinds_of_files_are_told_by_how_their_names_begin() -> None:
    assert SAVED.startswith(DIALOGUES)
    assert set(files_of(Rows())) == {CRISIS, "concerns", DIALOGUES, SAVED}
    assert set(ESCALATIONS) == {"999", "CEOP", "check_in", "none"}
