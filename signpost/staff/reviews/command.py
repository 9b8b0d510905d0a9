"""`signpost corrections`: the tests that came of the staff's corrections, as files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from signpost.settings import ROOT, Settings

if TYPE_CHECKING:  # the other commands of `signpost` need no database
    from signpost.staff.reviews.store import CorrectionStore

FOLDER = ROOT / "tests" / "conversations" / "corrections"
_EXAMPLES = """\
examples:
  signpost corrections list                    what was proposed, and what was decided
  signpost corrections list --state waiting    only what a lead has still to decide
  signpost corrections export                  write the tests into tests/conversations/corrections
  signpost corrections export --to /tmp/rows   write them somewhere else

Both run them, and so does the page "Run the tests":
  signpost test conversations/corrections/dialogues
  signpost evaluate --dialogues tests/conversations/corrections/dialogues.jsonl
"""


def add_parser(commands: Any) -> None:
    """Add `corrections` to the commands of `signpost`."""
    about = "list what staff said the bot should have said, and export the tests that came of it"
    parser = commands.add_parser(
        "corrections",
        help=about,
        description=about[0].upper() + about[1:] + ".",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    list_ = acts.add_parser("list", help="what was proposed, the latest first")
    list_.add_argument("--state", choices=("waiting", "accepted", "declined"), default="")
    list_.set_defaults(command=_list)
    export = acts.add_parser("export", help="write accepted corrections and kept conversations")
    export.add_argument("--to", type=Path, default=FOLDER, help="another folder to write to")
    export.set_defaults(command=_export)


def _list(options: argparse.Namespace, settings: Settings) -> int:
    store = _store(settings)
    if store is None:
        return 1
    found = store.all(options.state)
    for each in found:
        should = each.should
        wanted = (should.escalation, should.concern, should.audience, should.wording and "words")
        print(f"{each.id}  {each.state:9} {each.author}  {' '.join(filter(None, wanted))}")
        print(f"    {should.said}")
    if not found:
        print("signpost: there are none")
    return 0


def _export(options: argparse.Namespace, settings: Settings) -> int:
    from signpost.evaluation.rows import RowError
    from signpost.staff.reviews.rows import add

    store = _store(settings)
    if store is None:
        return 1
    files = store.files()
    try:
        written = add(options.to, files)
    except RowError as error:
        print(f"signpost: {error} Mend or remove it first; nothing was written.", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"signpost: The tests cannot be written to {options.to}: {error.strerror}. Choose "
            "another folder with --to.",
            file=sys.stderr,
        )
        return 1
    for file in written:
        print(f"signpost: {files[file.stem].count(chr(10))} rows are in {file}")
    if not written:
        print("signpost: there is nothing to export: no correction is accepted, no test is kept")
    return 0


def _store(settings: Settings) -> CorrectionStore | None:
    """The corrections, or None after a sentence on why not."""
    from signpost.staff.database import Database, DatabaseError
    from signpost.staff.reviews.store import CorrectionStore

    try:
        return CorrectionStore(Database.of(settings))
    except DatabaseError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return None
