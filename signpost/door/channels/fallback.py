"""The static answers for when the door is down: written from the register into `deploy/fallback`.

A web server in front of the door, or the provider itself, gives them (docs/channels/fallback.md).
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from markupsafe import Markup, escape
from twilio.twiml.messaging_response import MessagingResponse

from signpost.door import last_resort
from signpost.door.channels import voice
from signpost.register.loader import Register
from signpost.register.models import Reply
from signpost.register.render import render_entry
from signpost.settings import ROOT

FOLDER = ROOT / "deploy" / "fallback"


def files(register: Register) -> dict[str, str]:
    """Each file's name and content. Raises `RegisterError` where the register lacks the words."""
    words = last_resort.words(register)
    message = MessagingResponse()
    message.message(last_resort.sms_words(register))
    call = render_entry(register, "conversation.voice_call")
    return {
        "sms.xml": f"{message}\n",
        "voice.xml": f"{voice.twiml(' '.join(each.text for each in call.bubbles))}\n",
        "emergency.txt": f"{words}\n",
        "emergency.html": _page(words),
        "emergency.json": _json(last_resort.reply(words)),
    }


def write(register: Register, folder: Path = FOLDER) -> list[Path]:
    """Write them all; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files(register).items():
        (folder / name).write_text(content, encoding="utf-8")
        written.append(folder / name)
    return written


def _page(words: str) -> str:
    """A page of nothing but the words; its links are those of the chat page."""
    from signpost.door.web.templates import with_links

    head = '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
    view = '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    title = f"<title>{escape(words.split('.')[0])}</title>\n"
    body = Markup(
        '<body style="font: 1.25rem/1.5 sans-serif; max-width: 40rem; margin: 2rem auto">'
    )
    return f"{head}{view}{title}{body}\n<main><p>{with_links(words)}</p></main>\n</body>\n</html>\n"


def _json(reply: Reply) -> str:
    """What programs read from `/api`, in the form of any other refusal."""
    return msgspec.json.encode({"error": "unavailable", "reply": reply}).decode() + "\n"
