"""Cut words into pages that fit, never in the middle of a number, a link or a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Fits = Callable[[str], bool]

# White space at which a page may end; "0800 1111" and "116 123" hold none.
_BREAK = re.compile(r"(?<!\d)\s+|(?<=\d)\s+(?!\d)")


def pages(blocks: Iterable[str], fits: Fits, between: str = "\n") -> list[str]:
    """`blocks` in order on as few pages as `fits` allows; a block is cut only if it must be.

    A single word, number or link that does not fit stays whole on a page of its own.
    """
    done: list[str] = []
    page = ""
    for block in blocks:
        joined = page + between + block if page else block
        if fits(joined):
            page = joined
            continue
        if page:
            done.append(page)
        *whole, page = _cut(block, fits)
        done += whole
    return [*done, page] if page else done


def _cut(block: str, fits: Fits) -> list[str]:
    parts: list[str] = []
    rest = block
    while not fits(rest):
        ends = [match.span() for match in _BREAK.finditer(rest)]
        if not ends:
            break
        end, start = _best(rest, ends, fits)
        parts.append(rest[:end])
        rest = rest[start:]
    return [*parts, rest]


def _best(text: str, ends: list[tuple[int, int]], fits: Fits) -> tuple[int, int]:
    """Where to cut: after the last sentence that fits, else the last word, else the first."""
    fitting = [span for span in ends if fits(text[: span[0]])] or ends[:1]
    # A page that is mostly empty is worse than a cut sentence.
    least = fitting[-1][0] // 2
    whole = [
        (end, start)
        for end, start in fitting
        if end >= least and (text[end - 1] in ".!?" or "\n" in text[end:start])
    ]
    return (whole or fitting)[-1]
