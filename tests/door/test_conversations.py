from __future__ import annotations

from signpost.door.conversations import REMEMBERED_TURNS, Conversations, Line, id_of
from signpost.register.models import Bubble, Choice


class Clock:
    """Time that a test moves on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def conversations(clock: Clock, most: int = 100) -> Conversations:
    return Conversations(seconds=100, quiet_seconds=50, now=clock, most=most)


def test_a_conversation_is_found_by_its_token_alone() -> None:
    kept = conversations(Clock())
    mine, other = kept.start("web"), kept.start("web")
    assert kept.find(mine.token) is mine
    assert kept.find(mine.id) is None
    assert kept.find("") is None
    assert mine.token != other.token


def test_tokens_are_long_and_the_ids_for_rasa_are_plain_ascii() -> None:
    mine = conversations(Clock()).start("web")
    assert len(mine.token) >= 43
    assert mine.id.isascii()
    assert mine.id.isalnum()
    assert mine.id not in mine.token


def test_an_idle_conversation_is_forgotten() -> None:
    clock = Clock()
    kept = conversations(clock)
    mine = kept.start("web")
    clock.now += 101
    assert kept.find(mine.token) is None
    assert len(kept) == 0


def test_a_message_keeps_a_conversation_alive() -> None:
    clock = Clock()
    kept = conversations(clock)
    mine = kept.start("web")
    for _ in range(5):
        clock.now += 90
        kept.touch(mine)
    assert kept.find(mine.token) is mine


def test_after_a_quiet_time_the_standing_line_ends_and_old_turns_are_not_read_again() -> None:
    clock = Clock()
    kept = conversations(clock)
    mine = kept.start("web")
    mine.in_crisis = True
    mine.turns.append("I feel so low")
    clock.now += 50
    assert kept.find(mine.token) is mine
    assert mine.in_crisis
    clock.now += 1
    kept.find(mine.token)
    assert not mine.in_crisis
    assert not mine.turns


def test_only_the_last_turns_are_remembered() -> None:
    mine = conversations(Clock()).start("web")
    mine.turns.extend(str(number) for number in range(20))
    assert list(mine.turns) == [str(number) for number in range(20 - REMEMBERED_TURNS, 20)]


def test_an_ended_conversation_is_gone_and_ending_twice_does_no_harm() -> None:
    kept = conversations(Clock())
    mine = kept.start("web")
    kept.end(mine.token)
    kept.end(mine.token)
    assert kept.find(mine.token) is None


def test_when_there_are_too_many_the_longest_unused_goes() -> None:
    clock = Clock()
    kept = conversations(clock, most=2)
    first, second = kept.start("web"), kept.start("web")
    clock.now += 1
    kept.touch(first)
    third = kept.start("web")
    assert kept.find(second.token) is None
    assert kept.find(first.token) is first
    assert kept.find(third.token) is third


def test_sweeping_drops_the_idle_and_no_other() -> None:
    clock = Clock()
    kept = conversations(clock)
    idle, busy = kept.start("web"), kept.start("web")
    clock.now += 60
    kept.touch(busy)
    clock.now += 60
    assert kept.sweep() == 1
    assert kept.find(idle.token) is None
    assert kept.find(busy.token) is busy


def test_starting_again_leaves_nothing_behind_and_gives_rasa_a_new_id() -> None:
    mine = conversations(Clock()).start("web")
    token, old = mine.token, mine.id
    mine.turns.append("a secret")
    mine.transcript.append(Line("user", Bubble(entry="", text="a secret")))
    mine.choices = [Choice("One", "one")]
    mine.audience = "child"
    mine.in_crisis = True
    mine.forget()
    assert "secret" not in repr(mine)
    assert (mine.choices, mine.audience, mine.in_crisis) == ([], None, False)
    assert mine.token == token
    assert mine.id != old


def test_touching_a_conversation_that_has_ended_does_not_bring_it_back() -> None:
    kept = conversations(Clock())
    mine = kept.start("web")
    kept.end(mine.token)
    kept.touch(mine)
    assert kept.find(mine.token) is None


def test_sweeping_lets_quiet_conversations_forget_what_was_said() -> None:
    clock = Clock()
    kept = conversations(clock)
    quiet, busy = kept.start("web"), kept.start("web")
    for each in (quiet, busy):
        each.turns.append("I feel so low")
        each.in_crisis = True
    clock.now += 51
    kept.touch(busy)
    assert kept.sweep() == 0
    assert (list(quiet.turns), quiet.in_crisis) == ([], False)
    assert (list(busy.turns), busy.in_crisis) == (["I feel so low"], True)


def test_a_reference_can_be_read_aloud_and_leads_back_to_the_id() -> None:
    mine = conversations(Clock()).start("web")
    parts = mine.reference.split("-")
    assert [len(part) for part in parts] == [4, 4, 4, 4]
    assert not set(mine.id) & set("01ilo")
    assert id_of(mine.reference) == mine.id
    assert id_of(f"  {mine.reference.upper().replace('-', ' ')}. ") == mine.id


def test_what_is_no_reference_leads_nowhere() -> None:
    for text in ("", "abcd", "07700 900123", "abcd-efgh-jkmn-pqr0", "../../etc/passwd", "é" * 16):
        assert id_of(text) is None


def test_a_reference_finds_its_conversation_and_opens_nothing() -> None:
    kept = conversations(Clock())
    mine = kept.start("web")
    assert kept.find_by_id(mine.id) is mine
    assert kept.find(mine.id) is None
    assert kept.find(mine.reference) is None
    assert kept.find_by_id("nobody") is None


def test_a_conversation_may_begin_with_a_token_that_was_given_out_before() -> None:
    kept = conversations(Clock())
    mine = kept.start("web", "given out before")
    assert kept.find("given out before") is mine
