"""A reply as SMS: a crisis in two segments, anything else in one message of four.

What does not fit waits for MORE. The emergency line stands on every page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from signpost.register.channels.pages import pages
from signpost.register.channels.segments import plain, segments
from signpost.register.channels.sheets import Sheet, Sheets, is_card, numbered, short_form
from signpost.register.loader import Register, RegisterError
from signpost.register.models import Bubble, Choice, Reply

CRISIS_SEGMENTS = 2
SEGMENTS = 4


@dataclass(frozen=True)
class SmsWords:
    """What the form needs besides the reply. `hint` says that MORE brings the next page."""

    register: Register | None
    hint: str
    last_resort: str


def more_hint(register: Register | None) -> str:
    """The words that say MORE brings the next page; "" where the register has none to say."""
    if register is None:
        return ""
    try:
        entry = register.entry("conversation.more_hint")
        return register.resolve(entry.variants[entry.default].bubbles[0])
    except (RegisterError, LookupError):
        return ""


def render(words: SmsWords, reply: Reply) -> Sheets:
    """The texts of a reply, a crisis first and by itself."""
    crisis = [each for each in reply.bubbles if _is_crisis(each)]
    line = [each for each in reply.bubbles if each.kind == "standing"]
    rest = [each for each in _rest(reply.bubbles) if each.kind != "standing"]
    first = pages(_blocks(words, crisis), lambda text: segments(text) <= CRISIS_SEGMENTS)
    tail = " ".join(_blocks(words, line))
    following = _paged(words, [*first[1:], *_blocks(words, rest)], reply.choices, tail)
    if len(following) == 1 and not reply.choices and _goes_on(words.register, rest):
        following = [_with_hint(following[0], plain(words.hint))]
    if rest or tail:
        return Sheets(_sheets(first[:1] + following[:1]), _sheets(following[1:]))
    return Sheets(_sheets(first[:1]), _sheets(following))


def _goes_on(register: Register | None, bubbles: list[Bubble]) -> bool:
    """Whether there is more of the advice than was said."""
    name, _, audience = (bubbles[0].entry if bubbles else "").partition("/")
    entry = register.entries.get(name) if register else None
    variants = {str(known): words for known, words in entry.variants.items()} if entry else {}
    return audience in variants and variants[audience].more is not None


def _with_hint(text: str, hint: str) -> str:
    longer = f"{text}\n{hint}"
    return longer if segments(longer) <= SEGMENTS else text


def _is_crisis(bubble: Bubble) -> bool:
    return bubble.entry.startswith("crisis.")


def _rest(bubbles: list[Bubble]) -> Iterator[Bubble]:
    """All but the crisis and its cards, whose SMS form is whole without them."""
    after_crisis = False
    for bubble in bubbles:
        if not is_card(bubble):
            after_crisis = _is_crisis(bubble)
        if not after_crisis:
            yield bubble


def _blocks(words: SmsWords, bubbles: list[Bubble]) -> list[str]:
    """The words of each entry: its SMS form where it has one, else its bubbles and cards."""
    blocks: list[str] = []
    named, covered = "", False
    only_cards = all(is_card(bubble) for bubble in bubbles)
    for bubble in bubbles:
        if is_card(bubble):
            if not covered:
                blocks.append(_card(bubble, whole=only_cards))
            continue
        if bubble.entry != named:
            named = bubble.entry
            form = _form(words, named)
            covered = bool(form)
            if covered:
                blocks.append(form)
        if not covered:
            blocks.append(bubble.text)
    return [plain(block) for block in blocks]


def _form(words: SmsWords, name: str) -> str:
    if name.startswith("crisis.last_resort"):
        return words.last_resort
    return short_form(words.register, name)


def _card(bubble: Bubble, *, whole: bool) -> str:
    """A card in a line: its name and how to reach it; with its words where it stands alone."""
    parts = [f"{bubble.title}:" if bubble.title else ""]
    if whole:
        parts += [bubble.text, bubble.note]
    parts += [
        link.href if link.href.startswith("http") else f"{link.label}." for link in bubble.links
    ]
    return " ".join(part for part in parts if part)


def _paged(words: SmsWords, blocks: list[str], choices: list[Choice], tail: str) -> list[str]:
    if choices and blocks:
        # The question and its choices stay together.
        blocks = [*blocks[:-1], f"{blocks[-1]}\n{plain(numbered(choices))}"]
    if not blocks:
        return [tail] if tail else []

    def whole(page: str, *more: str) -> str:
        return "\n".join(part for part in (page, *more) if part)

    if segments(whole("\n".join(blocks), tail)) <= SEGMENTS:
        return [whole("\n".join(blocks), tail)]
    hint = plain(words.hint)
    cut = pages(blocks, lambda page: segments(whole(page, hint, tail)) <= SEGMENTS)
    return [*(whole(page, hint, tail) for page in cut[:-1]), whole(cut[-1], tail)]


def _sheets(texts: list[str]) -> list[Sheet]:
    return [Sheet(text=text) for text in texts]
