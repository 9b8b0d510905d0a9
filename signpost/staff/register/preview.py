"""A draft as each channel would show it: made by the same code that sends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from signpost.door import last_resort
from signpost.door.channels.messenger import Messenger
from signpost.door.channels.telegram import Telegram
from signpost.door.channels.whatsapp import WhatsApp
from signpost.register.channels import sms
from signpost.register.channels.segments import is_gsm7, segments
from signpost.register.channels.sheets import Sheet, Sheets
from signpost.register.channels.sms import SmsWords, more_hint
from signpost.register.loader import Register, RegisterError
from signpost.register.models import Council, Entry, Record, Reply, Service
from signpost.register.opening import UK
from signpost.register.render import contact_cards, render_entry, service_card
from signpost.settings import Settings

PARTS = {"answer": "The answer", "more": "“What else?”", "report": "“How do I report it?”"}


@dataclass(frozen=True)
class Message:
    """One message that goes out. `segments` is 0 on channels that do not count any."""

    text: str
    choices: list[str] = field(default_factory=list)
    segments: int = 0
    # Only sent when the person asks for MORE.
    is_later: bool = False
    # Whether it costs more because of letters that SMS has no short code for.
    is_dear: bool = False


@dataclass(frozen=True)
class Preview:
    """A reply, and what each channel makes of it."""

    reply: Reply
    channels: dict[str, list[Message]]


class Previews:
    """Renders records with the register that they stand in."""

    def __init__(self, settings: Settings, register: Register) -> None:
        self._settings = settings
        self._register = register
        self._words = SmsWords(register, more_hint(register), _last_resort(register))

    def of(self, record: Record, audience: str, part: str, now: datetime | None = None) -> Preview:
        """A record as it is shown to a reader; of an entry the part that is asked for."""
        reply = self._reply(record, audience, part, now or datetime.now(UK))
        return Preview(
            reply,
            {
                "SMS": _texts(sms.render(self._words, reply), counted=True),
                "WhatsApp": _texts(WhatsApp(self._settings).render(self._words, reply)),
                "Messenger": _texts(Messenger(self._settings).render(self._words, reply)),
                "Telegram": _texts(Telegram(self._settings).render(self._words, reply)),
            },
        )

    def _reply(self, record: Record, audience: str, part: str, now: datetime) -> Reply:
        if isinstance(record, Entry):
            return render_entry(self._register, record.id, audience, part, now)
        if isinstance(record, Service):
            return Reply(bubbles=[service_card(self._register, record, now)])
        if isinstance(record, Council) and record.id == self._register.council.id:
            roles = list(dict.fromkeys(team.role for team in record.contacts))
            return Reply(bubbles=contact_cards(self._register, roles, now))
        return Reply()


def parts_of(record: Record, audience: str) -> list[str]:
    """The parts that an entry has for a reader."""
    if not isinstance(record, Entry):
        return ["answer"]
    variant = record.variants.get(audience) or record.variants.get(record.default)  # type: ignore[call-overload]
    return ["answer", *(part for part in ("more", "report") if getattr(variant, part, None))]


def _texts(sheets: Sheets, *, counted: bool = False) -> list[Message]:
    both = [(sheet, False) for sheet in sheets.now] + [(sheet, True) for sheet in sheets.later]
    return [_message(sheet, is_later, counted=counted) for sheet, is_later in both]


def _message(sheet: Sheet, is_later: bool, *, counted: bool) -> Message:
    return Message(
        sheet.text,
        [choice.title for choice in sheet.choices],
        segments(sheet.text) if counted else 0,
        is_later,
        counted and not is_gsm7(sheet.text),
    )


def _last_resort(register: Register) -> str:
    try:
        return last_resort.sms_words(register)
    except (RegisterError, LookupError):
        return ""
