"""What the measures and their values are called to staff."""

from __future__ import annotations

from datetime import date

from signpost.counts.measures import RESOURCE
from signpost.register.loader import Register

# By measure: its heading, what is counted in it, and what its lines are.
HEADINGS = {
    "outcome": ("What the bot answered", "Each message once.", "Answer"),
    "concern": (
        "What the advice was about",
        "Messages that were answered with advice, each once.",
        "Concern",
    ),
    "audience": ("Who wrote", "As far as they said so. Each message once.", "Writer"),
    "channel": ("Where they wrote", "Each message once.", "Channel"),
    "hours": (
        "When they wrote",
        "Office hours are those of children's social care in the council's file, with bank "
        "holidays. Each message once.",
        "Time",
    ),
    "feedback": ("What people said of the answers", "Each opinion once.", "Opinion"),
}
_VALUES = {
    "999": "Escalated: 999 first",
    "CEOP": "Escalated: CEOP first",
    "both": "Escalated: 999 and CEOP",
    "check_in": "Check-in: are you safe?",
    "advice": "Advice or a service",
    "fallback": "Not understood: asked back",
    "out_of_scope": "Not about online safety",
    "talk": "Small talk and questions on the bot",
    "fault": "A fault: apology with 999",
    "off": "The bot was off",
    "child": "A child or young person",
    "parent": "A parent or carer",
    "professional": "A professional",
    "adult": "An adult about themselves",
    "unknown": "Not said",
    "office": "In office hours",
    "out_of_office": "Evenings, nights, weekends, holidays",
    "helpful": "It helped",
    "not_helpful": "It did not help",
    "web": "Website",
    "sms": "Text message",
    "whatsapp": "WhatsApp",
    "messenger": "Messenger",
    "telegram": "Telegram",
    "other": "Advice no longer in the register",
    RESOURCE: "A service, asked for by name",
}


def of(measure: str, value: str, register: Register | None) -> str:
    """A value in words; a concern by the title of its advice, a day by its date."""
    if measure == "day":
        day = date.fromisoformat(value)
        return f"{day:%a} {day.day} {day:%b}"
    if value in _VALUES:
        return _VALUES[value]
    entry = register.advice(value) if register and measure == "concern" else None
    return entry.title if entry else value.replace("_", " ")
