"""`signpost check`: what must hold of the register beyond its files' form.

Each check is a function from the register to sentences; a sentence names the entry and says what
to change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import phonenumbers
import textstat

from signpost.register.loader import Register, RegisterError, load, passages
from signpost.register.models import Phone, Record, Variant

Check = Callable[[Register], Iterator[str]]

# Numbers that lists still print and that must never be published (closed, renamed, mistyped).
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
FORBIDDEN_WORDS = {
    r"\bThinkuknow\.co\.uk\b": "an address that was renamed to ceopeducation.co.uk",
    r"actionfraud\.police\.uk": "Action Fraud, replaced by Report Fraud",
    r"\bUKCCIS\b": "UKCIS's old name",
    r"\bLSCB\b": "boards that no longer exist",
}
# The numbers that a child's life may hang on. A change of one of these is never routine.
PINNED = {
    ("emergency-999", "phone"): "999",
    ("childline", "phone"): "0800 1111",
    ("samaritans", "phone"): "116 123",
    ("shout", "text"): "85258",
    ("ceop-safety-centre", "url"): "https://www.ceop.police.uk/Safety-Centre/",
}
CHILD_GRADE = 6.5
CHILD_BUBBLES, CHILD_WORDS = 3, 60
SMS_CHARACTERS = 612  # four segments of 153 GSM-7 characters
CRISIS_SMS_CHARACTERS = 306  # two segments
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def check(content: Path, council: str) -> list[str]:
    """All problems of the register under `content`, one sentence each; empty when it is sound."""
    try:
        register = load(content, council)
    except RegisterError as error:
        return error.problems
    return [problem for each in CHECKS for problem in each(register)]


def pinned_numbers(register: Register) -> Iterator[str]:
    """Emergency numbers are exactly the ones that were pinned."""
    for (name, field), expected in PINNED.items():
        try:
            found = register.resolve(f"{{{name}.{field}}}")
        except RegisterError:
            found = "missing"
        if found != expected:
            yield f"service.{name}: {field} is '{found}', but is pinned to '{expected}'."


def traps(register: Register) -> Iterator[str]:
    """No number or address that is known to be out of date."""
    for where, text in _texts(register):
        digits = re.sub(r"(?<=\d)[ ()-]+(?=\d)", "", text)
        for number, why in FORBIDDEN_NUMBERS.items():
            if re.search(rf"(?<!\d){number}(?!\d)", digits):
                yield f"{where}: {number} is {why}; take it out."
        for pattern, why in FORBIDDEN_WORDS.items():
            if re.search(pattern, text) and not where.startswith("service."):
                yield f"{where}: names {why}."


def sources(register: Register) -> Iterator[str]:
    """Every entry says where its sentences come from, and when to look again."""
    today = date.today()
    for name, record in _records(register):
        if not record.sources:
            yield f"{name}: has no source."
        if record.checked_on > today:
            yield f"{name}: checked_on {record.checked_on} lies in the future."
        if record.review_by < today:
            yield f"{name}: was due for review on {record.review_by}."


def phone_forms(register: Register) -> Iterator[str]:
    """Phone numbers are UK numbers or short codes."""
    for where, phone in _phones(register):
        digits = re.sub(r"\D", "", phone.number)
        if re.fullmatch(r"[1-9]\d{2,5}", digits) or digits == "08001111":
            continue
        try:
            parsed = phonenumbers.parse(phone.number, "GB")
        except phonenumbers.NumberParseException:
            yield f"{where}: '{phone.number}' is no phone number."
            continue
        if not phonenumbers.is_valid_number(parsed):
            yield f"{where}: '{phone.number}' is not a UK number."


def urls(register: Register) -> Iterator[str]:
    """Addresses are https and whole."""
    for service in register.services.values():
        if service.url and not re.fullmatch(r"https?://[\w.-]+\.[a-z]{2,}(/\S*)?", service.url):
            yield f"service.{service.id}: url '{service.url}' is not a whole web address."


def child_words(register: Register) -> Iterator[str]:
    """A child's answer is short and can be read at about nine."""
    for entry in register.entries.values():
        variant = entry.variants.get("child")
        if variant is None or entry.kind == "conversation":
            continue
        if len(variant.bubbles) > CHILD_BUBBLES:
            yield f"{entry.id}/child: has {len(variant.bubbles)} bubbles; {CHILD_BUBBLES} at most."
        for number, bubble in enumerate(variant.bubbles, start=1):
            words = len(bubble.split())
            if words > CHILD_WORDS:
                yield f"{entry.id}/child: bubble {number} has {words} words; {CHILD_WORDS} at most."
        grade = reading_grade(register, variant)
        if grade > CHILD_GRADE:
            yield f"{entry.id}/child: reading grade {grade:.1f}; {CHILD_GRADE} at most."


