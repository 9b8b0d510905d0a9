"""Logs without content: structured lines with ids and counts, never what somebody typed.

Two ways lead to a log, and both are narrow. Our own lines (structlog, which Rasa uses as well) keep
only the fields named here. Lines of libraries (`logging`, warnings, uncaught errors) keep where
they come from and the kind of error: their sentences may quote a message, a row or a request.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

# What our lines may say besides event, level, time and part. None of these names is used by Rasa.
FIELDS = frozenset(
    (
        *("bundle", "channel", "check_in", "conversations", "entries", "entry", "fault", "kind"),
        *("path", "problem", "problems", "reason", "route", "source", "where"),
        # of the messaging channels: what became of a message, and which channel is on
        *("attempts", "code", "count", "crisis", "on", "why"),
        # who looks on, which totals, and whether the bot is turned off
        *("observer", "off", "what"),
    )
)
# Sentences of our own about files of the council, and reasons that code of ours has worded.
_SENTENCES = frozenset(("problem", "problems", "reason", "source", "where", "why"))
_EVENT = re.compile(r"[a-z_]+(?:\.[a-z_]+){0,4}")
_TOKEN = re.compile(r"[\w./:+-]{0,100}")
_PATH = re.compile(r"/(?:chat|start-again|leave|api/[a-z]{1,20}|health/[a-z]{1,10}|static)?")
_ALWAYS = frozenset(("event", "level", "timestamp", "part"))
# Frames of a traceback that are named.
_FRAMES = 4


def configure(level: str, part: str) -> None:
    """Set up structlog for this process; `part` names it on each line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            without_content,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(part=part)


def without_content(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """A structlog processor: the line with nothing but what `FIELDS` allows."""
    error = line.pop("exc_info", None)
    kept: EventDict = {
        name: _value(name, value)
        for name, value in line.items()
        if name in FIELDS or name in _ALWAYS
    }
    if not _EVENT.fullmatch(str(line.get("event", ""))):
        kept["event"] = "withheld"
    if error:
        kept.update(described(sys.exc_info() if error is True else error))
    return kept


def _value(name: str, value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)) or name in _SENTENCES:
        return value
    if name == "path":
        return value if _PATH.fullmatch(str(value)) else "withheld"
    if isinstance(value, (list, tuple)):
        return [_value(name, each) for each in value]
    return value if _TOKEN.fullmatch(str(value)) else "withheld"


def described(error: Any) -> dict[str, str]:
    """The kind of an error and where it was raised, the innermost place last; not its words."""
    if isinstance(error, tuple):
        kind, frames = error[0], error[2]
    elif isinstance(error, BaseException):
        kind, frames = type(error), error.__traceback__
    else:
        return {}
    places = [
        f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(frames)
    ]
    name = getattr(kind, "__name__", "unknown")
    return {"kind": name, "where": " > ".join(places[-_FRAMES:])}


class Libraries(logging.Handler):
    """Writes the lines of libraries: which library, where, and the kind of error.

    Until `seal` is called their own words are written, too: while a part starts nobody has typed
    anything yet, and an operator has to read why a model cannot be loaded.
    """

    def __init__(self, part: str, *, sealed: bool) -> None:
        super().__init__(logging.WARNING)
        self._part = part
        self._sealed = sealed

    def seal(self) -> None:
        """From now on write no words of libraries."""
        self._sealed = True

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line: dict[str, Any] = {
                "event": "library",
                "library": record.name[:80] if _TOKEN.fullmatch(record.name[:80]) else "unknown",
                "where": f"{record.module}:{record.lineno}",
                "level": record.levelname.lower(),
                "part": self._part,
            }
            if record.exc_info:
                line["kind"] = described(record.exc_info).get("kind", "unknown")
                line["raised"] = described(record.exc_info).get("where", "")
            if not self._sealed:
                line["words"] = record.getMessage()
            _print(line)
        except Exception:  # noqa: BLE001 - a line that cannot be written must stop nothing
            _print({"event": "library", "part": self._part, "kind": "unwritable"})


def take_over(part: str, *, sealed: bool = True) -> Libraries:
    """Let everything that libraries log or raise go through `Libraries`; returns it."""
    handler = Libraries(part, sealed=sealed)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # Warnings speak to developers and may quote values; here they are not printed at all.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL)

    def uncaught(
        kind: type[BaseException], error: BaseException, frames: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        _print({"event": "uncaught", "part": part, **described((kind, error, frames))})

    def in_thread(arguments: threading.ExceptHookArgs) -> None:
        error = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
        _print({"event": "uncaught", "part": part, **described(error)})

    def in_passing(arguments: sys.UnraisableHookArgs) -> None:
        error = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
        _print({"event": "uncaught", "part": part, **described(error)})

    sys.excepthook = uncaught
    threading.excepthook = in_thread
    sys.unraisablehook = in_passing
    return handler


def _print(line: Mapping[str, Any]) -> None:
    now = datetime.now(timezone.utc).isoformat()
    print(json.dumps({**line, "timestamp": now}), file=sys.stderr, flush=True)
