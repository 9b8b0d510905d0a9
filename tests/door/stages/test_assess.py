from __future__ import annotations

from signpost.door.conversations import Conversation
from signpost.door.stages.assess import Assess
from signpost.door.turn import Turn
from signpost.edition import Editions
from tests.stand_ins import SUICIDE, BrokenFloor, ThreeSentenceFloor


def test_the_raw_text_is_read_for_danger(conversation: Conversation) -> None:
    turn = Turn(conversation, f"/greet {SUICIDE}", text="greet")
    Assess(Editions.of(None, ThreeSentenceFloor())).run(turn)  # type: ignore[arg-type]
    assert turn.in_crisis
    assert turn.assessment is not None
    assert turn.assessment.reply == "crisis.suicide"


def test_an_ordinary_text_is_assessed_and_no_crisis(conversation: Conversation) -> None:
    turn = Turn(conversation, "my game is slow")
    Assess(Editions.of(None, ThreeSentenceFloor())).run(turn)  # type: ignore[arg-type]
    assert turn.assessment is not None
    assert not turn.in_crisis


def test_the_floor_reads_the_turns_before(conversation: Conversation) -> None:
    floor = ThreeSentenceFloor()
    conversation.turns.extend(["one", "two"])
    Assess(Editions.of(None, floor)).run(Turn(conversation, "three"))  # type: ignore[arg-type]
    assert floor.histories == [("one", "two")]


def test_without_a_floor_there_is_no_assessment(conversation: Conversation) -> None:
    turn = Turn(conversation, "hello")
    Assess(Editions.of(None, None)).run(turn)
    assert turn.assessment is None


def test_a_floor_that_fails_leaves_no_assessment(conversation: Conversation) -> None:
    turn = Turn(conversation, "hello")
    Assess(Editions.of(None, BrokenFloor())).run(turn)  # type: ignore[arg-type]
    assert turn.assessment is None


def test_what_was_typed_is_not_remembered_as_it_was_typed(conversation: Conversation) -> None:
    Assess(Editions.of(None, ThreeSentenceFloor())).run(  # type: ignore[arg-type]
        Turn(conversation, "my name is Sarah")
    )
    assert not conversation.turns
