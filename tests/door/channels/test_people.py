from __future__ import annotations

from signpost.door.channels.people import People


def test_the_same_person_is_found_again_and_others_are_not() -> None:
    people = People(seconds=60)
    person = people.find("sms", "+447700900001")
    assert people.find("sms", "+447700900001") is person
    assert people.find("whatsapp", "+447700900001") is not person
    assert people.find("sms", "+447700900002") is not person


def test_nobody_s_number_is_kept() -> None:
    people = People(seconds=60)
    people.find("sms", "+447700900001")
    assert "7700900001" not in str(people.__dict__)


def test_another_start_has_another_key() -> None:
    first, second = People(seconds=60), People(seconds=60)
    first.find("sms", "1")
    second.find("sms", "1")
    assert not set(first._by_key) & set(second._by_key)


def test_who_is_idle_is_dropped() -> None:
    now = [0.0]
    people = People(seconds=60, now=lambda: now[0])
    people.find("sms", "1")
    now[0] = 50
    people.find("sms", "2")
    now[0] = 70
    people.find("sms", "3")
    assert len(people) == 2


def test_there_are_never_more_than_a_limit() -> None:
    people = People(seconds=60, most=3)
    for number in range(10):
        people.find("sms", str(number))
    assert len(people) <= 3
