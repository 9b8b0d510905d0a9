"""Release a model with no gap, on hosts without an orchestrator, and take it back.

New Rasa servers are started with exactly the model that is named, and must answer a test message.
Then the balancer asks them instead, what is being answered ends, and the old ones are stopped. When
anything fails before the switch, the old ones serve on as if nothing had happened.

supervisord owns the servers and starts one again that dies; its files are in `rasa/` of the state.
"""

from __future__ import annotations

import configparser
import hashlib
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import msgspec

from signpost.door.rasa import TOKEN_HEADER
from signpost.settings import ROOT, Settings
from signpost.supervise import command_line

MODEL, WEIGHTS = "model.tar.gz", "weights.npz"
SERVERS = "rasa-servers.conf"
_CHECKSUM = re.compile(r"[0-9a-f]{16}")
_KEPT = 10
Command = Callable[[Path], Sequence[str]]


class ReleaseError(Exception):
    """Nothing was switched; the message says why and what to do."""


class State(msgspec.Struct):
    """What serves now: the model's checksum and the servers' ports; and the models before it."""

    model: str = ""
    ports: list[int] = []
    before: list[str] = []


def serve_command(model: Path) -> list[str]:
    """How a Rasa server is started."""
    return [sys.executable, "-m", "signpost.rasa.serve", str(model)]


