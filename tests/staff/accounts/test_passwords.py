"""The effort with which passwords are kept, in a process as the workbench's own."""

from __future__ import annotations

import subprocess
import sys

EFFORT = """
from signpost.staff.accounts import passwords
h = passwords.hasher
print(h.type.name, h.memory_cost, h.time_cost, passwords.hashed("three random words")[:9])
"""


def test_passwords_are_kept_with_the_effort_that_rfc_9106_asks_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", EFFORT], capture_output=True, text=True, check=True
    )
    kind, memory, passes, kept = done.stdout.split()
    assert kind == "ID"
    assert int(memory) >= 64 * 1024  # KiB
    assert int(passes) >= 3
    assert kept == "$argon2id"
