"""What the register holds, in numbers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from signpost.register.checks.wording import reading_grade
from signpost.register.loader import Register
from signpost.register.models import AUDIENCES
from signpost.register.signing import valid


def figures(register: Register) -> dict[str, Any]:
    """Counts of the register's entries, and the reading grade of every answer for a child."""
    entries = list(register.entries.values())
    advice = [entry for entry in entries if entry.kind == "advice"]
    grades = {
        entry.id: round(reading_grade(register, entry.variants["child"]), 1)
        for entry in entries
        if "child" in entry.variants and entry.kind != "conversation"
    }
    services = register.services.values()
    return {
        "entries": dict(Counter(entry.kind for entry in entries)),
        "services": dict(Counter(service.status for service in services)),
        "councils": len(register.councils),
        "held_back": sorted(service.id for service in services if service.held_back),
        "unsigned_advice": sum(valid(entry) is None for entry in advice),
        "advice_with_words_for": {
            audience: sum(audience in entry.variants for entry in advice) for audience in AUDIENCES
        },
        "hardest_child_grade": max(grades.values(), default=None),
        "child_grades": grades,
    }
