"""People at the other end of each channel: what they do, as the provider's webhook tells it."""

from __future__ import annotations

import hmac
import itertools
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import msgspec
from twilio.request_validator import RequestValidator

from tests.door.channels import providers
from tests.door.channels.providers import AUTH, SID, SMS_FROM, WHATSAPP_FROM, Provider, Taken

PUBLIC = "https://signpost.example.org"
APP_SECRET, VERIFY_TOKEN, TELEGRAM_SECRET = "app-secret", "verify-token", "webhook-secret"
_numbers = itertools.count(1)


class Hook(msgspec.Struct, frozen=True):
    """A webhook: where it goes, its bytes, its headers."""

    path: str
    body: bytes
    headers: dict[str, str]


class Driver:
    """One channel from outside. `person` is one of several people, by number."""

    name: str
    provider: type[Provider]
    # Whether a reply can go out in the answer to the webhook.
    in_response: bool

    def address(self, person: int = 1) -> str:
        """How the provider names a person."""
        raise NotImplementedError

    def settings(self, url: str) -> dict[str, str]:
        """The settings that turn the channel on, with its provider at `url`."""
        raise NotImplementedError

    def says(self, text: str, person: int = 1, *, id: str | None = None) -> Hook:
        """A typed message."""
        return self.batch([text], person, id=id)[0]

    def batch(self, texts: list[str], person: int = 1, *, id: str | None = None) -> list[Hook]:
        """Messages at once, in as few webhooks as the provider makes of them."""
        raise NotImplementedError

    def sends_picture(self, caption: str, person: int = 1) -> Hook:
        raise NotImplementedError

    def presses(self, choice: str, title: str, person: int = 1) -> Hook:
        """A button or a row of a list."""
        raise NotImplementedError

    def blank_fields(self, text: str, person: int = 1) -> Hook:
        """A message among fields that are there and empty."""
        raise NotImplementedError

    def forged(self, hook: Hook) -> Hook:
        """The same webhook with a signature of somebody else's."""
        raise NotImplementedError

    def unsigned(self, hook: Hook) -> Hook:
        """The same webhook without any signature."""
        return Hook(hook.path, hook.body, {})


class OnTwilio(Driver):
    provider = providers.Twilio
    in_response = True
    prefix = ""
    to = SMS_FROM

    def address(self, person: int = 1) -> str:
        return f"{self.prefix}+4477009{person:05d}"

    def settings(self, url: str) -> dict[str, str]:
        return {
            "public_url": PUBLIC,
            "twilio_account_sid": SID,
            "twilio_auth_token": AUTH,
            "twilio_api": url,
        }

    def hook(self, fields: dict[str, str], person: int, id: str | None = None) -> Hook:
        whole = {
            "MessageSid": id or f"SM{next(_numbers):032d}",
            "AccountSid": SID,
            "From": self.address(person),
            "To": self.prefix + self.to,
            "NumMedia": "0",
            **fields,
        }
        path = f"/webhooks/twilio/{self.name}"
        signature = RequestValidator(AUTH).compute_signature(PUBLIC + path, whole)
        return Hook(path, urlencode(whole).encode(), {"X-Twilio-Signature": signature})

    def batch(self, texts: list[str], person: int = 1, *, id: str | None = None) -> list[Hook]:
        return [self.hook({"Body": text}, person, id) for text in texts]

    def sends_picture(self, caption: str, person: int = 1) -> Hook:
        picture = {
            "NumMedia": "1",
            "MediaContentType0": "image/jpeg",
            "MediaUrl0": "http://127.0.0.1:9/never-fetched",
        }
        return self.hook({"Body": caption, **picture}, person)

    def blank_fields(self, text: str, person: int = 1) -> Hook:
        blank = {"FromCity": "", "FromState": "", "ToZip": "", "Body": text, "Label": ""}
        return self.hook(blank, person)

    def forged(self, hook: Hook) -> Hook:
        wrong = RequestValidator("another token").compute_signature(PUBLIC + hook.path, {})
        return Hook(hook.path, hook.body, {"X-Twilio-Signature": wrong})


class Sms(OnTwilio):
    name = "sms"

    def settings(self, url: str) -> dict[str, str]:
        return {**super().settings(url), "twilio_sms_from": SMS_FROM}

    def presses(self, choice: str, title: str, person: int = 1) -> Hook:
        # There are no buttons: the words are typed.
        return self.says(title, person)


class WhatsApp(OnTwilio):
    name = "whatsapp"
    prefix = "whatsapp:"
    to = WHATSAPP_FROM

    def settings(self, url: str) -> dict[str, str]:
        return {
            **super().settings(url),
            "twilio_whatsapp_from": WHATSAPP_FROM,
            "whatsapp_choices": "buttons-3=HXbuttons3, list-4=HXlist4",
        }

    def presses(self, choice: str, title: str, person: int = 1) -> Hook:
        row = {"ListId": choice, "ListTitle": title, "MessageType": "interactive"}
        return self.hook({"Body": title, **row}, person)


