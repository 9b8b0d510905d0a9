"""What every channel must do, whoever the provider is. The names of these tests are the table."""

from __future__ import annotations

import time

import anyio
import pytest
from structlog.testing import capture_logs

from signpost.register.channels.segments import segments
from signpost.register.loader import Register
from tests.door.channels.conftest import QUICK_CRISIS, Bench, eventually
from tests.door.channels.drivers import Sms, to
from tests.door.channels.providers import Taken
from tests.stand_ins import dead, says

SUICIDE = "i took loads of tablets and want to die"
BLACKMAIL = "he says he'll post my pics if i dont send more, im 14"
ORDINARY = "people in my class are mean to me online"
LIMITS = {"sms": 4 * 153, "whatsapp": 1600, "messenger": 2000, "telegram": 4096}


def starts_with_999(text: str) -> bool:
    return "999" in text[:60]


def assert_fits(bench: Bench, taken: list[Taken]) -> None:
    for message in taken:
        assert 0 < len(message.text) <= LIMITS[bench.driver.name]
        if bench.driver.name == "sms":
            assert segments(message.text) <= 4


def test_a_crisis(bench: Bench, words: Register) -> None:
    started = time.monotonic()
    bench.say(SUICIDE)
    bench.say(BLACKMAIL, person=2)
    taken = bench.provider.wait(2)
    assert time.monotonic() - started < 5
    life = to(taken, bench.driver.address(1))[0]
    abuse = to(taken, bench.driver.address(2))[0]
    assert life.startswith("Call 999 now")
    assert "CEOP" in abuse[:40] or abuse.startswith("In danger")
    assert "999" in abuse
    assert_fits(bench, bench.settle())
    if isinstance(bench.driver, Sms):
        assert segments(life) <= 2
        assert segments(abuse) <= 2


def test_an_ordinary_concern(bench: Bench, words: Register) -> None:
    bench.say(ORDINARY)
    taken = bench.settle()
    assert "computer program" in taken[0].text  # what this is comes first
    advice = words.entry("advice.cyberbullying").variants["child"]
    expected = advice.sms if bench.driver.name == "sms" else advice.bubbles[0]
    assert words.resolve(expected)[:60] in taken[1].text
    assert_fits(bench, taken)
    bench.provider.taken.clear()
    bench.say("is it legal")
    assert "computer program" not in bench.settle()[0].text


def test_choices(bench: Bench) -> None:
    bench.meet()
    bench.say(ORDINARY)
    question = bench.settle()[-1]
    if question.choices:
        assert question.choices[1] == "tell_audience_parent"
    else:
        bench.say("MORE") if "MORE" in question.text else None
        assert "2 A parent or carer" in bench.settle()[-1].text
    bench.post(bench.driver.presses("tell_audience_parent", "A parent or carer"))
    eventually(lambda: bench.rasa.texts[-1] == "/tell_audience_parent")
    bench.rasa.texts.clear()


def test_choices_by_number(bench: Bench) -> None:
    bench.meet()
    bench.say(ORDINARY)
    bench.settle()
    bench.say("2")
    eventually(lambda: bench.rasa.texts[-1] == "/tell_audience_parent")


def test_a_picture_with_a_caption(bench: Bench) -> None:
    bench.meet()
    bench.post(bench.driver.sends_picture("is it legal"))
    taken = bench.settle()
    assert any("did not open" in each.text for each in taken)
    assert bench.rasa.texts[-1] == "is it legal"
    assert_fits(bench, taken)
    bench.provider.taken.clear()
    bench.post(bench.driver.sends_picture(SUICIDE))
    crisis, *others = bench.settle()
    assert crisis.text.startswith("Call 999 now")
    assert any("did not open" in each.text for each in others)


def test_empty(bench: Bench) -> None:
    bench.meet()
    bench.say("")
    text = bench.provider.wait(1)[0].text
    assert "empty message" in text
    assert "999" in text
    assert "0800 1111" in text


def test_blank_fields(bench: Bench) -> None:
    assert bench.post(bench.driver.blank_fields(SUICIDE)).status_code == 200
    assert bench.provider.wait(1)[0].text.startswith("Call 999 now")


def test_too_long(bench: Bench) -> None:
    bench.meet()
    bench.say("why is he so mean " * 300)
    taken = bench.settle()
    assert any("read for danger" in each.text for each in taken)
    assert_fits(bench, taken)
    bench.provider.taken.clear()
    bench.say("why is he so mean " * 300 + SUICIDE)
    assert bench.provider.wait(1)[0].text.startswith("Call 999 now")


