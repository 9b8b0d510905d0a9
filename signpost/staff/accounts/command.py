"""`signpost users`: make accounts and look after them on the machine itself."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from signpost.settings import Settings
from signpost.staff import permissions

if TYPE_CHECKING:  # the other commands of `signpost` need no database
    from signpost.staff.accounts.people import People

_EXAMPLES = """\
examples:
  signpost users add jo.green --name "Jo Green" --role admin
  signpost users add sam.hill --name "Sam Hill" --post "Designated safeguarding lead" --role lead
  signpost users list
  signpost users roles jo.green --role admin --role editor
  signpost users password jo.green
  signpost users disable sam.hill

A password is asked for, or read from standard input; it is never an argument, which others on
the machine could see:
  signpost users add jo.green --name "Jo Green" --role tester < file-with-the-password

roles:
"""


def add_parser(commands: Any) -> None:
    """Add `users` to the commands of `signpost`."""
    about = "make accounts for the staff's workbench, and look after them"
    users = commands.add_parser(
        "users",
        help=about,
        description=about[0].upper() + about[1:] + ".",
        epilog=_EXAMPLES + _roles_in_words(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = users.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def act(name: str, run: Callable[..., int], help_: str, example: str) -> Any:
        added = acts.add_parser(
            name, help=help_, description=help_[0].upper() + help_[1:] + ".",
            epilog=f"Example: signpost users {example}",
        )  # fmt: skip
        added.set_defaults(command=run_with(run))
        if name != "list":
            added.add_argument("account", help="what the person signs in with, such as jo.green")
        return added

    add = act(
        "add", _add, "make an account",
        'add jo.green --name "Jo Green" --post "Web editor" --role editor',
    )  # fmt: skip
    add.add_argument("--name", required=True, help="the person's full name")
    add.add_argument("--post", default="", help="their job title, shown where they sign")
    _add_roles(add)
    act("list", _list, "list the accounts", "list")
    roles = act(
        "roles", _roles, "give an account these roles and no others; signs it out everywhere",
        "roles jo.green --role editor --role admin",
    )  # fmt: skip
    _add_roles(roles)
    act(
        "password", _password, "give an account another password; signs it out everywhere",
        "password jo.green",
    )  # fmt: skip
    act("disable", _disable, "let an account no longer sign in", "disable jo.green")
    act("enable", _enable, "let a disabled account sign in again", "enable jo.green")


def run_with(
    run: Callable[[argparse.Namespace, People], int],
) -> Callable[[argparse.Namespace, Settings], int]:
    """A command of `signpost` from one that wants the accounts; says plainly what fails."""

    def command(options: argparse.Namespace, settings: Settings) -> int:
        from signpost.staff.accounts.people import AccountError, People
        from signpost.staff.audit import Audit
        from signpost.staff.database import Database, DatabaseError

        try:
            database = Database.of(settings)
            return run(options, People(database, Audit(database)))
        except (AccountError, DatabaseError) as error:
            print(f"signpost: {error}", file=sys.stderr)
            return 1

    return command


def _add(options: argparse.Namespace, people: People) -> int:
    people.refuse_taken(options.account)
    person = people.add(
        options.account,
        options.name,
        options.role,
        _asked_password(),
        post=options.post,
        by=who(),
    )
    print(f"signpost: {person.full_name} signs in as {person.name}; roles: {person.role_words}")
    return 0


def _list(_: argparse.Namespace, people: People) -> int:
    rows = [("account", "name", "roles", "last signed in", "")]
    for person in people.all():
        last = person.signed_in_at
        rows.append(
            (
                person.name,
                person.full_name,
                " ".join(person.roles),
                f"{last:%Y-%m-%d %H:%M} UTC" if last else "never",
                "disabled" if person.disabled else "",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    if len(rows) == 1:
        print('Nobody has an account yet: signpost users add NAME --name "Full Name" --role admin')
    return 0


def _roles(options: argparse.Namespace, people: People) -> int:
    person = people.set_roles(options.account, options.role, by=who())
    print(f"signpost: {person.name} has these roles now: {person.role_words}")
    return 0


def _password(options: argparse.Namespace, people: People) -> int:
    person = people.named(options.account)
    people.set_password(person.name, _asked_password(), by=who())
    print(f"signpost: {person.name} has another password now, and is signed out everywhere")
    return 0


def _disable(options: argparse.Namespace, people: People) -> int:
    people.set_disabled(options.account, True, by=who())
    print(f"signpost: {options.account} cannot sign in any more")
    return 0


def _enable(options: argparse.Namespace, people: People) -> int:
    people.set_disabled(options.account, False, by=who())
    print(f"signpost: {options.account} can sign in again")
    return 0


def _add_roles(parser: Any) -> None:
    parser.add_argument(
        "--role",
        action="append",
        required=True,
        choices=list(permissions.ROLES),
        help="what they may do; may be given more than once",
    )


def _roles_in_words() -> str:
    return "\n".join(
        f"  {role:<8}{words[1]}" + (f" ({words[0]})" if words[0] != role else "")
        for role, words in permissions.ROLES.items()
    )


def _asked_password() -> str:
    """Asked for twice at a terminal; else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from signpost.staff.accounts.people import AccountError

    password = getpass.getpass("Password (12 characters or more): ")
    if getpass.getpass("The same again: ") != password:
        raise AccountError("password", "The two passwords are not the same; nothing was changed.")
    return password


def who() -> str:
    """Who acts, as far as the machine knows."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):
        return "command line"
