"""A patch is safe only while the code it replaces stays what it was."""

from __future__ import annotations

import hashlib
import inspect
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rasa.core.actions.action as actions
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from signpost.rasa import patches

# Taken from Rasa 3.6.21, before patching. Another value means: read Rasa's new code, then decide.
SOURCES = {
    "_validate_action_result": "f8cdb4be68123961",
    "run": "ccabf6f1160d527a",
    "session_scope": "6775e1ede3ec8d2d",
    "create_engine_kwargs": "dff5f092362096da",
}
ORIGINALS: dict[str, Callable[..., Any]] = {
    "_validate_action_result": actions.RemoteAction._validate_action_result,
    "run": actions.RemoteAction.run,
    "session_scope": SQLTrackerStore.session_scope,
    "create_engine_kwargs": patches._engine_kwargs,
}


@pytest.mark.parametrize("name", SOURCES)
def test_the_replaced_code_is_the_one_that_was_read(name: str) -> None:
    function = ORIGINALS[name]
    if function.__module__ == patches.__name__:
        pytest.fail("this test must be imported before the patches are applied")
    digest = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()
    assert digest[:16] == SOURCES[name]


def test_a_right_result_passes_and_a_wrong_one_is_refused() -> None:
    validate = patches._validate_action_result
    assert validate(None, {"events": [], "responses": [{"response": "utter_greet"}]})
    with pytest.raises(jsonschema.ValidationError, match="Failed to validate"):
        validate(None, {"events": [], "responses": "none"})


def test_a_hung_action_server_is_left_before_the_door_gives_up() -> None:
    from signpost.settings import Settings

    assert Settings().rasa_timeout > patches.ACTION_SECONDS


@pytest.mark.anyio
async def test_a_damaged_row_costs_one_conversation_its_memory_and_ends_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SQLTrackerStore, "session_scope", patches._session_scope)
    store = FailSafeTrackerStore(SQLTrackerStore(Domain.empty(), db=str(tmp_path / "tracker.db")))
    for name in ("damaged", "whole"):
        await store.save(DialogueStateTracker.from_events(name, [UserUttered("hello")]))
    with closing(sqlite3.connect(tmp_path / "tracker.db")) as connection, connection:
        connection.execute("UPDATE events SET data = '{\"ev' WHERE sender_id = 'damaged'")
    assert await store.retrieve("damaged") is None
    assert await store.retrieve("whole") is not None


def test_a_connection_to_postgresql_is_tried_first_and_nothing_lasts_for_ever() -> None:
    kwargs = patches._create_engine_kwargs("postgresql://user@host/name")
    assert kwargs["pool_pre_ping"] is True
    assert kwargs["connect_args"]["connect_timeout"] == patches.CONNECT_SECONDS
    assert "statement_timeout=3000" in kwargs["connect_args"]["options"]
    assert patches._create_engine_kwargs("sqlite:///x") == {}
