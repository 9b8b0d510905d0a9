"""A reply for WhatsApp, Messenger and Telegram: whole bubbles, cards, and choices as buttons."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from signpost.register.channels.pages import pages
from signpost.register.channels.sheets import Sheet, Sheets, is_card, numbered
from signpost.register.models import Bubble, Reply


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What an app can show: characters of a message and of a button, and how many buttons."""

    characters: int
    # Characters of a message that has buttons.
    characters_with_buttons: int
    buttons: int
    button_characters: int
    # Whether a question with buttons goes by itself: what stands before it is then safe from
    # whatever the app thinks of the buttons.
    question_apart: bool = False
    bold: Callable[[str], str] = str
    # How the app counts a text: characters, or UTF-16 units.
    length: Callable[[str], int] = len


def render(form: Form, reply: Reply) -> Sheets:
    """The messages of a reply. Choices hang on the last one, or are written out under it."""
    blocks = [_paragraph(form, bubble) for bubble in reply.bubbles]
    if not reply.choices:
        return Sheets([Sheet(text=text) for text in _pages(form, blocks, form.characters)])
    written = _pages(form, _with_question(reply, blocks), form.characters)
    if not _can_be_buttons(form, reply):
        return Sheets([Sheet(text=text) for text in written])
    *texts, last = _with_buttons(form, _question_last(reply, blocks) or [""])
    plain = f"{last}\n{numbered(reply.choices)}"
    sheets = [Sheet(text=text) for text in texts]
    return Sheets([*sheets, Sheet(text=last, choices=tuple(reply.choices), plain=plain)])


def utf16(text: str) -> int:
    """The length of a text in UTF-16 units, as some providers count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _can_be_buttons(form: Form, reply: Reply) -> bool:
    """Whether every choice fits a button whole: half a title may say something else."""
    fitting = all(form.length(choice.title) <= form.button_characters for choice in reply.choices)
    return fitting and len(reply.choices) <= form.buttons


def _pages(form: Form, blocks: list[str], most: int) -> list[str]:
    return pages(blocks, lambda text: form.length(text) <= most, between="\n\n")


def _with_buttons(form: Form, blocks: list[str]) -> list[str]:
    """The texts of a reply with buttons; they hang on the last."""
    if form.question_apart:
        *before, question = blocks
        return [*_pages(form, before, form.characters), question]
    return _pages(form, blocks, form.characters_with_buttons)


def _question_last(reply: Reply, blocks: list[str]) -> list[str]:
    """The bubbles with the standing line before the question, so that buttons touch it."""
    standing = [
        block
        for block, bubble in zip(blocks, reply.bubbles, strict=True)
        if bubble.kind == "standing"
    ]
    return [*standing, *(block for block in blocks if block not in standing)]


def _with_question(reply: Reply, blocks: list[str]) -> list[str]:
    """The bubbles with the choices written under the question that they answer."""
    ordered = _question_last(reply, blocks) or [""]
    return [*ordered[:-1], f"{ordered[-1]}\n{numbered(reply.choices)}".strip()]


def _paragraph(form: Form, bubble: Bubble) -> str:
    """A bubble as lines of text; a card's name stands out, its links follow one by one."""
    lines = [form.bold(bubble.title)] if bubble.title and is_card(bubble) else []
    lines.append(f"{bubble.text} {bubble.note}".strip())
    for link in bubble.links:
        shown = link.href if link.href.startswith("http") else link.label
        if shown not in bubble.text:
            lines.append(shown)
    return "\n".join(line for line in lines if line)
