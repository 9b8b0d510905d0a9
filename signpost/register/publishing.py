"""Publishing and going back: what must hold before words reach the public.

The one way to a bundle in force, for the command line and the workbench alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from signpost.register import bundle, checks
from signpost.register.bundle import Manifest
from signpost.register.checks.problem import Problem
from signpost.register.loader import RegisterError, load
from signpost.settings import Settings

# Names the bundle that somebody put in force on purpose: a start leaves it in force.
CHOSEN = "chosen"


class NotPublishable(Exception):
    """What stands there may not be shown; `problems` says all of why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def publish(settings: Settings, content: Path, more: Iterable[Problem] = ()) -> Manifest:
    """Check the register under `content` and put it in force.

    `more` are problems found elsewhere. Raises `NotPublishable`, `bundle.BundleError`.
    """
    report = checks.inspect(content, settings.council, more)
    refused = report.errors or unsigned(settings, content)
    if refused:
        raise NotPublishable(refused)
    return bundle.publish(content, settings.bundle_store)


def go_back(settings: Settings, name: str) -> Manifest:
    """Put an earlier bundle in force again. Raises `NotPublishable`, `bundle.BundleError`.

    Only what would stop the bot from using it, or what live mode forbids, stands in the way: the
    checks may have grown since, and somebody who goes back is in a hurry.
    """
    store = settings.bundle_store
    manifest = bundle.verify(store, name)
    refused = unsigned(settings, store / name)
    if refused:
        raise NotPublishable(refused)
    bundle.point(store, name)
    return manifest


def unsigned(settings: Settings, content: Path) -> list[Problem]:
    """In live mode, a problem for each advice under `content` that is not signed as it stands; in
    any mode, what makes the register unusable."""
    try:
        register = load(content, settings.council)
    except RegisterError as error:
        return [Problem(where="register", message=each, check="load") for each in error.problems]
    waiting = checks.unsigned(register) if settings.mode == "live" else []
    return [
        Problem(
            where=entry,
            message="waits for a sign-off, and live mode shows only signed advice.",
            check="unsigned",
        )
        for entry in waiting
    ]


def choose(store: Path, name: str | None) -> None:
    """Let `name` stay in force over the next starts; None lets each start publish the files."""
    if name is None:
        (store / CHOSEN).unlink(missing_ok=True)
    else:
        (store / CHOSEN).write_text(name + "\n", encoding="ascii")


def chosen(settings: Settings) -> str | None:
    """The bundle that a start leaves in force: chosen on purpose, still in force and usable."""
    store = settings.bundle_store
    try:
        name = (store / CHOSEN).read_text(encoding="ascii", errors="replace").strip()
        usable = name == bundle.pointed(store) and not unsigned(
            settings, store / bundle.verify(store, name).checksum
        )
    except (OSError, bundle.BundleError):
        return None
    return name if usable else None
