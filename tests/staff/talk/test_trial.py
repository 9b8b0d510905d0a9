from __future__ import annotations

import pytest

from signpost.edition import Editions
from signpost.privacy import requests
from signpost.register.loader import Register
from signpost.settings import Settings
from signpost.staff.talk.trial import PREFIX, Trials, memory_of
from tests.staff.talk.test_why import ReadingFloor, advising
from tests.stand_ins import SUICIDE, ScriptedRasa, ThreeSentenceFloor

pytestmark = pytest.mark.anyio


@pytest.fixture
def rasa() -> ScriptedRasa:
    return advising()


@pytest.fixture
def trials(settings: Settings, register: Register, rasa: ScriptedRasa) -> Trials:
    return Trials(settings, editions=Editions.of(register, ReadingFloor()), rasa=rasa)  # type: ignore[arg-type]


async def test_rasa_can_tell_a_trial_from_a_person(trials: Trials, rasa: ScriptedRasa) -> None:
    conversation = trials.start()
    await trials.say(conversation, "hello there")
    trials.start_again(conversation)
    await trials.say(conversation, "hello again")
    assert [asked[0].startswith(PREFIX) for asked in rasa.asked] == [True, True]
    assert rasa.asked[0][0] != rasa.asked[1][0]


async def test_a_conversation_goes_on_where_it_was_left(
    settings: Settings, register: Register, rasa: ScriptedRasa, trials: Trials
) -> None:
    conversation = trials.start()
    await trials.say(conversation, SUICIDE)
    left = memory_of(conversation)
    another = Trials(settings, editions=Editions.of(register, ReadingFloor()), rasa=rasa)  # type: ignore[arg-type]
    resumed = another.resume(left, idle_seconds=60)
    assert resumed.id == conversation.id
    heard = await another.say(resumed, "what now")
    # The standing line is still there, and Rasa hears it under the same id.
    assert [bubble.kind for bubble in heard.reply.bubbles][-1] == "standing"
    assert rasa.asked[-1][0] == conversation.id


async def test_after_the_quiet_hours_the_standing_line_has_ended(
    settings: Settings, trials: Trials
) -> None:
    conversation = trials.start()
    await trials.say(conversation, SUICIDE)
    left = memory_of(conversation)
    trials._door.conversations.end(conversation.token)
    resumed = trials.resume(left, idle_seconds=settings.crisis_seconds + 1)
    assert not resumed.in_crisis
    assert not resumed.turns


async def test_the_same_conversation_is_not_resumed_twice(trials: Trials) -> None:
    conversation = trials.start()
    assert trials.resume(memory_of(conversation), idle_seconds=0) is conversation


async def test_what_is_remembered_is_redacted(trials: Trials) -> None:
    conversation = trials.start()
    await trials.say(conversation, "ring me on 07700 900123")
    assert "07700" not in str(memory_of(conversation))


async def test_where_redaction_fails_nothing_of_the_message_is_remembered(
    trials: Trials, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError("no redaction")

    monkeypatch.setattr(trials.redactor, "redact", fail)
    conversation = trials.start()
    heard = await trials.say(conversation, "ring me on 07700 900123")
    assert heard.said == heard.why.stored == "‹text›"
    assert memory_of(conversation).turns == ["‹text›"]


async def test_forgetting_reaches_rasa(trials: Trials, rasa: ScriptedRasa) -> None:
    conversation = trials.start()
    await trials.say(conversation, "hello there")
    known_to_rasa = conversation.id
    await trials.forget(known_to_rasa)
    assert [name for name, _ in rasa.erased] == [known_to_rasa]


async def test_a_deleted_trial_is_noted_so_that_no_backup_brings_it_back(
    settings: Settings, trials: Trials
) -> None:
    conversation = trials.start()
    known_to_rasa = conversation.id
    await trials.forget(known_to_rasa)
    assert requests.erased(settings.state) == {known_to_rasa}


async def test_beginning_as_somebody_uses_the_bots_own_words(
    content: object, settings: Settings, rasa: ScriptedRasa
) -> None:
    whole = Settings()
    trials = Trials(whole, rasa=rasa)
    conversation = trials.start()
    heard = await trials.say_who(conversation, "parent")
    assert heard is not None
    assert heard.said == "A parent or carer"
    assert rasa.texts == ["/tell_audience_parent"]


async def test_without_those_words_nothing_is_said(
    settings: Settings, register: Register, rasa: ScriptedRasa
) -> None:
    trials = Trials(settings, editions=Editions.of(register, ThreeSentenceFloor()), rasa=rasa)  # type: ignore[arg-type]
    assert await trials.say_who(trials.start(), "parent") is None
    assert rasa.texts == []


async def test_on_a_page_the_greeting_comes_first_and_in_an_app_the_first_contact() -> None:
    trials = Trials(Settings(), rasa=advising())
    assert trials.greeting("web").bubbles[0].entry.startswith("conversation.greet")
    entries = [bubble.entry.split("/")[0] for bubble in trials.greeting("sms").bubbles]
    assert entries[0] == "conversation.preview_banner"
    assert "conversation.first_contact" in entries
