"""Find the service that somebody named, misspelt or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from signpost.register.loader import Register
from signpost.register.models import Service

_WORD = re.compile(r"[a-z0-9]+")
# A short name is too easily hit by a slip in another word, so it must be spelt right.
_SHORTEST_MISSPELT = 5
_SIMILARITY = 84.0


def find_services(register: Register, text: str, most: int = 2) -> list[Service]:
    """The services named in `text`, best first; empty when no name is close enough."""
    words = _WORD.findall(text.lower())
    scored: dict[str, float] = {}
    for service in register.services.values():
        score = max((_score(words, name) for name in _names(service)), default=0.0)
        if score:
            scored[service.id] = score
    best = sorted(scored, key=lambda name: (-scored[name], name))
    return [register.services[name] for name in best[:most] if scored[name] > scored[best[0]] - 1]


def _names(service: Service) -> Iterator[str]:
    for name in (service.name.split(" (")[0], *service.names):
        words = _WORD.findall(name.lower())
        if words:
            yield " ".join(words)


def _score(words: list[str], name: str) -> float:
    """How surely `words` hold `name`: 0 for no; longer and exact names score higher."""
    size = name.count(" ") + 1
    closed = name.replace(" ", "")
    best = 0.0
    for width in {max(1, size - 1), size, size + 1}:
        for start in range(len(words) - width + 1):
            window = "".join(words[start : start + width])
            if window == closed:
                best = max(best, 100.0 + len(closed))
            elif len(closed) >= _SHORTEST_MISSPELT and _close(window, closed):
                best = max(best, fuzz.ratio(window, closed) / 2 + len(closed) / 2)
    return best


def _close(window: str, name: str) -> bool:
    if abs(len(window) - len(name)) > 2:
        return False
    allowed = 1 if len(name) < 8 else 2
    return OSA.distance(window, name) <= allowed and fuzz.ratio(window, name) >= _SIMILARITY
