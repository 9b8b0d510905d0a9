"""`signpost off` and `signpost on`: the off switch on the machine itself."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from signpost import off
from signpost.settings import Settings
from signpost.staff.accounts.command import who

_EXAMPLES = """\
Danger is answered as ever; to everything else the bot says that it is switched off.

examples:
  signpost off --reason "The number of children's social care is wrong"
  signpost on
"""


def add_parser(commands: Any) -> None:
    """Add `off` and `on` to the commands of `signpost`."""
    about = "turn the bot off: it then answers danger and nothing else"
    turn_off = commands.add_parser(
        "off",
        help=about,
        description=about[0].upper() + about[1:] + ".",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    turn_off.add_argument("--reason", required=True, help="why; staff read it in the workbench")
    turn_off.set_defaults(command=_off)
    about = "turn the bot on after `signpost off`"
    turn_on = commands.add_parser("on", help=about, description=about[0].upper() + about[1:] + ".")
    turn_on.set_defaults(command=_on)


def _off(options: argparse.Namespace, settings: Settings) -> int:
    reason = options.reason.strip()
    if off.why_not(reason):
        print(f"signpost: {off.why_not(reason)}", file=sys.stderr)
        return 2
    try:
        off.turn_off(settings.state, who(), reason)
    except OSError as error:
        return _failed(settings, error)
    print("signpost: the bot is off within 5 seconds; danger is answered as ever")
    print("signpost: turn it on with `signpost on`, or in the workbench")
    _record(settings, "bot turned off", reason=reason)
    return 0


def _on(_: argparse.Namespace, settings: Settings) -> int:
    try:
        was_off = off.turn_on(settings.state)
    except OSError as error:
        return _failed(settings, error)
    if not was_off:
        print("signpost: the bot was not off")
        return 0
    print("signpost: the bot is on within 5 seconds")
    _record(settings, "bot turned on")
    return 0


def _record(settings: Settings, action: str, **details: str) -> None:
    """Into the audit log of the workbench. What fails there is said, and the switch stays as it
    was set: that it works matters more than that it was written down."""
    from signpost.staff.audit import Audit
    from signpost.staff.database import Database, DatabaseError

    try:
        Audit(Database.of(settings)).record(who(), action, **details)
    except DatabaseError as error:
        print(f"signpost: it could not be written into the audit log: {error}", file=sys.stderr)


def _failed(settings: Settings, error: OSError) -> int:
    print(
        f"signpost: nothing was changed: {settings.state / off.FILE} cannot be written "
        f"({error.strerror}). Try again as the user that runs the bot.",
        file=sys.stderr,
    )
    return 1
