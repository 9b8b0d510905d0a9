"""Numbers, addresses, sources and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import phonenumbers

from signpost.register.checks.problem import Problem, phones, records, texts
from signpost.register.loader import Register, RegisterError
from signpost.register.signing import is_void

# The numbers that a child's life may hang on. A change of one of these is never routine.
PINNED = {
    ("emergency-999", "phone"): "999",
    ("childline", "phone"): "0800 1111",
    ("samaritans", "phone"): "116 123",
    ("shout", "text"): "85258",
    ("ceop-safety-centre", "url"): "https://www.ceop.police.uk/Safety-Centre/",
}
REVIEW_DAYS = 30
_SHORT_CODE = re.compile(r"[1-9]\d{2,5}")
# Older than the numbering plan, and pinned above.
_CHILDLINE = "0800 1111"
_TYPED_NUMBER = re.compile(r"(?<![\d/.=-])(?:\+44|0)[ ()-]*\d(?:[ ()-]*\d){5,10}(?![\d/])")


def pinned_numbers(register: Register) -> Iterator[Problem]:
    """Emergency numbers are exactly the ones that were pinned."""
    for (name, field), expected in PINNED.items():
        try:
            found = register.resolve(f"{{{name}.{field}}}")
        except RegisterError:
            found = "missing"
        if found != expected:
            yield Problem(
                where=f"service.{name}",
                message=f"{field} is '{found}', but is pinned to '{expected}'; put it back.",
            )


def sources(register: Register) -> Iterator[Problem]:
    """Every entry says where its sentences come from."""
    for name, record in records(register):
        if not record.sources:
            yield Problem(where=name, message="has no source; add one under sources.")
        if record.checked_on > date.today():
            yield Problem(
                where=name,
                message=f"checked_on {record.checked_on} lies in the future; "
                "give the day on which it was checked.",
            )


def review_dates(register: Register) -> Iterator[Problem]:
    """Every entry is looked at again in time. Late advice still helps, so this only warns."""
    today = date.today()
    for name, record in records(register):
        if record.review_by < today:
            message = f"was due for review on {record.review_by}; look at it again."
        elif record.review_by <= today + timedelta(days=REVIEW_DAYS):
            message = f"is due for review by {record.review_by}; plan it."
        else:
            continue
        yield Problem(level="warning", where=name, message=message)


def sign_offs(register: Register) -> Iterator[Problem]:
    """A sign-off is for the words that stand there. One for others counts as none, and is said."""
    for name, record in records(register):
        signed = record.sign_off
        if signed is not None and is_void(record):
            yield Problem(
                level="warning",
                where=name,
                message=f"{signed.by} signed other words on {signed.on}; what stands there now "
                "counts as unsigned until a safeguarding lead signs it.",
            )


def phone_forms(register: Register) -> Iterator[Problem]:
    """Phone numbers are UK numbers in their national form, or short codes."""
    for where, phone in phones(register):
        number = phone.number
        if number == _CHILDLINE or _SHORT_CODE.fullmatch(number.replace(" ", "")):
            continue
        try:
            parsed = phonenumbers.parse(number, "GB")
        except phonenumbers.NumberParseException:
            yield Problem(where=where, message=f"'{number}' is no phone number; correct it.")
            continue
        if not phonenumbers.is_valid_number(parsed) or parsed.country_code != 44:
            yield Problem(where=where, message=f"'{number}' is not a UK number; correct it.")
            continue
        form = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
        if number != form:
            yield Problem(where=where, message=f"'{number}' is written '{form}'.", words=number)


def typed_numbers(register: Register) -> Iterator[Problem]:
    """Advice refers to a number's service, so that each number is written in one place."""
    for text in texts(register):
        if text.where.startswith(("service.", "council.")):
            continue
        for match in _TYPED_NUMBER.finditer(text.raw):
            yield Problem(
                where=text.where,
                message=f"'{match[0]}' is typed in; refer to its service, as in "
                "{childline.phone}.",
                words=match[0],
            )


def urls(register: Register) -> Iterator[Problem]:
    """Addresses are https and whole."""
    whole = re.compile(r"https://[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#]\S*)?")
    places = [(f"service.{s.id}/url", s.url) for s in register.services.values()]
    for council in register.councils.values():
        name = f"council.{council.id}"
        places += [(f"{name}/site", council.site), (f"{name}/neutral_site", council.neutral_site)]
        places += [(f"{name}/{team.name}/url", team.url) for team in council.contacts]
    for text in texts(register):
        if not text.where.startswith(("service.", "council.")):
            found = re.findall(r"\b(?:https?://|www\.)\S+", text.raw)
            places += [(text.where, address.rstrip(".,;:)")) for address in found]
    for where, address in places:
        if address is not None and not whole.fullmatch(address):
            yield Problem(
                where=where,
                message=f"'{address}' is not a whole address; write it from https:// on.",
            )
