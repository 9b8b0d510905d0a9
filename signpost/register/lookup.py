"""Find the service that somebody named, misspelt or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
    telling = sum(word not in _ASKING for word in words)
    found: dict[str, tuple[float, str]] = {}
    for service in register.services.values():
        scored = ((*_score(words, name), name) for name in _names(service))
        score, typed, name = max(scored, default=(0.0, 0, ""))
        if score and telling * least_share <= typed:
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


def _names(service: Service) -> Iterator[str]:
    for name in (service.name.split(" (")[0], *service.names):
        words = _WORD.findall(name.lower())
        if words:
            yield " ".join(words)


def _score(words: list[str], name: str) -> tuple[float, int]:
    """How surely `words` hold `name`, and how many of them do: 0 for no; longer and exact names
    score higher."""
    size = name.count(" ") + 1
    closed = name.replace(" ", "")
    best = (0.0, 0)
    for width in {max(1, size - 1), size, size + 1}:
        for start in range(len(words) - width + 1):
            window = "".join(words[start : start + width])
            if window == closed:
                best = max(best, (_EXACT + len(closed), width))
            elif len(closed) >= _SHORTEST_MISSPELT and _close(window, closed):
                best = max(best, (fuzz.ratio(window, closed) / 2 + len(closed) / 2, width))
    return best


def _close(window: str, name: str) -> bool:
    if abs(len(window) - len(name)) > 2:
        return False
    allowed = 1 if len(name) < 8 else 2
    return OSA.distance(window, name) <= allowed and fuzz.ratio(window, name) >= _SIMILARITY
