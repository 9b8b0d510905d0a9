"""Words that a person sends to the service rather than to the bot. Read after danger, never before.

The opt-out words are those that networks expect a text service to know.
"""

from __future__ import annotations

from typing import Literal

from signpost.door.stages.receive import clean

Keyword = Literal["stop", "start", "help", "more", "clear"]

_WORDS: dict[str, Keyword] = {
    **dict.fromkeys(
        ("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout",
         "opt out", "opt-out"),
        "stop",
    ),
    **dict.fromkeys(("start", "unstop"), "start"),
    **dict.fromkeys(("help", "info"), "help"),
    "more": "more",
    **dict.fromkeys(("clear", "start again"), "clear"),
}  # fmt: skip


def keyword(text: str, *, opted_out: bool = False) -> Keyword | None:
    """The keyword that a whole message is. "Yes" opens the line again only where it was closed."""
    words = clean(text).casefold().strip(" .!?'\"")
    if opted_out and words == "yes":
        return "start"
    return _WORDS.get(words)
