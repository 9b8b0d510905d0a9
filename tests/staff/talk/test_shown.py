from __future__ import annotations

import pytest

from signpost.edition import Edition
from signpost.register.channels.segments import segments
from signpost.register.loader import Register
from signpost.register.models import Choice, Reply
from signpost.register.render import render_entry
from signpost.settings import Settings
from signpost.staff.talk.shown import show
from signpost.staff.talk.told import CHANNELS

CHOICES = [
    Choice("I'm under 18", "tell_audience_child"),
    Choice("A parent", "tell_audience_parent"),
]


@pytest.fixture
def reply(register: Register) -> Reply:
    reply = render_entry(register, "advice.cyberbullying", "child")
    reply.choices = CHOICES
    return reply


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_shows_the_words_and_the_choices(
    channel: str, reply: Reply, register: Register, settings: Settings
) -> None:
    shown = show(reply, channel, Edition(register, None), settings)
    words = " ".join(
        [
            *(bubble.text for bubble in shown.bubbles),
            *(message.text for message in shown.messages),
            *(message.text for message in shown.later),
        ]
    )
    assert "Talk to Childline" in words
    assert shown.choices == CHOICES


def test_an_sms_shows_the_text_of_each_segment(register: Register, settings: Settings) -> None:
    reply = render_entry(register, "crisis.last_resort")
    reply.bubbles = [*reply.bubbles, *render_entry(register, "crisis.suicide").bubbles]
    shown = show(reply, "sms", Edition(register, None), settings)
    for message in shown.messages:
        assert "".join(message.segments) == message.text
        assert len(message.segments) == segments(message.text)
    assert shown.segments == sum(segments(message.text) for message in shown.messages) > 0


def test_what_waits_for_more_is_shown_apart(register: Register, settings: Settings) -> None:
    reply = render_entry(register, "advice.cyberbullying", "child")
    reply.bubbles = [
        bubble
        for _ in range(12)
        for bubble in (*reply.bubbles, *render_entry(register, "conversation.too_long").bubbles)
    ]
    shown = show(reply, "sms", Edition(register, None), settings)
    assert shown.messages
    assert shown.later


def test_apps_show_buttons_where_the_provider_has_them(
    reply: Reply, register: Register, settings: Settings
) -> None:
    edition = Edition(register, None)
    assert show(reply, "messenger", edition, settings).messages[-1].choices == CHOICES
    written_out = show(reply, "whatsapp", edition, settings).messages[-1]
    assert "1 I'm under 18" in written_out.text


def test_a_channel_that_there_is_not_is_refused(
    reply: Reply, register: Register, settings: Settings
) -> None:
    with pytest.raises(KeyError, match="pigeon"):
        show(reply, "pigeon", Edition(register, None), settings)
