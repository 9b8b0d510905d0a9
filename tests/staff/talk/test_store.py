from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from signpost.register.models import Bubble, Choice, Reply
from signpost.staff.database import Database, now
from signpost.staff.reviews.rows import Should
from signpost.staff.reviews.store import CorrectionStore, State
from signpost.staff.reviews.tables import corrections as table
from signpost.staff.talk.store import NameTakenError, TrialStore
from signpost.staff.talk.tables import trial_turns, trials
from signpost.staff.talk.trial import Heard, Memory
from signpost.staff.talk.why import Nets, Why

MEMORY = Memory(id="trial-abc", turns=["hi"], choices=[Choice("A", "b")], audience="child")
DAY = 24 * 3600.0


def why() -> Why:
    nets = Nets(floor=1.0, both_crisis=1.6, both_check_in=-1.4, second="none")
    return Why(
        stored="hi",
        readings=["hi"],
        level="none",
        route="",
        age="unsaid",
        speaker="unknown",
        read=True,
        rules=[],
        words=[],
        nets=nets,
        concerns=[],
        intent="",
        entities=[],
        audience="unknown",
        audience_how="unknown",
        steps=[],
        spoke=[],
        fault="",
        problem="",
        choice="",
        bundle="",
        seconds=0.1,
    )


def heard(said: str = "hi", entry: str = "advice.sextortion/child") -> Heard:
    reply = Reply(bubbles=[Bubble(entry=entry, text="Words.")], choices=[Choice("A", "b")])
    return Heard(said=said, reply=reply, why=why(), typed="HI, I am Rhiannon", readings=["hi"])


@pytest.fixture
def store(database: Database) -> TrialStore:
    return TrialStore(database)


def age(database: Database, trial: int, seconds: float) -> None:
    """Make a conversation as old as that."""
    with database.write() as connection:
        values = {"last_at": now() - timedelta(seconds=seconds)}
        connection.execute(trials.update().where(trials.c.id == trial).values(**values))


def test_a_conversation_is_kept_with_its_turns_in_order(store: TrialStore) -> None:
    trial = store.begin("tess", "sms", "child", MEMORY)
    assert [store.add(trial, heard(said), MEMORY) for said in ("one", "two")] == [1, 2]
    found = store.find(trial)
    assert found is not None
    assert (found.owner, found.channel, found.role, found.name) == ("tess", "sms", "child", "")
    assert (found.memory, found.first, found.length) == (MEMORY, "one", 2)
    assert [(turn.number, turn.said) for turn in store.turns(trial)] == [(1, "one"), (2, "two")]
    assert store.turns(trial)[0].reply == heard().reply
    assert store.turns(trial)[0].why == why()


def test_the_words_as_typed_are_nowhere_in_the_database(
    store: TrialStore, database: Database
) -> None:
    trial = store.begin("tess", "web", "", MEMORY)
    store.add(trial, heard(), MEMORY)
    with database.read() as connection:
        rows = [*connection.execute(sa.select(trials)), *connection.execute(sa.select(trial_turns))]
    assert "Rhiannon" not in str(rows)


def test_several_conversations_are_listed_for_who_holds_them(store: TrialStore) -> None:
    mine = [store.begin("tess", "web", "", MEMORY) for _ in range(2)]
    store.begin("lee", "web", "", MEMORY)
    assert [each.id for each in store.of("tess")] == mine[::-1]


def test_what_was_quiet_for_long_is_deleted_unless_it_is_a_test(
    store: TrialStore, database: Database
) -> None:
    old, kept, young = (store.begin("tess", "web", "", MEMORY) for _ in range(3))
    for trial in (old, kept, young):
        store.add(trial, heard(), MEMORY)
    store.keep(kept, "A test")
    age(database, old, DAY + 60)
    age(database, kept, DAY + 60)
    age(database, young, DAY - 60)
    assert store.sweep(DAY) == 1
    assert store.find(old) is None
    assert store.turns(old) == []
    assert [each.id for each in store.saved()] == [kept]
    assert store.find(young) is not None


