"""A patch is safe only while the code it replaces stays what it was."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
import rasa.core.actions.action as actions

from signpost.rasa import patches

# Taken from Rasa 3.6.21, before patching. Another value means: read Rasa's new code, then decide.
SOURCES = {
    "_validate_action_result": "f8cdb4be68123961",
    "run": "ccabf6f1160d527a",
}
ORIGINALS: dict[str, Callable[..., Any]] = {
    name: getattr(actions.RemoteAction, name) for name in SOURCES
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
