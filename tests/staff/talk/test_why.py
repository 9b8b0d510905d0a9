from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from signpost.crisis.floor import Floor
from signpost.door.rasa import Answer
from signpost.edition import Editions
from signpost.register.loader import Register, load
from signpost.register.models import Bubble, Choice, Reply
from signpost.settings import Settings
from signpost.staff.talk.trial import Heard, Trials
from signpost.staff.talk.why import Why, spoke, thresholds_of
from tests.stand_ins import (
    COUNCIL,
    SUICIDE,
    BrokenFloor,
    ScriptedRasa,
    ThreeSentenceFloor,
    dead,
    entry,
    says,
    unsure,
    write,
    write_entry,
)

pytestmark = pytest.mark.anyio


class ReadingFloor(ThreeSentenceFloor):
    """A floor of three sentences that also shows its readings, as the real one does."""

    def variants(self, text: str) -> tuple[str, ...]:
        return (text.lower(),)


class UnsureFloor(ReadingFloor):
    def assess(self, text: str, history: Sequence[str] = ()) -> Any:
        return unsure("crisis.suicide")


class UnreadingFloor(BrokenFloor):
    def variants(self, text: str) -> tuple[str, ...]:
        return ()


def events(
    text: str = "x",
    *,
    ranking: Sequence[tuple[str, float]] = (("law_question", 0.9),),
    entities: Sequence[dict[str, Any]] = (),
    score: float | None = None,
    slots: dict[str, str] | None = None,
    action: str = "action_advise",
    policy: str = "RulePolicy",
) -> list[dict[str, Any]]:
    """A turn's events as Rasa serialises them."""
    parsed: dict[str, Any] = {
        "text": text,
        "intent": {"name": ranking[0][0]},
        "intent_ranking": [{"name": name, "confidence": share} for name, share in ranking],
        "entities": list(entities),
    }
    if score is not None:
        parsed["crisis_score"] = score
    acted = {"event": "action", "name": action, "policy": policy, "confidence": 1.0}
    listened = {**acted, "name": "action_listen"}
    filled = [
        {"event": "slot", "name": name, "value": value} for name, value in (slots or {}).items()
    ]
    return [{"event": "user", "parse_data": parsed}, *filled, acted, listened]


def advising(**fields: Any) -> ScriptedRasa:
    return ScriptedRasa(
        lambda text: says(
            "advice.law_question/child", "The law says.", events=events(text, **fields)
        )
    )


def trials_with(
    settings: Settings, register: Register, rasa: ScriptedRasa, floor: Any = None
) -> Trials:
    editions = Editions.of(register, floor or ReadingFloor())
    return Trials(settings, editions=editions, rasa=rasa)


async def why_of(trials: Trials, text: str) -> Why:
    return (await trials.say(trials.start(), text)).why


async def test_it_shows_the_text_as_typed_as_read_and_as_kept(
    settings: Settings, register: Register
) -> None:
    trials = trials_with(settings, register, advising())
    heard: Heard = await trials.say(trials.start(), "My Friend is Called 07700 900123")
    assert heard.typed == "My Friend is Called 07700 900123"
    assert heard.readings == ["my friend is called 07700 900123"]
    assert "07700" not in heard.why.stored
    assert "‹phone›" in heard.why.stored


async def test_nothing_that_may_be_kept_holds_what_was_taken_out(
    settings: Settings, register: Register
) -> None:
    trials = trials_with(settings, register, advising())
    heard = await trials.say(trials.start(), "I am Rhiannon Pritchard, ring me on 07700 900123")
    kept = msgspec.json.encode(heard.why).decode()
    assert "Rhiannon" not in kept
    assert "900123" not in kept


async def test_a_crisis_rule_gives_its_reason_and_the_second_net_only_takes_note(
    settings: Settings, register: Register
) -> None:
    why = await why_of(trials_with(settings, register, advising()), SUICIDE)
    assert [(rule.reason, rule.route, rule.counted) for rule in why.rules] == [
        ("test", "999", True)
    ]
    assert (why.level, why.route) == ("crisis", "999")
    assert why.nets.second == "not_asked"
    assert why.spoke[0].entry == "crisis.suicide"
    # Rasa was told of it behind the reply, and what it made of the message is shown.
    assert why.concerns[0].concern == "law_question"


