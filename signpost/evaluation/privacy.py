"""Scoring redaction: what must go and went, and what was taken although it says nothing of anybody.

Rows say which details a text holds and which words must stay; no model takes part.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from signpost.evaluation.rows import Detail, PrivacyRow
from signpost.privacy.found import Found
from signpost.privacy.public import Public
from signpost.privacy.redact import Redactor

# Of "Mr Okafor" the name is what must go; titles and relations tell no one person, and the advice
# needs them.
_TITLES = frozenset(
    (
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "sir",
        "madam",
        "prof",
        "professor",
        "rev",
        "reverend",
        "uncle",
        "auntie",
        "aunty",
        "aunt",
        "papa",
        "mama",
        "nan",
        "nana",
        "nanny",
        "granny",
        "grandma",
        "grandad",
        "grandpa",
        "cousin",
        "coach",
        *("sgt", "pc", "pcso", "cllr", "father", "pastor", "imam", "rabbi", "sister", "nurse"),
        "lil",
        "big",
        "the",
        "and",
        "of",
    )
)
_WORD = re.compile(r"\w+")


def score_privacy(rows: Sequence[PrivacyRow], redactor: Redactor, public: Public) -> dict[str, Any]:
    """Recall of details, precision of what was replaced, and the share of words that stayed."""
    gone: dict[str, list[bool]] = defaultdict(list)
    missed, taken, lost = [], [], []
    replaced = right = kept = to_keep = 0
    for row in rows:
        found = redactor.find(row.text, public)
        for detail in row.details:
            is_gone = _is_gone(row, detail, found)
            gone[detail.kind].append(is_gone)
            if not is_gone:
                missed.append({"kind": detail.kind, "value": detail.value, "text": row.text})
        for each in found:
            replaced += 1
            if _is_right(row, each):
                right += 1
            else:
                value = row.text[each.start : each.end]
                taken.append({"kind": each.kind, "value": value, "text": row.text})
        for value in row.keep:
            to_keep += 1
            if _stays(row.text, value, found):
                kept += 1
            else:
                lost.append({"value": value, "text": row.text})
    n = sum(map(len, gone.values()))
    return {
        "n": len(rows),
        "n_details": n,
        "n_replaced": replaced,
        "n_keep": to_keep,
        "recall": _share(sum(map(sum, gone.values())), n),
        "precision": _share(right, replaced),
        "kept": _share(kept, to_keep),
        "by_kind": {
            kind: {"n": len(results), "recall": _share(sum(results), len(results))}
            for kind, results in sorted(gone.items())
        },
        "missed_by_kind": dict(Counter(each["kind"] for each in missed)),
        "missed": missed,
        "taken": taken,
        "lost": lost,
    }


def table(figures: dict[str, Any]) -> str:
    """The figures for a terminal, then everything that was missed or taken wrongly."""
    from signpost.evaluation.intervals import wilson

    lines = [f"privacy ({figures['n']} rows)"]
    for name, of in (("recall", "n_details"), ("precision", "n_replaced"), ("kept", "n_keep")):
        low, high = wilson(figures[name], figures[of])
        lines.append(f"  {name:<12}{figures[name]:.3f}  ({low:.3f} to {high:.3f}) of {figures[of]}")
    lines += ["", "recall by kind"]
    lines += [f"  {k:<12}{v['recall']:.3f} of {v['n']}" for k, v in figures["by_kind"].items()]
    for title, key in (("missed", "missed"), ("taken wrongly", "taken"), ("lost", "lost")):
        if figures[key]:
            lines += ["", title]
            lines += [
                f"  {each.get('kind', ''):<11}{each['value'][:40]!r} in {each['text'][:150]!r}"
                for each in figures[key]
            ]
    return "\n".join(lines)


def _places(text: str, value: str) -> list[tuple[int, int]]:
    """Where a value stands as whole words; where it stands at all, if nowhere as whole words."""
    escaped = re.escape(value)
    whole = [found.span() for found in re.finditer(rf"(?<!\w){escaped}(?!\w)", text)]
    return whole or [found.span() for found in re.finditer(escaped, text)]


def _is_gone(row: PrivacyRow, detail: Detail, found: Iterable[Found]) -> bool:
    """Whether nothing of a detail can be read any more, wherever it stands in the text.

    A word that must stay elsewhere in the text ("I hope", said of Hope) has to go once.
    """
    covered = _covered(found)
    gone = [
        all(
            word.group().lower() in _TITLES or set(range(*word.span())) <= covered
            for word in _WORD.finditer(row.text, start, end)
        )
        for start, end in _places(row.text, detail.value)
    ]
    if detail.value.lower() in {value.lower() for value in row.keep}:
        return any(gone)
    return all(gone)


def _is_right(row: PrivacyRow, each: Found) -> bool:
    """Whether what was replaced is a part of some detail."""
    return any(
        each.start < end and start < each.end
        for detail in row.details
        for start, end in _places(row.text, detail.value)
    )


def _stays(text: str, value: str, found: Iterable[Found]) -> bool:
    """Whether a word that must stay can still be read somewhere."""
    covered = _covered(found)
    return any(not covered & set(range(start, end)) for start, end in _places(text, value))


def _covered(found: Iterable[Found]) -> set[int]:
    return {place for each in found for place in range(each.start, each.end)}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
