"""The cost grows with the length and no faster, whatever the text."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import pytest

from signpost.crisis.bench import CONTENT, sample, seconds
from signpost.crisis.floor import Floor

ADVERSARIAL = {
    "ordinary": sample(1_000),
    "one letter": "a" * 1_000,
    "no spaces": "iwanttokillmyself" * 60,
    "one word": "kill " * 200,
    "nested repeats": ("he wants he wants pics of me me me " * 30)[:1_000],
    "spaced letters": "k i l l " * 125,
    "signs": "@$!*|" * 200,
    "stars": "s*u*i*c*i*d*e" * 75,
    "tags": "<<<>>>&&&;;;%20" * 66,
    "emoji": "🔪💊" * 500,
    "Cyrillic": "хочу" * 250,
    "breaks": "no. " * 250,
}


@pytest.mark.parametrize("kind", ADVERSARIAL)
def test_eight_times_the_text_costs_about_eight_times_as_much(floor: Floor, kind: str) -> None:
    text = ADVERSARIAL[kind]
    short = seconds(partial(floor.assess, text * 2), 9)
    long = seconds(partial(floor.assess, text * 16), 5)
    # 8 for linear growth, 64 for quadratic; the rest is for a busy machine.
    assert long < 24 * short + 0.005, f"{1000 * short:.1f} ms became {1000 * long:.1f} ms"


def test_an_ordinary_message_costs_little(floor: Floor) -> None:
    # The bench prints the true figure; this bound only catches a slip of an order of magnitude.
    assert seconds(partial(floor.assess, sample(500)), 60) < 0.010
    assert seconds(partial(floor.assess, sample(10_000)), 9) < 0.100


def test_the_floor_loads_quickly_and_without_heavy_libraries() -> None:
    code = (
        "import sys, time; start = time.perf_counter()\n"
        "from pathlib import Path\n"
        "from signpost.crisis.floor import Floor\n"
        f"Floor.load(Path({str(CONTENT)!r}))\n"
        "heavy = {'rasa', 'spacy', 'sklearn', 'scipy', 'tensorflow'} & set(sys.modules)\n"
        "print(time.perf_counter() - start, *heavy)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    taken, *heavy = out.stdout.split()
    assert float(taken) < 2.5
    assert heavy == []
