"""Rasa's words come from the register: `nlg: type:` in endpoints.yml names this class."""

from __future__ import annotations

from typing import Any

import msgspec
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from signpost import edition
from signpost.edition import Editions
from signpost.register.loader import Register, RegisterError
from signpost.register.models import Choice, Reply
from signpost.register.render import render_entry, render_service


class RegisterNLG(NaturalLanguageGenerator):  # type: ignore[misc]
    """Renders register entries.

    An action says `utter_message(response="utter_advice", entry="advice.cyberbullying")`; without
    an entry the response's name says it (`entry_of`). What comes back holds `text` for the shell
    and the tracker, and under `custom` the `Reply`.
    """

    def __init__(
        self,
        endpoint_config: EndpointConfig | None = None,
        domain: Domain | None = None,
        register: Register | None = None,
    ) -> None:
        self._editions = Editions.of(register) if register else edition.shared()

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """The message for a response name, or None when there is nothing to say."""
        try:
            reply = self._render(utter_action, tracker, kwargs)
        except RegisterError:
            # The action server may have taken up a new bundle a moment before this process.
            if not self._editions.refresh():
                raise
            reply = self._render(utter_action, tracker, kwargs)
        if not reply.bubbles and not reply.choices:
            return None
        return {"text": reply.text(), "custom": {"reply": msgspec.to_builtins(reply)}}

    def _render(
        self, utter_action: str, tracker: DialogueStateTracker, order: dict[str, Any]
    ) -> Reply:
        register = self._editions.register
        audience = (
            order.get("audience")
            or tracker.get_slot("audience")
            or tracker.get_slot("audience_guess")
        )
        if "service" in order:
            reply = render_service(register, order["service"])
        else:
            entry = order.get("entry") or entry_of(utter_action)
            reply = render_entry(register, entry, audience, order.get("part", "answer"))
        concerns = [
            Choice(title=register.entry(f"advice.{concern}").title, intent=concern)
            for concern in order.get("concerns", [])
        ]
        reply.choices = [*concerns, *reply.choices]
        return reply


def entry_of(response: str) -> str:
    """The register entry that a response's name stands for.

    "utter_crisis_check_in" is crisis.check_in, "utter_greet" is conversation.greet. Rasa builds
    this class before it has read the domain, so the domain cannot be asked; a test holds the two
    together.
    """
    name = response.removeprefix("utter_")
    if name.startswith("crisis_"):
        return f"crisis.{name.removeprefix('crisis_')}"
    return f"conversation.{name}"