class Messenger(Driver):
    name = "messenger"
    provider = providers.Meta
    in_response = False

    def address(self, person: int = 1) -> str:
        return f"2400{person:05d}"

    def settings(self, url: str) -> dict[str, str]:
        return {
            "messenger_app_secret": APP_SECRET,
            "messenger_page_token": providers.PAGE_TOKEN,
            "messenger_verify_token": VERIFY_TOKEN,
            "messenger_api": url,
        }

    def event(self, person: int, **event: Any) -> dict[str, Any]:
        return {
            "sender": {"id": self.address(person)},
            "recipient": {"id": "PAGE"},
            "timestamp": next(_numbers),
            **event,
        }

    def message(self, person: int, id: str | None = None, **message: Any) -> dict[str, Any]:
        return self.event(person, message={"mid": id or f"m_{next(_numbers)}", **message})

    def hook(self, events: list[dict[str, Any]]) -> Hook:
        entry = {"id": "PAGE", "time": next(_numbers), "messaging": events}
        body = msgspec.json.encode({"object": "page", "entry": [entry]})
        return Hook("/webhooks/messenger", body, {"X-Hub-Signature-256": sign(body)})

    def batch(self, texts: list[str], person: int = 1, *, id: str | None = None) -> list[Hook]:
        return [self.hook([self.message(person, id, text=text) for text in texts])]

    def sends_picture(self, caption: str, person: int = 1) -> Hook:
        picture = {"type": "image", "payload": {"url": "http://127.0.0.1:9/never-fetched"}}
        return self.hook([self.message(person, text=caption, attachments=[picture])])

    def presses(self, choice: str, title: str, person: int = 1) -> Hook:
        return self.hook([self.message(person, text=title, quick_reply={"payload": choice})])

    def blank_fields(self, text: str, person: int = 1) -> Hook:
        return self.hook([self.message(person, text=text, attachments=[], nlp={}, reply_to=None)])

    def forged(self, hook: Hook) -> Hook:
        return Hook(hook.path, hook.body, {"X-Hub-Signature-256": sign(hook.body, "another")})


def sign(body: bytes, secret: str = APP_SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


class Telegram(Driver):
    name = "telegram"
    provider = providers.Telegram
    in_response = True

    def address(self, person: int = 1) -> str:
        return str(600_000 + person)

    def settings(self, url: str) -> dict[str, str]:
        return {
            "telegram_token": providers.BOT_TOKEN,
            "telegram_secret": TELEGRAM_SECRET,
            "telegram_api": url,
        }

    def hook(self, id: str | None = None, **update: Any) -> Hook:
        body = msgspec.json.encode({"update_id": int(id or next(_numbers)), **update})
        secret = {"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
        return Hook("/webhooks/telegram", body, secret)

    def message(self, person: int, **content: Any) -> dict[str, Any]:
        return {
            "message_id": next(_numbers),
            "from": {"id": int(self.address(person)), "is_bot": False, "first_name": "Sam"},
            "chat": {"id": int(self.address(person)), "type": "private", "first_name": "Sam"},
            "date": 1_800_000_000,
            **content,
        }

    def batch(self, texts: list[str], person: int = 1, *, id: str | None = None) -> list[Hook]:
        return [self.hook(id, message=self.message(person, text=text)) for text in texts]

    def sends_picture(self, caption: str, person: int = 1) -> Hook:
        photo = [{"file_id": "x", "file_unique_id": "y", "width": 90, "height": 90}]
        return self.hook(message=self.message(person, photo=photo, caption=caption))

    def presses(self, choice: str, title: str, person: int = 1) -> Hook:
        keyboard = [[{"text": title, "callback_data": choice}]]
        message = self.message(person, text="?", reply_markup={"inline_keyboard": keyboard})
        pressed = {"id": "77", "from": message["from"], "message": message, "data": choice}
        return self.hook(callback_query=pressed)

    def blank_fields(self, text: str, person: int = 1) -> Hook:
        return self.hook(
            message=self.message(person, text=text, caption="", entities=[]), edited_message=None
        )

    def forged(self, hook: Hook) -> Hook:
        return Hook(hook.path, hook.body, {"X-Telegram-Bot-Api-Secret-Token": "another"})


DRIVERS: tuple[type[Driver], ...] = (Sms, WhatsApp, Messenger, Telegram)


def to(taken: list[Taken], address: str) -> list[str]:
    """The texts that one person got, in order."""
    return [each.text for each in taken if each.to == address]
