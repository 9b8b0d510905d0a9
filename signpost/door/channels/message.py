"""What a provider hands over, in one form for all of them."""

from __future__ import annotations

from typing import Literal

import msgspec

# "picture" is what may show somebody: pictures, videos, files. "other" cannot be read either:
# voice notes, stickers, places, contacts, and whatever a provider invents next.
Media = Literal["picture", "other"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Some words of a message. All are read for danger; an `aside` is not answered by itself.

    Asides are words that came along: a quoted message, the label of a place, a poll's options.
    """

    text: str
    choice: str | None = None
    aside: bool = False


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message of one person. `address` is whom to answer, and goes no further than that."""

    id: str
    address: str
    parts: tuple[Part, ...] = ()
    media: Media | None = None
    # Pictures sent together come one by one and are answered once.
    album: str = ""
    # In a group only a crisis is answered: everybody there reads the reply.
    only_crisis: bool = False
    # Something to tell the provider once the message was assessed (a button press was seen).
    receipt: str = ""


def words_of(*texts: object, aside: bool = False) -> tuple[Part, ...]:
    """A part for each text that holds something."""
    return tuple(
        Part(text=text, aside=aside) for text in texts if isinstance(text, str) and text.strip()
    )
