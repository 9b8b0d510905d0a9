from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator

from signpost.door.channels.channel import Forged, Request
from signpost.door.channels.sms import Sms
from signpost.door.channels.twilio import Twilio
from signpost.door.channels.whatsapp import WhatsApp, kind, templates, variables
from signpost.register.channels.sheets import Sheet
from signpost.register.models import Choice
from signpost.settings import Settings, SettingsError
from tests.door.channels import drivers
from tests.door.channels.conftest import Bench
from tests.door.channels.drivers import PUBLIC, Hook
from tests.door.channels.providers import AUTH

TABLETS = "i took loads of tablets and want to die"


@pytest.fixture
def sms() -> Sms:
    return Sms(Settings(**drivers.Sms().settings("http://127.0.0.1:9")))


@pytest.fixture
def whatsapp() -> WhatsApp:
    return WhatsApp(Settings(**drivers.WhatsApp().settings("http://127.0.0.1:9")))


def request(hook: Hook, url: str = "") -> Request:
    headers = {name.lower(): value for name, value in hook.headers.items()}
    return Request(url=url or PUBLIC + hook.path, body=hook.body, headers=headers)


def fields(**given: str) -> Request:
    return request(drivers.WhatsApp().hook(given, 1))


def test_a_signature_with_blank_and_odd_fields_is_right(sms: Sms) -> None:
    given = {"FromCity": "", "Body": "50% & more+é 😢\nsecond line", "Empty": ""}
    sms.verify(request(drivers.Sms().hook(given, 1)))


def test_a_signature_for_another_address_is_wrong(sms: Sms) -> None:
    hook = drivers.Sms().says("hello")
    with pytest.raises(Forged, match="wrong"):
        sms.verify(request(hook, "https://elsewhere.example.org" + hook.path))


def test_the_address_may_carry_a_port_and_a_query(sms: Sms) -> None:
    validator = RequestValidator(AUTH)
    for url in (f"{PUBLIC}:443/webhooks/twilio/sms", f"{PUBLIC}/webhooks/twilio/sms?x=1&y="):
        signature = validator.compute_signature(url, {"Body": "a"})
        hook = Hook("/webhooks/twilio/sms", b"Body=a", {"X-Twilio-Signature": signature})
        sms.verify(request(hook, url))


@pytest.mark.parametrize("change", [b"&Body=bye", b"&Extra=", b"&From=%2B447700900555"])
def test_a_body_that_was_changed_is_forged(sms: Sms, change: bytes) -> None:
    hook = drivers.Sms().says("hello")
    with pytest.raises(Forged):
        sms.verify(request(Hook(hook.path, hook.body + change, hook.headers)))


@pytest.mark.parametrize("signature", ["é", "=", "\u2028", "A" * 5000])
def test_an_odd_signature_is_wrong_and_breaks_nothing(sms: Sms, signature: str) -> None:
    hook = drivers.Sms().says("hello")
    with pytest.raises(Forged):
        sms.verify(request(Hook(hook.path, hook.body, {"X-Twilio-Signature": signature})))


def test_forwarded_headers_are_not_believed(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(drivers.Sms())
    other = "https://attacker.example.org"
    signature = RequestValidator(AUTH).compute_signature(
        f"{other}/webhooks/twilio/sms", {"Body": "a", "From": "+447700900001", "MessageSid": "x"}
    )
    response = bench.client.post(
        "/webhooks/twilio/sms",
        data={"Body": "a", "From": "+447700900001", "MessageSid": "x"},
        headers={
            "X-Twilio-Signature": signature,
            "X-Forwarded-Host": "attacker.example.org",
            "X-Forwarded-Proto": "https",
        },
    )
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("given", "media"),
    [
        ({"MediaContentType0": "image/png", "NumMedia": "1"}, "picture"),
        ({"MediaContentType0": "video/mp4", "NumMedia": "1"}, "picture"),
        ({"MediaContentType0": "application/pdf", "NumMedia": "1"}, "picture"),
        ({"MediaContentType0": "audio/ogg", "NumMedia": "1"}, "other"),
        ({"MediaContentType0": "text/vcard", "NumMedia": "1"}, "other"),
        ({"NumMedia": "2"}, "picture"),
        ({"Latitude": "52.2", "Longitude": "0.1"}, "other"),
        ({"MessageType": "sticker"}, "other"),
        ({"Body": "hello"}, None),
    ],
)
def test_what_comes_beside_the_words_is_told_apart(
    whatsapp: WhatsApp, given: dict[str, str], media: str | None
) -> None:
    assert whatsapp.read(fields(**given))[0].media == media


