"""Which cases there are, and what is told of each."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from signpost.evaluation import cases
from signpost.evaluation.cases import CaseSet, choose, find_sets, fixed, heard_as
from signpost.evaluation.judge import Verdict
from signpost.evaluation.rows import RowError
from signpost.register import bundle
from signpost.settings import Settings


def named(name: str, settings: Settings) -> CaseSet:
    return next(each for each in find_sets(settings) if each.name == name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("evaluation/crisis", "crisis"),
        ("evaluation/concerns-2", "concerns"),
        ("evaluation/dialogues", "dialogues"),
        ("evaluation/privacy-1", "privacy"),
        ("conversations/test_stories", "stories"),
    ],
)
def test_every_set_of_the_repository_is_found_and_told_apart(
    settings: Settings, name: str, kind: str
) -> None:
    found = named(name, settings)
    assert found.kind == kind
    assert found.cases > 0
    assert found.problem == ""


def test_no_set_of_the_repository_has_a_problem_and_no_name_is_given_twice(
    settings: Settings,
) -> None:
    sets = find_sets(settings)
    assert [each.problem for each in sets if each.problem] == []
    assert len({each.name for each in sets}) == len(sets)


def test_corrections_of_this_machine_are_found_beside_them(settings: Settings) -> None:
    folder = settings.state / "corrections"
    folder.mkdir(parents=True)
    row = '{"text": "x", "concern": "scam_fraud", "audience": "child"}\n'
    (folder / "concerns.jsonl").write_text(row * 2, encoding="utf-8")
    found = named("here/concerns", settings)
    assert (found.kind, found.cases) == ("concerns", 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"text": "x", "label": "crisis"}', "required field `route`"),
        ('{"text": "x"}', "row of no known kind"),
        ("{", "broken.jsonl:1:"),
        ("\xff\xfe", "broken.jsonl:1:"),
    ],
)
def test_a_file_that_cannot_be_played_says_where_it_is_wrong(
    settings: Settings, text: str, said: str
) -> None:
    folder = settings.state / "corrections"
    folder.mkdir(parents=True)
    (folder / "broken.jsonl").write_text(text, encoding="utf-8")
    assert said in named("here/broken", settings).problem
    with pytest.raises(RowError):
        choose(find_sets(settings), ["here/broken"])


def test_a_file_of_one_s_own_can_be_chosen_and_a_name_that_is_none_is_said(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text('{"text": "x", "details": []}', encoding="utf-8")
    assert [each.kind for each in choose([], [str(file)])] == ["privacy"]
    with pytest.raises(RowError, match="no set of cases named nothing"):
        choose([], ["nothing"])


def test_stories_that_are_none_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "test_none.yml"
    for text in ("stories: 7", "stories:\n- steps: []", "a: [", ""):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(RowError, match="no file of story tests"):
            choose([], [str(file)])


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict(("crisis.a",), "crisis", "999", False, ()), "escalate:999"),
        (Verdict(("crisis.a",), "crisis", "999", True, ()), "escalate:either"),
        (Verdict(("crisis.check_in",), "check_in", "999", False, ()), "check-in, 999 first"),
        (Verdict(("advice.a", "advice.b"), None, None, False, ("a", "b")), "advice:a|advice:b"),
        (Verdict(("conversation.not_sure",), None, None, False, ()), "fallback"),
        (Verdict(("conversation.person",), None, None, False, ()), "conversation.person"),
        (Verdict((), None, None, False, ()), "nothing"),
    ],
)
def test_a_reply_is_told_in_the_words_of_the_sets(verdict: Verdict, words: str) -> None:
    assert heard_as(verdict) == words


def test_a_run_holds_on_to_the_bundle_in_force(
    settings: Settings, content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SIGNPOST_CONTENT", "SIGNPOST_BUNDLES"):
        monkeypatch.setenv(name, "")
    manifest = bundle.publish(content, tmp_path / "bundles")
    served = msgspec.structs.replace(settings, bundles=str(tmp_path / "bundles"))
    held = fixed(served)
    assert held.content == tmp_path / "bundles" / manifest.checksum
    assert held.bundles == ""
    assert fixed(settings) is settings


def test_a_case_keeps_its_key_wherever_it_stands_in_its_set(settings: Settings) -> None:
    chosen = named("evaluation/dialogues", settings)
    turn = cases.CaseTurn("hello", "smalltalk_greet", "fallback", False)
    first = cases._case(chosen, 1, "", [turn])
    moved = cases._case(chosen, 9, "", [msgspec.structs.replace(turn, got="x", right=True)])
    other = cases._case(chosen, 1, "", [msgspec.structs.replace(turn, expected="fallback")])
    assert first.key == moved.key
    assert first.key != other.key
