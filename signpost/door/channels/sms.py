"""SMS over Twilio."""

from __future__ import annotations

from typing import ClassVar

from signpost.door.channels.channel import Order
from signpost.door.channels.twilio import Twilio
from signpost.register.channels import sms
from signpost.register.channels.sheets import Sheet, Sheets
from signpost.register.channels.sms import SmsWords
from signpost.register.models import Reply
from signpost.settings import Settings


class Sms(Twilio):
    """Plain texts, priced by the segment."""

    name: ClassVar[str] = "sms"
    path: ClassVar[str] = "/webhooks/twilio/sms"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._sender = settings.twilio_sms_from

    def render(self, words: SmsWords, reply: Reply) -> Sheets:
        return sms.render(words, reply)

    def orders(self, address: str, sheet: Sheet) -> list[Order]:
        # A messaging service is named by its own field.
        field = "MessagingServiceSid" if self._sender.startswith("MG") else "From"
        return [self.order(address, Body=sheet.text, **{field: self._sender})]
