"""Find the service that somebody named, misspelt or not."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from rapidfuzz import fuzz, process
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
# Slips in a name at most, and in a long one.
_FURTHEST = 2
_FURTHEST_LONG = 3
_LONG = 15
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
        names = _names(service.name, tuple(service.names))
        # A name is typed in at most one word more than it has. Where none that is long enough is
        # there, nothing else can be the one that was meant: most messages end here.
        enough = [name for name in names if name.count(" ") + 2 >= least_words]
        if not any(_score(windows, name)[0] for name in enough):
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


@cache
def _names(own: str, others: tuple[str, ...]) -> tuple[str, ...]:
    """A service's names as plain words, its own first; never empty."""
    return tuple(_plain(name) for name in (own.split(" (")[0], *others))


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
            allowed = _allowed(closed)
            for length in range(len(closed) - allowed, len(closed) + allowed + 1):
                for window, telling in by_length.get(length, {}).items():
                    if _close(window, closed):
                        likeness = fuzz.ratio(window, closed)
                        best = max(best, (likeness / 2 + len(closed) / 2, telling))
    return best


def _close(window: str, name: str) -> bool:
    allowed = _allowed(name)
    distance = OSA.distance(window, name, score_cutoff=allowed)
    return distance <= allowed and fuzz.ratio(window, name) >= _SIMILARITY


def _allowed(name: str) -> int:
    """How many slips a name bears and is still known."""
    if len(name) < 8:
        return 1
    return _FURTHEST_LONG if len(name) >= _LONG else _FURTHEST


def closed_names(
    register: Register, is_wanted: Callable[[str], bool]
) -> dict[int, tuple[str, ...]]:
    """The services' names of several words or many letters, each as one word, by their length.

    `is_wanted` chooses among them by their plain words.
    """
    by_length: dict[int, set[str]] = {}
    for service in register.services.values():
        for name in _names(service.name, tuple(service.names)):
            closed = name.replace(" ", "")
            if " " not in name and len(closed) < _SHORTEST_MISSPELT + _FURTHEST:
                continue
            if is_wanted(name):
                by_length.setdefault(len(closed), set()).add(closed)
    return {length: tuple(sorted(names)) for length, names in by_length.items()}


def is_named(names: dict[int, tuple[str, ...]], typed: str) -> bool:
    """Whether `typed` is one of `closed_names`, misspelt or not, and nothing more."""
    closed = "".join(_WORD.findall(typed.lower()))
    if len(closed) < _SHORTEST_MISSPELT:
        return closed in names.get(len(closed), ())
    furthest = _FURTHEST_LONG if len(closed) >= _LONG - _FURTHEST_LONG else _FURTHEST
    return any(
        _close(closed, name)
        for length in range(len(closed) - furthest, len(closed) + furthest + 1)
        for name in _alike(closed, names.get(length, ()))
    )


def _alike(closed: str, names: tuple[str, ...]) -> list[str]:
    found = process.extract(closed, names, scorer=fuzz.ratio, score_cutoff=_SIMILARITY, limit=3)
    return [name for name, _, _ in found]
