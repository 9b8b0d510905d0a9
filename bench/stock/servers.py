"""The real servers of both sides, on loopback ports of the system's choice."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import msgspec
import psutil

from bench.stock.learn import environment
from bench.stock.sides import Side, endpoints
from signpost import training
from signpost.register.bundle import publish
from signpost.settings import ROOT, Settings

START_SECONDS = 600.0


class NotStarted(Exception):
    """A server did not come up; the message names its log."""


class Part(msgspec.Struct, frozen=True):
    """One server: how it is started, where, and the address that says that it is ready."""

    name: str
    command: list[str]
    folder: Path
    ready: str
    environment: dict[str, str]


class Servers:
    """The running servers of one side."""

    def __init__(self, rasa: str, token: str = "", door: str = "") -> None:
        self.rasa = rasa
        self.token = token
        self.door = door
        self.processes: dict[str, psutil.Popen] = {}

    def memory(self) -> dict[str, float]:
        """Resident megabytes of each part with its children."""
        return {name: round(_resident(each) / 1e6, 1) for name, each in self.processes.items()}


def _resident(process: psutil.Process) -> int:
    family = [process, *process.children(recursive=True)]
    return sum(each.memory_info().rss for each in family)


@contextmanager
def running(*sides: Side) -> Iterator[list[Servers]]:
    """Start the servers of all sides, wait until every one is ready, and end them afterwards."""
    laid_out = [(side, *(_stock(side) if side.name == "stock" else _ours(side))) for side in sides]
    try:
        for side, servers, parts in laid_out:
            # Conversations of an earlier measurement would make the database larger.
            (side.folder / "tracker.db").unlink(missing_ok=True)
            for part in parts:
                servers.processes[part.name] = _started(part, side.folder / f"{part.name}.log")
        for side, servers, parts in laid_out:
            for part in parts:
                _wait(part, servers.processes[part.name], side.folder / f"{part.name}.log")
        yield [servers for _, servers, _ in laid_out]
    finally:
        for _, servers, _ in laid_out:
            for process in servers.processes.values():
                _end(process)


def _started(part: Part, log: Path) -> psutil.Popen:
    with log.open("wb") as output:
        return psutil.Popen(
            part.command,
            cwd=part.folder,
            env=part.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _stock(side: Side) -> tuple[Servers, list[Part]]:
    port, actions = free_ports(2)
    url = f"http://127.0.0.1:{port}"
    rasa = [
        *(sys.executable, "-m", "rasa", "run", "--enable-api", "--model", str(side.model)),
        *("--interface", "127.0.0.1", "--port", str(port)),
        *("--endpoints", str(endpoints(side, actions))),
        *("--credentials", str(side.folder / "credentials.yml")),
    ]
    custom = [sys.executable, "-m", "rasa", "run", "actions", "--port", str(actions)]
    quiet = environment()
    return Servers(url), [
        Part("actions", custom, ROOT, f"http://127.0.0.1:{actions}/health", quiet),
        Part("rasa", rasa, side.folder, f"{url}/status", quiet),
    ]


def _ours(side: Side) -> tuple[Servers, list[Part]]:
    ports = dict(zip(("door", "rasa", "actions"), free_ports(3), strict=True))
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    token, state = secrets.token_urlsafe(32), side.folder / "state"
    bundles = Settings(state=state).bundle_store
    publish(ROOT / "content", bundles)
    chosen = environment(
        SIGNPOST_STATE=str(state),
        SIGNPOST_BUNDLES=str(bundles),
        SIGNPOST_RASA_TOKEN=token,
        # The floor's weights depend on data/crisis alone, so that the project's own fit.
        SIGNPOST_WEIGHTS=str(training.weights_path(Settings())),
        # One conversation speaks faster here than any person.
        SIGNPOST_MESSAGES_PER_MINUTE="1000000",
        **{f"SIGNPOST_{name.upper()}_PORT": str(port) for name, port in ports.items()},
    )
    rasa = [
        *(sys.executable, "-m", "bench.stock.serve_ours"),
        *(str(side.model), str(endpoints(side, ports["actions"]))),
    ]
    actions = [sys.executable, "-m", "signpost.rasa.serve_actions"]
    door = [sys.executable, "-m", "signpost.door.app"]
    return Servers(urls["rasa"], token, urls["door"]), [
        Part("actions", actions, ROOT, f"{urls['actions']}/health", chosen),
        Part("rasa", rasa, ROOT, f"{urls['rasa']}/webhooks/door/health", chosen),
        Part("door", door, ROOT, f"{urls['door']}/health/ready", chosen),
    ]


def free_ports(n: int) -> list[int]:
    """Loopback ports that nothing listens on now, no two the same: all are held until each is
    known."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(n)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _wait(part: Part, process: psutil.Popen, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(part.ready, timeout=2, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise NotStarted(f"{part.name} did not come up within {START_SECONDS:.0f} s; {log} says why")


def _end(process: psutil.Popen) -> None:
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for each in family:
        try:
            each.terminate()
        except psutil.NoSuchProcess:
            continue
    _, alive = psutil.wait_procs(family, timeout=20)
    for each in alive:
        each.kill()
