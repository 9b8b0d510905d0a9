"""The custom actions. Each reads a `State` from the tracker and says what the `Move` names.

No words here: an action only ever names register entries.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from signpost import dialogue, edition
from signpost.register.loader import Register


def read_state(tracker: Tracker) -> dialogue.State:
    """The part of the tracker that decisions rest on."""
    message = tracker.latest_message
    ranking = message.get("intent_ranking") or []
    return dialogue.State(
        intent=(message.get("intent") or {}).get("name") or "",
        text=message.get("text") or "",
        ranking=tuple(row["name"] for row in ranking),
        concern=tracker.get_slot("concern"),
        audience=tracker.get_slot("audience") or tracker.get_slot("audience_guess"),
        platform=tracker.get_slot("platform"),
        crisis=tracker.get_slot("crisis"),
        asked_audience=bool(tracker.get_slot("asked_audience")),
        beyond=next((row["confidence"] for row in ranking if row["name"] == "out_of_scope"), 0.0),
    )


class _Move(Action, ABC):
    """Runs one decision of `signpost.dialogue` and carries it out."""

    decide: Callable[[Register, dialogue.State], dialogue.Move]

    @abstractmethod  # the SDK registers every class that is not abstract
    def name(self) -> str:
        """The action's name in the domain."""

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        move = type(self).decide(edition.shared().register, read_state(tracker))
        for utterance in move.say:
            dispatcher.utter_message(response=utterance.response, **utterance.order)
        return [SlotSet(name, value) for name, value in move.slots.items()]


class ActionAdvise(_Move):
    decide = staticmethod(dialogue.advise)

    def name(self) -> str:
        return "action_advise"


class ActionTellAudience(_Move):
    decide = staticmethod(dialogue.tell_audience)

    def name(self) -> str:
        return "action_tell_audience"


class ActionMore(_Move):
    decide = staticmethod(dialogue.more)

    def name(self) -> str:
        return "action_more"


class ActionReportHow(_Move):
    decide = staticmethod(dialogue.report_how)

    def name(self) -> str:
        return "action_report_how"


class ActionCorrect(_Move):
    decide = staticmethod(dialogue.correct)

    def name(self) -> str:
        return "action_correct"


class ActionOfferChoices(_Move):
    decide = staticmethod(dialogue.offer_choices)

    def name(self) -> str:
        return "action_offer_choices"


class ActionBeyondScope(_Move):
    decide = staticmethod(dialogue.beyond_scope)

    def name(self) -> str:
        return "action_beyond_scope"


class ActionLookUp(_Move):
    decide = staticmethod(dialogue.look_up)

    def name(self) -> str:
        return "action_look_up"


class ActionStartAgain(_Move):
    decide = staticmethod(dialogue.start_again)

    def name(self) -> str:
        return "action_start_again"
