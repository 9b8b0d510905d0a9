"""Rasa without servers: the trained model and the custom actions in one process.

The evaluation and the conversation tests use it. The action endpoint is replaced at the point
where Rasa would make its HTTP request, so everything on both sides of that is the real thing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from signpost.door.rasa import Answer
from signpost.rasa import patches
from signpost.rasa.channel import run_turn
from signpost.rasa.nlg import RegisterNLG
from signpost.register.models import Reply


class InProcessActions(EndpointConfig):  # type: ignore[misc]
    """Runs an action call here instead of posting it to the action server."""

    def __init__(self) -> None:
        super().__init__(url="in-process")
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, **kwargs: Any) -> Any:
        # Through JSON both ways, as over the network: neither side may change the other's objects,
        # and numpy's strings become plain ones.
        result = await self._executor.run(json.loads(json.dumps(kwargs["json"])))
        return json.loads(json.dumps(result))


class InProcessRasa:
    """Answers as `signpost.door.rasa.HttpRasa` does, from a model file."""

    def __init__(self, model: Path) -> None:
        patches.apply()
        self._store = InMemoryTrackerStore(Domain.empty())
        self._agent = Agent(
            generator=None,
            tracker_store=self._store,
            lock_store=InMemoryLockStore(),
            action_endpoint=InProcessActions(),
        )
        self._agent.load_model(str(model))
        domain = self._agent.domain
        self._agent.tracker_store.domain = domain
        self._agent.nlg = RegisterNLG(domain=domain)
        self._agent.processor.nlg = self._agent.nlg

    async def ask(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> Answer:
        replies, events = await run_turn(self._agent, conversation, text, dict(metadata))
        return Answer([msgspec.convert(reply, Reply) for reply in replies], events)

    async def erase(self, conversation: str) -> None:
        self._store.store.pop(conversation, None)

    async def ready(self) -> bool:
        return bool(self._agent.is_ready())
