"""A model is released, and taken back, while people write: nobody is left without an answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from signpost.release import ReleaseError, Releases
from signpost.settings import ROOT, Settings
from tests.servers import NginxServer, free_port, listens

OLD, NEW, BROKEN = "0" * 16, "1" * 16, "2" * 16


class Host:
    """A host with nginx as the balancer, and three models."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.settings = msgspec.structs.replace(
            Settings(), state=folder / "state", models=folder / "models", rasa_timeout=2.0
        )
        for name, words in ((OLD, "old"), (NEW, "new"), (BROKEN, "broken")):
            model = self.settings.models / name
            model.mkdir(parents=True)
            (model / "model.tar.gz").write_text(words, encoding="utf-8")
            (model / "weights.npz").write_text(words, encoding="utf-8")
        self.balancer = folder / "nginx"
        self.balancer.mkdir()
        (self.balancer / "rasa-servers.conf").write_text("server 127.0.0.1:9;")
        given = {
            "NGINX_NAME": "localhost", "NGINX_HTTP": "127.0.0.1:1", "NGINX_HTTPS": "127.0.0.1:2",
            "NGINX_CERTIFICATE": "none", "NGINX_KEY": "none", "NGINX_DOORS": "server 127.0.0.1:9;",
            "NGINX_RASA": f"127.0.0.1:{self.port}", "NGINX_ACTIONS": "server 127.0.0.1:9;",
            "NGINX_ACTIONS_PORT": f"127.0.0.1:{free_port()}",
        }  # fmt: skip
        subprocess.run(
            [sys.executable, str(ROOT / "deploy" / "nginx" / "configure"), str(self.balancer)],
            env={**os.environ, **given}, check=True,
        )  # fmt: skip
        self.nginx = NginxServer(self.balancer, self.balancer / "rasa.conf", self.port)
        self.releases = Releases(
            self.settings, self.balancer, print, ready_seconds=20.0,
            command=lambda model: [
                sys.executable, "-m", "tests.production.small_rasa", str(model)
            ],
        )  # fmt: skip

    def say(self, text: str = "hello") -> str:
        """A message through the balancer; returns the model that answered it."""
        order = {"conversation": "x", "text": text}
        url = f"http://127.0.0.1:{self.port}/webhooks/door/turn"
        answer = httpx.post(url, json=order, timeout=30, trust_env=False).raise_for_status()
        return str(answer.json()["replies"][0]["bubbles"][0]["text"])


@pytest.fixture
def host() -> Iterator[Host]:
    # Where the users that nginx runs as may go; pytest's own folder is closed to them.
    folder = Path(tempfile.mkdtemp(prefix="signpost-release-"))
    folder.chmod(0o711)
    running = Host(folder)
    try:
        with running.nginx:
            running.releases.to(OLD, 2)
            yield running
    finally:
        running.releases.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Crowd:
    """People who write all the time; what answered each, or why nothing did."""

    def __init__(self, host: Host) -> None:
        self.answers: list[str] = []
        self._host = host
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._write, args=(text,))
            for text in ("hello", "hello", "slow")
        ]

    def _write(self, text: str) -> None:
        while not self._ended.is_set():
            try:
                self.answers.append(self._host.say(text))
            except (httpx.HTTPError, ValueError, LookupError) as error:
                self.answers.append(repr(error))
            self._ended.wait(0.02)

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()


def test_a_release_and_the_way_back_leave_nobody_without_an_answer(host: Host) -> None:
    old_ports = host.releases.state.ports
    with Crowd(host) as crowd:
        host.releases.to(NEW, 2)
        assert host.say() == "new"
        assert host.releases.state.model == NEW
        assert not any(listens(port) for port in old_ports)
        host.releases.back(2)
        assert host.say() == "old"
    assert set(crowd.answers) == {"old", "new"}
    assert len(crowd.answers) > 50
    assert host.releases.state.before == []
    assert (host.settings.models / "current").resolve().name == OLD


def test_a_model_that_does_not_answer_is_not_released(host: Host) -> None:
    before = host.releases.state
    with pytest.raises(ReleaseError, match="did not answer within"):
        Releases(
            host.settings, host.balancer, print, ready_seconds=2.0, command=host.releases._command
        ).to(BROKEN, 1)
    assert host.releases.state == before
    assert host.say() == "old"


def test_a_model_that_is_not_there_is_not_released(host: Host) -> None:
    for name in ("3" * 16, "../../etc", "current"):
        with pytest.raises(ReleaseError, match="no whole model"):
            host.releases.to(name, 1)


def test_there_is_no_way_back_from_the_first(host: Host) -> None:
    with pytest.raises(ReleaseError, match="no model to go back to"):
        host.releases.back(1)
