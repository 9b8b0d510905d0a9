"""What somebody hears who calls the number: 999 and Childline, read out twice."""

from __future__ import annotations

import re

from twilio.twiml.voice_response import VoiceResponse

_PHONE = re.compile(r"\d(?: ?\d){2,}")
_LANGUAGE, _VOICE = "en-GB", "Polly.Amy"


def spoken(text: str) -> str:
    """`text` with the digits of phone numbers apart, so that they are read one by one."""
    return _PHONE.sub(lambda number: " ".join(number[0].replace(" ", "")), text)


def twiml(text: str) -> VoiceResponse:
    """The call: the words twice, then the end."""
    response = VoiceResponse()
    for _ in range(2):
        response.say(spoken(text), voice=_VOICE, language=_LANGUAGE)
        response.pause(length=1)
    response.hangup()
    return response
