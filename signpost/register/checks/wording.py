"""How the words are written: for a child, for an SMS, about pictures, and not twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import textstat
from rapidfuzz import fuzz, process

from signpost.register.channels.segments import BASIC
from signpost.register.checks.problem import Problem, bubbles, sentences, texts
from signpost.register.loader import Register
from signpost.register.models import Variant

CHILD_GRADE = 6.5
CHILD_BUBBLES, CHILD_WORDS = 3, 60
SMS_CHARACTERS = 612  # four segments of 153 GSM-7 characters
CRISIS_SMS_CHARACTERS = 306  # two segments
SIMILARITY = 90
SHORTEST_DUPLICATE = 8  # words

IMAGE_ENTRIES = re.compile(
    r"advice\.(?:nudes_shared|sextortion|received_nude_cyberflashing|ai_deepfake|"
    r"seen_illegal_images|professional_nudes_in_school)|crisis\.image_blackmail\w*"
)
_SCREENSHOT = r"screen[ -]?(?:shot|grab|record)\w*"
_COPYING = re.compile(
    rf"\b(?:{_SCREENSHOT}|sav(?:e|es|ed|ing)|forward(?:s|ed|ing)?|delet(?:e|es|ed|ing|ion)|"
    r"download(?:s|ed|ing)?|(?<!a )photograph(?:ed|ing)?)\b",
    re.I,
)
_ANY_SCREENSHOT = re.compile(rf"\b{_SCREENSHOT}\b", re.I)
_DENIAL = re.compile(
    r"\b(?:don[’']t|do not|does not|doesn[’']t|must not|mustn[’']t|should not|shouldn[’']t|cannot|"
    r"never|nobody|no one|no|not to|without|rather than|instead of)\b"
    # "Don't worry, save it" denies nothing.
    r"(?! (?:worry|panic|wait|hesitate|be|feel|matter|longer|need)\b)",
    re.I,
)
_CLAUSE_END = re.compile(r"[:]|\b(?:but|then|instead|so)\b(?! of\b)", re.I)
_OFFENCE = re.compile(r"\b(?:offences?|unlawful|illegal|against the law|crimes?)\b", re.I)


def child_words(register: Register) -> Iterator[Problem]:
    """A child's answer is short and can be read at about nine."""
    for entry in register.entries.values():
        variant = entry.variants.get("child")
        if variant is None or entry.kind == "conversation":
            continue
        where = f"{entry.id}/child"
        if len(variant.bubbles) > CHILD_BUBBLES:
            yield Problem(
                where=where,
                message=f"has {len(variant.bubbles)} bubbles; {CHILD_BUBBLES} at most.",
            )
        for number, bubble in enumerate(variant.bubbles, start=1):
            words = len(bubble.split())
            if words > CHILD_WORDS:
                yield Problem(
                    where=where,
                    message=f"bubble {number} has {words} words; {CHILD_WORDS} at most.",
                )
        grade = reading_grade(register, variant)
        if grade > CHILD_GRADE:
            yield Problem(
                where=where,
                message=f"reading grade {grade:.1f}; {CHILD_GRADE} at most: use shorter words "
                "and sentences.",
            )


def reading_grade(register: Register, variant: Variant) -> float:
    """The Flesch-Kincaid grade of a variant's bubbles; addresses and numbers don't count."""
    text = register.resolve(" ".join(variant.bubbles))
    text = re.sub(r"https?://\S+", "link", text)
    return float(textstat.flesch_kincaid_grade(text))


def sms_length(register: Register) -> Iterator[Problem]:
    """The SMS form fits its segments and uses only letters that cost one each."""
    for entry in register.entries.values():
        most = CRISIS_SMS_CHARACTERS if entry.kind == "crisis" else SMS_CHARACTERS
        for audience, variant in entry.variants.items():
            where = f"{entry.id}/{audience}"
            text = register.resolve(variant.sms)
            if len(text) > most:
                message = f"sms has {len(text)} characters; {most} at most."
                yield Problem(where=where, message=message)
            odd = sorted(set(text) - BASIC)
            if odd:
                message = f"sms holds {' '.join(odd)}, which doubles its cost; write it plainly."
                yield Problem(where=where, message=message)
            if entry.kind != "conversation" and not text:
                yield Problem(where=where, message="has no sms form; write one.")


def image_advice(register: Register) -> Iterator[Problem]:
    """Nobody is told to screenshot, save, forward or delete a child's intimate picture.

    A copy can itself be a crime, and a deleted one is lost to the police. Screenshots are looked
    for in all entries, the other words in those about pictures.
    """
    for text in texts(register):
        if text.where.startswith(("service.", "council.")):
            continue
        risky = _COPYING if IMAGE_ENTRIES.fullmatch(text.record.id) else _ANY_SCREENSHOT
        for sentence in sentences(text.text):
            told = [word for word in risky.finditer(sentence) if not _denied(sentence, word)]
            if told:
                yield Problem(
                    where=text.where,
                    message=f"'{told[0][0]}' may tell someone to copy or destroy a picture in "
                    f"'{sentence}'; say it otherwise, or waive these exact words with a reason.",
                    words=sentence,
                )


def _denied(sentence: str, word: re.Match[str]) -> bool:
    """Whether the sentence says not to, or that it is an offence."""
    after = sentence[word.end() :]
    if word[0].lower().endswith("ing") and _OFFENCE.search(after):
        return True
    before = sentence[: word.start()]
    ends = [end.end() for end in _CLAUSE_END.finditer(before)]
    clause = before[ends[-1] if ends else 0 :]
    if re.search(r"\bbefore (?:you |they )?$", clause, re.I):
        return True
    denials = list(_DENIAL.finditer(clause))
    if not denials:
        return False
    between = clause[denials[-1].end() :]
    # "Don't save, send or show it" is one list; "Don't reply, save it" is not.
    rest = between + word[0] + after.split(":")[0]
    return "," not in between or bool(re.search(r"\b(?:or|nor|and no)\b", rest))


def near_duplicates(register: Register) -> Iterator[Problem]:
    """Bubbles of different entries or readers that say nearly the same: filler, or a slip."""
    found = [
        (where, raw, " ".join(sorted(words)))
        # Crisis replies last: what another entry shares with one is then told of under the other.
        for entry in sorted(register.entries.values(), key=lambda entry: entry.kind == "crisis")
        for where, _, raw in bubbles(entry)
        if len(words := re.findall(r"[a-z0-9']+", register.resolve(raw).lower()))
        >= SHORTEST_DUPLICATE
    ]
    if not found:
        return
    sorted_words = [words for _, _, words in found]
    scores = process.cdist(
        sorted_words, sorted_words, scorer=fuzz.ratio, score_cutoff=SIMILARITY, dtype=np.uint8
    )
    seen: set[int] = set()
    for first in range(len(found)):
        alike = [int(i) for i in np.flatnonzero(scores[first]) if i > first and i not in seen]
        others = [i for i in alike if _speaker(found[i][0]) != _speaker(found[first][0])]
        if first in seen or not others:
            continue
        seen.update(others)
        where, raw, _ = found[first]
        yield Problem(
            level="warning",
            where=where,
            message=f"says nearly the same as {', '.join(found[i][0] for i in others)}; say what "
            "differs, or take one out.",
            words=raw,
        )


def _speaker(where: str) -> tuple[str, ...]:
    return tuple(where.split("/")[:2])