def test_the_words_of_a_place_and_of_an_advert_are_read_but_not_answered(
    whatsapp: WhatsApp,
) -> None:
    parts = whatsapp.read(fields(Latitude="1", Label="Old bridge", Address="High Road"))[0].parts
    assert [(part.text, part.aside) for part in parts] == [
        ("Old bridge", True),
        ("High Road", True),
    ]


@pytest.mark.parametrize("name", ["ButtonPayload", "ListId"])
def test_a_button_is_the_choice_it_stands_for(whatsapp: WhatsApp, name: str) -> None:
    (part,) = whatsapp.read(fields(Body="A parent", **{name: "tell_audience_parent"}))[0].parts
    assert (part.text, part.choice) == ("A parent", "tell_audience_parent")


def test_the_text_of_a_button_is_read_where_the_body_is_blank(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(drivers.WhatsApp())
    bench.post(drivers.WhatsApp().hook({"Body": "", "ButtonText": TABLETS}, 1))
    assert bench.provider.wait(1)[0].text.startswith("Call 999 now")


def choices(*titles: str) -> tuple[Choice, ...]:
    return tuple(Choice(title=title, intent=f"i{n}") for n, title in enumerate(titles))


def test_short_choices_are_buttons_and_long_or_many_ones_a_list() -> None:
    assert kind(choices("A", "B", "C")) == "buttons-3"
    assert kind(choices("A", "B", "C", "D")) == "list-4"
    assert kind(choices("A title that is longer than a button")) == "list-1"


def test_in_a_list_a_long_title_stands_whole_under_its_number() -> None:
    long = "People are being nasty to me online"
    sheet = Sheet(text="Which?", choices=choices("Short", long, "C", "D"))
    values = list(variables(sheet).values())
    assert values[:7] == ["Which?", "Short", "i0", "Short", "2", "i1", long]


def test_without_templates_choices_are_written_out(sms: Sms) -> None:
    settings = {**drivers.WhatsApp().settings("http://127.0.0.1:9"), "whatsapp_choices": ""}
    order = WhatsApp(Settings(**settings)).orders(
        "whatsapp:+447700900001", Sheet(text="?", choices=choices("A"), plain="?\n1 A")
    )
    assert [each.form and each.form["Body"] for each in order] == ["?\n1 A"]


@pytest.mark.parametrize("setting", ["buttons-4=HX1", "list-0=HX1", "list-3", "menu-1=HX1", "=="])
def test_a_wrong_list_of_templates_is_refused(setting: str) -> None:
    with pytest.raises(SettingsError, match="SIGNPOST_WHATSAPP_CHOICES"):
        templates(setting)


def test_refused_buttons_are_sent_again_as_numbers(make_bench: Callable[..., Bench]) -> None:
    # A template that is gone at Twilio.
    bench = make_bench(drivers.WhatsApp(), whatsapp_choices="list-4=HXgone")
    bench.meet()
    bench.say("people are mean to me")
    assert "2 A parent or carer" in bench.settle()[-1].text


def test_it_is_said_when_twilio_answers_stop_itself(sms: Sms) -> None:
    with capture_logs() as logs:
        sms.read(fields(Body="STOP", OptOutType="STOP"))
    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("opt_out.by_provider", "error")
    ]


def test_a_messaging_service_is_named_by_its_own_field() -> None:
    settings = {**drivers.Sms().settings("http://127.0.0.1:9"), "twilio_sms_from": "MG123"}
    (order,) = Sms(Settings(**settings)).orders("+447700900001", Sheet(text="a"))
    assert order.form == {
        "To": "+447700900001",
        "Body": "a",
        "MessagingServiceSid": "MG123",
    }


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_the_answer_to_twilio_is_twiml(channel: str, request: pytest.FixtureRequest) -> None:
    one: Twilio = request.getfixturevalue(channel)
    assert ElementTree.fromstring(one.acknowledge().body).tag == "Response"
    said = one.say_in_response("+447700900001", [Sheet(text="Call 999 & <wait>")])
    assert said is not None
    assert ElementTree.fromstring(said.body).findtext("Message") == "Call 999 & <wait>"


def test_a_call_is_told_999_and_childline_digit_by_digit(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(drivers.Sms())
    path = "/webhooks/twilio/voice"
    call = {"CallSid": "CA1", "From": "+447700900001", "CallerName": ""}
    signature = RequestValidator(AUTH).compute_signature(PUBLIC + path, call)
    answer = bench.client.post(path, data=call, headers={"X-Twilio-Signature": signature})
    said = [each.text or "" for each in ElementTree.fromstring(answer.text).findall("Say")]
    assert len(said) == 2
    assert "call 9 9 9" in said[0]
    assert "0 8 0 0 1 1 1 1" in said[0]
    assert "under 19" in said[0]
    assert bench.client.post(path, data=call).status_code == 403
