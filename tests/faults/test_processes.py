"""The promise on real processes: Rasa and its action server killed, stopped, loading, locked.

A crisis message gets its escalation within five seconds; every other message gets a reply.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import Bot, wait_until, words

pytestmark = pytest.mark.faults

OVERDOSE = "i took loads of tablets"
BLACKMAIL = "he says he'll post my pics if i dont send more, im 14"
ORDINARY = "someone i met on roblox wants my number"
SECONDS = 5.0


def assert_999_first(reply: dict[str, Any]) -> None:
    first = reply["bubbles"][0]["text"]
    assert "999" in first[:60], first
    assert reply["route"] in ("999", "both")


def assert_ceop_first(reply: dict[str, Any]) -> None:
    first = reply["bubbles"][0]["text"]
    assert "CEOP" in first[:60], first
    assert "https://www.ceop.police.uk/Safety-Centre/" in words(reply)
    assert "999" in words(reply)


def say_in_time(bot: Bot, text: str) -> dict[str, Any]:
    started = time.monotonic()
    reply = bot.say(text)
    took = time.monotonic() - started
    assert took < SECONDS, f"{took:.1f} s"
    assert reply["bubbles"], "silence"
    return reply


def assert_every_message_is_answered(bot: Bot) -> None:
    assert_999_first(say_in_time(bot, OVERDOSE))
    assert_ceop_first(say_in_time(bot, BLACKMAIL))
    ordinary = say_in_time(bot, ORDINARY)
    assert "999" in words(ordinary)
    assert "0800 1111" in words(ordinary)


def seconds_until_listening(state: Path) -> float:
    """From the start of the processes to the door's first answer, in a bot of its own."""
    bot = Bot(state)
    bot.start()
    try:
        wait_until(lambda: "starting the door" in bot.lines(), 60, "nothing was started")
        return bot.wait_until_listening()
    finally:
        bot.stop()


class TestBeforeRasaIsUp:
    """The first seconds after the processes start, when only the door answers."""

    @pytest.fixture(scope="class")
    def starting(self, tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Bot]:
        bot = Bot(tmp_path_factory.mktemp("starting"))
        bot.start()
        try:
            yield bot
        finally:
            assert bot.stop() == 0

    def test_the_door_listens_within_three_seconds_of_the_start_of_processes(
        self, tmp_path: Path, model: Path
    ) -> None:
        # The quickest of three starts: a shared machine may hold one up, never all of them.
        took: list[float] = []
        while not took or (min(took) >= 3.0 and len(took) < 3):
            took.append(seconds_until_listening(tmp_path / str(len(took))))
        assert min(took) < 3.0, took

    def test_a_crisis_gets_its_reply_while_the_model_is_loading(self, starting: Bot) -> None:
        starting.wait_until_listening()
        assert starting.client.get("/health/ready").status_code == 503
        assert_every_message_is_answered(starting)
        assert starting.client.get("/health/ready").status_code == 503, "Rasa was up too early"

    def test_ordinary_messages_are_answered_once_the_model_is_there(self, starting: Bot) -> None:
        starting.wait_until_ready()
        wait_until(
            lambda: "only know online" in words(starting.say(ORDINARY)).lower(),
            20,
            "the door did not start to ask Rasa",
        )


class TestRasaKilled:
    def test_every_message_is_answered_and_rasa_comes_back(self, bot: Bot) -> None:
        killed = bot.kill("rasa")
        assert_every_message_is_answered(bot)
        wait_until(lambda: bot.is_running("rasa"), 30, "Rasa was not restarted")
        assert bot.process("rasa").pid != killed
        wait_until(lambda: "the rasa part ended" in bot.lines(), 5, "nobody was told")
        bot.wait_until_ready()
        time.sleep(5.5)  # the circuit breaker tries again after five seconds
        assert "0800 1111" in words(bot.say(ORDINARY))


class TestRasaStopped:
    def test_every_message_is_answered_while_rasa_hangs(self, bot: Bot) -> None:
        bot.pause("rasa")
        try:
            assert_every_message_is_answered(bot)
        finally:
            bot.resume("rasa")


class TestActionServerKilled:
    def test_every_message_is_answered_and_it_comes_back(self, bot: Bot) -> None:
        bot.kill("actions")
        assert_every_message_is_answered(bot)
        wait_until(lambda: bot.is_running("actions"), 30, "it was not restarted")


class TestActionServerStopped:
    def test_every_message_is_answered_while_it_hangs(self, bot: Bot) -> None:
        bot.pause("actions")
        try:
            assert_every_message_is_answered(bot)
        finally:
            bot.resume("actions")


class TestDatabaseLocked:
    def test_every_message_is_answered_while_another_program_holds_the_lock(self, bot: Bot) -> None:
        bot.say("hello")
        with bot.locked_database():
            assert_every_message_is_answered(bot)


class TestDoorKilled:
    def test_a_crisis_is_answered_when_the_door_is_back(self, bot: Bot) -> None:
        killed = bot.kill("door")
        wait_until(
            lambda: bot.is_running("door") and bot.process("door").pid != killed,
            20,
            "the door was not restarted",
        )
        bot.wait_until_listening()
        assert_999_first(say_in_time(bot, OVERDOSE))
