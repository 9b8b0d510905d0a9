from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from signpost import running
from signpost.cli import main
from signpost.settings import Settings
from signpost.staff.talk import command
from signpost.staff.talk.trial import Trials
from tests.staff.talk.test_why import advising
from tests.stand_ins import SUICIDE


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """The command writes its log lines to the stderr of its test, which then is gone."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A bot that was started here, whose Rasa is scripted; the floor and the register are real."""
    ready = running.Running(rasa_port=1, rasa_token="a token", bundles="", weights="")
    running.leave(tmp_path, ready)
    rasa = advising(entities=[{"entity": "platform", "value": "snapchat", "start": 0, "end": 4}])
    monkeypatch.setattr(command, "Trials", lambda settings: Trials(settings, rasa=rasa))
    yield Settings(state=tmp_path)
    assert len(rasa.erased) == 1, "what was said is erased at the end"


def test_messages_are_answered_with_their_reasons(
    bot: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ["snap is weird", SUICIDE]
    assert command.talk(bot, texts, as_="child", why=True) == 0
    said = capsys.readouterr().out
    assert "you: I'm under 18" in said
    assert "The law says." in said
    assert "found: platform snapchat" in said
    assert "RulePolicy chose action_advise" in said
    assert "rule suicide.wants_to" in said
    assert "The floor answered at once" in said
    assert "not signed off" in said
    assert said.index("Call 999 now") < said.index("the floor found a crisis")


def test_an_sms_is_printed_with_its_segments(
    bot: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.talk(bot, [SUICIDE], channel="sms", why=False) == 0
    said = capsys.readouterr().out
    assert "2 segments" in said
    assert "why:" not in said


def test_typed_lines_are_one_conversation_until_the_input_ends(
    bot: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(["hello", "what is the law"])

    def typed(_: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", typed)
    assert command.talk(bot, [], why=False) == 0
    said = capsys.readouterr().out
    assert "online safety helper" in said
    assert said.count("The law says.") == 2


def test_ctrl_c_ends_it_and_what_was_said_is_erased(
    bot: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(["hello"])

    def typed(_: str) -> str:
        try:
            return next(lines)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("builtins.input", typed)
    monkeypatch.setenv("SIGNPOST_STATE", str(bot.state))
    assert main(["talk"]) == 130


def test_without_a_bot_one_sentence_says_how_to_start_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNPOST_STATE", str(tmp_path))
    assert main(["talk", "hello"]) == 1
    assert "make run" in capsys.readouterr().err


def test_a_bot_that_has_ended_is_said_to_be_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = running.Running(rasa_port=1, rasa_token="a token", bundles="", weights="")
    running.leave(tmp_path, gone)
    monkeypatch.setenv("SIGNPOST_STATE", str(tmp_path))
    assert main(["talk", "hello"]) == 1
    said = capsys.readouterr().err
    assert "does not answer" in said
    assert "make run" in said


def test_the_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["talk", "--help"])
    assert "signpost talk --as child --channel sms" in capsys.readouterr().out
