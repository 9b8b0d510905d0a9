"""The few places where Rasa's own code must be changed, each as small as it can be.

`tests/rasa/test_patches.py` holds the checksum of each patched function's source: when a Rasa
release changes one, that test fails and the patch is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import rasa.core.actions.action as actions
import rasa.core.tracker_store as tracker_store
from jsonschema import Draft7Validator, ValidationError

# Below the door's own limit for a turn, so that a hung action server frees the conversation's
# lock instead of holding it for Rasa's five minutes.
ACTION_SECONDS = 3.0
# libpq takes whole seconds, and 2 at least.
CONNECT_SECONDS = 2

_validator = Draft7Validator(actions.RemoteAction.action_response_format_spec())


def _validate_action_result(self: Any, result: dict[str, Any]) -> bool:
    """As Rasa's own, with the validator built once: it was over half of a turn's time."""
    error = next(iter(_validator.iter_errors(result)), None)
    if error is not None:
        raise ValidationError(f"{error.message}. Failed to validate Action server response.")
    return True


@contextmanager
def _session_scope(self: Any) -> Iterator[Any]:
    """As Rasa's own, but a ValueError is raised. Rasa takes each for a missing schema and ends
    the process: one damaged row in the database would take the bot down for everybody."""
    session = self.sessionmaker()
    try:
        tracker_store.ensure_schema_exists(session)
        yield session
    finally:
        session.close()


_engine_kwargs = tracker_store.create_engine_kwargs


def _create_engine_kwargs(url: Any) -> dict[str, Any]:
    """As Rasa's own; for PostgreSQL, a connection is tried before it is used, so that a restarted
    database costs nobody an answer, and neither connecting nor a statement may last for ever."""
    kwargs: dict[str, Any] = _engine_kwargs(url)
    if kwargs:
        chosen = kwargs.setdefault("connect_args", {})
        options = chosen.get("options", "")
        limit = f"-c statement_timeout={round(ACTION_SECONDS * 1000)}"
        chosen.update(connect_timeout=CONNECT_SECONDS, options=f"{options} {limit}".strip())
        kwargs["pool_pre_ping"] = True
    return kwargs


def apply() -> None:
    """Put the patches in place; harmless when done twice."""
    actions.RemoteAction._validate_action_result = _validate_action_result
    actions.DEFAULT_REQUEST_TIMEOUT = ACTION_SECONDS
    tracker_store.SQLTrackerStore.session_scope = _session_scope
    tracker_store.create_engine_kwargs = _create_engine_kwargs
