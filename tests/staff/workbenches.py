"""A real workbench on loopback, its people, and browsers that are signed in to it."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import msgspec
import uvicorn
from typing_extensions import Self

from signpost.settings import Settings
from signpost.staff.accounts.people import Person
from signpost.staff.app import build
from signpost.staff.permissions import ROLES
from signpost.staff.workbench import Workbench
from tests.faults.harness import free_port, wait_until

PASSWORD = "lemon kettle bridge"
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')
# Who has which role in the tests; each signs in with its role's name and `PASSWORD`.
NAMES = {
    "tester": "Tess Tester",
    "editor": "Eddie Editor",
    "lead": "Lee Lead",
    "admin": "Addy Admin",
}


class Running:
    """A workbench that serves on loopback between enter and exit, in a thread of its own.

    `changed` are settings other than the tests' own; the state folder is `state`.
    """

    def __init__(self, state: Path, **changed: Any) -> None:
        self.settings = msgspec.structs.replace(
            Settings(), **{"state": state, "staff_port": free_port(), **changed}
        )
        self.url = f"http://127.0.0.1:{self.settings.staff_port}"
        app = build(self.settings)
        self.bench: Workbench = app.state.bench
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                host="127.0.0.1",
                port=self.settings.staff_port,
                log_config=None,
                ws="none",
                # A page that streams must not hold the tests.
                timeout_graceful_shutdown=2,
            )
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        wait_until(lambda: self._server.started, 30, "the workbench did not start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=30)

    def add_everybody(self) -> Self:
        """One person for each role."""
        for role in ROLES:
            self.add(role, NAMES[role], role)
        return self

    def add(self, name: str, full_name: str, *roles: str, **fields: Any) -> Person:
        """Make an account with `PASSWORD`."""
        people = self.bench.people
        return people.add(name, full_name, roles, PASSWORD, by="the tests", **fields)

    def client(self) -> Client:
        """A browser without scripts that is not signed in."""
        return Client(self.url)

    def signed_in(self, name: str) -> Client:
        """A browser without scripts, signed in as this account."""
        client = self.client()
        client.sign_in(name)
        return client


class Client:
    """What a browser without scripts does: keeps cookies, loads pages, sends their forms."""

    def __init__(self, url: str) -> None:
        self.origin = url
        self.http = httpx.Client(base_url=url, timeout=30, follow_redirects=True)

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def token(self, path: str = "/account") -> str:
        """The token of the forms on a page."""
        found = _TOKEN.search(self.get(path).text)
        assert found, f"{path} has no form"
        return found[1]

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, on: str = "/account"
    ) -> httpx.Response:
        """Send a form as the page `on` would."""
        fields = {"csrf": self.token(on), **(data or {})}
        return self.http.post(path, data=fields, headers={"Origin": self.origin})

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return self.post("/sign-in", {"name": name, "password": password}, on="/sign-in")


def wait_for(true: Any, seconds: float = 30, otherwise: str = "it never came") -> None:
    """Poll until `true()`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)
