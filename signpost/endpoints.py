"""What Rasa is told of the parts around it: endpoints.yml with the settings put in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

from signpost.settings import ROOT, Settings

POSTGRESQL_PORT, REDIS_PORT = 5432, 6379
# Rasa asks Redis from its event loop: a Redis that hangs must not hold up every conversation.
LOCK_SECONDS = 1.0


def effective(settings: Settings, source: Path = ROOT / "endpoints.yml") -> str:
    """endpoints.yml with the addresses, ports and folders put in. It may hold passwords."""
    endpoints = yaml.safe_load(source.read_text(encoding="utf-8"))
    endpoints["action_endpoint"]["url"] = settings.actions_url
    endpoints["tracker_store"] = _tracker_store(settings)
    if settings.redis_url:
        endpoints["lock_store"] = _lock_store(settings.redis_url)
    return yaml.safe_dump(endpoints, sort_keys=False)


def write(settings: Settings, file: Path) -> Path:
    """Write them where nobody else can read them; returns the file. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as text:
        text.write(effective(settings))
    return file


def _tracker_store(settings: Settings) -> dict[str, Any]:
    if not settings.tracker_database:
        return {"type": "SQL", "dialect": "sqlite", "db": str(settings.state / "tracker.db")}
    address = urlsplit(settings.tracker_database)
    return {
        "type": "SQL",
        "dialect": "postgresql",
        "url": address.hostname,
        "port": address.port or POSTGRESQL_PORT,
        "db": address.path.lstrip("/"),
        "username": unquote(address.username or ""),
        "password": unquote(address.password or ""),
    }


def _lock_store(url: str) -> dict[str, Any]:
    address = urlsplit(url)
    place = address.path.strip("/")
    return {
        "type": "redis",
        "url": address.hostname,
        "port": address.port or REDIS_PORT,
        "db": int(place) if place.isdigit() else 0,
        "username": unquote(address.username) if address.username else None,
        "password": unquote(address.password) if address.password else None,
        "use_ssl": address.scheme == "rediss",
        "key_prefix": "signpostrasa",
        "socket_timeout": LOCK_SECONDS,
    }
