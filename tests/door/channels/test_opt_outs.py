from __future__ import annotations

from pathlib import Path

from structlog.testing import capture_logs

from signpost.door.channels.opt_outs import FILE, OptOuts

KEY = "a key of the tests"
NUMBER = "+447700900001"


def test_who_said_stop_is_remembered_over_a_restart(tmp_path: Path) -> None:
    first = OptOuts(tmp_path, KEY)
    first.add("sms", NUMBER)
    assert ("sms", NUMBER) in first
    first.close()
    again = OptOuts(tmp_path, KEY)
    assert ("sms", NUMBER) in again
    assert ("whatsapp", NUMBER) not in again
    again.remove("sms", NUMBER)
    again.close()
    assert ("sms", NUMBER) not in OptOuts(tmp_path, KEY)


def test_the_file_holds_no_number(tmp_path: Path) -> None:
    opt_outs = OptOuts(tmp_path, KEY)
    opt_outs.add("sms", NUMBER)
    opt_outs.close()
    assert b"7700900001" not in (tmp_path / FILE).read_bytes()
    assert ("sms", NUMBER) not in OptOuts(tmp_path, "another key of the tests")


def test_without_a_key_nothing_is_written(tmp_path: Path) -> None:
    opt_outs = OptOuts(tmp_path, "")
    opt_outs.add("sms", NUMBER)
    opt_outs.close()
    assert ("sms", NUMBER) in opt_outs
    assert list(tmp_path.iterdir()) == []


def test_a_broken_file_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database" * 100)
    with capture_logs() as logs:
        opt_outs = OptOuts(tmp_path, KEY)
        opt_outs.add("sms", NUMBER)
        opt_outs.close()
    assert ("sms", NUMBER) in opt_outs
    assert {line["event"] for line in logs} == {"opt_outs.unreadable", "opt_outs.not_written"}
    assert NUMBER not in str(logs)
