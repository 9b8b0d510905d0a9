"""Replace personal details by typed placeholders before a text leaves the door.

Ages, relations, platforms, places and the numbers of helplines stay, because the advice needs
them. Nothing is asked of any network.
"""

from __future__ import annotations

from signpost.privacy import vocabulary
from signpost.privacy.accounts import Accounts
from signpost.privacy.addresses import Addresses
from signpost.privacy.birth_dates import BirthDates
from signpost.privacy.found import PLACEHOLDERS, Found, Recogniser, merged
from signpost.privacy.links import Links
from signpost.privacy.names import Names
from signpost.privacy.numbers import Numbers
from signpost.privacy.public import Public
from signpost.privacy.schools import Schools

_EVERYWHERE = Public()
# Kinds that a service's name can be mistaken for.
_OF_WORDS = ("name", "school", "handle")


class Redactor:
    """`redact` takes a text and returns it with placeholders such as ‹phone› and ‹name›.

    Our own recognisers are there at once. `add_presidio` brings those of Presidio, whose import
    takes seconds; the door does it once it listens.
    """

    def __init__(self) -> None:
        vocabulary.load()
        self._recognisers: tuple[Recogniser, ...] = (
            Links(),
            Numbers(),
            BirthDates(),
            Addresses(),
            Schools(),
            Accounts(),
            Names(),
        )

    @classmethod
    def whole(cls) -> Redactor:
        """One with all recognisers, Presidio's included."""
        redactor = cls()
        redactor.add_presidio()
        return redactor

    def add_presidio(self) -> None:
        """Import Presidio and use its recognisers, too. Safe to run in a thread."""
        from signpost.privacy.presidio import Presidio

        if not any(isinstance(each, Presidio) for each in self._recognisers):
            self._recognisers = (*self._recognisers, Presidio())

    def find(self, text: str, public: Public = _EVERYWHERE) -> list[Found]:
        """The details of `text` in order, none overlapping another."""
        found = (each for part in self._recognisers for each in part.find(text, public))
        return [
            each
            for each in merged(found)
            if each.kind not in _OF_WORDS or not public.has_name_around(text, each.start, each.end)
        ]

    def redact(self, text: str, public: Public = _EVERYWHERE) -> str:
        """`text` with every detail replaced by its placeholder."""
        parts: list[str] = []
        end = 0
        for each in self.find(text, public):
            parts += [text[end : each.start], PLACEHOLDERS[each.kind]]
            end = each.end
        return "".join([*parts, text[end:]])
