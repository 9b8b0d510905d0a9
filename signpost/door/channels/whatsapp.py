"""WhatsApp over Twilio: formatted texts, and choices as buttons or a list.

Buttons are sent by Twilio's content templates, made once by hand (docs/channels/whatsapp.md) with
a variable for each text. Without them, and where a title is too long, choices are numbered.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from signpost.door.channels.channel import Order
from signpost.door.channels.twilio import CHARACTERS, Twilio
from signpost.register.channels import apps
from signpost.register.channels.sheets import Sheet, Sheets
from signpost.register.channels.sms import SmsWords
from signpost.register.models import Choice, Reply
from signpost.settings import Settings, SettingsError

BUTTONS, BUTTON_CHARACTERS = 3, 20
ITEMS, ITEM_CHARACTERS, DESCRIPTION_CHARACTERS = 10, 24, 72
WITH_BUTTONS = 1024


class WhatsApp(Twilio):
    """Replies within a day of the person's message; later the provider refuses them."""

    name: ClassVar[str] = "whatsapp"
    path: ClassVar[str] = "/webhooks/twilio/whatsapp"
    window: ClassVar[float] = 24 * 3600.0

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        sender = settings.twilio_whatsapp_from
        self._sender = sender if sender.startswith("whatsapp:") else f"whatsapp:{sender}"
        self._templates = templates(settings.whatsapp_choices)
        self._form = apps.Form(
            characters=CHARACTERS,
            characters_with_buttons=WITH_BUTTONS,
            buttons=max((int(name.rpartition("-")[2]) for name in self._templates), default=0),
            button_characters=DESCRIPTION_CHARACTERS,
            # A variable of a template is one line, and its fate is only known later.
            question_apart=True,
            bold=lambda text: f"*{text}*",
        )

    def render(self, words: SmsWords, reply: Reply) -> Sheets:
        return apps.render(self._form, reply)

    def orders(self, address: str, sheet: Sheet) -> list[Order]:
        plain = self.order(address, From=self._sender, Body=sheet.plain or sheet.text)
        named = kind(sheet.choices) if sheet.choices else ""
        if named not in self._templates:
            return [plain]
        buttons = self.order(
            address,
            From=self._sender,
            ContentSid=self._templates[named],
            ContentVariables=msgspec.json.encode(variables(sheet)).decode(),
        )
        return [buttons, plain]


def kind(choices: tuple[Choice, ...]) -> str:
    """Which template shows these choices: "buttons-3", or "list-4" for more or longer ones."""
    short = all(len(choice.title) <= BUTTON_CHARACTERS for choice in choices)
    return f"{'buttons' if short and len(choices) <= BUTTONS else 'list'}-{len(choices)}"


def variables(sheet: Sheet) -> dict[str, str]:
    """The variables of a template: 1 is the text; then a title and an id for each choice.

    In a list a title too long for its line becomes the number that may be answered, and the
    whole title stands under it: a third variable for each choice.
    """
    values = {"1": sheet.text}
    listed = kind(sheet.choices).startswith("list")
    for number, choice in enumerate(sheet.choices, start=1):
        fits = len(choice.title) <= ITEM_CHARACTERS
        row = [choice.title if fits or not listed else str(number), choice.intent]
        if listed:
            # A variable must not be empty: a short title stands twice.
            row.append(choice.title)
        for value in row:
            values[str(len(values) + 1)] = value
    return values


def templates(setting: str) -> dict[str, str]:
    """The templates of the setting "buttons-3=HX…,list-4=HX…". Raises `SettingsError`."""
    found: dict[str, str] = {}
    for each in filter(None, (part.strip() for part in setting.split(","))):
        name, _, sid = each.partition("=")
        group, _, count = name.partition("-")
        most = {"buttons": BUTTONS, "list": ITEMS}.get(group, 0)
        if not (count.isdigit() and 1 <= int(count) <= most and sid.startswith("HX")):
            raise SettingsError(
                f"SIGNPOST_WHATSAPP_CHOICES holds '{each}', but each part must look like "
                f"buttons-3=HX… (1 to {BUTTONS}) or list-4=HX… (1 to {ITEMS})."
            )
        found[name] = sid
    return found
