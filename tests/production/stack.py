"""The grown set-up without containers: the same parts, settings and nginx files, on loopback.

PostgreSQL, Redis, two action servers, two Rasa servers behind nginx, two doors behind nginx with
TLS. Every part is a process that a test may kill, pause and start again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
from typing_extensions import Self

from signpost import settings as settings_module
from signpost import training
from signpost.register.bundle import publish
from signpost.settings import ROOT
from tests.servers import (
    NginxServer,
    PostgresServer,
    RedisServer,
    Server,
    free_port,
    program,
    wait_until,
    with_its_parent,
)

NAME = "localhost"
# Seconds; two Rasa servers read their model for half a minute each, longer on a busy machine.
START = 280.0


class Part(Server):
    """One of our own processes."""

    def __init__(self, folder: Path, port: int, command: Sequence[str], **settings: str) -> None:
        super().__init__(folder, port)
        self._command = command
        self.environment = {
            **{key: value for key, value in os.environ.items() if key[:9] != "SIGNPOST_"},
            "RASA_TELEMETRY_ENABLED": "false",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "PYTHONWARNINGS": "ignore",
            "PYTHONUNBUFFERED": "1",
            **settings,
            "SIGNPOST_STATE": str(folder),
        }

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", *self._command]

    def launch(self) -> None:
        """Start it and wait for nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                [*with_its_parent(), *self.command()],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self) -> None:
        self.launch()
        wait_until(self.is_up, f"{self.command()} did not start; {self.said()}", START)

    def is_up(self) -> bool:
        return self._process is not None and super().is_up()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Rasa(Part):
    """A Rasa server, which is up once it has its model."""

    def is_up(self) -> bool:
        if not super().is_up():
            return False
        try:
            answer = httpx.get(f"{self.url}/webhooks/door/health", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK


class Stack:
    """All of it, from enter to exit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open = ExitStack()
        self.ports = {
            name: free_port()
            for name in (
                *("https", "http", "rasa_balancer", "actions_balancer"),
                *("door_0", "door_1", "rasa_0", "rasa_1", "actions_0", "actions_1"),
                *("metrics_0", "metrics_1"),
            )
        }
        self.model = training.model_path(settings_module.load({}))
        self.url = f"https://{NAME}:{self.ports['https']}"

    def __enter__(self) -> Self:
        enter = self._open.enter_context
        self.folder.mkdir(parents=True, exist_ok=True)
        self.redis = enter(RedisServer(self.folder / "redis"))
        self.postgres = enter(PostgresServer(self.folder / "postgres"))
        publish(ROOT / "content", self.folder / "bundles")
        self.configure()
        self._make_parts()
        # All at once: each reads for a while before it answers.
        for part in (*self.actions, *self.rasas, *self.doors):
            part.launch()
            self._open.callback(part.stop)
        nginx = self.folder / "nginx"
        self.balancer = enter(NginxServer(nginx, nginx / "rasa.conf", self.ports["rasa_balancer"]))
        self.nginx = enter(NginxServer(nginx, nginx / "nginx.conf", self.ports["https"]))
        self.client = enter(self.browser())
        for part in (*self.actions, *self.rasas, *self.doors):
            wait_until(part.is_up, f"{part.command()} did not start; {part.said()}", START)
        return self

    def __exit__(self, *error: Any) -> None:
        self._open.__exit__(*error)

    def browser(self) -> httpx.Client:
        """Somebody outside, who knows only the public address."""
        return httpx.Client(
            base_url=self.url,
            verify=str(self.folder / "nginx" / "tls.pem"),
            timeout=60,
            trust_env=False,
        )

    def settings(self) -> dict[str, str]:
        """What every part is told."""
        return {
            "SIGNPOST_BUNDLES": str(self.folder / "bundles"),
            "SIGNPOST_WEIGHTS": str(self.model.with_name(training.WEIGHTS)),
            "SIGNPOST_RASA_TOKEN": "t" * 40,
            "SIGNPOST_SESSION_KEY": "s" * 40,
            "SIGNPOST_REDIS_KEY": "r" * 40,
            "SIGNPOST_REDIS_URL": self.redis.url,
            "SIGNPOST_TRACKER_DATABASE": self.postgres.url,
            "SIGNPOST_RASA_ADDRESS": f"http://127.0.0.1:{self.ports['rasa_balancer']}",
            "SIGNPOST_ACTIONS_ADDRESS": f"http://127.0.0.1:{self.ports['actions_balancer']}",
            # Many, for a machine that does a dozen other things.
            "SIGNPOST_RASA_TIMEOUT": "20",
            "SIGNPOST_BREAKER_SECONDS": "1",
            "SIGNPOST_MESSAGES_PER_MINUTE": "1000",
        }

    def configure(self) -> None:
        """Fill in the files of deploy/nginx, as an operator does."""
        nginx = self.folder / "nginx"
        nginx.mkdir(parents=True, exist_ok=True)
        self._make_certificate(nginx)
        doors = (self.ports["door_0"], self.ports["door_1"])
        actions = (self.ports["actions_0"], self.ports["actions_1"])
        given = {
            "NGINX_NAME": NAME,
            "NGINX_DOOR_SECONDS": "25s",
            "NGINX_RASA_SECONDS": "18s",
            "NGINX_HTTP": f"127.0.0.1:{self.ports['http']}",
            "NGINX_HTTPS": f"127.0.0.1:{self.ports['https']}",
            "NGINX_CERTIFICATE": str(nginx / "tls.pem"),
            "NGINX_KEY": str(nginx / "tls.key"),
            "NGINX_DOORS": " ".join(_server(port, "fail_timeout=2s") for port in doors),
            "NGINX_RASA": f"127.0.0.1:{self.ports['rasa_balancer']}",
            "NGINX_ACTIONS": " ".join(_server(port, "fail_timeout=2s") for port in actions),
            "NGINX_ACTIONS_PORT": f"127.0.0.1:{self.ports['actions_balancer']}",
        }
        self.ask_rasas(self.ports["rasa_0"], self.ports["rasa_1"])
        subprocess.run(
            [sys.executable, str(ROOT / "deploy" / "nginx" / "configure"), str(nginx)],
            env={**os.environ, **given},
            check=True,
        )

    def ask_rasas(self, *ports: int) -> None:
        """Which Rasa servers the balancer asks from its next reload on."""
        file = self.folder / "nginx" / "rasa-servers.conf"
        file.write_text("\n".join(_server(port, "max_fails=2 fail_timeout=2s") for port in ports))

    def make_rasa(self, name: str, port: int, model: Path) -> Rasa:
        """A Rasa server with exactly that model, not started yet."""
        command = ("signpost.rasa.serve", str(model))
        return Rasa(
            self.folder / name, port, command, **self.settings(), SIGNPOST_RASA_PORT=str(port)
        )

    def _make_parts(self) -> None:
        ports, told = self.ports, self.settings()
        self.doors = [
            Part(
                self.folder / f"door-{number}",
                ports[f"door_{number}"],
                ("signpost.door.app",),
                **told,
                SIGNPOST_DOOR_PORT=str(ports[f"door_{number}"]),
            )
            for number in (0, 1)
        ]
        self.rasas = [
            self.make_rasa(f"rasa-{number}", ports[f"rasa_{number}"], self.model)
            for number in (0, 1)
        ]
        self.actions = [
            Part(
                self.folder / f"actions-{number}",
                ports[f"actions_{number}"],
                ("signpost.rasa.serve_actions",),
                **told,
                SIGNPOST_ACTIONS_PORT=str(ports[f"actions_{number}"]),
            )
            for number in (0, 1)
        ]

    @staticmethod
    def _make_certificate(folder: Path) -> None:
        subprocess.run(
            [
                *(
                    program("openssl"),
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-days",
                    "2",
                ),
                *("-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.pem")),
                *("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"),
            ],
            check=True,
            capture_output=True,
        )

    # Talking

    def begin(self, door: str = "") -> str:
        """A new conversation at the public address, or at one door; returns its token."""
        answer = self._post(door, "/api/conversations", {})
        return str(answer.raise_for_status().json()["token"])

    def say(self, text: str, token: str = "", door: str = "", **more: Any) -> dict[str, Any]:
        """One message; returns the reply."""
        order = {"token": token or self.begin(door), "text": text, **more}
        answer = self._post(door, "/api/messages", order).raise_for_status().json()
        reply: dict[str, Any] = answer["reply"]
        return reply

    def ready(self, number: int) -> dict[str, Any]:
        """What a door says of its readiness."""
        found: dict[str, Any] = httpx.get(
            f"{self.doors[number].url}/health/ready", timeout=10, trust_env=False
        ).json()
        return found

    def _post(self, door: str, path: str, order: dict[str, Any]) -> httpx.Response:
        if door:
            return httpx.post(f"{door}{path}", json=order, timeout=60, trust_env=False)
        return self.client.post(path, json=order)


def _server(port: int, parameters: str) -> str:
    return f"server 127.0.0.1:{port} {parameters};"


def words(reply: dict[str, Any]) -> str:
    """All the words of a reply."""
    return "\n".join(bubble["text"] for bubble in reply["bubbles"])


def first(reply: dict[str, Any]) -> str:
    """The entry that a reply leads with."""
    return str(reply["bubbles"][0]["entry"])