async def test_concerns_are_ranked_with_their_titles_and_no_more_than_ten(
    settings: Settings, register: Register
) -> None:
    ranking = [
        ("nlu_fallback", 0.3),
        ("cyberbullying", 0.2),
        *((f"x_{i}", 0.01) for i in range(20)),
    ]
    why = await why_of(trials_with(settings, register, advising(ranking=ranking)), "hello there")
    assert len(why.concerns) == 10
    assert why.concerns[0].title == "People are being nasty online"
    assert why.concerns[0].share == 0.2
    assert why.intent == "nlu_fallback"


async def test_the_policy_that_acted_is_named_with_its_confidence(
    settings: Settings, register: Register
) -> None:
    why = await why_of(trials_with(settings, register, advising()), "hello there")
    assert [(step.action, step.policy, step.confidence) for step in why.steps] == [
        ("action_advise", "RulePolicy", 1.0)
    ]


@pytest.mark.parametrize(
    ("fields", "how"),
    [
        (
            {
                "slots": {"audience": "parent"},
                "entities": [{"entity": "audience", "value": "parent", "start": 0, "end": 5}],
            },
            ("parent", "said"),
        ),
        ({"slots": {"audience_guess": "child"}}, ("child", "guessed")),
        ({}, ("unknown", "unknown")),
    ],
)
async def test_it_says_for_whom_the_writer_was_taken_and_how_that_is_known(
    fields: dict[str, Any], how: tuple[str, str], settings: Settings, register: Register
) -> None:
    why = await why_of(trials_with(settings, register, advising(**fields)), "my daughter is sad")
    assert (why.audience, why.audience_how) == how


async def test_what_was_found_in_the_words_is_shown_with_them(
    settings: Settings, register: Register
) -> None:
    entities = [
        {"entity": "platform", "value": "snapchat", "start": 3, "end": 7},
        {"entity": "audience_guess", "value": "child", "start": 0, "end": 7},
    ]
    why = await why_of(trials_with(settings, register, advising(entities=entities)), "on snap")
    assert [(each.kind, each.value, each.words) for each in why.entities] == [
        ("platform", "snapchat", "snap"),
        ("audience_guess", "child", ""),
    ]


@pytest.mark.parametrize(
    ("score", "second"), [(9.0, "crisis"), (0.0, "check_in"), (-9.0, "none"), (None, "none")]
)
async def test_the_second_nets_decision_follows_its_thresholds(
    score: float | None, second: str, settings: Settings, register: Register
) -> None:
    why = await why_of(trials_with(settings, register, advising(score=score)), "hello there")
    assert why.nets.second == second
    assert (why.nets.both_crisis, why.nets.both_check_in) == thresholds_of()


async def test_the_classifiers_own_score_is_read_back_from_the_mean(
    settings: Settings, register: Register
) -> None:
    rasa = advising(score=1.0)
    why = await why_of(trials_with(settings, register, rasa, UnsureFloor()), "hello there")
    assert (why.nets.floor, why.nets.classifier, why.nets.both) == (0.0, 2.0, 1.0)
    assert why.nets.leaning == "crisis.suicide"


async def test_a_dead_rasa_is_said_and_what_stood_in_for_it(
    settings: Settings, register: Register
) -> None:
    sure = await why_of(trials_with(settings, register, ScriptedRasa(dead)), "hello there")
    assert (sure.fault, sure.nets.second) == ("unavailable", "no_answer")
    rasa = ScriptedRasa(dead)
    leaning = await why_of(trials_with(settings, register, rasa, UnsureFloor()), "hello there")
    assert leaning.nets.second == "stood_in"
    assert leaning.spoke[0].entry == "crisis.check_in"


async def test_a_message_that_nobody_could_read_says_so(
    settings: Settings, register: Register
) -> None:
    trials = trials_with(settings, register, advising(), UnreadingFloor())
    why = await why_of(trials, "hello there")
    assert not why.read
    assert why.spoke[0].entry == "crisis.last_resort"


