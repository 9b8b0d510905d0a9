"""The figures of the last release, set by set, and what has moved since.

`signpost evaluate --record` writes them to `tests/evaluation/release.json`. Only sets whose rows
are the same then and now are compared; one that has changed or come since says nothing.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from signpost.evaluation.heard import Hearing
from signpost.evaluation.score import (
    Part,
    concern_parts,
    crisis_parts,
    dialogue_parts,
    share,
)
from signpost.settings import ROOT

SETS = ROOT / "tests" / "evaluation"
RECORDED = SETS / "release.json"
KINDS = ("crisis", "concerns", "dialogues")
# Shares of which less is better.
LESS_IS_BETTER = frozenset({"checkin_rate", "false_oos", "fallback_rate"})


class SetFigures(msgspec.Struct, frozen=True):
    """One set's shares, and the checksum of its rows."""

    kind: str
    checksum: str
    shares: dict[str, Part]


class Release(msgspec.Struct, frozen=True):
    """The figures of a release: when, which model, which sets."""

    date: str
    model: str
    sets: dict[str, SetFigures]


class Change(msgspec.Struct, frozen=True):
    """A share over all sets that both have, then and now."""

    kind: str
    name: str
    before: Part
    now: Part

    @property
    def points(self) -> float:
        """How many points it moved; above 0 is better."""
        moved = 100 * (share(self.now) - share(self.before))
        return -moved if self.name in LESS_IS_BETTER else moved


def own_sets() -> dict[str, list[Path]]:
    """The project's own sets of each kind."""
    return {
        kind: sorted(SETS.glob(f"{kind}*.jsonl"), key=lambda file: (len(file.name), file.name))
        for kind in KINDS
    }


def set_figures(hearing: Hearing) -> dict[str, SetFigures]:
    """The figures of each set by its name, as they are kept."""
    counts: list[tuple[str, Path, dict[str, Part]]] = []
    counts += [("crisis", file, crisis_parts(found)) for file, found in hearing.crisis.items()]
    counts += [("concerns", file, concern_parts(found)) for file, found in hearing.concerns.items()]
    counts += [
        ("dialogues", file, dialogue_parts(found)) for file, found in hearing.dialogues.items()
    ]
    return {
        file.stem: SetFigures(kind, hashlib.sha256(file.read_bytes()).hexdigest()[:16], parts)
        for kind, file, parts in counts
    }


def write(sets: dict[str, SetFigures], model: str, file: Path = RECORDED) -> Release:
    """Record the figures of today."""
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    release = Release(today, model, sets)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(release), indent=1) + b"\n")
    return release


def read(file: Path = RECORDED) -> Release | None:
    """The recorded figures; None before the first record."""
    if not file.is_file():
        return None
    return msgspec.json.decode(file.read_bytes(), type=Release)


def changes(before: Release, now: Mapping[str, SetFigures]) -> list[Change]:
    """What moved, over the sets that are the same then and now."""
    same = [
        name
        for name, figures in now.items()
        if name in before.sets and before.sets[name].checksum == figures.checksum
    ]
    found = []
    for kind in KINDS:
        names = [name for name in same if now[name].kind == kind]
        for each in now[names[0]].shares if names else ():
            then = _together(before.sets[name].shares.get(each) for name in names)
            today = _together(now[name].shares.get(each) for name in names)
            if then.whole and today.whole:
                found.append(Change(kind, each, then, today))
    return found


def _together(parts: Iterable[Part | None]) -> Part:
    known = [part for part in parts if part is not None]
    return Part(sum(part.part for part in known), sum(part.whole for part in known))


def said(moved: Sequence[Change], before: Release) -> list[str]:
    """One line for each share that moved by a tenth of a point or more, for a terminal."""
    lines = [
        f"  {change.kind}: {change.name.replace('_', ' ')} {share(change.before):.3f} → "
        f"{share(change.now):.3f} ({change.points:+.1f} points, "
        f"{'better' if change.points > 0 else 'worse'}; of {change.now.whole})"
        for change in moved
        if abs(change.points) >= 0.05
    ]
    head = f"  since the release of {before.date} (model {before.model})"
    if not moved:
        return [f"{head}: no set is the same as then"]
    return [f"{head}:", *lines] if lines else [f"{head}: no figure moved"]
