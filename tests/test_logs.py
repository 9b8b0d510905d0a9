from __future__ import annotations

import ast
import json
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from signpost import logs
from signpost.settings import ROOT


@pytest.fixture(autouse=True)
def _defaults_afterwards() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def test_a_line_is_json_with_its_level_time_and_part(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "door")
    structlog.get_logger().info("turn", route="999")
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "turn"
    assert line["route"] == "999"
    assert line["level"] == "info"
    assert line["part"] == "door"
    assert line["timestamp"].endswith("Z")


def test_lines_go_to_stderr_so_that_stdout_holds_results_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("info", "door")
    structlog.get_logger().info("turn")
    assert capsys.readouterr().out == ""


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning", "door")
    structlog.get_logger().info("turn")
    structlog.get_logger().warning("rasa.silent")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == [
        "rasa.silent"
    ]


TYPED = "my name is Sarah"


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_no_line_of_ours_holds_what_somebody_typed_at_any_level(
    level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("debug", "door")
    write = getattr(structlog.get_logger(), level)
    write("processor.message.parse", parse_data_text=TYPED, event_info=TYPED, entries=[TYPED])
    write(f"heard {TYPED}", route=TYPED, path=f"/{TYPED}", kind=TYPED)
    try:
        raise ValueError(TYPED)
    except ValueError:
        write("turn.failed", exc_info=True)
    printed = capsys.readouterr().err
    assert "Sarah" not in printed
    first, second, third = lines(printed)
    assert first["event"] == "processor.message.parse"
    assert second["event"] == "withheld"
    assert third["kind"] == "ValueError"
    assert str(third["where"]).startswith("test_logs.py:")


def test_our_fields_are_no_names_under_which_rasa_logs_content() -> None:
    import rasa

    folder = Path(rasa.__file__).parent
    named: set[str] = set()
    for file in folder.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if "structlogger" in text:
            named |= {
                keyword.arg
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Call) and "structlogger" in ast.unparse(node.func)
                for keyword in node.keywords
                if keyword.arg
            }
    assert {"text", "event_info"} <= named
    assert named & logs.FIELDS == set()


def test_every_field_that_we_log_is_allowed() -> None:
    named = set()
    for folder in ("signpost", "actions"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and re.match(
                    r"log\.(?:debug|info|warning|error|critical|exception)$", ast.unparse(node.func)
                ):
                    named |= {keyword.arg for keyword in node.keywords}
    assert named
    # Of an error only its kind and where it was raised are written down.
    assert named - {"exc_info"} <= logs.FIELDS


def test_lines_of_libraries_say_where_and_what_kind_but_none_of_their_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.take_over("rasa")
    logging.getLogger("rasa.core.tracker_store").error(f"cannot save {TYPED}")
    try:
        raise KeyError(TYPED)
    except KeyError:
        logging.getLogger("sanic.error").exception("while handling %s", TYPED)
    printed = capsys.readouterr().err
    assert "Sarah" not in printed
    first, second = lines(printed)
    assert first["library"] == "rasa.core.tracker_store"
    assert (second["kind"], second["library"]) == ("KeyError", "sanic.error")


def test_while_a_part_starts_the_words_of_libraries_say_what_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    libraries = logs.take_over("rasa", sealed=False)
    logging.getLogger("rasa").error("the model is broken")
    libraries.seal()
    logging.getLogger("rasa").error(TYPED)
    first, second = lines(capsys.readouterr().err)
    assert first["words"] == "the model is broken"
    assert "words" not in second


def test_debug_lines_of_libraries_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", "rasa")
    logs.take_over("rasa")
    logging.getLogger("rasa").debug(TYPED)
    logging.getLogger("rasa").info(TYPED)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "fault",
    [
        "raise ValueError(TYPED)",
        "import threading; t = threading.Thread(target=lambda: int(TYPED)); t.start(); t.join()",
        "import warnings; warnings.warn(TYPED)",
        "import asyncio; asyncio.get_event_loop_policy().new_event_loop()"
        ".call_exception_handler({'message': TYPED})",
        "C = type('C', (), {'__del__': lambda _: int(TYPED)}); C()",
    ],
    ids=["uncaught", "thread", "warning", "asyncio", "destructor"],
)
def test_a_process_that_fails_prints_no_content(fault: str) -> None:
    program = f"from signpost import logs; logs.take_over('door'); TYPED = {TYPED!r}; {fault}"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "Sarah" not in ended.stdout + ended.stderr
    assert all(line["part"] == "door" for line in lines(ended.stderr))
    assert bool(ended.stderr) == ("warnings" not in fault)
