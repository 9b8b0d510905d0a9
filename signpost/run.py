"""`signpost run`: the door, Rasa, the action server and the workbench under one supervisor.

supervisord starts and restarts the parts; this module prepares its configuration, says in plain
sentences what happens, and stops everything on Ctrl-C.
"""

from __future__ import annotations

import configparser
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from signpost import endpoints, running, training
from signpost.door.channels import switch
from signpost.register import publishing
from signpost.register.bundle import BundleError, publish
from signpost.register.checks import unsigned
from signpost.register.loader import RegisterError, load
from signpost.settings import PREFIX, ROOT, Settings, SettingsError
from signpost.supervise import command_line

Say = Callable[[str], None]

_EXITED = re.compile(r"exited: (?P<part>\w+) \((?P<how>.*?); (?:not )?expected\)")
_SPAWN_ERROR = re.compile(r"spawnerr: (?P<why>.*)")
# The door shares the cores with Rasa and must never wait for a model that is loading.
_YIELDING = ("nice", "-n", "10")
# A part that lives this long counts as started; one that dies sooner is restarted with backoff.
_START_SECONDS = 3


class RunError(Exception):
    """The bot cannot start; one plain sentence says why and what to do."""


def run(settings: Settings, say: Say) -> int:
    """Start all parts and stay until Ctrl-C or SIGTERM. Returns the exit code."""
    check_ports(settings)
    kept = publishing.chosen(settings)
    if not kept:
        check_register(settings)
    say_channels(settings, say)
    publish_at_start(settings, kept, say)
    model = training.ensure(settings, say)
    supervisor = _Supervisor(settings, model, say, with_staff=staff_can_start(settings, say))
    return supervisor.run()


def publish_at_start(settings: Settings, kept: str | None, say: Say) -> None:
    """Publish the register's files, unless `kept` was put in force on purpose: what was approved
    since may wait for its sign-off. Raises `RunError`."""
    if kept:
        say(
            f"bundle {kept}, which was chosen in the workbench or with --back-to, stays in force; "
            "'signpost publish' publishes the files as they are"
        )
        return
    try:
        made = publish(settings.content, settings.bundle_store)
    except BundleError as error:
        raise RunError(str(error)) from error
    say(f"the register is published as bundle {made.checksum}")


def check_register(settings: Settings) -> None:
    """Raise `RunError` when the register cannot be read, or may not be shown in live mode."""
    try:
        register = load(settings.content, settings.council)
    except RegisterError as error:
        problems = "\n  ".join(error.problems)
        raise RunError(f"The register cannot be used; mend this first:\n  {problems}") from error
    waiting = unsigned(register) if settings.mode == "live" else []
    if waiting:
        raise RunError(
            f"Live mode shows only signed advice, and {len(waiting)} entries wait for a "
            f"safeguarding lead's sign-off ({', '.join(waiting[:5])} …). Have them signed "
            f"(docs/content-guide.md), or start in preview: {PREFIX}MODE=preview"
        )


def say_channels(settings: Settings, say: Say) -> None:
    """Say which messaging channels are on. Raises `RunError` when one may not run as it is set."""
    try:
        switch.check(settings)
    except SettingsError as error:
        raise RunError(str(error)) from error
    for sentence in switch.told(settings):
        say(sentence)


def check_ports(settings: Settings) -> None:
    """Raise `RunError` when a port that the bot needs is taken."""
    for name in ("door", "rasa", "actions"):
        port = getattr(settings, f"{name}_port")
        problem = _taken(settings.host if name == "door" else "127.0.0.1", port)
        if problem:
            raise RunError(
                f"Port {port}, which the {name} part needs, is taken by another program "
                f"({problem}). Stop that program, or choose another port: "
                f"{PREFIX}{name.upper()}_PORT={port + 1} make run"
            )


def staff_can_start(settings: Settings, say: Say) -> bool:
    """Whether the workbench is wanted and its port is free. What keeps it from starting is said,
    and never keeps the bot."""
    if settings.staff == "off":
        return False
    problem = _taken(settings.staff_host, settings.staff_port)
    if problem:
        say(
            f"the bot starts without the workbench for staff: its port {settings.staff_port} is "
            f"taken by another program ({problem}). To have it, stop that program, or choose "
            f"another port: {PREFIX}STAFF_PORT={settings.staff_port + 1} make run"
        )
    return not problem


def _taken(host: str, port: int) -> str:
    """Why nothing of ours can listen there; "" when it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or type(error).__name__
    return ""


def supervisor_config(
    settings: Settings, commands: Mapping[str, list[str]], folder: Path
) -> configparser.RawConfigParser:
    """The configuration of supervisord: any exit, 0 included, is a failure and restarted."""
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "silent": "false",
        "logfile": str(folder / "supervisord.log"),
        "pidfile": str(folder / "supervisord.pid"),
        "user": "root" if os.geteuid() == 0 else "",
    }
    if os.geteuid() != 0:
        del config["supervisord"]["user"]
    for part, command in commands.items():
        config[f"program:{part}"] = {
            "command": command_line(command),
            "directory": str(ROOT),
            "autorestart": "true",
            # No exit is an expected one.
            "exitcodes": "255",
            "startsecs": str(_START_SECONDS),
            # The door before all others: people are answered from then on.
            "priority": "1" if part == "door" else "2",
            "startretries": "1000000",
            "stopwaitsecs": "10",
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": str(folder.parent / "log" / f"{part}.log"),
            "stdout_logfile_maxbytes": "5MB",
            "stdout_logfile_backups": "2",
        }
    return config


def _has_no_accounts(settings: Settings) -> bool:
    """Whether nobody can use the workbench yet. What fails in asking is not the bot's matter."""
    try:
        from signpost.staff.accounts.people import People
        from signpost.staff.audit import Audit
        from signpost.staff.database import Database

        database = Database.of(settings)
        return not settings.staff_oidc_issuer and not People(database, Audit(database)).all()
    except Exception:  # noqa: BLE001 - the workbench's own page says the same
        return False


