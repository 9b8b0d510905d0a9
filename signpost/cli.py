"""The `signpost` command. `signpost --help` lists what it can do."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signpost import settings as settings_module
from signpost.settings import ROOT, Settings, SettingsError

if TYPE_CHECKING:
    from signpost.register.checks import Problem

# Long enough for a running bot to carry out a request.
ERASE_SECONDS = 15.0
SOURCES = ROOT / "docs" / "sources.md"


def say(line: str) -> None:
    """One line of progress, at once."""
    print(f"signpost: {line}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        chosen = settings_module.load()
        return int(options.command(options, chosen))
    except SettingsError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    from signpost.evaluation import replay
    from signpost.staff import off_command as off
    from signpost.staff.accounts import command as users
    from signpost.staff.register import command as content
    from signpost.staff.reviews import command as corrections

    parser = argparse.ArgumentParser(
        prog="signpost",
        description="Online Safety Signpost: a council chatbot that signposts to vetted help.",
        epilog="Example: signpost evaluate --crisis my_rows.jsonl --json",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: object, help_: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help_, description=help_)
        added.set_defaults(command=run)
        return added

    command("run", _run, "start the bot: door, Rasa and action server")
    train = command("train", _train, "train a model if none fits the data and configuration")
    train.add_argument("--force", action="store_true", help="train even if one fits")
    check = command("check", _check, "check the register, and that domain, rules and content agree")
    check.epilog = "Example: signpost check --links --json > report.json"
    check.add_argument("--links", action="store_true", help="also ask every web address")
    check.add_argument("--json", action="store_true", help="one JSON object on stdout")
    publish = command(
        "publish", _publish, "check the register and let the running bot take it up, in seconds"
    )
    publish.epilog = "Example: signpost publish --back-to 34426111da28e25c"
    publish.add_argument("--back-to", metavar="BUNDLE", help="go back to an earlier bundle")
    command("bundles", _bundles, "list the published bundles, the newest first")
    command("last-resort", _last_resort, "build the last-resort text from the register")
    command(
        "fallbacks", _fallbacks, "write deploy/fallback: what people read while the door is down"
    )
    rehearse = command(
        "rehearse", _rehearse, "send a running bot a message as a provider does; print its answer"
    )
    rehearse.add_argument("channel", choices=("sms", "whatsapp", "messenger", "telegram"))
    rehearse.add_argument("text", help="what the person writes")
    rehearse.add_argument("--picture", action="store_true", help="a picture comes with it")
    rehearse.add_argument("--sender", type=int, default=1, help="another number, another person")
    _add_talk(command)
    sources = command("sources", _sources, "write docs/sources.md: what the register rests on")
    sources.add_argument("--to", type=Path, default=SOURCES, help="another file to write")
    erase = command("erase", _erase, "erase one conversation everywhere, by its reference")
    erase.add_argument("reference", help="as the user sees it: abcd-efgh-jkmn-pqrs")
    release = command(
        "release", _release, "let new Rasa servers serve a model, without a gap (grown set-up)"
    )
    release.add_argument("model", nargs="?", help="its checksum; the one that fits by default")
    release.add_argument("--back", action="store_true", help="go back to the model before")
    release.add_argument("--balancer", type=Path, required=True, help="the folder of its nginx")
    release.add_argument("--servers", type=int, default=2, help="how many Rasa servers")
    backup = command("backup", _backup, "write what must survive a lost disk into a folder")
    backup.add_argument("folder", type=Path, help="a folder that is not there yet")
    backup.add_argument(
        "--conversations", action="store_true", help="also Rasa's redacted ones, a day at most"
    )
    restore = command("restore", _restore, "bring back a backup; what was erased stays erased")
    restore.add_argument("folder", type=Path, help="the folder that `signpost backup` wrote")
    command("privacy-bench", _privacy_bench, "print what taking out personal details costs")
    command("rasa-test", _rasa_test, "replay the story tests with Rasa's own tool")
    users.add_parser(commands)
    replay.add_parser(commands)
    corrections.add_parser(commands)
    off.add_parser(commands)
    content.add_parser(commands)
    evaluate = command(
        "evaluate", _evaluate, "score files of examples through the door and the model"
    )
    for kind in ("crisis", "concerns", "dialogues"):
        evaluate.add_argument(
            f"--{kind}", type=Path, action="append", help=f"a file of {kind} (JSON lines)"
        )
    evaluate.add_argument(
        "--privacy", type=Path, help="a file of texts with personal details; scored by itself"
    )
    evaluate.add_argument("--json", action="store_true", help="one JSON object on stdout")
    evaluate.add_argument("--report", type=Path, help="where to write the HTML report")
    evaluate.add_argument(
        "--record",
        action="store_true",
        help="keep the figures of the project's own sets as those of the release",
    )
    return parser


def _add_talk(command: Callable[..., argparse.ArgumentParser]) -> None:
    from signpost.staff.talk.told import CHANNELS, EXAMPLES, ROLES

    talk = command("talk", _talk, "talk to the running bot, and see why it answers as it does")
    talk.epilog = EXAMPLES
    talk.formatter_class = argparse.RawDescriptionHelpFormatter
    talk.add_argument("text", nargs="*", help="messages to send; without any, type them")
    talk.add_argument("--why", action="store_true", help="print the reasons of each answer")
    talk.add_argument("--as", dest="as_", default="", choices=list(ROLES),
                      help="begin by saying who you are")  # fmt: skip
    talk.add_argument("--channel", default="web", choices=list(CHANNELS),
                      help="show answers as this channel does")  # fmt: skip


def _run(_: argparse.Namespace, settings: Settings) -> int:
    from signpost.run import RunError, run
    from signpost.training import TrainingError

    try:
        return run(settings, say)
    except (RunError, TrainingError) as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1


def _train(options: argparse.Namespace, settings: Settings) -> int:
    from signpost.training import TrainingError, ensure

    try:
        model = ensure(settings, say, force=options.force)
    except TrainingError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    say(f"the model that fits is {model}")
    return 0


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from signpost.register import checks

    more = _links(settings) if getattr(options, "links", False) else []
    report = checks.inspect(settings.content, settings.council, more)
    if getattr(options, "json", False):
        print(report.json())
    else:
        for line in report.lines():
            print(line)
        say(report.summary())
    return 1 if report.errors else 0


def _links(settings: Settings) -> list[Problem]:
    from signpost.register import links
    from signpost.register.loader import RegisterError, load

    try:
        register = load(settings.content, settings.council)
    except RegisterError:
        return []  # the checks say why
    return links.check_links(links.addresses(register), settings.state / "links.json")


def _publish(options: argparse.Namespace, settings: Settings) -> int:
    from signpost.register import bundle, publishing

    try:
        if options.back_to:
            name = publishing.go_back(settings, options.back_to).checksum
            publishing.choose(settings.bundle_store, name)
        elif _check(options, settings):
            print("signpost: nothing was published; mend the above first.", file=sys.stderr)
            return 1
        else:
            name = publishing.publish(settings, settings.content).checksum
            # From here on the files are what counts: each start publishes them.
            publishing.choose(settings.bundle_store, None)
    except publishing.NotPublishable as error:
        print("\n".join(map(str, error.problems)))
        kept = "the bundle in force stays" if options.back_to else "nothing was published"
        print(f"signpost: {kept}; mend the above first.", file=sys.stderr)
        return 1
    except bundle.BundleError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    say(
        f"bundle {name} is in force; a running bot takes it up within {settings.bundle_seconds:g} s"
    )
    return 0


def _bundles(_: argparse.Namespace, settings: Settings) -> int:
    from signpost.register import bundle

    in_force = bundle.pointed(settings.bundle_store)
    for manifest in bundle.published(settings.bundle_store):
        mark = "  in force" if manifest.checksum == in_force else ""
        print(f"{manifest.checksum}  {manifest.published_at:%Y-%m-%d %H:%M} UTC{mark}")
    return 0


def _last_resort(_: argparse.Namespace, settings: Settings) -> int:
    from signpost.door import last_resort
    from signpost.register.loader import RegisterError, load

    try:
        text = last_resort.write(load(settings.content, settings.council))
    except RegisterError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 1
    say(f"wrote {last_resort.FILE}: {text}")
    return 0


def _fallbacks(_: argparse.Namespace, settings: Settings) -> int:
    from signpost.door.channels import fallback
    from signpost.register.loader import RegisterError, load

    try:
        written = fallback.write(load(settings.content, settings.council))
    except RegisterError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 1
    for file in written:
        say(f"wrote {file}")
    return 0


def _rehearse(options: argparse.Namespace, settings: Settings) -> int:
    from signpost.door.channels import rehearsal

    try:
        for line in rehearsal.rehearse(
            settings,
            options.channel,
            options.text,
            sender=options.sender,
            picture=options.picture,
        ):
            print(line, flush=True)
    except rehearsal.RehearsalError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    return 0


def _talk(options: argparse.Namespace, settings: Settings) -> int:
    from signpost.staff.talk.command import talk

    return talk(settings, options.text, as_=options.as_, channel=options.channel, why=options.why)


def _sources(options: argparse.Namespace, settings: Settings) -> int:
    from signpost.register import sources
    from signpost.register.loader import RegisterError, load

    try:
        register = load(settings.content, settings.council)
        sources.write(register, sources.load(settings.content), options.to)
    except (RegisterError, sources.SourcesError) as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    say(f"wrote {options.to}")
    return 0


def _erase(options: argparse.Namespace, settings: Settings) -> int:
    from signpost.door.conversations import id_of
    from signpost.privacy import requests

    id_ = id_of(options.reference)
    if id_ is None:
        print(
            "signpost: that is no reference; one has sixteen letters and figures, as in "
            "abcd-efgh-jkmn-pqrs. Ask the person to copy it from the page again.",
            file=sys.stderr,
        )
        return 2
    file = requests.ask(settings.state, id_)
    if _wait_for_end(file, ERASE_SECONDS):
        say("the conversation is erased; copies in backups go when those are replaced")
        return 0
    say(f"the request waits in {file}; the bot erases the conversation when all its parts run")
    return 1


def _release(options: argparse.Namespace, settings: Settings) -> int:
    from signpost import training
    from signpost.release import ReleaseError, Releases

    releases = Releases(settings, options.balancer.resolve(), say)
    try:
        if options.back:
            releases.back(options.servers)
        else:
            releases.to(options.model or training.checksum(), options.servers)
    except ReleaseError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    return 0


def _backup(options: argparse.Namespace, settings: Settings) -> int:
    from signpost import backup

    try:
        for name in backup.write(settings, options.folder, conversations=options.conversations):
            say(f"wrote {options.folder / name}")
    except backup.BackupError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    return 0


def _restore(options: argparse.Namespace, settings: Settings) -> int:
    from signpost import backup

    try:
        for line in backup.restore(settings, options.folder):
            say(line)
    except backup.BackupError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    return 0


def _wait_for_end(file: Path, seconds: float) -> bool:
    """Whether `file` went away within `seconds`."""
    end = time.monotonic() + seconds
    while file.exists() and time.monotonic() < end:
        time.sleep(0.1)
    return not file.exists()


def _privacy_bench(_: argparse.Namespace, settings: Settings) -> int:
    from signpost.privacy import bench

    bench.run()
    return 0


def _rasa_test(_: argparse.Namespace, settings: Settings) -> int:
    from signpost.training import rasa_test

    return rasa_test(settings)


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    from signpost.evaluation.command import evaluate, evaluate_privacy

    if options.privacy:
        return evaluate_privacy(settings, options.privacy, as_json=options.json)
    files = {
        kind: getattr(options, kind)
        for kind in ("crisis", "concerns", "dialogues")
        if getattr(options, kind)
    }
    if files and options.record:
        print(
            "signpost: a release is recorded by the project's own sets, all of them: leave out "
            "--crisis, --concerns and --dialogues, or --record.",
            file=sys.stderr,
        )
        return 2
    return evaluate(
        settings, files, as_json=options.json, report=options.report, record=options.record
    )


if __name__ == "__main__":
    sys.exit(main())
