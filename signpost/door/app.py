"""Start the door: `python -m signpost.door.app`.

Whatever is broken besides the last-resort text, the door comes up: without a register or a floor
it answers every message with the last resort.
"""

from __future__ import annotations

import sys
from pathlib import Path

import structlog
import uvicorn
import yaml
from starlette.applications import Starlette

from signpost import logs
from signpost.crisis.floor import Floor, FloorError
from signpost.door import last_resort
from signpost.door.door import Door
from signpost.door.rasa import HttpRasa
from signpost.door.web import Page, Web
from signpost.register.loader import Register, RegisterError, load
from signpost.settings import Settings, SettingsError
from signpost.settings import load as load_settings

log = structlog.get_logger()
_CEOP = "https://www.ceop.police.uk/Safety-Centre/"
_NEUTRAL_SITE = "https://www.bbc.co.uk/weather"


def build(settings: Settings) -> Starlette:
    """The door's application, with everything it could load."""
    register = _register(settings)
    rasa = HttpRasa(
        settings.rasa_url,
        settings.rasa_token,
        settings.rasa_timeout,
        settings.breaker_failures,
        settings.breaker_seconds,
    )
    door = Door(
        settings,
        floor=_floor(settings),
        register=register,
        rasa=rasa,
        last_resort_text=last_resort.read(),
    )
    return Web(door, _page(settings, register), settings.request_bytes).app(rasa.close)


def _register(settings: Settings) -> Register | None:
    try:
        return load(settings.content, settings.council)
    except RegisterError as error:
        log.error("register.unusable", problems=error.problems[:20])
        return None


def _floor(settings: Settings) -> Floor | None:
    try:
        return Floor.load(settings.content)
    except FloorError as error:
        log.error("floor.unusable", problem=str(error))
        return None


def _page(settings: Settings, register: Register | None) -> Page:
    return Page(
        interface_words(settings.content),
        council=register.council.name if register else "",
        ceop=_ceop(register),
        neutral_site=register.council.neutral_site if register else _NEUTRAL_SITE,
        preview=settings.mode == "preview",
    )


def _ceop(register: Register | None) -> str:
    service = register.services.get("ceop-safety-centre") if register else None
    return (service.url if service else None) or _CEOP


# The emergency line keeps its numbers even when the file of labels cannot be read.
_EMERGENCY_LABELS = {
    "emergency_call": "Call 999",
    "emergency_childline": "Childline 0800 1111",
    "emergency_ceop": "Report to CEOP",
}


class _Unnamed(dict[str, str]):
    """Stands in for the labels when their file cannot be read: each label is its own name."""

    def __missing__(self, name: str) -> str:
        return _EMERGENCY_LABELS.get(name, name.replace("_", " ").capitalize())


def interface_words(content: Path) -> dict[str, str]:
    """The page's own labels; a page with plain labels is better than none."""
    try:
        words = yaml.safe_load((content / "interface" / "en.yaml").read_text(encoding="utf-8"))
        return _Unnamed(words)
    except (OSError, yaml.YAMLError, ValueError, TypeError) as error:
        log.error("interface.unusable", kind=type(error).__name__)
        return _Unnamed({"language": "en", "direction": "ltr", "title": "Chat"})


def main() -> int:
    try:
        settings = load_settings()
        logs.configure(settings.log_level, "door")
        app = build(settings)
    except (SettingsError, last_resort.LastResortError) as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 2
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.door_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=5,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