class _Supervisor:
    """Owns the supervisord process, and tells what happens to the parts."""

    def __init__(self, settings: Settings, model: Path, say: Say, *, with_staff: bool) -> None:
        self._settings = settings
        self._model = model
        self._with_staff = with_staff
        self._say = say
        self._folder = settings.state / "run"
        self._stopping = threading.Event()

    def run(self) -> int:
        process = self._start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stop(process))
        reader = threading.Thread(target=self._report, args=(process,), daemon=True)
        reader.start()
        if self._with_staff:
            threading.Thread(target=self._tell_staff, args=(process,), daemon=True).start()
        self._wait_until_up(process)
        code = process.wait()
        reader.join(timeout=5)
        if self._stopping.is_set():
            self._say("stopped")
            return 0
        self._say(
            f"the supervisor ended by itself (exit status {code}); "
            f"{self._folder / 'supervisord.log'} has the details"
        )
        return 1

    def _start(self) -> subprocess.Popen[str]:
        (self._settings.state / "log").mkdir(parents=True, exist_ok=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        file = endpoints.write(self._settings, self._folder / "endpoints.yml")
        commands = {
            "door": [sys.executable, "-m", "signpost.door.app"],
            "actions": [*_YIELDING, sys.executable, "-m", "signpost.rasa.serve_actions"],
            "rasa": [
                *(*_YIELDING, sys.executable, "-m", "signpost.rasa.serve"),
                *(str(self._model), str(file)),
            ],
        }
        if self._with_staff:
            commands["staff"] = [*_YIELDING, sys.executable, "-m", "signpost.staff.app"]
        file = self._folder / "supervisord.conf"
        with file.open("w", encoding="utf-8") as text:
            supervisor_config(self._settings, commands, self._folder).write(text)
        bot = running.Running(
            rasa_port=self._settings.rasa_port,
            rasa_token=self._token(),
            bundles=str(self._settings.bundle_store),
            weights=str(self._model.with_name(training.WEIGHTS)),
        )
        running.leave(self._settings.state, bot)
        environment = {
            **os.environ,
            f"{PREFIX}RASA_TOKEN": bot.rasa_token,
            f"{PREFIX}BUNDLES": bot.bundles,
            f"{PREFIX}WEIGHTS": bot.weights,
            "PYTHONUNBUFFERED": "1",
        }
        environment.setdefault("RASA_TELEMETRY_ENABLED", "false")
        environment.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        environment.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
        environment.setdefault("PYTHONWARNINGS", "ignore")
        self._say("starting the door, Rasa and the action server")
        return subprocess.Popen(
            [sys.executable, "-m", "signpost.supervise", "-c", str(file)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Ctrl-C reaches only this process, which then stops the supervisor in order.
            start_new_session=True,
        )

    def _token(self) -> str:
        return self._settings.rasa_token or secrets.token_urlsafe(32)

    def _stop(self, process: subprocess.Popen[str]) -> None:
        if not self._stopping.is_set():
            self._stopping.set()
            self._say("stopping")
        process.terminate()

    def _report(self, process: subprocess.Popen[str]) -> None:
        """Turn the supervisor's lines about exits into plain sentences."""
        assert process.stdout is not None
        for line in process.stdout:
            if self._stopping.is_set():
                continue
            exited = _EXITED.search(line)
            if exited:
                part = exited["part"]
                self._say(
                    f"the {part} part ended ({exited['how']}), which it never should; starting "
                    f"it again ({self._settings.state / 'log' / (part + '.log')} may say why)"
                )
            failed = _SPAWN_ERROR.search(line)
            if failed:
                self._say(f"a part could not be started: {failed['why'].strip()}")

    def _wait_until_up(self, process: subprocess.Popen[str]) -> None:
        address = f"http://{self._settings.host}:{self._settings.door_port}"
        if self._wait_for(process, f"{address}/health/live", 60):
            self._say(f"the door answers: {address}/chat (Ctrl-C stops everything)")
            if self._settings.mode == "preview":
                self._say(f"a council page with the widget on it: {address}/demo")
            self._say("the model is loading; until it is there, only emergencies are answered")
        if self._wait_for(process, f"{address}/health/ready", 180):
            self._say("the model is loaded; everything is ready")

    def _tell_staff(self, process: subprocess.Popen[str]) -> None:
        """Say where the workbench is once it answers, and how to make the first account."""
        here = f"http://{self._settings.staff_host}:{self._settings.staff_port}"
        if not self._wait_for(process, f"{here}/health/live", 180):
            return
        self._say(f"the workbench for staff: {self._settings.staff_address}")
        if _has_no_accounts(self._settings):
            self._say(
                "nobody has an account for it yet; make one: .venv/bin/signpost users add "
                'your.name --name "Your Name" --role admin --role lead'
            )

    def _wait_for(self, process: subprocess.Popen[str], url: str, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end and process.poll() is None and not self._stopping.is_set():
            try:
                with urllib.request.urlopen(url, timeout=2):
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        return False
