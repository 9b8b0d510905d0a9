"""What Rasa is told: embedded it is files on this machine, grown it is servers."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import msgspec
import yaml

from signpost import endpoints
from signpost.settings import Settings


def told(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        endpoints.effective(msgspec.structs.replace(Settings(), **changes))
    )
    return found


def test_embedded_it_follows_the_ports_and_folders(tmp_path: Path) -> None:
    found = told(actions_port=6000, state=tmp_path)
    assert found["action_endpoint"]["url"] == "http://127.0.0.1:6000/webhook"
    assert found["tracker_store"]["db"] == str(tmp_path / "tracker.db")
    assert found["nlg"]["type"] == "signpost.rasa.nlg.RegisterNLG"
    assert "lock_store" not in found


def test_grown_it_names_the_database_and_the_locks_with_their_passwords_as_they_are() -> None:
    found = told(
        tracker_database="postgresql://bot:p%40ss@db.internal:5433/talks",
        redis_url="rediss://:s%23cret@redis.internal:6380/2",
        actions_address="http://actions.internal:5055",
    )
    store, locks = found["tracker_store"], found["lock_store"]
    assert (store["dialect"], store["url"], store["port"]) == ("postgresql", "db.internal", 5433)
    assert (store["db"], store["username"], store["password"]) == ("talks", "bot", "p@ss")
    assert (locks["url"], locks["port"], locks["db"]) == ("redis.internal", 6380, 2)
    assert (locks["password"], locks["use_ssl"]) == ("s#cret", True)
    assert found["action_endpoint"]["url"] == "http://actions.internal:5055/webhook"


def test_a_file_with_passwords_is_for_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "run" / "endpoints.yml"
    for _ in range(2):
        endpoints.write(Settings(), file)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
