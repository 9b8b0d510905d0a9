from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from signpost.door.channels.channel import Forged, Request, Unreadable
from signpost.door.channels.message import Message
from signpost.door.channels.messenger import Messenger
from signpost.settings import Settings
from tests.door.channels import drivers
from tests.door.channels.conftest import Bench
from tests.door.channels.drivers import APP_SECRET, VERIFY_TOKEN, sign, to

TABLETS = "i took loads of tablets and want to die"
meta = drivers.Messenger()


@pytest.fixture
def messenger() -> Messenger:
    return Messenger(Settings(**meta.settings("http://127.0.0.1:9")))


def read(messenger: Messenger, *events: dict[str, object]) -> list[Message]:
    hook = meta.hook(list(events))
    return messenger.read(Request(url="", body=hook.body, headers={}))


def test_several_people_in_one_batch_are_all_answered(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(meta)
    bench.post(
        meta.hook(
            [
                meta.message(1, text="people are mean to me"),
                meta.message(2, text=TABLETS),
                meta.message(1, text="is it legal"),
            ]
        )
    )
    taken = bench.settle()
    assert taken[0].text.startswith("Call 999 now")
    assert len(to(taken, meta.address(1))) == 3  # what this is, and two answers
    assert len(to(taken, meta.address(2))) == 1


def test_a_crisis_split_over_a_batch_is_found(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(meta)
    halves = ["i want to", "kill myself"]
    bench.post(meta.hook([meta.message(1, text=text) for text in halves]))
    assert bench.provider.wait(1)[0].text.startswith("Call 999 now")


@pytest.mark.parametrize(
    "signature",
    [
        "sha1=" + sign(b"{}")[7:],
        sign(b"{}")[7:],
        "md5=d41d8cd98f00b204e9800998ecf8427e",
        sign(b"{}").upper(),
        "sha256=",
        "sha256=é",
    ],
)
def test_only_the_digest_of_our_choice_is_believed(messenger: Messenger, signature: str) -> None:
    headers = {"x-hub-signature-256": signature}
    with pytest.raises(Forged, match="wrong"):
        messenger.verify(Request(url="", body=b"{}", headers=headers))


def test_the_older_header_is_not_a_signature(messenger: Messenger) -> None:
    headers = {"x-hub-signature": "sha1=" + "0" * 40}
    with pytest.raises(Forged, match="missing"):
        messenger.verify(Request(url="", body=b"{}", headers=headers))


def test_the_signature_is_over_the_bytes_as_they_came(messenger: Messenger) -> None:
    for body in (b'{"a":  1}', '{"a":"é"}'.encode(), b"\xff\xfe", b""):
        headers = {"x-hub-signature-256": sign(body, APP_SECRET)}
        messenger.verify(Request(url="", body=body, headers=headers))


def test_an_edited_message_is_read_anew(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(meta)
    bench.post(meta.hook([meta.message(1, id="m_1", text="hello")]))
    bench.post(
        meta.hook([meta.event(1, message_edit={"mid": "m_1", "text": TABLETS, "num_edit": 1})])
    )
    assert any(each.text.startswith("Call 999 now") for each in bench.settle())


def test_a_postback_is_the_choice_it_stands_for(messenger: Messenger) -> None:
    event = meta.event(1, postback={"mid": "m_9", "title": "A parent", "payload": "parent"})
    (message,) = read(messenger, event)
    assert [(part.text, part.choice) for part in message.parts] == [("A parent", "parent")]


def test_receipts_reactions_and_echoes_are_no_messages(messenger: Messenger) -> None:
    assert (
        read(
            messenger,
            meta.event(1, read={"watermark": 1}),
            meta.event(1, delivery={"mids": ["m_1"]}),
            meta.event(1, reaction={"mid": "m_1", "emoji": "x"}),
            meta.message(1, text="our own words", is_echo=True),
            {"sender": None, "message": {"mid": "x", "text": "nobody"}},
        )
        == []
    )


@pytest.mark.parametrize(
    ("attachment", "media"),
    [
        ({"type": "image", "payload": {"url": "u"}}, "picture"),
        ({"type": "video", "payload": {"url": "u"}}, "picture"),
        ({"type": "file", "payload": {"url": "u"}}, "picture"),
        ({"type": "image", "payload": {"url": "u", "sticker_id": 369}}, "other"),
        ({"type": "audio", "payload": {"url": "u"}}, "other"),
        ({"type": "location", "payload": {"coordinates": {"lat": 1, "long": 2}}}, "other"),
        ({"type": "something_new"}, "other"),
        ({"type": "fallback", "title": "A page", "payload": {"url": "u"}}, None),
    ],
)
def test_what_comes_beside_the_words_is_told_apart(
    messenger: Messenger, attachment: dict[str, object], media: str | None
) -> None:
    (message,) = read(messenger, meta.message(1, attachments=[attachment]))
    assert message.media == media


def test_the_title_of_a_shared_link_is_read(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(meta)
    shared = {"type": "fallback", "title": TABLETS, "payload": {"url": "u"}}
    bench.post(meta.hook([meta.message(1, text="look", attachments=[shared])]))
    assert bench.provider.wait(1)[0].text.startswith("Call 999 now")


def test_what_another_app_of_the_page_answers_is_read_for_danger(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(meta)
    body = msgspec.json.encode(
        {"object": "page", "entry": [{"standby": [meta.message(1, text=TABLETS)]}]}
    )
    bench.post(drivers.Hook(meta.hook([]).path, body, {"X-Hub-Signature-256": sign(body)}))
    assert bench.provider.wait(1)[0].text.startswith("Call 999 now")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 20_000, b'{"entry": "x"}'])
def test_a_signed_request_that_cannot_be_read_is_taken_and_said(
    make_bench: Callable[..., Bench], body: bytes
) -> None:
    bench = make_bench(meta)
    hook = drivers.Hook("/webhooks/messenger", body, {"X-Hub-Signature-256": sign(body)})
    assert bench.post(hook).status_code == 200


def test_a_body_that_is_no_object_is_unreadable(messenger: Messenger) -> None:
    with pytest.raises(Unreadable):
        messenger.read(Request(url="", body=b"[]", headers={}))


def test_meta_is_shown_that_the_address_is_ours(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(meta)
    right = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "123"}
    answer = bench.client.get("/webhooks/messenger", params=right)
    assert (answer.status_code, answer.text) == (200, "123")
    for wrong in ({**right, "hub.verify_token": "x"}, {"hub.challenge": "123"}):
        assert bench.client.get("/webhooks/messenger", params=wrong).status_code == 403
