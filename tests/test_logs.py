from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import structlog

from signpost import logs


@pytest.fixture(autouse=True)
def _defaults_afterwards() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


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