async def test_a_choice_that_was_picked_is_not_judged(
    settings: Settings, register: Register
) -> None:
    trials = trials_with(settings, register, advising())
    conversation = trials.start()
    conversation.choices = [Choice("People are nasty", "cyberbullying")]
    why = (await trials.say(conversation, "", "cyberbullying")).why
    assert (why.choice, why.nets.second) == ("cyberbullying", "choice")
    assert why.stored == "People are nasty"


async def test_an_entry_shows_its_sources_dates_and_that_nobody_signed(
    content: Path, settings: Settings
) -> None:
    write_entry(
        content,
        entry(
            "advice.law_question",
            "The law.",
            sources=["facts:childline", "https://example.org/law", "project:design"],
        ),
    )
    evidence = ["https://childline.example/ (copy)", "a list"]
    childline = {"evidence": evidence, "date": "2026-08", "confidence": "high"}
    write(content, ".", {"childline": childline}, "sources")
    register = load(content, COUNCIL)
    why = await why_of(trials_with(settings, register, advising()), "hello there")
    told = why.spoke[0]
    assert (told.checked_on, told.review_by) == (date(2026, 1, 1), date(2099, 1, 1))
    assert told.signed == ""
    assert not told.overdue(date(2026, 6, 1))
    assert told.overdue(date(2099, 1, 2))
    fact, address, design = told.sources
    assert fact.name == "Childline (childline)"
    assert fact.addresses == ["https://childline.example/"]
    assert (fact.words, fact.date, fact.confidence) == (["a list"], "2026-08", "high")
    assert address.addresses == ["https://example.org/law"]
    assert "no outside source" in design.name


def test_a_signed_entry_names_who_signed(content: Path) -> None:
    signed = {"by": "T. Ester", "role": "for this test", "on": "2026-02-03"}
    write_entry(content, entry("advice.law_question", "The law.", sign_off=signed))
    told = spoke("advice.law_question/child/more", load(content, COUNCIL), {})
    assert told.signed == "T. Ester, for this test, 3 February 2026"
    assert (told.audience, told.part) == ("child", "more")


async def test_the_real_floor_names_the_words_that_told_and_the_signs_that_were_outvoted(
    register: Register, settings: Settings
) -> None:
    whole = msgspec.structs.replace(settings, content=Settings().content)
    floor = Floor.load(whole.content)
    weighed = _Weighed(floor)
    trials = trials_with(whole, register, advising(), weighed)
    why = await why_of(trials, "he will post my pics tonight")
    assert [word.word for word in why.words][:1] == ["pics"]
    assert why.rules
    assert not any(rule.counted for rule in why.rules)
    assert all(rule.reason for rule in why.rules)


class _Weighed:
    """The real rules under weights that outvote every sign, and score one word alone."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def assess(self, text: str, history: Sequence[str] = ()) -> Any:
        found = self._floor.assess(text, history)
        return msgspec.structs.replace(
            found, level="none", route=None, reply=None, hits=(), score=-2.0 + ("pics" in text)
        )

    def variants(self, text: str) -> tuple[str, ...]:
        return self._floor.variants(text)


async def test_a_reply_that_came_without_events_has_reasons_all_the_same(
    settings: Settings, register: Register
) -> None:
    bubbles = [Bubble(entry="advice.gone/child", text="Words.")]
    rasa = ScriptedRasa(lambda _: Answer(replies=[Reply(bubbles=bubbles)]))
    why = await why_of(trials_with(settings, register, rasa), "hello there")
    assert why.concerns == []
    assert why.steps == []
    assert (why.spoke[0].title, why.spoke[0].checked_on) == ("advice.gone", None)


@pytest.mark.parametrize(
    "entry_id",
    [
        "advice.sextortion",
        "crisis.check_in",
        "conversation.greet",
        "service.childline",
        "council.cambridgeshire-peterborough",
    ],
)
def test_it_says_in_which_file_an_entry_stands(entry_id: str) -> None:
    chosen = Settings()
    told = spoke(entry_id, load(chosen.content, chosen.council), {})
    assert told.checked_on is not None
    assert (chosen.content / told.file).is_file()
