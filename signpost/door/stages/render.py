"""Stage 5, render: the words of this turn, and the standing safety line."""

from __future__ import annotations

import structlog

from signpost.door import last_resort
from signpost.door.conversations import Conversation
from signpost.door.turn import Turn
from signpost.edition import Edition, Editions
from signpost.register.loader import RegisterError
from signpost.register.models import Bubble, Reply
from signpost.register.render import render_entry

log = structlog.get_logger()

# Entries that never stand without the emergency line: somebody was not understood or not helped.
NEEDS_TAIL = frozenset(
    {
        "conversation.choices_lead", "conversation.not_sure", "conversation.out_of_scope",
        "conversation.correct", "conversation.empty", "conversation.unreadable",
        "conversation.resource_unknown", "conversation.nothing_more", "conversation.no_report",
        "conversation.feedback", "conversation.switched_off",
    }
)  # fmt: skip
SWITCHED_OFF = "conversation.switched_off"
_FAULTS = {"unavailable": "trouble", "silent": "trouble", "busy": "busy"}


class Render:
    """Turns what the stages found into the reply. Never fails: there is always the last resort."""

    def __init__(self, editions: Editions, last_resort_text: str) -> None:
        self._editions = editions
        self._last_resort = last_resort_text

    def crisis(self, turn: Turn) -> Reply:
        """The reply that the floor asked for, or the last resort."""
        found = turn.assessment
        if found is None or found.reply is None:
            return self.last_resort()
        reply = self.entry(found.reply, self._audience(turn), turn.edition)
        if not reply.bubbles or reply.bubbles[0].entry == last_resort.ENTRY:
            return reply
        reply.route = found.route or reply.route
        reply.check_in = found.level == "check_in"
        return reply

    def in_place_of_the_model(self, turn: Turn) -> Reply | None:
        """The check-in for what the floor was not sure of, when the second net did not answer."""
        if turn.answer is not None and not turn.fault:
            return None
        entry = turn.assessment.check_in if turn.assessment else None
        return self.entry(entry, self._audience(turn), turn.edition) if entry else None

    def ordinary(self, turn: Turn) -> Reply:
        """The reply of an ordinary turn, with the safety line where one belongs."""
        reply = self._answer(turn)
        escalates = reply.route is not None or reply.check_in
        if turn.problem == "too_long" and turn.answer is not None and not escalates:
            reply = _joined(self.entry("conversation.too_long"), reply)
        if turn.assessment is None:
            reply = _joined(self.last_resort(), reply)
        return self._with_safety_line(turn.conversation, reply)

    def notice(self, conversation: Conversation, name: str) -> Reply:
        """An entry that answers no turn, such as the one about pictures."""
        return self._with_safety_line(conversation, self.entry(name))

    def entry(
        self, name: str, audience: str | None = None, edition: Edition | None = None
    ) -> Reply:
        """An entry's words, or the last resort when the register has none."""
        register = (edition or self._editions.current).register
        if register is None:
            return self.last_resort()
        try:
            return render_entry(register, name, audience)
        except RegisterError:
            log.error("register.entry_missing", entry=name)
            return self.last_resort()

    def switched_off(self) -> Reply:
        """What a conversation opens with while the bot is off."""
        reply = self.entry(SWITCHED_OFF)
        line = self.entry("conversation.safety_tail")
        reply.bubbles += [_standing(bubble) for bubble in line.bubbles]
        return reply

    def last_resort(self) -> Reply:
        """999, CEOP, Childline and Samaritans, whatever else is broken."""
        return last_resort.reply(self._last_resort)

    def _answer(self, turn: Turn) -> Reply:
        in_place = self.in_place_of_the_model(turn)
        if in_place is not None:
            return in_place
        if turn.fault == "off":
            return self.entry(SWITCHED_OFF)
        if turn.problem in ("empty", "unreadable"):
            return self.entry(f"conversation.{turn.problem}")
        if turn.fault:
            return self.entry(f"conversation.{_FAULTS[turn.fault]}")
        return turn.answer or self.entry("conversation.trouble")

    def _with_safety_line(self, conversation: Conversation, reply: Reply) -> Reply:
        if reply.route is not None or reply.check_in:
            return reply
        if conversation.in_crisis:
            line = self.entry("conversation.standing_line")
        elif any(bubble.entry.split("/")[0] in NEEDS_TAIL for bubble in reply.bubbles):
            line = self.entry("conversation.safety_tail")
        else:
            return reply
        reply.bubbles += [_standing(bubble) for bubble in line.bubbles]
        return reply

    @staticmethod
    def _audience(turn: Turn) -> str | None:
        """Who reads a crisis reply: the one who writes, else a child."""
        speaker = turn.assessment.speaker if turn.assessment else "unknown"
        return speaker if speaker != "unknown" else turn.conversation.audience


def _standing(bubble: Bubble) -> Bubble:
    return Bubble(entry=bubble.entry, text=bubble.text, links=bubble.links, kind="standing")


def _joined(first: Reply, second: Reply) -> Reply:
    return Reply(
        bubbles=[*first.bubbles, *second.bubbles],
        choices=second.choices,
        route=first.route or second.route,
        check_in=first.check_in or second.check_in,
    )