def reading_grade(register: Register, variant: Variant) -> float:
    """The Flesch-Kincaid grade of a variant's bubbles; addresses and numbers don't count."""
    text = register.resolve(" ".join(variant.bubbles))
    text = re.sub(r"https?://\S+", "link", text)
    return float(textstat.flesch_kincaid_grade(text))


def sms_length(register: Register) -> Iterator[str]:
    """The SMS form fits its segments and uses only letters that cost one each."""
    for entry in register.entries.values():
        most = CRISIS_SMS_CHARACTERS if entry.kind == "crisis" else SMS_CHARACTERS
        for audience, variant in entry.variants.items():
            text = register.resolve(variant.sms)
            if len(text) > most:
                yield f"{entry.id}/{audience}: sms has {len(text)} characters; {most} at most."
            odd = sorted(set(text) - _GSM7)
            if odd:
                yield f"{entry.id}/{audience}: sms holds {' '.join(odd)}, which doubles its cost."
            if entry.kind != "conversation" and not text:
                yield f"{entry.id}/{audience}: has no sms form."


def image_advice(register: Register) -> Iterator[str]:
    """Nobody is told to screenshot, save or forward an intimate picture of a child."""
    risky = re.compile(
        r"\b(?:take|keep|make|send|get) (?:a )?screen ?shots?\b|\bscreenshot (?:it|them|the)\b",
        re.I,
    )
    denied = re.compile(r"\b(?:don't|do not|never|not)\b[^.]*$", re.I)
    for where, text in _texts(register):
        for match in risky.finditer(text):
            if not denied.search(text[: match.start()]):
                yield f"{where}: '{match[0]}' tells someone to take a screenshot."


def _phones(register: Register) -> Iterator[tuple[str, Phone]]:
    """Every number to call, those of the council's teams included."""
    for service in register.services.values():
        for phone in service.phones:
            yield f"service.{service.id}", phone
    for contact in register.council.contacts:
        for phone in contact.phones:
            yield f"council.{register.council.id}", phone


def _records(register: Register) -> Iterator[tuple[str, Record]]:
    yield f"council.{register.council.id}", register.council
    for service in register.services.values():
        yield f"service.{service.id}", service
    for entry in register.entries.values():
        yield entry.id, entry


def _texts(register: Register) -> Iterator[tuple[str, str]]:
    """Every published text with the place it stands in."""
    for service in register.services.values():
        numbers = " ".join(
            [phone.number for phone in service.phones] + [line.number for line in service.texts]
        )
        yield f"service.{service.id}", f"{service.summary} {service.not_for} {numbers}"
    for contact in register.council.contacts:
        numbers = " ".join(phone.number for phone in contact.phones)
        yield f"council.{register.council.id}", f"{contact.name} {contact.area} {numbers}"
    for entry in register.entries.values():
        for path, passage in passages(entry):
            audience = path.split(".")[1]
            for bubble in passage.bubbles:
                yield f"{entry.id}/{audience}", register.resolve(bubble)
        for audience, variant in entry.variants.items():
            yield f"{entry.id}/{audience}/sms", register.resolve(variant.sms)


CHECKS: tuple[Check, ...] = (
    pinned_numbers,
    traps,
    sources,
    phone_forms,
    urls,
    child_words,
    sms_length,
    image_advice,
)


def unsigned(register: Register) -> list[str]:
    """The ids of advice that no safeguarding lead has signed; live mode refuses to start with any.

    Crisis entries are not in it: they are said in every mode, signed or not.
    """
    return [
        entry.id
        for entry in register.entries.values()
        if entry.kind == "advice" and entry.sign_off is None
    ]
