"""Find the service that somebody named, misspelt or not."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from signpost.register.loader import Register
from signpost.register.models import Service

# Words that only make a question of a name.
_ASKING = frozenset(
    (
        *("a", "about", "an", "any", "are", "can", "could", "did", "do", "does", "find", "for"),
        *("get", "got", "have", "how", "i", "is", "it", "me", "of", "on", "please", "pls", "s"),
        *("still", "tell", "the", "to", "was", "we", "what", "whats", "where", "who", "whos"),
        *("you", "your", "u", "wot", "wots"),
    )
)
_WORD = re.compile(r"[a-z0-9]+")
# A short name is too easily hit by a slip in another word, so it must be spelt right.
_SHORTEST_MISSPELT = 5
_SIMILARITY = 84.0
# Slips in a name at most.
_FURTHEST = 2
# A name that is spelt right scores this and its length; a misspelt one always scores less.
_EXACT = 100.0


def find_services(
    register: Register, text: str, most: int = 2, least_share: float = 0.0
) -> list[Service]:
    """The services named in `text`, best first; empty when no name is close enough.

    With `least_share` above 0, only names that make up so much of the words, those that merely ask
    left out: somebody who types little but a name means it, while "posh" or "shout" in a long
    sentence is just a word.
    """
    words = _WORD.findall(text.lower())
    least_words = least_share * sum(word not in _ASKING for word in words)
    windows = _Windows(words)
    found: dict[str, tuple[float, str]] = {}
    for service in register.services.values():
        names = _names(service)
        # A name is typed in at most one word more than it has: most long messages end here.
        if max(name.count(" ") + 2 for name in names) < least_words:
            continue
        score, typed, name = max((*_score(windows, name), name) for name in names)
        if score and typed >= least_words:
            found[service.id] = (score, name)
    ranked = sorted(found, key=lambda id_: (-found[id_][0], id_))
    top = found[ranked[0]][0] if ranked else 0.0
    # Everything that is spelt right was meant; of what is misspelt only the closest.
    kept = [id_ for id_ in ranked if found[id_][0] >= min(_EXACT, top - 1)]
    named = {found[id_][1] for id_ in kept}
    # "CEOP Education" also holds "CEOP", which was then not asked for.
    whole = [id_ for id_ in kept if not any(_inside(found[id_][1], name) for name in named)]
    return [register.services[id_] for id_ in whole[:most]]


def _inside(name: str, other: str) -> bool:
    return name != other and f" {name} " in f" {other} "


def _names(service: Service) -> list[str]:
    """The service's names as plain words, its own first; never empty."""
    return [_plain(name) for name in (service.name.split(" (")[0], *service.names)]


@cache
def _plain(name: str) -> str:
    return " ".join(_WORD.findall(name.lower()))


class _Windows:
    """The message's words, so many in a row, written as one: by how many, then by length."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._by_width: dict[int, dict[int, dict[str, int]]] = {}

    def of(self, width: int) -> dict[int, dict[str, int]]:
        """All rows of `width` words, by their number of letters; with each, how many of its words
        do more than ask."""
        by_length = self._by_width.get(width)
        if by_length is None:
            by_length = self._by_width[width] = {}
            for start in range(len(self._words) - width + 1):
                row = self._words[start : start + width]
                window, telling = "".join(row), sum(word not in _ASKING for word in row)
                rows = by_length.setdefault(len(window), {})
                rows[window] = max(telling, rows.get(window, 0))
        return by_length


def _score(windows: _Windows, name: str) -> tuple[float, int]:
    """How surely a message holds `name`, and how many of its telling words do: 0 for no; longer and
    exact names score higher."""
    size = name.count(" ") + 1
    closed = name.replace(" ", "")
    best = (0.0, 0)
    for width in {max(1, size - 1), size, size + 1}:
        by_length = windows.of(width)
        if closed and closed in by_length.get(len(closed), ()):
            best = max(best, (_EXACT + len(closed), by_length[len(closed)][closed]))
        elif len(closed) >= _SHORTEST_MISSPELT:
            for length in range(len(closed) - _FURTHEST, len(closed) + _FURTHEST + 1):
                for window, telling in by_length.get(length, {}).items():
                    if _close(window, closed):
                        likeness = fuzz.ratio(window, closed)
                        best = max(best, (likeness / 2 + len(closed) / 2, telling))
    return best


def _close(window: str, name: str) -> bool:
    allowed = 1 if len(name) < 8 else _FURTHEST
    distance = OSA.distance(window, name, score_cutoff=allowed)
    return distance <= allowed and fuzz.ratio(window, name) >= _SIMILARITY
