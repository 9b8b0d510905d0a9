"""The fault harness: starts the real process tree of `make run` and acts on its real processes.

Every fault is done to a process or a file, never to a function: SIGKILL, SIGSTOP, a locked or
full database, another server on Rasa's port. Used by all fault tests and by the smoke test.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil

from signpost import endpoints as rasas_endpoints
from signpost import settings as settings_module
from tests.loopback import Loopback

ROOT = Path(__file__).resolve().parents[2]
MODULES = {
    "door": "signpost.door.app",
    "rasa": "signpost.rasa.serve",
    "actions": "signpost.rasa.serve_actions",
    "staff": "signpost.staff.app",
}


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Doorway:
    """A door to talk to, in a state folder of its own, with whatever runs behind it."""

    def __init__(self, state: Path, **settings: str) -> None:
        self.state = state
        self.ports = {name: free_port() for name in MODULES}
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("SIGNPOST_")},
            "SIGNPOST_STATE": str(state),
            **{f"SIGNPOST_{name.upper()}_PORT": str(port) for name, port in self.ports.items()},
            **settings,
        }
        self.output = state / "run.txt"
        self.url = f"http://127.0.0.1:{self.ports['door']}"
        self.client = httpx.Client(base_url=self.url, timeout=15)
        self._process: subprocess.Popen[bytes] | None = None

    def lines(self) -> str:
        """What its processes have printed so far."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    def conversation(self) -> str:
        """Start a conversation over HTTP; returns its token."""
        return str(self.client.post("/api/conversations").raise_for_status().json()["token"])

    def say(self, text: str, token: str | None = None) -> dict[str, Any]:
        """One message; returns the reply as JSON."""
        order = {"token": token or self.conversation(), "text": text}
        answer = self.client.post("/api/messages", json=order).raise_for_status().json()
        reply: dict[str, Any] = answer["reply"]
        return reply

    def wait_until_listening(self, seconds: float = 30) -> float:
        """Wait for the door; returns how long that took."""
        return self._wait_for("/health/live", seconds)

    def wait_until_ready(self, seconds: float = 240) -> float:
        """Wait until the model is loaded; returns how long that took."""
        return self._wait_for("/health/ready", seconds)

    def wait_until_rasa_is_asked(self, text: str) -> None:
        """Wait until `text` gets advice: Rasa is up, and the door asks it again."""

        def advised() -> bool:
            return str(self.say(text)["bubbles"][0]["entry"]).startswith("advice.")

        wait_until(advised, 30, "the door did not ask Rasa again")

    def _wait_for(self, path: str, seconds: float) -> float:
        def answers() -> bool:
            try:
                return self.client.get(path, timeout=2).status_code == httpx.codes.OK
            except httpx.HTTPError:
                return False

        return wait_until(answers, seconds, f"{path} did not answer; {self.lines()[-2000:]}")


class Bot(Doorway):
    """A running `signpost run`: door, Rasa and action server under their supervisor."""

    def start(self) -> None:
        """Start all the parts; returns at once, before any of them answers."""
        self.state.mkdir(parents=True, exist_ok=True)
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "signpost.cli", "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_the_workbench_answers(self, seconds: float = 90) -> None:
        """Wait for the staff's part."""
        address = f"http://127.0.0.1:{self.ports['staff']}/health/live"

        def answers() -> bool:
            try:
                return httpx.get(address, timeout=5).status_code == httpx.codes.OK
            except httpx.HTTPError:
                return False

        wait_until(answers, seconds, f"the workbench did not answer; {self.lines()[-2000:]}")

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        assert self._process is not None
        for part in MODULES:
            self.resume(part)
        self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(timeout=40)
        finally:
            for child in self._family():
                child.kill()

    # Faults

    def process(self, part: str) -> psutil.Process:
        """The running process of "door", "rasa", "actions" or "staff"."""
        for child in self._family():
            if MODULES[part] in self._command(child):
                return child
        raise LookupError(f"no {part} process is running")

    def is_running(self, part: str) -> bool:
        try:
            self.process(part)
        except LookupError:
            return False
        return True

    def kill(self, part: str) -> int:
        """SIGKILL; returns the process id that is no more."""
        process = self.process(part)
        process.kill()
        wait_until(lambda: not _alive(process), 10, f"{part} did not die")
        return int(process.pid)

    def pause(self, part: str) -> None:
        """SIGSTOP: alive, listening, and answering nothing."""
        self.process(part).suspend()

    def resume(self, part: str) -> None:
        if self.is_running(part):
            self.process(part).resume()

    @contextmanager
    def locked_database(self) -> Iterator[None]:
        """Hold an exclusive lock on the tracker database, as a stuck backup would."""
        database = self.state / "tracker.db"
        wait_until(database.exists, 30, "there is no tracker database")
        connection = sqlite3.connect(database, timeout=30, isolation_level=None)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            yield
        finally:
            connection.rollback()
            connection.close()

    @contextmanager
    def full_database(self) -> Iterator[None]:
        """Let Rasa write no file beyond a few bytes, as a disk without room would. Linux only."""
        rasa = self.process("rasa")
        rasa.rlimit(psutil.RLIMIT_FSIZE, (64, psutil.RLIM_INFINITY))
        try:
            yield
        finally:
            rasa.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))

    def spoil_newest_row(self) -> None:
        """Overwrite what the tracker database keeps of the last event by half a JSON object."""
        with closing(sqlite3.connect(self.state / "tracker.db", timeout=30)) as connection:
            newest = "SELECT sender_id FROM events ORDER BY id DESC LIMIT 1"
            connection.execute(f"UPDATE events SET data = '{{\"ev' WHERE sender_id = ({newest})")
            connection.commit()

    def rows(self) -> int:
        """How many events the tracker database holds."""
        with closing(sqlite3.connect(self.state / "tracker.db", timeout=30)) as connection:
            return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])

    def delete_database(self) -> None:
        for file in self.state.glob("tracker.db*"):
            file.unlink()

    def _family(self) -> list[psutil.Process]:
        assert self._process is not None
        try:
            parent = psutil.Process(self._process.pid)
            return list(parent.children(recursive=True))
        except psutil.NoSuchProcess:
            return []

    @staticmethod
    def _command(process: psutil.Process) -> list[str]:
        try:
            return list(process.cmdline())
        except psutil.Error:
            return []


