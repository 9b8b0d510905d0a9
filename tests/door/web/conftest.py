from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from starlette.testclient import TestClient

from signpost.door.door import Door
from signpost.door.web import Web
from signpost.settings import Settings

KEY = "a key for tests, long enough to sign with"
SITE = "https://www.anytown.gov.uk"


@pytest.fixture
def web_settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(
        settings, session_key=KEY, origins=SITE, messages_per_minute=3, request_bytes=20_000
    )


@pytest.fixture
def client(door: Door, web_settings: Settings) -> Iterator[TestClient]:
    app = Web(door, web_settings).app()
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as running:
        yield running
