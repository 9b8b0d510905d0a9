"""Telegram, by the Bot API and its webhook with a secret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import httpx
from starlette.responses import JSONResponse, Response

from signpost.door.channels.channel import (
    Channel,
    Order,
    Refused,
    Request,
    Unreadable,
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

SECRET = "x-telegram-bot-api-secret-token"
API = "https://api.telegram.org"
CHARACTERS = 4096
CALLBACK_BYTES = 64
FORM = apps.Form(
    characters=CHARACTERS,
    characters_with_buttons=CHARACTERS - 600,  # room for the choices written out
    buttons=10,
    button_characters=64,
    length=apps.utf16,
)
_UPDATES = (
    *("message", "edited_message", "channel_post", "edited_channel_post"),
    *("business_message", "edited_business_message"),
)
_PICTURES = frozenset(
    ("photo", "video", "video_note", "animation", "document", "paid_media", "story")
)
# What is not content: the envelope of a message, and Telegram's own notes of what happened.
_ENVELOPE = frozenset(
    (
        *("message_id", "message_thread_id", "from", "sender_chat", "sender_boost_count", "date"),
        *(
            "sender_business_bot",
            "business_connection_id",
            "chat",
            "forward_origin",
            "forward_date",
        ),
        *("forward_from", "forward_from_chat", "forward_sender_name", "is_topic_message"),
        *("is_automatic_forward", "reply_to_message", "external_reply", "quote", "reply_to_story"),
        *("via_bot", "edit_date", "has_protected_content", "is_from_offline", "media_group_id"),
        *("author_signature", "text", "entities", "link_preview_options", "effect_id", "caption"),
        *("caption_entities", "show_caption_above_media", "has_media_spoiler", "reply_markup"),
        *("new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo"),
        *("delete_chat_photo", "group_chat_created", "supergroup_chat_created"),
        *("channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id"),
        *("migrate_from_chat_id", "pinned_message", "write_access_allowed", "connected_website"),
        *("boost_added", "chat_background_set", "forum_topic_created", "forum_topic_edited"),
        *("forum_topic_closed", "forum_topic_reopened", "video_chat_scheduled"),
        *("video_chat_started", "video_chat_ended", "video_chat_participants_invited"),
    )
)


class Telegram(Channel):
    """Private chats; in a group only a crisis is answered."""

    name: ClassVar[str] = "telegram"
    path: ClassVar[str] = "/webhooks/telegram"

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.telegram_secret
        self._base = f"{settings.telegram_api.rstrip('/')}/bot{settings.telegram_token}"

    def verify(self, request: Request) -> None:
        require(request.headers.get(SECRET), self._secret)

    def read(self, request: Request) -> list[Message]:
        update = json_object(request.body)
        if "update_id" not in update:
            raise Unreadable("no update_id")
        identity = str(update["update_id"])
        pressed = mapping(update.get("callback_query"))
        if pressed:
            return _pressed(identity, pressed)
        return [
            message
            for name in _UPDATES
            if (message := _message(identity, mapping(update.get(name))))
        ]

    def render(self, words: SmsWords, reply: Reply) -> Sheets:
        return apps.render(FORM, reply)

    def orders(self, address: str, sheet: Sheet) -> list[Order]:
        url = f"{self._base}/sendMessage"
        plain = Order(url=url, json=_text(address, sheet.plain or sheet.text))
        fitting = all(len(each.intent.encode()) <= CALLBACK_BYTES for each in sheet.choices)
        if not sheet.choices or not fitting:
            return [plain]
        keyboard = [
            [{"text": choice.title, "callback_data": choice.intent}] for choice in sheet.choices
        ]
        rich = {**_text(address, sheet.text), "reply_markup": {"inline_keyboard": keyboard}}
        return [Order(url=url, json=rich), plain]

    def check(self, answer: httpx.Response) -> None:
        if answer.status_code < 300:
            return
        try:
            told = mapping(mapping(answer.json()).get("parameters")).get("retry_after", 0)
        except ValueError:
            told = 0
        try:
            refuse_by_status(answer)
        except Refused as refused:
            if isinstance(told, (int, float)):
                refused.retry_after = max(refused.retry_after, float(told))
            raise

    def receipt(self, receipt: str) -> Order | None:
        return Order(url=f"{self._base}/answerCallbackQuery", json={"callback_query_id": receipt})

    def say_in_response(self, address: str, sheets: Sequence[Sheet]) -> Response | None:
        # Telegram takes one call in the answer to its own: the first words are the ones that count.
        first = sheets[0]
        call = {"method": "sendMessage", **_text(address, first.plain or first.text)}
        return JSONResponse(call)


def _text(address: str, text: str) -> dict[str, Any]:
    """Plain text without a preview: a picture of a helpline's page draws looks."""
    return {"chat_id": address, "text": text, "link_preview_options": {"is_disabled": True}}


def _message(identity: str, message: dict[str, Any]) -> Message | None:
    chat = mapping(message.get("chat"))
    address = chat.get("id")
    if not isinstance(address, int):
        return None
    media = _media(message)
    typed = words_of(message.get("text"), message.get("caption"))
    along = words_of(*_quoted(message), *_written_on(message), aside=True)
    if not typed and media is None:
        if "text" not in message:
            return None  # a note of Telegram's, such as "a message was pinned"
        typed = (Part(text=""),)
    return Message(
        id=identity,
        address=str(address),
        parts=(*typed, *along),
        media=media,
        album=str(message.get("media_group_id", "")),
        only_crisis=chat.get("type", "private") != "private",
    )


def _media(message: dict[str, Any]) -> Media | None:
    """What came beside the words; what Telegram invents next counts, too."""
    content = set(message) - _ENVELOPE
    if content & _PICTURES:
        return "picture"
    return "other" if content else None


def _quoted(message: dict[str, Any]) -> list[object]:
    """What the person quotes, unless it is our own words."""
    reply = mapping(message.get("reply_to_message"))
    if mapping(reply.get("from")).get("is_bot"):
        return []
    return [mapping(message.get("quote")).get("text"), reply.get("text"), reply.get("caption")]


def _written_on(message: dict[str, Any]) -> list[object]:
    """The words on a poll, a place or a list."""
    poll, venue = mapping(message.get("poll")), mapping(message.get("venue"))
    tasks = mapping(message.get("checklist"))
    return [
        *(poll.get("question"), *(each.get("text") for each in items(poll.get("options")))),
        *(venue.get("title"), venue.get("address"), tasks.get("title")),
        *(each.get("text") for each in items(tasks.get("tasks"))),
    ]


def _pressed(identity: str, pressed: dict[str, Any]) -> list[Message]:
    """A button: its text is what was said, its data what it stands for."""
    message = mapping(pressed.get("message"))
    chat = mapping(message.get("chat"))
    data = pressed.get("data")
    rows = mapping(message.get("reply_markup")).get("inline_keyboard")
    buttons = [button for row in rows or [] for button in items(row)]
    title = next((each.get("text") for each in buttons if each.get("callback_data") == data), "")
    if not isinstance(chat.get("id"), int) or not isinstance(data, str):
        return []
    return [
        Message(
            id=identity,
            address=str(chat["id"]),
            parts=(Part(text=str(title), choice=data),),
            only_crisis=chat.get("type", "private") != "private",
            receipt=str(pressed.get("id", "")),
        )
    ]
