from __future__ import annotations

from pathlib import Path

from signpost import running
from signpost.settings import Settings
from signpost.staff.database import Database
from signpost.staff.talk.desk import Typed, desk_of
from signpost.staff.workbench import Workbench
from tests.staff.talk.test_store import heard


def bench(state: Path, **changed: object) -> Workbench:
    chosen = Settings(state=state, **changed)  # type: ignore[arg-type]
    return Workbench(chosen, Database.of(chosen))


def test_words_as_typed_are_forgotten_after_their_time() -> None:
    typed = Typed(seconds=0.0)
    typed.add(1, 1, heard())
    assert typed.of(1) == {}


def test_only_the_latest_words_as_typed_are_remembered() -> None:
    typed = Typed(most=2)
    for number in (1, 2, 3):
        typed.add(1, number, heard())
    typed.add(2, 1, heard())
    assert (set(typed.of(1)), set(typed.of(2))) == ({3}, {1})
    typed.forget(1)
    assert (typed.of(1), set(typed.of(2))) == ({}, {1})


def test_a_workbench_has_one_desk(tmp_path: Path) -> None:
    one, other = bench(tmp_path / "a"), bench(tmp_path / "b")
    assert desk_of(one) is desk_of(one)
    assert desk_of(one) is not desk_of(other)


def test_started_by_itself_it_finds_the_bot_that_runs_here(tmp_path: Path) -> None:
    bot = running.Running(rasa_port=15005, rasa_token="a token", bundles="", weights="")
    running.leave(tmp_path, bot)
    assert desk_of(bench(tmp_path)).settings.rasa_port == 15005


def test_without_a_bot_it_starts_all_the_same(tmp_path: Path) -> None:
    desk = desk_of(bench(tmp_path, rasa_port=1))
    assert desk.settings.rasa_port == 1
    assert desk.edition.register is not None


def test_people_are_called_by_their_names_and_strangers_by_their_accounts(tmp_path: Path) -> None:
    workbench = bench(tmp_path)
    workbench.people.add("tess", "Tess Tester", ["tester"], "lemon kettle bridge", by="a test")
    desk = desk_of(workbench)
    assert [desk.name_of(name) for name in ("tess", "gone")] == ["Tess Tester", "gone"]
