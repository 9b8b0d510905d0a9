"""`signpost content` and `signpost sign-off`: the register's files out and in, and a signature,
from the machine itself."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signpost.settings import Settings
from signpost.staff.accounts.command import who

if TYPE_CHECKING:  # the other commands of `signpost` need no database
    from signpost.staff.register.keeper import Keeper

_CONTENT = """\
examples:
  signpost content export my-copy         every file as it is, comments and all
  signpost content import my-copy         make the register exactly what the folder holds

An import keeps what was there before as versions in the workbench's history, and is refused when
the check finds an error in it. Nothing reaches the public until somebody publishes it.
"""
_SIGN = """\
examples:
  signpost sign-off advice.scam_fraud --as sam.hill
  signpost sign-off crisis.suicide --as sam.hill < file-with-the-password

Shows every word that is signed, asks for the password of the account, which must be a safeguarding
lead's, and writes name, role and date into the entry. When the words change, the sign-off counts
no more.
"""


def add_parser(commands: Any) -> None:
    """Add `content` and `sign-off` to the commands of `signpost`."""
    content = _command(commands, "content", "take the register's files out, or bring them in")
    content.epilog = _CONTENT
    acts = content.add_subparsers(title="commands", required=True, metavar="COMMAND")
    export = acts.add_parser("export", help="copy every file into a new folder")
    export.add_argument("to", type=Path, help="the folder; it must not be there yet, or be empty")
    export.set_defaults(command=_export)
    import_ = acts.add_parser("import", help="make the register what a folder holds")
    import_.add_argument("source", type=Path, metavar="from", help="the folder")
    import_.add_argument("--reason", default="", help="why, for the history")
    import_.set_defaults(command=_with_keeper(_import))
    sign = _command(commands, "sign-off", "sign the words of an entry as a safeguarding lead")
    sign.epilog = _SIGN
    sign.add_argument("entry", help="such as advice.scam_fraud, crisis.suicide, service.childline")
    sign.add_argument("--as", dest="account", required=True, help="your account of the workbench")
    sign.set_defaults(command=_with_keeper(_sign_off))


def _command(commands: Any, name: str, help_: str) -> Any:
    return commands.add_parser(
        name,
        help=help_,
        description=help_[0].upper() + help_[1:] + ".",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _with_keeper(
    run: Callable[[argparse.Namespace, Settings, Keeper], int],
) -> Callable[[argparse.Namespace, Settings], int]:
    """A command that wants the workbench's database; says plainly what fails."""

    def command(options: argparse.Namespace, settings: Settings) -> int:
        from signpost.staff.audit import Audit
        from signpost.staff.database import Database, DatabaseError
        from signpost.staff.register.copy import Copy, CopyError
        from signpost.staff.register.keeper import Keeper, KeepError

        try:
            database = Database.of(settings)
            keeper = Keeper(database, Copy(settings), Audit(database))
            return run(options, settings, keeper)
        except (DatabaseError, CopyError, KeepError) as error:
            return _refuse(str(error))

    return command


def _export(options: argparse.Namespace, settings: Settings) -> int:
    from signpost.staff.register.copy import Copy

    copy, to = Copy(settings), options.to
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        return _refuse(f"{to} is not empty; name a new folder, so that nothing is overwritten.")
    try:
        for path in copy.paths():
            file = to / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(copy.read(path) or b"")
    except OSError as error:
        return _refuse(f"{to} cannot be written: {error.strerror}.")
    print(f"signpost: {len(copy.paths())} files of {copy.folder} are in {to}")
    return 0


def _import(options: argparse.Namespace, settings: Settings, keeper: Keeper) -> int:
    from signpost.register import checks
    from signpost.staff.register.copy import paths
    from signpost.staff.register.kinds import why_careful

    source = options.source
    if not source.is_dir():
        return _refuse(f"There is no folder {source}.")
    report = checks.inspect(source, settings.council)
    if report.errors:
        print("\n".join(map(str, report.errors)))
        return _refuse("nothing was imported; mend the above first.")
    files = {path: (source / path).read_bytes() for path in paths(source)}
    before = {path: keeper.copy.read(path) for path in {*files, *keeper.copy.paths()}}
    changed = keeper.bring(who(), files, options.reason or f"Imported from {source}.")
    for path in changed:
        careful = why_careful(path, before[path], files.get(path), None)
        note = f"  ({' '.join(careful)} A safeguarding lead looks at it.)" if careful else ""
        print(f"{'taken out: ' if path not in files else ''}{path}{note}")
    print(
        f"signpost: {len(changed)} files of {keeper.copy.folder} changed; `signpost publish` lets "
        "the running bot take them up"
    )
    return 0


def _sign_off(options: argparse.Namespace, settings: Settings, keeper: Keeper) -> int:
    from signpost.register import signing
    from signpost.staff.permissions import May
    from signpost.staff.register.kinds import path_of, record_in

    path = path_of(options.entry)
    record = record_in(path, keeper.copy.read(path))
    if record is None:
        return _refuse(f"There is no entry {options.entry} that can be signed.")
    print((keeper.copy.read(path) or b"").decode("utf-8"))
    person = keeper.people().with_password(options.account, _password())
    if person is None:
        return _refuse("The account or the password is wrong; nothing was signed.")
    if not person.may(May.SIGN_OFF):
        return _refuse(f"{person.full_name} is no safeguarding lead here; nothing was signed.")
    keeper.sign_off(person, path, signing.digest(record))
    print(f"signpost: {person.full_name} has signed off {options.entry} as it stands")
    return 0


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass("If you have read every word above and approve it, your password: ")


def _refuse(sentence: str) -> int:
    print(f"signpost: {sentence}", file=sys.stderr)
    return 1
