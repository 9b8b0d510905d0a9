"""Stage 6, deliver: to the real recipient, once; the conversation then remembers what was said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from signpost.door.conversations import Line
from signpost.door.turn import Turn
from signpost.register.models import Bubble, Reply

log = structlog.get_logger()

# Hands a reply to the person: into the HTTP response, or to a messaging provider.
Send = Callable[[Reply], Awaitable[None]]


class Deliver:
    """Sends the reply and records the outcome. A failed delivery is said, never swallowed."""

    async def run(self, turn: Turn, send: Send) -> bool:
        """Whether the reply was handed over."""
        try:
            await send(turn.reply)
        except Exception as error:  # noqa: BLE001 - a provider may fail in any way it likes
            log.error("delivery.failed", kind=type(error).__name__)
            return False
        _remember(turn)
        log.info(
            "turn",
            channel=turn.conversation.channel,
            route=turn.reply.route,
            check_in=turn.reply.check_in,
            fault=turn.fault,
            entries=[bubble.entry for bubble in turn.reply.bubbles],
        )
        return True


def _remember(turn: Turn) -> None:
    conversation = turn.conversation
    said = turn.choice.title if turn.choice else turn.redacted or turn.text
    if said and not turn.was_cleared:
        conversation.transcript.append(Line("user", Bubble(entry="", text=said)))
    conversation.transcript.extend(Line("bot", bubble) for bubble in turn.reply.bubbles)
    conversation.choices = turn.reply.choices
    if turn.reply.route is not None or turn.reply.check_in:
        conversation.in_crisis = True
