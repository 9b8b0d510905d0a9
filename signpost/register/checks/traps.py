"""What lists of UK online-safety contacts get wrong, and must never be published here.

Each trap has a name. Most are a pattern in one sentence, and `unless` says what makes that
sentence right ("was called", "does not"). `mixups` compares fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from signpost.register.checks.old_names import OLD_NAMES
from signpost.register.checks.problem import Problem, Text, sentences, texts
from signpost.register.checks.trap import Trap
from signpost.register.checks.wrong_claims import WRONG_CLAIMS
from signpost.register.loader import Register
from signpost.register.models import Service

TRAPS = OLD_NAMES + WRONG_CLAIMS
# Numbers that lists still print (closed, renamed, mistyped).
FORBIDDEN_NUMBERS = {
    "08088005002": "the closed O2 and NSPCC line",
    "07860039967": "the old HOPELINEUK text number",
    "08080684141": "a misprint of HOPELINE247",
    "08088029999": "an old Rape Crisis number",
    "01733864170": "an old Peterborough number",
    "88858": "an NSPCC text number that must not be published",
    "08088084994": "The Mix's phone line, unverified since its merger",
    "03450451362": "an old professionals' advice line",
    "08009801958": "an unverified Mosac number",
}


def forbidden_numbers(register: Register) -> Iterator[Problem]:
    """No number that is known to be out of date, however it is written."""
    for text in texts(register):
        digits = re.sub(r"(?<=\d)[ ()-]+(?=\d)", "", text.text)
        for number, why in FORBIDDEN_NUMBERS.items():
            if re.search(rf"(?<!\d){number}(?!\d)", digits):
                yield Problem(where=text.where, message=f"{number} is {why}; take it out.")


def traps(register: Register) -> Iterator[Problem]:
    """No name, address or claim that is known to be wrong."""
    for text in texts(register):
        parts = sentences(text.text)
        for trap in TRAPS:
            if trap.applies(text):
                yield from _sprung(trap, text, [text.text] if trap.within == "text" else parts)


def _sprung(trap: Trap, text: Text, parts: Iterable[str]) -> Iterator[Problem]:
    for part in parts:
        match = trap.found.search(part)
        context = part
        if trap.within == "text" and isinstance(text.record, Service):
            # A card is read whole: its summary may say what its title cannot.
            context = f"{part} {text.record.summary}"
        if match and not (trap.excused and trap.excused.search(context)):
            yield Problem(
                where=text.where,
                message=f"'{match[0].strip()}' {trap.says}.",
                check=trap.name,
                words=part,
            )
