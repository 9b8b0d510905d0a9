"""The pages "Try it" and "Corrections", with the real register, rules and database; Rasa follows a
script."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from signpost.door.rasa import Answer
from signpost.evaluation.rows import CrisisRow, read
from signpost.staff.talk.desk import Desk, desk_of
from signpost.staff.talk.trial import Trials
from tests.staff.talk.test_why import events
from tests.staff.workbenches import Client, Running
from tests.stand_ins import SUICIDE, ScriptedRasa, says

As = Callable[[str], Client]
ORDINARY = "somebody is mean to me on snap"


def answers(text: str) -> Answer:
    if text == "/tell_audience_child":
        return says("conversation.ask_worry/child", "What is worrying you?", events=events(text))
    return says("advice.cyberbullying/child", "That hurts.", events=events(text))


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("workbench")) as running:
        desk = desk_of(running.bench)
        desk.trials = Trials(desk.settings, rasa=ScriptedRasa(answers))
        yield running.add_everybody()


@pytest.fixture
def desk(workbench: Running) -> Desk:
    return desk_of(workbench.bench)


def begin(client: Client, role: str = "", channel: str = "web") -> str:
    """Start a conversation; returns its path."""
    page = client.post("/talk", {"role": role, "channel": channel}, on="/talk")
    assert page.status_code == 200
    return page.url.path


def words(page_text: str) -> str:
    """What a page says, without its tags."""
    main = page_text.split("<main", 1)[1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_a_reply_comes_with_its_reasons(as_: As) -> None:
    tester = as_("tester")
    path = begin(tester)
    page = words(tester.post(path, {"text": "somebody is mean to me, call 07700 900123"}).text)
    assert "That hurts." in page
    assert "As typed somebody is mean to me, call 07700 900123" in page
    assert "As it is kept somebody is mean to me, call ‹phone›" in page
    assert "RulePolicy chose action_advise" in page
    assert "Not signed off" in page
    assert "https://" in page


def test_what_was_typed_is_shown_to_nobody_else_and_gone_after_its_hour(
    as_: As, desk: Desk
) -> None:
    tester = as_("tester")
    path = begin(tester)
    tester.post(path, {"text": "somebody is mean to me, call 07700 900123"})
    for_lead = as_("lead").get(path).text
    assert "‹phone›" in for_lead
    assert "900123" not in for_lead
    desk.typed.forget(int(path.split("/")[-1]))
    assert "900123" not in tester.get(path).text


def test_one_may_begin_as_somebody(as_: As) -> None:
    tester = as_("tester")
    page = words(tester.get(begin(tester, "child")).text)
    assert "I'm under 18" in page
    assert "What is worrying you?" in page


def test_an_sms_shows_its_segments(as_: As) -> None:
    tester = as_("tester")
    path = begin(tester, channel="sms")
    page = words(tester.post(path, {"text": SUICIDE}).text)
    assert "2 segments" in page
    assert "The floor answered at once" in page


def test_the_start_page_lists_several_conversations_and_says_what_is_kept(as_: As) -> None:
    tester = as_("tester")
    for text in ("first worry of mine", "second worry of mine"):
        tester.post(begin(tester), {"text": text})
    page = words(tester.get("/talk").text)
    assert "first worry of mine" in page
    assert "second worry of mine" in page
    assert "Don’t type anybody’s real details" in page
    assert "24 hours" in page


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"role": "pirate", "channel": "web"}, "Choose who writes."),
        ({"role": "", "channel": "pigeon"}, "Choose a channel."),
    ],
)
def test_a_conversation_begins_with_what_there_is(
    fields: dict[str, str], problem: str, as_: As
) -> None:
    page = as_("tester").post("/talk", fields, on="/talk")
    assert page.status_code == 400
    assert problem in words(page.text)


def test_a_message_without_end_is_refused_and_not_lost(as_: As) -> None:
    tester = as_("tester")
    path = begin(tester)
    page = tester.post(path, {"text": "worry " * 10_000})
    assert page.status_code == 400
    assert "longer than 50,000" in page.text
    assert page.text.count("worry worry") > 1


def test_another_s_conversation_is_not_to_be_seen_but_by_a_lead(as_: As) -> None:
    path = begin(as_("editor"))
    as_("editor").post(path, {"text": ORDINARY})
    for method in (as_("tester").get, as_("tester").post):
        assert method(path).status_code == 404
    assert as_("lead").get(path).status_code == 200
    assert as_("lead").post(path, {"text": "hello"}, on="/talk").status_code == 404


def test_start_again_begins_anew_and_delete_deletes_in_rasa_as_well(as_: As, desk: Desk) -> None:
    tester = as_("tester")
    path = begin(tester, channel="whatsapp")
    tester.post(path, {"text": ORDINARY})
    anew = tester.post(f"{path}/again")
    assert anew.url.path != path
    assert "WhatsApp" in anew.text
    assert ORDINARY not in words(anew.text)
    trial = desk.store.find(int(path.split("/")[-1]))
    assert trial is not None
    tester.post(f"{path}/delete")
    assert tester.get(path).status_code == 404
    rasa = desk.trials._rasa
    assert isinstance(rasa, ScriptedRasa)
    assert trial.memory.id in [name for name, _ in rasa.erased]


def test_a_conversation_is_kept_as_a_test_under_a_name(
    as_: As, desk: Desk, workbench: Running
) -> None:
    tester = as_("tester")
    path = begin(tester)
    assert "nothing to keep" in tester.post(f"{path}/keep", {"name": "Too soon"}).text
    tester.post(path, {"text": ORDINARY})
    assert "Give the test a name" in tester.post(f"{path}/keep", {"name": " "}).text
    kept = tester.post(f"{path}/keep", {"name": "Mean on  Snap"})
    assert "Kept as a test" in kept.text
    assert "Mean on Snap" in words(as_("lead").get("/talk").text)
    file = workbench.settings.state / "corrections" / "dialogues-saved.jsonl"
    assert "advice:cyberbullying" in file.read_text()
    assert tester.post(path, {"text": "and more"}).status_code == 400
    other = begin(tester)
    tester.post(other, {"text": ORDINARY})
    taken = tester.post(f"{other}/keep", {"name": "mean on snap"})
    assert "Another test has this name" in taken.text
    assert 'value="mean on snap"' in taken.text
    assert tester.post(f"{path}/delete").status_code == 404
    tester.post(f"{path}/let-go")
    assert not file.exists()


def propose(tester: Client, text: str = ORDINARY, **fields: str) -> tuple[str, str]:
    """Say what a turn should have been; returns the conversation's path and the correction's."""
    path = begin(tester)
    tester.post(path, {"text": text})
    given = {"note": "It is danger.", **fields}
    page = tester.post(f"{path}/1/should", given)
    found = re.search(r'href="(/corrections/\d+)"', page.text)
    assert found, words(page.text)
    return path, found[1]


def test_a_correction_goes_from_the_tester_to_the_lead_and_into_a_file(
    as_: As, workbench: Running
) -> None:
    text = "a man says he is outside my house right now"
    _, path = propose(as_("tester"), text, escalation="999")
    listed = words(as_("lead").get("/corrections?state=waiting").text)
    assert text in listed
    assert "999 comes first" in listed
    decided = as_("lead").post(path, {"decision": "accept", "reason": ""})
    assert "Accepted" in words(decided.text)
    assert "by Lee Lead" in words(decided.text)
    file = workbench.settings.state / "corrections" / "crisis.jsonl"
    assert CrisisRow(text, "crisis", "999", "correction") in read(file, CrisisRow)
    download = as_("tester").get("/corrections/files/crisis.jsonl")
    assert download.text == file.read_text()
    assert "attachment" in download.headers["content-disposition"]
    actions = [line.action for line in workbench.bench.audit.lines(most=1000)]
    assert {"corrections.proposed", "corrections.accepted"} <= set(actions)
    taken_back = as_("lead").post(path, {"decision": "decline", "reason": "Not so."})
    assert "Not so." in words(taken_back.text)
    assert not file.exists() or text not in file.read_text()


def test_bad_input_names_its_field_and_nothing_is_lost(as_: As) -> None:
    tester = as_("tester")
    path = begin(tester)
    tester.post(path, {"text": ORDINARY})
    nothing = tester.post(f"{path}/1/should", {"note": "A note of mine"})
    assert nothing.status_code == 400
    assert 'href="#concern"' in nothing.text
    assert "A note of mine" in nothing.text
    wrong = tester.post(
        f"{path}/1/should",
        {
            "concern": "dragons",
            "audience": "cat",
            "escalation": "112",
            "wording": "w" * 2001,
            "note": "",
        },
    )
    for name in ("concern", "audience", "escalation", "wording", "note"):
        assert f'href="#{name}"' in wrong.text
    assert "w" * 2001 in wrong.text
    long = tester.post(f"{path}/1/should", {"escalation": "999", "note": "n" * 1001})
    assert 'href="#note"' in long.text
    assert '<option value="999" selected>' in long.text


def test_a_decision_needs_a_choice_and_a_refusal_a_reason(as_: As) -> None:
    _, path = propose(as_("tester"), escalation="none")
    lead = as_("lead")
    assert 'href="#decision"' in lead.post(path, {"reason": "My reason"}).text
    assert "My reason" in lead.post(path, {"reason": "My reason"}).text
    assert 'href="#reason"' in lead.post(path, {"decision": "decline"}).text
    long = lead.post(path, {"decision": "accept", "reason": "r" * 1001})
    assert long.status_code == 400
    assert "r" * 1001 in long.text


@pytest.mark.parametrize("role", ["tester", "editor", "admin"])
def test_only_a_lead_decides(role: str, as_: As) -> None:
    _, path = propose(as_("tester"), escalation="none")
    refused = as_(role).post(path, {"decision": "accept"}, on="/account")
    assert refused.status_code == 403
    assert "safeguarding lead" in refused.text
    if role != "admin":
        assert 'name="decision"' not in as_(role).get(path).text


@pytest.mark.parametrize("path", ["/talk", "/corrections"])
def test_an_administrator_alone_does_not_try_the_bot(path: str, as_: As) -> None:
    assert as_("admin").get(path).status_code == 403


def test_personal_details_in_notes_and_words_are_taken_out(as_: As) -> None:
    _, path = propose(
        as_("tester"), wording="Ring 07700 900123", note="Ask Rhiannon Pritchard about it"
    )
    page = as_("lead").get(path).text
    assert "900123" not in page
    assert "Pritchard" not in page
    assert "whoever keeps the advice" in page


def test_a_correction_stays_when_its_conversation_is_deleted(as_: As) -> None:
    conversation, path = propose(as_("tester"), escalation="none")
    as_("tester").post(f"{conversation}/delete")
    page = as_("lead").get(path)
    assert page.status_code == 200
    assert "See the whole conversation" not in page.text


@pytest.mark.parametrize(
    "path",
    ["/talk/999999", "/talk/1/999/should", "/corrections/999999", "/corrections/files/x.jsonl"],
)
def test_what_there_is_not_is_said_in_plain_words(path: str, as_: As) -> None:
    page = as_("lead").get(path)
    assert page.status_code == 404
    assert "<h1>" in page.text


def test_a_bot_that_is_gone_shows_what_the_public_would_see(tmp_path: Path, as_: As) -> None:
    with Running(tmp_path / "other", rasa_port=1) as running:
        running.add_everybody()
        tester = running.signed_in("tester")
        path = begin(tester)
        page = words(tester.post(path, {"text": ORDINARY}).text)
        assert "Rasa did not answer in time, or not at all." in page
        assert "999" in page
