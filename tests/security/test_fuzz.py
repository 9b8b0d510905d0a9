"""The floor and the webhooks against anything at all."""

from __future__ import annotations

import hmac
import json
import threading
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from signpost.crisis.floor import Floor
from signpost.settings import ROOT
from tests.door.channels import drivers
from tests.door.channels.drivers import Driver, Hook
from tests.door.channels.providers import AUTH
from tests.security.conftest import Served

DRIVERS = [drivers.Sms(), drivers.WhatsApp(), drivers.Messenger(), drivers.Telegram()]
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
FEWER = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
DANGER = "i want to kill myself"
# Text as it comes from everywhere: lone surrogates, control characters, other scripts, none.
ANYTHING = st.text(st.characters(codec=None), max_size=400)
# What nobody would call words of their own: invisible characters, blanks, marks.
INVISIBLE = st.text(st.sampled_from("\u200b\u200d\u2060\ufeff\u00ad \t"), max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["entry", "messaging", "message", "text", "sender", "id", "update_id",
                         "chat", "from", "callback_query", "data", "object", "attachments"])
        | st.text(max_size=8),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


HEADERS = st.dictionaries(
    st.sampled_from(
        [
            *("x-twilio-signature", "x-hub-signature-256", "x-hub-signature"),
            *("x-telegram-bot-api-secret-token", "content-type"),
        ]
    ),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60),
    max_size=4,
)


@pytest.fixture(scope="module")
def floor() -> Floor:
    return Floor.load(ROOT / "content")


@MANY
@given(text=ANYTHING, history=st.lists(ANYTHING, max_size=6))
def test_the_floor_reads_anything(floor: Floor, text: str, history: list[str]) -> None:
    found = floor.assess(text, tuple(history))
    assert found.level in ("none", "check_in", "crisis")
    assert (found.reply is None) == (found.level == "none")


@MANY
@given(
    before=INVISIBLE, after=INVISIBLE, upper=st.booleans(), slash=st.sampled_from(["", "/", "//"])
)
def test_nothing_invisible_and_no_slash_hides_danger(
    floor: Floor, before: str, after: str, upper: bool, slash: str
) -> None:
    text = f"{slash}{before}{DANGER.upper() if upper else DANGER}{after}"
    assert floor.assess(text).route == "999", repr(text)


@FEWER
@given(noise=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_whatever_stands_around_it_danger_said_plainly_is_seen(floor: Floor, noise: str) -> None:
    text = f"{noise}\n{DANGER}\n{noise}"
    found = floor.assess(text)
    assert found.reply is not None or found.check_in is not None or found.leaning, repr(text)


@FEWER
@given(text=ANYTHING)
def test_the_door_answers_anything_that_is_typed(served: Served, text: str) -> None:
    begun = served.client.post("/api/conversations").json()
    order = json.dumps({"token": begun["token"], "text": text})
    answer = served.client.post("/api/messages", content=order)
    # A lone surrogate is no text that JSON knows: it is refused, with the emergency words.
    assert answer.status_code in (200, 400)
    assert answer.json()["reply"]["bubbles"]
    page = served.client.post("/chat", data={"text": text.encode("utf-8", "replace").decode()})
    assert page.status_code == 200


@FEWER
@given(text=ANYTHING)
def test_no_word_that_is_typed_is_an_order_to_rasa(served: Served, text: str) -> None:
    before = len(served.rasa.asked)
    token = served.client.post("/api/conversations").json()["token"]
    for payload in (f"/restart{text}", f"  /session_start {text}", f"\u200b/deny@1.0 {text}"):
        served.client.post("/api/messages", content=json.dumps({"token": token, "text": payload}))
    for _, asked, _ in served.rasa.asked[before:]:
        assert not asked.startswith("/")


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
@FEWER
@given(body=st.binary(max_size=300), headers=HEADERS)
def test_what_no_provider_signed_is_turned_away_and_not_read(
    served: Served, driver: Driver, body: bytes, headers: dict[str, str]
) -> None:
    asked = len(served.rasa.asked)
    answer = served.client.post(driver.says("x").path, content=body, headers=headers)
    assert answer.status_code == 403
    assert "999" in answer.text
    assert len(served.rasa.asked) == asked


@pytest.mark.parametrize("driver", [drivers.Messenger(), drivers.Telegram()],
                         ids=lambda driver: driver.name)  # fmt: skip
@FEWER
@given(value=JSON)
def test_whatever_a_provider_signs_is_acknowledged(
    served: Served, driver: Driver, value: object
) -> None:
    body = json.dumps(value).encode()
    answer = post(served, signed(driver, body))
    assert answer.status_code == 200


@pytest.mark.parametrize("driver", [drivers.Sms(), drivers.WhatsApp()], ids=lambda each: each.name)
@FEWER
@given(fields=st.dictionaries(
    st.sampled_from(["Body", "From", "To", "MessageSid", "NumMedia", "MediaUrl0", "ButtonPayload",
                     "MediaContentType0", "ProfileName", "ListId"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=8))  # fmt: skip
def test_whatever_fields_twilio_signs_are_acknowledged(
    served: Served, driver: Driver, fields: dict[str, str]
) -> None:
    answer = post(served, signed(driver, urlencode(fields).encode()))
    assert answer.status_code == 200


def signed(driver: Driver, body: bytes) -> Hook:
    """A webhook with these bytes, signed as the provider signs."""
    hook = driver.says("x")
    if isinstance(driver, drivers.Messenger):
        signature = hmac.new(drivers.APP_SECRET.encode(), body, sha256).hexdigest()
        return Hook(hook.path, body, {"X-Hub-Signature-256": f"sha256={signature}"})
    if isinstance(driver, drivers.Telegram):
        return Hook(hook.path, body, hook.headers)
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    signature = RequestValidator(AUTH).compute_signature(drivers.PUBLIC + hook.path, fields)
    return Hook(hook.path, body, {"X-Twilio-Signature": signature})


def post(served: Served, hook: Hook) -> httpx.Response:
    return served.client.post(hook.path, content=hook.body, headers=hook.headers)


def test_a_request_without_end_holds_nobody_else_up(served: Served) -> None:
    """One that sends a byte now and then keeps its own connection, and no other."""
    stop = threading.Event()

    def drip() -> object:
        while not stop.wait(0.05):
            yield b" "

    def slow() -> None:
        with httpx.Client(timeout=60, trust_env=False) as client:
            client.post(f"{served.url}/api/messages", content=drip())  # type: ignore[arg-type]

    threads = [threading.Thread(target=slow, daemon=True) for _ in range(10)]
    for thread in threads:
        thread.start()
    try:
        token = served.client.post("/api/conversations").json()["token"]
        answer = served.client.post("/api/messages", json={"token": token, "text": DANGER})
        assert answer.json()["reply"]["route"] == "999"
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=20)
