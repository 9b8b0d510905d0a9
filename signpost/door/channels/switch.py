"""Which channels are on, and in one sentence each why the others are not."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from signpost.door.channels.channel import Channel
from signpost.door.channels.messenger import Messenger
from signpost.door.channels.sms import Sms
from signpost.door.channels.telegram import Telegram
from signpost.door.channels.whatsapp import WhatsApp
from signpost.privacy.keys import SHORTEST_SECRET
from signpost.settings import PREFIX, Settings, SettingsError

_ACCOUNT = ("twilio_account_sid", "twilio_auth_token", "public_url")
# Each channel with the settings that it needs.
CHANNELS: tuple[tuple[type[Channel], Callable[[Settings], Channel], tuple[str, ...]], ...] = (
    (Sms, Sms, (*_ACCOUNT, "twilio_sms_from")),
    (WhatsApp, WhatsApp, (*_ACCOUNT, "twilio_whatsapp_from")),
    (
        Messenger,
        Messenger,
        ("messenger_app_secret", "messenger_page_token", "messenger_verify_token"),
    ),
    (Telegram, Telegram, ("telegram_token", "telegram_secret")),
)
_LOOPBACK = ("http://127.0.0.1", "http://localhost")


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One channel: on, or off and why."""

    name: str
    path: str
    on: bool
    why: str = ""

    def __str__(self) -> str:
        if self.on:
            return f"the {self.name} channel is on, at {self.path}"
        return f"the {self.name} channel is off: {self.why}"


def states(settings: Settings) -> list[State]:
    """Every channel, on or off."""
    return [_state(settings, kind, needs) for kind, _, needs in CHANNELS]


def told(settings: Settings) -> list[str]:
    """What is said at the start: a sentence for each channel, one for all when none is set."""
    found = states(settings)
    if any(getattr(settings, name) for _, _, needs in CHANNELS for name in needs):
        forgets = any(state.on for state in found) and not settings.opt_out_key
        warning = f"without {_variable('opt_out_key')} the next start forgets who said STOP"
        return [*map(str, found), *([warning] if forgets else [])]
    return ["the messaging channels are off; docs/channels says how to turn one on"]


def open_channels(settings: Settings) -> list[Channel]:
    """The channels that are on. Raises `SettingsError` as `check` does."""
    check(settings)
    on = {state.name for state in states(settings) if state.on}
    return [make(settings) for kind, make, _ in CHANNELS if kind.name in on]


def check(settings: Settings) -> None:
    """Raise `SettingsError` for settings with which no channel may run."""
    if not any(state.on for state in states(settings)):
        return
    for name in ("twilio_api", "messenger_api", "telegram_api", "public_url"):
        address = getattr(settings, name)
        if address and not address.startswith(("https://", *_LOOPBACK)):
            raise SettingsError(
                f"{_variable(name)} is '{address}', but must begin with https://: what people "
                "write would travel for everybody to read."
            )
    needed = settings.mode == "live" or settings.opt_out_key
    if needed and len(settings.opt_out_key) < SHORTEST_SECRET:
        raise SettingsError(
            f"{_variable('opt_out_key')} is missing or shorter than {SHORTEST_SECRET} characters: "
            "without it the people who said STOP would be forgotten at the next start. "
            "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    for kind, make, _ in CHANNELS:
        if _is_on(settings, kind):
            make(settings)  # refuses settings in a wrong form


def _state(settings: Settings, kind: type[Channel], needs: tuple[str, ...]) -> State:
    missing = [name for name in needs if not getattr(settings, name)]
    given = [name for name in needs if getattr(settings, name)]
    if missing:
        names = ", ".join(_variable(name) for name in missing)
        why = f"{'still missing' if given else 'not set'}: {names}"
    elif settings.mode == "live" and not settings.dpia_signed:
        why = (
            f"live mode needs a signed data protection impact assessment; "
            f"{_variable('dpia_signed')} says where it is kept"
        )
    else:
        return State(name=kind.name, path=kind.path, on=True)
    return State(name=kind.name, path=kind.path, on=False, why=why)


def _is_on(settings: Settings, kind: type[Channel]) -> bool:
    return any(state.on for state in states(settings) if state.name == kind.name)


def _variable(name: str) -> str:
    return PREFIX + name.upper()
