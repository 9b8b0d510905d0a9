"""A reply as each channel shows it, for staff to see: whole bubbles, or the messages of an app."""

from __future__ import annotations

import msgspec

from signpost.door import last_resort
from signpost.door.channels import messenger, telegram, whatsapp
from signpost.edition import Edition
from signpost.register.channels import segments, sms
from signpost.register.channels.sheets import Sheet, Sheets
from signpost.register.channels.sms import SmsWords, more_hint
from signpost.register.models import Bubble, Choice, Reply
from signpost.settings import Settings
from signpost.staff.talk.told import CHANNELS


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message of an app. `segments` holds the text of each SMS segment, else nothing."""

    text: str
    characters: int
    segments: list[str] = []
    choices: list[Choice] = []


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A reply on one channel: `bubbles` on the web, `messages` in an app.

    `later` are the pages that wait until somebody answers MORE. `choices` can be picked on every
    channel: as buttons, or by their number.
    """

    channel: str
    bubbles: list[Bubble] = []
    messages: list[Message] = []
    later: list[Message] = []
    choices: list[Choice] = []

    @property
    def segments(self) -> int:
        """SMS segments of what is sent at once."""
        return sum(len(each.segments) for each in self.messages)


def show(reply: Reply, channel: str, edition: Edition, settings: Settings) -> Shown:
    """`reply` as `channel` shows it. Raises `KeyError` for a channel that there is not."""
    if channel not in CHANNELS:
        raise KeyError(channel)
    if channel == "web":
        return Shown(channel=channel, bubbles=reply.bubbles, choices=reply.choices)
    sheets = _sheets(reply, channel, edition, settings)
    return Shown(
        channel=channel,
        messages=[_message(each, channel) for each in sheets.now],
        later=[_message(each, channel) for each in sheets.later],
        choices=reply.choices,
    )


def _sheets(reply: Reply, channel: str, edition: Edition, settings: Settings) -> Sheets:
    words = SmsWords(edition.register, more_hint(edition.register), last_resort.read_sms())
    if channel == "sms":
        return sms.render(words, reply)
    if channel == "whatsapp":
        return whatsapp.WhatsApp(settings).render(words, reply)
    kinds = {"messenger": messenger.Messenger, "telegram": telegram.Telegram}
    return kinds[channel](settings).render(words, reply)


def _message(sheet: Sheet, channel: str) -> Message:
    return Message(
        text=sheet.text,
        characters=len(sheet.text),
        segments=segments.split(sheet.text) if channel == "sms" else [],
        choices=list(sheet.choices),
    )
