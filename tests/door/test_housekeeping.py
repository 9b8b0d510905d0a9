"""The door forgets on time and erases on request, by itself."""

from __future__ import annotations

import json
from typing import Any

import anyio
import msgspec
import pytest
from starlette.applications import Starlette
from structlog.testing import capture_logs

from signpost.door.door import Door
from signpost.door.housekeeping import Housekeeping
from signpost.door.rasa import RasaUnavailable
from signpost.edition import Editions
from signpost.privacy import audit, requests
from signpost.register.loader import Register
from signpost.settings import Settings
from tests.stand_ins import LAST_RESORT, ScriptedRasa

pytestmark = pytest.mark.anyio


class SleepingRasa(ScriptedRasa):
    """Erases only once it is awake."""

    awake = False

    async def erase(self, conversation: str) -> None:
        if not self.awake:
            raise RasaUnavailable("ConnectError")
        await super().erase(conversation)


@pytest.fixture
def housekeeping(door: Door, settings: Settings) -> Housekeeping:
    return Housekeeping(door, settings.state)


def deletions(settings: Settings) -> list[dict[str, Any]]:
    file = settings.state / audit.FILE
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


async def test_a_request_is_carried_out_and_taken_away(
    housekeeping: Housekeeping, door: Door, settings: Settings, rasa: ScriptedRasa
) -> None:
    mine, other = door.conversations.start("web"), door.conversations.start("web")
    file = requests.ask(settings.state, mine.id)
    id_ = mine.id
    await housekeeping.tidy()
    assert not file.exists()
    assert rasa.erased == [(id_, 0)]
    assert door.conversations.find(mine.token) is None
    assert door.conversations.find(other.token) is other


async def test_the_audit_log_counts_and_names_nobody(
    housekeeping: Housekeeping, door: Door, settings: Settings
) -> None:
    mine = door.conversations.start("web")
    id_ = mine.id
    requests.ask(settings.state, id_)
    with capture_logs() as logs:
        await housekeeping.tidy()
    (line,) = deletions(settings)
    assert (line["action"], line["conversations"]) == ("erase", 1)
    assert set(line) == {"at", "action", "conversations"}
    assert id_ not in json.dumps([line, *logs])


async def test_while_rasa_is_down_the_request_waits(settings: Settings, register: Register) -> None:
    rasa = SleepingRasa()
    door = Door(settings, editions=Editions.of(register), rasa=rasa, last_resort_text=LAST_RESORT)
    housekeeping = Housekeeping(door, settings.state)
    mine = door.conversations.start("web")
    id_ = mine.id
    file = requests.ask(settings.state, id_)
    await housekeeping.tidy()
    assert file.exists()
    assert door.conversations.find(mine.token) is None
    rasa.awake = True
    await housekeeping.tidy()
    assert not file.exists()
    assert rasa.erased == [(id_, 0)]


async def test_a_file_that_is_no_request_is_taken_away_unread(
    housekeeping: Housekeeping, settings: Settings, rasa: ScriptedRasa
) -> None:
    file = requests.ask(settings.state, "notes.txt")
    await housekeeping.tidy()
    assert not file.exists()
    assert rasa.erased == []


async def test_it_runs_by_itself_for_as_long_as_the_door_serves(
    housekeeping: Housekeeping, settings: Settings
) -> None:
    app = housekeeping.attach(Starlette())
    file = requests.ask(settings.state, "abcdefghjkmnpqrs")
    async with app.router.lifespan_context(app):
        with anyio.fail_after(5):
            while file.exists():  # noqa: ASYNC110 - what ends it is a file
                await anyio.sleep(0.01)


async def test_idle_conversations_are_forgotten_without_anybody_coming(
    register: Register, settings: Settings, rasa: ScriptedRasa
) -> None:
    brief = msgspec.structs.replace(settings, conversation_seconds=0.05)
    door = Door(brief, editions=Editions.of(register), rasa=rasa, last_resort_text=LAST_RESORT)
    door.conversations.start("web")
    await anyio.sleep(0.06)
    await Housekeeping(door, settings.state).tidy()
    assert len(door.conversations) == 0


async def test_what_was_ended_or_erased_is_noted_by_its_id_for_when_a_backup_comes_back(
    door: Door, settings: Settings
) -> None:
    ended, asked = door.conversations.start("web"), door.conversations.start("web")
    requests.ask(settings.state, asked.id)
    ids = {ended.id, asked.id}
    await door.end(ended.token)
    keeper = Housekeeping(door, settings.state)
    await keeper.tidy()
    await door.close()
    await keeper.tidy()
    assert requests.erased(settings.state) == ids
