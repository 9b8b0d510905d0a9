"""What a channel sends of a reply: messages for now, and pages that wait for MORE."""

from __future__ import annotations

import msgspec

from signpost.register.loader import Register, RegisterError
from signpost.register.models import Bubble, Choice


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `choices` are what a channel with buttons shows under it."""

    text: str
    choices: tuple[Choice, ...] = ()
    # The same with the choices written out, for when buttons are refused.
    plain: str = ""


class Sheets(msgspec.Struct, frozen=True):
    """The messages of a reply, in order; `later` is sent page by page when asked for more."""

    now: list[Sheet]
    later: list[Sheet] = []


def numbered(choices: list[Choice]) -> str:
    """Choices to be answered by number or by their words."""
    return "\n".join(f"{number} {choice.title}" for number, choice in enumerate(choices, start=1))


def is_card(bubble: Bubble) -> bool:
    """Whether a bubble is a service or a team, shown under the words that name it."""
    return bubble.kind == "card"


def short_form(register: Register | None, name: str) -> str:
    """The SMS form of what `name` ("advice.sextortion/child") stands for; "" where it has none."""
    entry_id, _, audience = name.partition("/")
    if register is None or "/" in audience:  # what comes after "more" and "report" has none
        return ""
    try:
        entry = register.entry(entry_id)
        variants = {str(known): words for known, words in entry.variants.items()}
        variant = variants.get(audience) or entry.variants[entry.default]
        return register.resolve(variant.sms).strip()
    except RegisterError:
        return ""
