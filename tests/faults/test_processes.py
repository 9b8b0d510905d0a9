"""The promise on real processes: Rasa and its action server killed, stopped, loading, locked.

A crisis message gets its escalation within five seconds; every other message gets a reply.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Bot, wait_until, words
from promise import (
    BLACKMAIL,
    ORDINARY,
    OUTCOMES,
    OVERDOSE,
    answered_with,
    assert_999_first,
    assert_ceop_first,
    assert_every_message_is_answered,
    say_in_time,
    timed,
)

pytestmark = pytest.mark.faults


@pytest.fixture
def bot(bot: Bot) -> Bot:
    """The whole bot, well again after the fault before."""
    bot.wait_until_ready()
    bot.wait_until_rasa_is_asked(ORDINARY)
    return bot


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
        # The quickest of five starts: a shared machine may hold one up, never all of them.
        took: list[float] = []
        while not took or (min(took) >= 3.0 and len(took) < 5):
            took.append(seconds_until_listening(tmp_path / str(len(took))))
        assert min(took) < 3.0, took

    def test_a_crisis_gets_its_reply_while_the_model_is_loading(self, starting: Bot) -> None:
        starting.wait_until_listening()
        assert starting.client.get("/health/ready").status_code == 503
        assert_every_message_is_answered(starting, "Rasa is still loading")
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
        assert_every_message_is_answered(bot, "Rasa killed")
        wait_until(lambda: bot.is_running("rasa"), 30, "Rasa was not restarted")
        assert bot.process("rasa").pid != killed
        wait_until(lambda: "the rasa part ended" in bot.lines(), 5, "nobody was told")
        bot.wait_until_ready()
        bot.wait_until_rasa_is_asked(ORDINARY)


class TestRasaStopped:
    def test_every_message_is_answered_while_rasa_hangs(self, bot: Bot) -> None:
        bot.pause("rasa")
        try:
            assert_every_message_is_answered(bot, "Rasa hangs (stopped)")
        finally:
            bot.resume("rasa")


class TestActionServerKilled:
    def test_every_message_is_answered_and_it_comes_back(self, bot: Bot) -> None:
        bot.kill("actions")
        assert_every_message_is_answered(bot, "action server killed")
        wait_until(lambda: bot.is_running("actions"), 30, "it was not restarted")


class TestActionServerStopped:
    def test_every_message_is_answered_while_it_hangs(self, bot: Bot) -> None:
        bot.pause("actions")
        try:
            assert_every_message_is_answered(bot, "action server hangs (stopped)")
        finally:
            bot.resume("actions")


class TestDatabaseLocked:
    def test_every_message_is_answered_while_another_program_holds_the_lock(self, bot: Bot) -> None:
        bot.say("hello")
        with bot.locked_database():
            assert_every_message_is_answered(bot, "tracker database locked")


class TestDoorKilled:
    def test_a_crisis_is_answered_when_the_door_is_back(self, bot: Bot) -> None:
        outcome = OUTCOMES.begin("door killed (times from its death on)")
        killed = bot.kill("door")
        died = time.monotonic()
        wait_until(
            lambda: bot.is_running("door") and bot.process("door").pid != killed,
            20,
            "the door was not restarted",
        )
        bot.wait_until_listening()
        assert_999_first(say_in_time(bot, OVERDOSE))
        outcome.life = f"{time.monotonic() - died:.1f}"
        assert_ceop_first(say_in_time(bot, BLACKMAIL))
        outcome.ceop = f"{time.monotonic() - died:.1f}"
        ordinary, took = timed(bot, ORDINARY)
        outcome.ordinary = answered_with(ordinary, took)


class TestTheWorkbench:
    """What happens to the staff's part is nobody else's matter."""

    def test_killed_it_comes_back_and_the_bot_answers_meanwhile(self, bot: Bot) -> None:
        bot.wait_until_the_workbench_answers()
        bot.kill("staff")
        assert_999_first(bot.say(OVERDOSE))
        assert str(bot.say(ORDINARY)["bubbles"][0]["entry"]).startswith("advice.")
        bot.wait_until_the_workbench_answers()

    def test_a_workbench_that_cannot_start_leaves_the_bot_whole(
        self, tmp_path: Path, model: Path
    ) -> None:
        nowhere = "postgresql://nobody@127.0.0.1:9/none"
        bot = Bot(tmp_path / "bot", SIGNPOST_STAFF_DATABASE=nowhere)
        bot.start()
        try:
            bot.wait_until_listening(60)
            assert_999_first(bot.say(OVERDOSE))
            wait_until(lambda: "the staff part ended" in bot.lines(), 60, "nobody said why")
            said = bot.state / "log" / "staff.log"
            assert "cannot be used" in said.read_text(encoding="utf-8")
            assert_999_first(bot.say(OVERDOSE))
        finally:
            assert bot.stop() == 0
