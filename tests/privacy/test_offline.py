"""Redaction asks nothing of any network: not when it loads, and not for any kind of detail."""

from __future__ import annotations

import subprocess
import sys

from signpost.privacy.bench import DETAILS

# In a process of its own, so that nothing is loaded yet: every way out is an error.
PROGRAM = f"""
import socket, sys
asked = []

def refuse(*what, **_):
    asked.append(what)
    raise OSError("no network in this test")

for name in ("create_connection", "getaddrinfo", "gethostbyname"):
    setattr(socket, name, refuse)
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.socket.sendto = refuse

from signpost.privacy.redact import Redactor
redacted = Redactor.whole().redact({DETAILS!r} + " sam@example.com https://example.com/sam "
    "4111 1111 1111 1111 GB29 NWBK 6016 1331 9268 19 943 476 5919 198.51.100.7")
assert not asked, asked
print(redacted)
"""


def test_nothing_is_asked_of_any_network() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    for detail in ("Oluwaseun", "900123", "sam@", "example.com/sam", "4111", "NWBK", "943", "198"):
        assert detail not in ended.stdout
    assert "‹name›" in ended.stdout
