"""What Twilio SMS and Twilio WhatsApp share: the signature, the fields, the API, TwiML.

The signature is over the public address and every field, blank ones too, so the body is read as
it came and the address is the configured one: what a proxy says of it is not trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

import httpx
import structlog
from starlette.datastructures import ImmutableMultiDict
from starlette.responses import Response
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from signpost.door.channels.channel import (
    Channel,
    Forged,
    Order,
    Refused,
    Request,
    Unreadable,
    refuse_by_status,
)
from signpost.door.channels.message import Media, Message, Part, words_of
from signpost.register.channels.sheets import Sheet
from signpost.settings import Settings

log = structlog.get_logger()
SIGNATURE = "x-twilio-signature"
API = "https://api.twilio.com"
# Twilio's own limit for the body of a message on any channel.
CHARACTERS = 1600
Fields = ImmutableMultiDict[str, str]


class TwilioAccount:
    """The account that signs what comes in and is asked to send what goes out."""

    def __init__(self, settings: Settings) -> None:
        self.sid = settings.twilio_account_sid
        self.token = settings.twilio_auth_token
        self._validator = RequestValidator(self.token)
        self.messages = (
            f"{settings.twilio_api.rstrip('/')}/2010-04-01/Accounts/{self.sid}/Messages.json"
        )

    def verify(self, request: Request) -> None:
        """Raise `Forged` unless Twilio signed the request with our token."""
        given = request.headers.get(SIGNATURE)
        if not given:
            raise Forged("missing")
        if not self._validator.validate(request.url, fields(request.body), given):
            raise Forged("wrong")


def fields(body: bytes) -> Fields:
    """The fields of a form, blank ones and repeated ones kept: the signature covers them."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return ImmutableMultiDict(pairs)


class Twilio(Channel):
    """A channel of Twilio's; SMS and WhatsApp differ in what they can show."""

    def __init__(self, settings: Settings) -> None:
        self.account = TwilioAccount(settings)

    def verify(self, request: Request) -> None:
        self.account.verify(request)

    def read(self, request: Request) -> list[Message]:
        given = fields(request.body)
        identity = given.get("MessageSid") or given.get("SmsSid") or ""
        sender = given.get("From", "")
        if not identity or not sender:
            raise Unreadable("no MessageSid or no From")
        if given.get("OptOutType"):
            # Twilio has answered STOP itself and blocks this person: a crisis will not reach them.
            log.error("opt_out.by_provider", channel=self.name, kind=given["OptOutType"])
        media = media_of(given)
        return [Message(id=identity, address=sender, parts=_parts(given, media), media=media)]

    def check(self, answer: httpx.Response) -> None:
        if answer.status_code < 300:
            return
        try:
            code = str(answer.json().get("code", answer.status_code))
        except (ValueError, AttributeError):
            code = str(answer.status_code)
        try:
            refuse_by_status(answer)
        except Refused as refused:
            refused.code = code
            raise

    def order(self, address: str, **values: str) -> Order:
        """The request that sends a message to `address`."""
        return Order(
            url=self.account.messages,
            form={"To": address, **values},
            auth=(self.account.sid, self.account.token),
        )

    def acknowledge(self) -> Response:
        return twiml(MessagingResponse())

    def say_in_response(self, address: str, sheets: Sequence[Sheet]) -> Response | None:
        response = MessagingResponse()
        for sheet in sheets:
            response.message(sheet.plain or sheet.text)
        return twiml(response)


def twiml(response: object, status: int = 200) -> Response:
    """TwiML as Twilio wants it."""
    return Response(str(response), status_code=status, media_type="text/xml")


def media_of(given: Fields) -> Media | None:
    """What came beside the words."""
    kinds = [value for name, value in given.multi_items() if name.startswith("MediaContentType")]
    named = given.get("MessageType", "")
    if any(kind.startswith(("image/", "video/", "application/")) for kind in kinds):
        return "picture"
    if kinds or given.get("NumMedia", "0") not in ("", "0"):
        # A count without a kind: it may be a picture, and those words fit any file.
        return "other" if kinds else "picture"
    if given.get("Latitude") or named in ("location", "contacts", "audio", "sticker", "order"):
        return "other"
    return None


def _parts(given: Fields, media: Media | None) -> tuple[Part, ...]:
    """The words: what was typed or pressed, then what came along."""
    body = given.get("Body", "")
    choice = given.get("ButtonPayload") or given.get("ListId")
    along = words_of(
        *(given.get(name) for name in ("Label", "Address", "ReferralHeadline", "ReferralBody")),
        *(text for name in ("ButtonText", "ListTitle") if (text := given.get(name)) != body),
        aside=True,
    )
    if body.strip() or choice or media is None:
        return (Part(text=body or given.get("ButtonText", ""), choice=choice), *along)
    return along