def test_a_name_is_given_once(store: TrialStore) -> None:
    first, second = (store.begin("tess", "web", "", MEMORY) for _ in range(2))
    store.keep(first, "Bullied on Snap")
    with pytest.raises(NameTakenError):
        store.keep(second, "bullied on snap")
    store.keep(first, "Bullied on Snap")
    store.keep(first, "")
    store.keep(second, "bullied on snap")
    assert [each.id for each in store.saved()] == [second]


def test_what_is_let_go_has_its_whole_time_again(store: TrialStore, database: Database) -> None:
    trial = store.begin("tess", "web", "", MEMORY)
    store.keep(trial, "A test")
    age(database, trial, DAY + 60)
    store.keep(trial, "")
    assert store.sweep(DAY) == 0


def test_a_turn_of_a_conversation_that_was_deleted_meanwhile_is_refused(store: TrialStore) -> None:
    trial = store.begin("tess", "web", "", MEMORY)
    store.delete(trial)
    with pytest.raises(LookupError):
        store.add(trial, heard(), MEMORY)


def test_a_correction_outlives_its_conversation(store: TrialStore, database: Database) -> None:
    corrections = CorrectionStore(database)
    id_ = store.begin("tess", "sms", "", MEMORY)
    store.add(id_, heard(), MEMORY)
    trial = store.find(id_)
    assert trial is not None
    should = Should(said="hi", escalation="999")
    number = corrections.propose(trial, store.turns(id_)[0], should, "It is danger.", "tess")
    store.delete(id_)
    found = corrections.find(number)
    assert found is not None
    assert (found.trial, found.should, found.note) == (None, should, "It is danger.")
    assert (found.state, corrections.count_waiting()) == ("waiting", 1)
    assert found.has_test


def test_what_was_declined_is_deleted_after_its_author_had_time_to_read_why(
    store: TrialStore, database: Database
) -> None:
    corrections = CorrectionStore(database)
    id_ = store.begin("tess", "web", "", MEMORY)
    store.add(id_, heard(), MEMORY)
    trial = store.find(id_)
    assert trial is not None
    turn = store.turns(id_)[0]
    states: list[State] = ["declined", "declined", "accepted"]
    numbers = [corrections.propose(trial, turn, Should(said="hi"), "n", "tess") for _ in states]
    for number, state in zip(numbers, states, strict=True):
        corrections.decide(number, state, "Because.", "lee")
    long_ago = {"decided_at": now() - timedelta(days=91)}
    with database.write() as connection:
        old = table.c.id.in_([numbers[0], numbers[2]])
        connection.execute(table.update().where(old).values(**long_ago))
    assert corrections.sweep() == 1
    assert [each.id for each in corrections.all()] == numbers[:0:-1]


def test_only_what_is_accepted_and_kept_becomes_rows(store: TrialStore, database: Database) -> None:
    corrections = CorrectionStore(database)
    id_ = store.begin("tess", "web", "", MEMORY)
    for said in ("one", "two"):
        store.add(id_, heard(said), MEMORY)
    trial = store.find(id_)
    assert trial is not None
    one, two = store.turns(id_)
    first = corrections.propose(trial, one, Should(said="one", escalation="999"), "n", "tess")
    later = Should(said="two", before=["one"], escalation="CEOP")
    second = corrections.propose(trial, two, later, "n", "tess")
    assert not any(corrections.files().values())
    corrections.decide(first, "accepted", "", "lee")
    corrections.decide(second, "declined", "No.", "lee")
    files = corrections.files()
    assert '"text":"one"' in files["crisis"]
    assert not files["dialogues"]
    corrections.decide(second, "accepted", "", "lee")
    assert f'"name":"correction-{second}"' in corrections.files()["dialogues"]
    assert corrections.count_waiting() == 0
    store.keep(id_, "Both turns")
    kept = corrections.files()["dialogues-saved"]
    assert "escalate:999" in kept
    assert "escalate:CEOP" in kept
    assert {each.number for each in corrections.all("accepted")} == {1, 2}
    assert set(corrections.of(id_)) == {1, 2}
