"""Real servers of other projects on loopback: Redis, PostgreSQL, nginx, from the system's packages.

`scripts/services` installs them where it may. Each starts in a folder of its own, on a port that
the system chose, and ends with the `with` block.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from typing_extensions import Self

_MORE_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")


class ServerError(Exception):
    """A server is not installed or did not start; the message says what to do."""


def program(name: str) -> str:
    """Where a program is. Raises `ServerError`."""
    places = [os.environ.get("PATH", ""), *_MORE_PLACES, *_postgres_places()]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        raise ServerError(f"{name} is not installed: run scripts/services, which says what to do.")
    return found


def _postgres_places() -> list[str]:
    return [str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"))[::-1]]


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(true: Callable[[], bool], otherwise: str, seconds: float = 30) -> None:
    """Poll until `true()`; raises `ServerError(otherwise)`."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise ServerError(otherwise)
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def with_its_parent() -> list[str]:
    """What lets a process end when the tests are killed. Linux only; elsewhere it goes on."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


class Server:
    """A process that is started, and can be killed, paused, resumed and started again."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    def prepare(self) -> None:
        """Make what it needs before its first start."""

    def start(self) -> None:
        with (self.folder / "output.txt").open("ab") as output:
            self._process = subprocess.Popen(
                [*with_its_parent(), *self.command()],
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(lambda: self.is_up(), f"{type(self).__name__} did not start; {self.said()}")

    def is_up(self) -> bool:
        return listens(self.port)

    def said(self) -> str:
        return (self.folder / "output.txt").read_text(encoding="utf-8", errors="replace")[-2000:]

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is None:
            return
        self.resume()
        self._process.send_signal(number)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=20)
        self._process = None

    def kill(self) -> None:
        """SIGKILL to it and its children."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=20)
        self._process = None

    def pause(self) -> None:
        """Alive, listening, and answering nothing."""
        for process in self._family():
            process.suspend()

    def resume(self) -> None:
        for process in self._family():
            process.resume()

    def _family(self) -> list[psutil.Process]:
        if self._process is None or self._process.poll() is not None:
            return []
        parent = psutil.Process(self._process.pid)
        return [parent, *parent.children(recursive=True)]

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.prepare()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class RedisServer(Server):
    """Redis that keeps what it was told over a restart unless `forgetful`."""

    def __init__(self, folder: Path, *, forgetful: bool = False) -> None:
        super().__init__(folder)
        self._keeps = "no" if forgetful else "yes"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> Sequence[str]:
        return [
            *(program("redis-server"), "--bind", "127.0.0.1", "--port", str(self.port)),
            *("--save", "", "--appendonly", self._keeps, "--appendfsync", "everysec"),
        ]


class PostgresServer(Server):
    """PostgreSQL with an empty database, as an unprivileged user when the tests run as root."""

    name = "signpost"

    @property
    def url(self) -> str:
        return f"postgresql://signpost:secret@127.0.0.1:{self.port}/{self.name}"

    def prepare(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        password = self.folder / "password"
        password.write_text("secret", encoding="utf-8")
        password.chmod(0o644)
        self.run(
            *("initdb", "-D", str(self.folder / "data"), "-U", "signpost", "--no-sync"),
            *("-A", "scram-sha-256", "--pwfile", str(password)),
        )

    def command(self) -> Sequence[str]:
        return [
            *self._as_its_user(),
            *(program("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)),
            *("-c", "listen_addresses=127.0.0.1", "-k", str(self.folder), "-c", "fsync=off"),
        ]

    def start(self) -> None:
        super().start()
        wait_until(self._answers, f"PostgreSQL does not answer; {self.said()}")
        if self.name not in self.ask("SELECT datname FROM pg_database", "postgres"):
            self.ask(f"CREATE DATABASE {self.name}", "postgres")

    def ask(self, statement: str, database: str = "") -> str:
        """Run one statement; returns what `psql` prints. Raises `CalledProcessError`."""
        return self.run(
            *("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "signpost", "-At"),
            *("-v", "ON_ERROR_STOP=1", "-c", statement, database or self.name),
        )

    def run(self, name: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs; returns what it prints."""
        done = subprocess.run(
            [*self._as_its_user(), program(name), *arguments],
            cwd=self.folder,
            env={**os.environ, "PGPASSWORD": "secret"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ServerError(f"{name}: {done.stderr.strip()}")
        return done.stdout

    def _answers(self) -> bool:
        try:
            return self.ask("SELECT 1", "postgres").strip() == "1"
        except ServerError:
            return False

    @staticmethod
    def _as_its_user() -> list[str]:
        # It refuses to run as root.
        if os.geteuid() != 0:
            return []
        return [program("setpriv"), "--reuid=postgres", "--regid=postgres", "--clear-groups"]


class NginxServer(Server):
    """nginx with a configuration file that names its own ports."""

    def __init__(self, folder: Path, configuration: Path, port: int) -> None:
        super().__init__(folder, port)
        self.configuration = configuration

    def prepare(self) -> None:
        done = subprocess.run([*self._program(), "-t"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ServerError(done.stderr)

    def command(self) -> Sequence[str]:
        return [*self._program(), "-g", "daemon off;"]

    def reload(self) -> None:
        """Take up a changed configuration; requests in progress end under the old one."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def _program(self) -> list[str]:
        return [program("nginx"), "-p", f"{self.folder}/", "-c", str(self.configuration)]
