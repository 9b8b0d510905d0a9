"""Places in a text that a search by context looks at: words that follow certain others."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(r"[^\W_][\w'’]*")
_OPENING = "\"'“‘(@ "
# What may stand between a sign and the name that it announces.
_SIGNS = (":", ",", "=", "-", "–", "(")


def after(text: str, leads: frozenset[str], articles: frozenset[str]) -> Iterator[int]:
    """Where words begin that follow one of `leads` (in small letters), one with 's, or a sign.

    One of `articles` may stand between. Line breaks end what a word announces.
    """
    end, is_lead = 0, False
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        gap = between.strip(_OPENING)
        if (is_lead and gap in ("", *_SIGNS) and between) or (end and gap in _SIGNS):
            yield match.start()
        word = match[0].lower()
        if not (is_lead and word in articles and between == " "):
            is_lead = word in leads or word.endswith(("'s", "’s"))
        end = match.end()
