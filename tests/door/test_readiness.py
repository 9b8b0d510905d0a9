"""A door is ready when its model, its register and its floor have answered, not before."""

from __future__ import annotations

import pytest

from signpost.door.door import Door
from signpost.door.rasa import Answer
from signpost.door.readiness import DANGER, GREETING, HOLDS, Readiness
from signpost.edition import Editions
from signpost.register.loader import Register, load
from signpost.settings import ROOT, Settings
from tests.stand_ins import (
    LAST_RESORT,
    BrokenFloor,
    ScriptedRasa,
    dead,
    found,
    nothing,
)

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Knows999:
    """A floor that knows the test phrase and nothing else."""

    def assess(self, text: str, history: object = ()) -> object:
        return found("crisis", "999", "crisis.suicide") if text == DANGER else nothing()


class KnowsNothing:
    """A floor whose rules are gone: it reads everything and finds nothing."""

    def assess(self, text: str, history: object = ()) -> object:
        return nothing()


def door_of(
    settings: Settings, register: Register | None, floor: object, rasa: ScriptedRasa | None = None
) -> Door:
    return Door(
        settings,
        editions=Editions.of(register, floor),  # type: ignore[arg-type]
        rasa=rasa or ScriptedRasa(),
        last_resort_text=LAST_RESORT,
    )


async def test_a_whole_door_is_ready(settings: Settings, register: Register) -> None:
    rasa = ScriptedRasa()
    ready = Readiness(door_of(settings, register, Knows999(), rasa))
    assert await ready.find() == {"model": True, "register": True, "floor": True}
    assert ready.escalates()
    assert rasa.texts == [GREETING]
    # Nothing is left of the question.
    assert [name for name, _ in rasa.erased] == [name for name, _, _ in rasa.asked]


async def test_the_model_is_asked_once_for_each_time_that_it_comes_up(
    settings: Settings, register: Register
) -> None:
    rasa, clock = ScriptedRasa(), Clock()
    ready = Readiness(door_of(settings, register, Knows999(), rasa), clock)
    for is_up in (True, True, False, True, True):
        rasa.is_ready = is_up
        assert (await ready.find())["model"] is is_up
        clock.now += HOLDS
    assert len(rasa.asked) == 2


async def test_who_asks_often_costs_nothing(settings: Settings, register: Register) -> None:
    rasa, clock = ScriptedRasa(), Clock()
    ready = Readiness(door_of(settings, register, Knows999(), rasa), clock)
    assert (await ready.find())["model"]
    rasa.is_ready = False
    assert (await ready.find())["model"]
    clock.now += HOLDS
    assert not (await ready.find())["model"]


@pytest.mark.parametrize(
    "script", [dead, lambda _: Answer(replies=[])], ids=["it fails", "it says nothing"]
)
async def test_a_model_that_listens_and_does_not_answer_is_not_ready(
    settings: Settings, register: Register, script: object
) -> None:
    rasa = ScriptedRasa(script)  # type: ignore[arg-type]
    ready = Readiness(door_of(settings, register, Knows999(), rasa))
    assert await ready.find() == {"model": False, "register": True, "floor": True}


@pytest.mark.parametrize("floor", [None, BrokenFloor(), KnowsNothing()])
async def test_a_floor_that_does_not_see_danger_is_not_ready(
    settings: Settings, register: Register, floor: object
) -> None:
    ready = Readiness(door_of(settings, register, floor))
    assert not (await ready.find())["floor"]
    assert not ready.escalates()


async def test_a_register_that_is_missing_is_not_ready(settings: Settings) -> None:
    ready = Readiness(door_of(settings, None, Knows999()))
    assert not (await ready.find())["register"]
    assert not ready.escalates()


async def test_the_real_floor_and_register_answer_the_test_phrase(settings: Settings) -> None:
    from signpost.crisis.floor import Floor

    register = load(ROOT / "content", Settings().council)
    ready = Readiness(door_of(settings, register, Floor.load(ROOT / "content")))
    assert ready.escalates()