class LoneDoor(Doorway):
    """Only the door's process, up in a second: nothing stands behind it unless a test puts it."""

    def __init__(self, state: Path, **settings: str) -> None:
        super().__init__(state, **{"SIGNPOST_RASA_TOKEN": "a token", **settings})
        self._rasa: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the door; returns at once, before it answers."""
        self._process = self._launch([sys.executable, "-m", "signpost.door.app"])

    def stop(self) -> None:
        for process in (self._process, self._rasa):
            if process is not None:
                process.kill()
                process.wait(timeout=20)

    def start_rasa(self, model: Path) -> None:
        """Put a real Rasa behind the door; returns at once, before it has read its model."""
        self.state.mkdir(parents=True, exist_ok=True)
        chosen = msgspec.structs.replace(settings_module.load({}), state=self.state)
        endpoints = rasas_endpoints.write(chosen, self.state / "endpoints.yml")
        command = ["nice", "-n", "10", sys.executable, "-m", "signpost.rasa.serve"]
        self._rasa = self._launch([*command, str(model), str(endpoints)])

    def rasa_exit(self, seconds: float) -> int:
        """Wait until Rasa ends; its exit code."""
        assert self._rasa is not None
        return self._rasa.wait(timeout=seconds)

    def wait_until_rasa_gave_up(self, seconds: float = 120) -> None:
        """Wait until Rasa has said that it cannot load its model."""
        said = "signpost: the model cannot be loaded"
        wait_until(lambda: said in self.lines(), seconds, f"Rasa said: {self.lines()[-2000:]}")

    def _launch(self, command: list[str]) -> subprocess.Popen[bytes]:
        self.state.mkdir(parents=True, exist_ok=True)
        environment = {**self.environment, "PYTHONWARNINGS": "ignore"}
        with self.output.open("ab") as output:
            return subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )


Behaviour = Callable[[BaseHTTPRequestHandler], None]


class InRasasPlace(Loopback):
    """A real server on Rasa's port that is not Rasa; `behaviour` answers what the door asks."""

    def __init__(self, port: int, behaviour: Behaviour) -> None:
        super().__init__(_Asked, port)
        self.behaviour = behaviour
        self.asked = 0


class _Asked(BaseHTTPRequestHandler):
    server: InRasasPlace

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        self.server.behaviour(self)

    def log_message(self, format: str, *args: object) -> None:
        pass


def wait_until(true: Callable[[], bool], seconds: float, otherwise: str) -> float:
    """Poll until `true()`; returns the seconds waited, raises `TimeoutError(otherwise)`."""
    started = time.monotonic()
    while not true():
        if time.monotonic() - started > seconds:
            raise TimeoutError(otherwise)
        time.sleep(0.05)
    return time.monotonic() - started


def words(reply: dict[str, Any]) -> str:
    """All the words of a reply as a user reads them."""
    return "\n".join(bubble["text"] for bubble in reply["bubbles"])


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
