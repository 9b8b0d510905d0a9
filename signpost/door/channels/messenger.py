"""Facebook Messenger, by the Send API and signed webhooks."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any, ClassVar

import httpx

from signpost.door.channels.channel import (
    Channel,
    Order,
    Refused,
    Request,
    items,
    json_object,
    mapping,
    refuse_by_status,
    require,
)
from signpost.door.channels.message import Media, Message, Part, words_of
from signpost.register.channels import apps
from signpost.register.channels.sheets import Sheet, Sheets
from signpost.register.channels.sms import SmsWords
from signpost.register.models import Reply
from signpost.settings import Settings

SIGNATURE = "x-hub-signature-256"
API = "https://graph.facebook.com/v21.0"
CHARACTERS = 2000
BUTTONS, BUTTON_CHARACTERS = 13, 20
FORM = apps.Form(
    characters=CHARACTERS,
    characters_with_buttons=CHARACTERS - 400,  # room for the choices written out
    buttons=BUTTONS,
    button_characters=BUTTON_CHARACTERS,
)
# Errors of the Send API that pass: service down, too many calls, temporary trouble.
_PASSING = {1, 2, 4, 17, 32, 190, 341, 613, 1200, 80006}
_PICTURES = {"image", "video", "file"}


class Messenger(Channel):
    """A batch may hold several messages of several people; every one is read."""

    name: ClassVar[str] = "messenger"
    path: ClassVar[str] = "/webhooks/messenger"
    window: ClassVar[float] = 24 * 3600.0

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.messenger_app_secret.encode()
        self._verify_token = settings.messenger_verify_token
        self._token = settings.messenger_page_token
        self._url = f"{settings.messenger_api.rstrip('/')}/me/messages"

    def challenge(self, query: dict[str, str]) -> str:
        """The answer that proves to Meta that this address is ours. Raises `Forged`."""
        require(query.get("hub.verify_token"), self._verify_token)
        return query.get("hub.challenge", "")

    def verify(self, request: Request) -> None:
        # The digest is ours to choose: what the caller names before "=" must be this one.
        require(request.headers.get(SIGNATURE), sign(self._secret, request.body))

    def read(self, request: Request) -> list[Message]:
        update = json_object(request.body)
        events = [
            event
            for entry in items(update.get("entry"))
            for box in ("messaging", "standby")
            for event in items(entry.get(box))
        ]
        return [message for event in events if (message := _message(event))]

    def render(self, words: SmsWords, reply: Reply) -> Sheets:
        return apps.render(FORM, reply)

    def orders(self, address: str, sheet: Sheet) -> list[Order]:
        plain = self._order(address, {"text": sheet.plain or sheet.text})
        if not sheet.choices:
            return [plain]
        quick = [
            {"content_type": "text", "title": choice.title, "payload": choice.intent}
            for choice in sheet.choices
        ]
        return [self._order(address, {"text": sheet.text, "quick_replies": quick}), plain]

    def _order(self, address: str, message: dict[str, Any]) -> Order:
        return Order(
            url=self._url,
            json={
                "recipient": {"id": address},
                "messaging_type": "RESPONSE",
                "message": message,
            },
            headers={"Authorization": f"Bearer {self._token}"},
        )

    def check(self, answer: httpx.Response) -> None:
        if answer.status_code < 300:
            return
        try:
            error = mapping(mapping(answer.json()).get("error"))
        except ValueError:
            error = {}
        code = error.get("code")
        if isinstance(code, int) and (code in _PASSING or error.get("is_transient") is True):
            raise Refused(str(code), final=False)
        try:
            refuse_by_status(answer)
        except Refused as refused:
            refused.code = str(code or refused.code)
            raise


def sign(secret: bytes, body: bytes) -> str:
    """The signature of a body, as Meta writes it."""
    return "sha256=" + hmac.new(secret, body, sha256).hexdigest()


def _message(event: dict[str, Any]) -> Message | None:
    """The message of an event; None for receipts, reactions and what the page itself said."""
    sender = mapping(event.get("sender")).get("id")
    if not isinstance(sender, str):
        return None
    message, postback = mapping(event.get("message")), mapping(event.get("postback"))
    edit = mapping(event.get("message_edit"))
    if message and not message.get("is_echo"):
        return _typed(sender, message)
    if postback:
        return Message(
            id=str(postback.get("mid") or f"{sender}.{event.get('timestamp')}"),
            address=sender,
            parts=(
                Part(text=str(postback.get("title", "")), choice=_text(postback.get("payload"))),
            ),
        )
    if edit:
        identity = f"{edit.get('mid')}.{edit.get('num_edit')}"
        return Message(id=identity, address=sender, parts=words_of(edit.get("text")))
    return None


def _typed(sender: str, message: dict[str, Any]) -> Message:
    media = _media(message)
    text = message.get("text")
    choice = _text(mapping(message.get("quick_reply")).get("payload"))
    parts = words_of(text)
    if choice or (not parts and media is None):
        parts = (Part(text=str(text or ""), choice=choice),)
    along = words_of(
        *(each.get("title") for each in items(message.get("attachments"))),
        *(mapping(each.get("payload")).get("title") for each in items(message.get("attachments"))),
        mapping(message.get("reply_to")).get("text"),
        aside=True,
    )
    return Message(
        id=str(message.get("mid", "")), address=sender, parts=(*parts, *along), media=media
    )


def _media(message: dict[str, Any]) -> Media | None:
    kinds = {str(each.get("type")) for each in items(message.get("attachments"))}
    if message.get("sticker_id") or not kinds:
        return "other" if kinds else None
    sticker = any(
        "sticker_id" in mapping(each.get("payload")) for each in items(message["attachments"])
    )
    # A shared link comes as "fallback": its address is in the text.
    if kinds <= {"fallback"}:
        return None
    return "picture" if kinds & _PICTURES and not sticker else "other"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
