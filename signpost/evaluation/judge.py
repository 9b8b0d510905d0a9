"""Whose words are these? Judges a reply by the text a user would read, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import msgspec

from signpost.door import last_resort
from signpost.register.loader import Register
from signpost.register.models import Reply
from signpost.register.opening import UK
from signpost.register.render import cards, contact_card, render_entry, service_card

_999 = re.compile(r"\b999\b")
_CEOP = re.compile(r"\bCEOP\b|ceop\.police\.uk", re.I)
# Entries whose words answer a label of the evaluation sets that has no advice of its own.
_LABELS = {
    "conversation.greet": "smalltalk_greet",
    "conversation.thanks": "smalltalk_thanks",
    "conversation.bot_challenge": "bot_challenge",
    "conversation.feedback": "feedback_complaint",
    "conversation.out_of_scope": "out_of_scope",
}
_FALLBACKS = frozenset(
    {"conversation.choices_lead", "conversation.not_sure", "conversation.correct"}
)


class UnknownWordsError(Exception):
    """A bubble whose words are in no register entry: promise 2 is broken."""


class Verdict(msgspec.Struct, frozen=True):
    """What a reply amounts to, as read."""

    entries: tuple[str, ...]
    escalation: str | None  # "crisis", "check_in" or None; a standing line is neither
    leads_with: str | None  # "999" or "CEOP", when it escalates
    shows_both: bool
    concerns: tuple[str, ...]  # labels that the words answer, first first

    @property
    def fallback(self) -> bool:
        """Whether the bot said that it did not understand."""
        return any(entry in _FALLBACKS for entry in self.entries)


class Judge:
    """Knows every text of the register, and so the entry behind each bubble."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._entry_of: dict[str, str] = {}
        for entry in register.entries.values():
            for audience, variant in entry.variants.items():
                for part in ("answer", "more", "report"):
                    for bubble in render_entry(register, entry.id, audience, part).bubbles:
                        if bubble.kind != "card":
                            self._entry_of.setdefault(bubble.text, entry.id)
                self._index_cards(variant.services)
        if last_resort.ENTRY in register.entries:
            self._entry_of.setdefault(last_resort.words(register), last_resort.ENTRY)
        self._index_cards(register.services)
        for contact in register.council.contacts:
            bubble = contact_card(register, contact, datetime.now(UK))
            self._entry_of.setdefault(bubble.text, bubble.entry)

    def _index_cards(self, names: Iterable[str]) -> None:
        for bubble in cards(self._register, names):
            self._entry_of.setdefault(bubble.text, bubble.entry)
        for name in names:
            bubble = service_card(self._register, self._register.services[name])
            self._entry_of.setdefault(bubble.text, bubble.entry)

    def read(self, reply: Reply) -> Verdict:
        """Judge a reply. Raises `UnknownWordsError` for words that the register does not hold."""
        standing = {bubble.text for bubble in reply.bubbles if bubble.kind == "standing"}
        texts = [bubble.text for bubble in reply.bubbles if bubble.text not in standing]
        entries = tuple(dict.fromkeys(self._entry(text) for text in texts))
        escalating = [text for text in texts if self._entry(text).startswith("crisis.")]
        escalation = None
        if escalating and self._entry(texts[0]).startswith("crisis."):
            first = self._entry(texts[0])
            escalation = "check_in" if first.startswith("crisis.check_in") else "crisis"
        return Verdict(
            entries=entries,
            escalation=escalation,
            leads_with=_leader(escalating) if escalation else None,
            shows_both=escalation is not None and self._shows_both(escalating),
            concerns=_concerns(entries),
        )

    def _entry(self, text: str) -> str:
        try:
            return self._entry_of[text]
        except KeyError:
            raise UnknownWordsError(f"No register entry holds these words: {text!r}") from None

    def _shows_both(self, texts: list[str]) -> bool:
        """Whether the reply is meant for both routes and its words name both."""
        entry = self._register.entry(self._entry(texts[0]))
        words = " ".join(texts)
        return entry.route == "both" and bool(_999.search(words)) and bool(_CEOP.search(words))


def _leader(texts: list[str]) -> str | None:
    for text in texts:
        places = [
            (found.start(), route)
            for route, found in (("999", _999.search(text)), ("CEOP", _CEOP.search(text)))
            if found
        ]
        if places:
            return min(places)[1]
    return None


def _concerns(entries: tuple[str, ...]) -> tuple[str, ...]:
    """The labels that a reply answers. A card under some advice is no answer to a look-up."""
    labels = [
        entry.removeprefix("advice.") if entry.startswith("advice.") else _LABELS.get(entry)
        for entry in entries
    ]
    if entries and entries[0].startswith("service."):
        labels.insert(0, "resource_lookup")
    return tuple(dict.fromkeys(label for label in labels if label))