def test_two_messages_in_one_batch(bench: Bench) -> None:
    bench.meet()
    bench.at_once(bench.driver.batch([ORDINARY, SUICIDE]))
    taken = bench.settle()
    assert [each for each in taken if each.text.startswith("Call 999 now")]
    assert bench.rasa.texts.count(ORDINARY) == 1
    assert len(taken) >= 2


def test_forged(bench: Bench) -> None:
    hook = bench.driver.says(SUICIDE)
    with capture_logs() as logs:
        for refused in (bench.driver.forged(hook), bench.driver.unsigned(hook)):
            response = bench.post(refused)
            assert response.status_code == 403
            assert "999" in response.text
    assert bench.rasa.asked == []
    assert bench.settle() == []
    name = bench.driver.name
    assert bench.channels.refused == {(name, "wrong"): 1, (name, "missing"): 1}
    assert [line["reason"] for line in logs] == ["wrong", "missing"]
    assert "tablets" not in str(logs)
    assert bench.driver.address() not in str(logs)


def test_replayed(bench: Bench) -> None:
    hook = bench.driver.says(ORDINARY)
    crisis = bench.driver.says(SUICIDE, person=2)
    for each in (hook, hook, crisis, crisis):
        assert bench.post(each).status_code == 200
    taken = bench.settle()
    assert bench.rasa.texts.count(ORDINARY) == 1
    assert len([each for each in taken if each.text.startswith("Call 999 now")]) == 1


def test_burst(bench: Bench) -> None:
    bench.meet()
    bench.provider.per_second = 6
    bench.rasa.script = lambda text: says("test/child", f"So you ask: {text}")
    texts = [f"is it legal {number}" for number in range(8)]
    for text in texts:
        bench.say(text)
    bench.say(SUICIDE, person=2)  # somebody else, and danger: waits for none of this
    order = [each.to for each in bench.settle()]
    assert order.index(bench.driver.address(2)) < len(order) - 1
    answers = to(bench.settle(), bench.driver.address(1))
    assert answers == [f"So you ask: {text}" for text in texts]


def test_provider_down(bench: Bench) -> None:
    bench.meet()
    bench.provider.trouble = {"*": "down"}
    ordinary = bench.say(ORDINARY)
    crisis = bench.say(SUICIDE, person=2)
    assert "Call 999" not in ordinary.text
    # Where the provider shows words in the answer to its own call, the crisis is already said.
    assert ("Call 999 now" in crisis.text) is bench.driver.in_response
    # The last try that was on its way is refused, too, before the provider is well again.
    time.sleep(5 * QUICK_CRISIS.longest)
    bench.provider.trouble = {}
    taken = bench.settle()
    assert to(taken, bench.driver.address(1))
    said_again = bool(to(taken, bench.driver.address(2)))
    assert said_again is not bench.driver.in_response


def test_provider_slow_for_one(bench: Bench) -> None:
    bench.meet(1)
    bench.meet(2)
    bench.provider.trouble = {bench.driver.address(1): "slow"}
    bench.say("is it legal", person=1)
    started = time.monotonic()
    bench.say("is it legal", person=2)
    eventually(lambda: bool(to(bench.provider.taken, bench.driver.address(2))))
    assert time.monotonic() - started < 2.5


def test_rasa_dead(bench: Bench) -> None:
    bench.rasa.script = dead
    bench.say(ORDINARY)
    bench.say(SUICIDE, person=2)
    taken = bench.settle()
    apology = to(taken, bench.driver.address(1))[-1]
    assert "999" in apology
    assert "0800 1111" in apology
    assert to(taken, bench.driver.address(2))[0].startswith("Call 999 now")


def test_rasa_hanging(bench: Bench) -> None:
    bench.rasa.gate = anyio.Event()
    bench.say(ORDINARY)
    started = time.monotonic()
    bench.say(SUICIDE)
    assert bench.provider.wait(1)[0].text.startswith("Call 999 now")
    assert time.monotonic() - started < 5
    assert bench.client.portal is not None
    bench.client.portal.call(bench.rasa.gate.set)


def test_every_part_is_assessed_before_any_call(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    read, post = bench.door.read, type(bench.provider).answer

    def reading(*given: object, **named: object) -> object:
        order.append("read")
        return read(*given, **named)  # type: ignore[arg-type]

    def posting(*given: object) -> object:
        order.append("call")
        return post(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(bench.door, "read", reading)
    monkeypatch.setattr(type(bench.provider), "answer", posting)
    hooks = bench.driver.batch([BLACKMAIL, SUICIDE, ORDINARY])
    bench.post(hooks[0])
    bench.settle()
    parts = 3 if len(hooks) == 1 else 1
    assert order[:parts] == ["read"] * parts
    assert "call" in order