class Releases:
    """Releases of one host. `balancer` is the folder that `deploy/nginx/configure` wrote."""

    def __init__(
        self,
        settings: Settings,
        balancer: Path,
        say: Callable[[str], None],
        *,
        command: Command = serve_command,
        ready_seconds: float = 300.0,
    ) -> None:
        self._settings = settings
        self._balancer = balancer
        self._say = say
        self._command = command
        self._ready_seconds = ready_seconds
        self._folder = settings.state / "rasa"

    @property
    def state(self) -> State:
        """What serves now."""
        try:
            return msgspec.json.decode((self._folder / "release.json").read_bytes(), type=State)
        except FileNotFoundError:
            return State()
        except (OSError, ValueError) as error:
            raise ReleaseError(f"{self._folder / 'release.json'} cannot be read.") from error

    def back(self, servers: int) -> None:
        """Release the model before the present one. Raises `ReleaseError`."""
        before = self.state.before
        if not before:
            raise ReleaseError("There is no model to go back to: none was released before.")
        self.to(before[-1], servers, went_back=True)

    def to(self, model: str, servers: int, *, went_back: bool = False) -> None:
        """Let `servers` Rasa servers with this model serve. Raises `ReleaseError`."""
        archive = self._files(model)
        old = self.state
        new = [_free_port() for _ in range(servers)]
        self._say(f"starting {servers} Rasa with model {model}; the old one serves on")
        self._supervise({**self._programs(old), **self._program(archive, new)})
        try:
            for port in new:
                self._wait_until_it_answers(port)
            self._switch(new)
        except ReleaseError:
            self._supervise(self._programs(old))
            raise
        self._point(model)
        replaced = [old.model] if old.model else []
        before = old.before[:-1] if went_back else [*old.before, *replaced]
        self._save(State(model, new, before[-_KEPT:]))
        self._say("switched; waiting for answers in progress before the old ones end")
        time.sleep(self._settings.rasa_timeout + 1)
        self._supervise(self._program(archive, new))
        self._say(f"model {model} serves")

    def _files(self, model: str) -> Path:
        folder = self._settings.models / model
        missing = [name for name in (MODEL, WEIGHTS) if not (folder / name).is_file()]
        if not _CHECKSUM.fullmatch(model) or missing:
            raise ReleaseError(
                f"There is no whole model {model} in {self._settings.models}: `signpost train` "
                "trains one, lets it pass the gate and names its folder."
            )
        return folder / MODEL

    def _program(self, archive: Path, ports: Sequence[int]) -> dict[str, list[str]]:
        return {f"rasa-{port}": list(self._command(archive)) for port in ports}

    def _programs(self, state: State) -> dict[str, list[str]]:
        archive = self._settings.models / state.model / MODEL
        return self._program(archive, state.ports)

    def _wait_until_it_answers(self, port: int) -> None:
        end = time.monotonic() + self._ready_seconds
        while not self._answers(port):
            if time.monotonic() > end:
                log = self._settings.state / "log" / f"rasa-{port}.log"
                raise ReleaseError(
                    f"The new model did not answer within {self._ready_seconds:g} s and was not "
                    f"released; {log} may say why. The old one serves on."
                )
            time.sleep(0.2)

    def _answers(self, port: int) -> bool:
        """Whether a greeting gets a reply; nothing is left of it."""
        order = {"conversation": "release" + secrets.token_hex(6), "text": "hello", "metadata": {}}
        headers = {TOKEN_HEADER: self._settings.rasa_token}
        base = f"http://127.0.0.1:{port}/webhooks/door"
        try:
            with httpx.Client(headers=headers, timeout=20, trust_env=False) as client:
                answer = client.post(f"{base}/turn", json=order)
                client.post(f"{base}/erase", json=order)
            return answer.status_code == httpx.codes.OK and bool(answer.json().get("replies"))
        except (httpx.HTTPError, ValueError):
            return False

    def _switch(self, ports: Sequence[int]) -> None:
        """Let the balancer ask these from now on; what it asked others is still answered."""
        file = self._balancer / SERVERS
        lines = (f"server 127.0.0.1:{port} max_fails=2 fail_timeout=2s;" for port in ports)
        try:
            number = int((self._balancer / "rasa.pid").read_text(encoding="ascii"))
            fresh = file.with_name(f".{SERVERS}-{secrets.token_hex(4)}")
            fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
            os.replace(fresh, file)
            os.kill(number, signal.SIGHUP)
        except (OSError, ValueError) as error:
            raise ReleaseError(
                f"The balancer could not be switched: {self._balancer} must be the folder of a "
                f"running nginx with rasa.conf ({error})."
            ) from error

    def _point(self, model: str) -> None:
        """`current` in the models' folder, where doors find the floor's weights."""
        fresh = self._settings.models / f".current-{secrets.token_hex(4)}"
        fresh.symlink_to(model)
        os.replace(fresh, self._settings.models / "current")

    def _save(self, state: State) -> None:
        fresh = self._folder / f".release-{secrets.token_hex(4)}"
        fresh.write_bytes(msgspec.json.encode(state))
        os.replace(fresh, self._folder / "release.json")

    # supervisord

    def _supervise(self, programs: dict[str, list[str]]) -> None:
        """Let exactly these run; what runs already and stays is not touched."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._settings.state / "log").mkdir(parents=True, exist_ok=True)
        file = self._folder / "supervisord.conf"
        with file.open("w", encoding="utf-8") as text:
            self._configuration(programs).write(text)
        if self._control("status").returncode in (0, 3):
            self._must(self._control("update"))
        elif programs:
            self._must(
                subprocess.run(
                    [sys.executable, "-m", "supervisor.supervisord", "-c", str(file)],
                    capture_output=True,
                    text=True,
                    check=False,
                )
            )

    def stop(self) -> None:
        """Stop the servers and what supervises them."""
        self._control("shutdown")
        end = time.monotonic() + 60
        while (self._folder / "supervisord.pid").exists() and time.monotonic() < end:
            time.sleep(0.1)

    def _control(self, *what: str) -> subprocess.CompletedProcess[str]:
        file = self._folder / "supervisord.conf"
        return subprocess.run(
            [sys.executable, "-m", "supervisor.supervisorctl", "-c", str(file), *what],
            capture_output=True,
            text=True,
            check=False,
        )

    @staticmethod
    def _must(done: subprocess.CompletedProcess[str]) -> None:
        if done.returncode != 0:
            raise ReleaseError(f"supervisord: {(done.stdout + done.stderr).strip()[-500:]}")

    def _configuration(self, programs: dict[str, list[str]]) -> configparser.RawConfigParser:
        folder, config = self._folder, configparser.RawConfigParser()
        # The path of a socket may have 107 bytes; the state's folder may be deeper than that.
        name = socket_name(folder)
        config["unix_http_server"] = {"file": name, "chmod": "0700"}
        config["supervisorctl"] = {"serverurl": f"unix://{name}"}
        config["rpcinterface:supervisor"] = {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        }
        config["supervisord"] = {
            "logfile": str(folder / "supervisord.log"),
            "pidfile": str(folder / "supervisord.pid"),
            **({"user": "root"} if os.geteuid() == 0 else {}),
        }
        for program, command in programs.items():
            config[f"program:{program}"] = {
                "command": command_line(command),
                "directory": str(ROOT),
                "environment": f'SIGNPOST_RASA_PORT="{program.removeprefix("rasa-")}"',
                "autorestart": "true",
                "startretries": "1000000",
                "startsecs": "0",
                "stopasgroup": "true",
                "killasgroup": "true",
                "redirect_stderr": "true",
                "stdout_logfile": str(self._settings.state / "log" / f"{program}.log"),
                "stdout_logfile_maxbytes": "5MB",
            }
        return config


def socket_name(folder: Path) -> str:
    """Where supervisord of this folder listens: a short path that only its owner may use."""
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return f"/tmp/signpost-{os.geteuid()}-{digest}.sock"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
