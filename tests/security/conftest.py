from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest
import uvicorn

from signpost.crisis.floor import Floor
from signpost.door import last_resort
from signpost.door.channels.outbox import Patience
from signpost.door.channels.routes import Channels
from signpost.door.door import Door
from signpost.door.web import Web
from signpost.edition import Edition, Editions
from signpost.register.loader import load
from signpost.settings import ROOT, Settings
from tests.door.channels import drivers
from tests.servers import free_port, listens, wait_until
from tests.stand_ins import ScriptedRasa


@dataclass
class Served:
    """The real door, register and floor behind a real port; Rasa is scripted."""

    url: str
    door: Door
    rasa: ScriptedRasa
    client: httpx.Client


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A door with all its channels on. Their providers are nowhere."""
    chosen = _settings(tmp_path_factory.mktemp("door"))
    register = load(ROOT / "content", chosen.council)
    editions = Editions.of(register, Floor.load(ROOT / "content"))
    editions.current = Edition(register, editions.current.floor, folder=ROOT / "content")
    rasa = ScriptedRasa()
    door = Door(chosen, editions=editions, rasa=rasa, last_resort_text=last_resort.read())
    once = Patience(seconds=0.01, first=0.01, longest=0.01)
    channels = Channels(
        chosen, door, last_resort.read_sms(), ordinary=once, crisis=once, response_seconds=0.05
    )
    app = Web(door, chosen, channels.routes).app(channels.close)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: listens(port), "the door does not listen")
    url = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        yield Served(url, door, rasa, client)
    server.should_exit = True
    thread.join(timeout=20)


def _settings(state: Path) -> Settings:
    nowhere = "http://127.0.0.1:9"
    told: dict[str, object] = {"state": state, "opt_out_key": "a key of the tests"}
    for driver in (drivers.Sms(), drivers.WhatsApp(), drivers.Messenger(), drivers.Telegram()):
        told.update(driver.settings(nowhere))
    return msgspec.structs.replace(
        Settings(), messages_per_minute=100_000, provider_timeout=0.2, **told
    )
