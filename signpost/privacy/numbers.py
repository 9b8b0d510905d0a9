"""Numbers of a person: telephone, card, account, NHS and NI numbers, network addresses.

Every pattern is anchored at a rare sign and bounded, so that no text makes one slow.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

import phonenumbers

from signpost.privacy.birth_dates import DATE
from signpost.privacy.found import Found, Kind, part, whole
from signpost.privacy.public import Public, digits

_GAP = r"[ .()/–-]{0,3}"
_DIGITS = re.compile(rf"(?<![\w.,£$€])(?:\+|\(\+?)?\d(?:{_GAP}\d){{5,24}}(?![\d%])")
_CALLED = re.compile(
    r"\b(?:phone|mobile|mob|tel|telephone|number|num|no|call|ring|text|txt|whatsapp|landline|ext)"
    r"(?:'?s)?\W{0,3}(?:is|me|on|her|him|us|them|at|was|:)?\W{0,3}(?:on )?$",
    re.I,
)
_OFFICIAL = re.compile(
    r"\b(?:nhs|card|account|acc|a/c|sort ?code|passport|licence|license|iban|ref(?:erence)?|upn|"
    r"policy|case|urn|visa|mastercard|national insurance|ni)\b[^.!?\n]{0,24}$",
    re.I,
)
SPOKEN = (
    "plus|zero|oh|o|nought|one|two|three|four|five|six|seven|eight|nine|double|triple|"
    "ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand"
)
_SAID_ALOUD = re.compile(
    rf"\b(?:{SPOKEN})(?:[ ,-]{{1,2}}(?:(?:no|sorry|um|er|erm|wait|then|and|"
    rf"i mean) ){{0,3}}(?:{SPOKEN})){{6,20}}\b",
    re.I,
)
# "L E four seven P J": a code that somebody reads out letter by letter.
_SPELT = re.compile(
    rf"\b(?:[A-Za-z] ){{1,2}}(?:(?:{SPOKEN}|\d) ){{1,8}}(?:[A-Za-z]\b ?){{1,2}}(?<! )\b", re.I
)
# Digits that somebody hides from filters: "o7700 9oo123", "zero7...".
_HIDDEN = re.compile(r"(?<!\w)[o0]7(?:[ -]?[\doO]){9}(?!\w)")
_NI = re.compile(r"\b[A-Z]{2} ?-?(?:\d{2}[ -]?){3}[A-D]\b", re.I)
# Any letters after the words, because people mistype them: "my NI is TN 03 11 64 F".
_NI_SAID = re.compile(
    r"\b(?:NI|NINO|insurance)\b[^.!?\n]{0,40}?(?P<code>\b[A-Z]{2}[ -]?(?:\d{2}[ -]?){3}[A-Z])\b",
    re.I,
)
_CODES = re.compile(
    r"\b(?:sort ?code|cvv|cvc|pin(?: number| code)?|passport(?: (?:number|no))?|"
    r"(?:account|acc|acct|policy|card|licence|license|case|upn|urn|reg(?:istration)?)"
    r"(?: (?:number|no|num))|ni(?:no| number)?|national insurance(?: number)?)\b"
    r"\W{0,3}(?:is|was|end(?:s|ing)?(?: in)?|"
    r":)?\W{0,3}(?P<code>(?=[A-Z-]{0,6}\d)[A-Z0-9][A-Z0-9 -]{1,20}[A-Z0-9])\b",
    re.I,
)
_PASSWORD = re.compile(
    r"\b(?:password|passcode|pass ?word|pw)\b(?: is| was|'s|:|"
    r" =)\s?(?P<code>(?=\D{0,20}\d)\S{4,40})",
    re.I,
)
_IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{2,5})?(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:])(?=[0-9a-f]{0,4}:[0-9a-f:]{0,36}:)[0-9a-f:]{6,39}(?![\w:])", re.I)
_MAC = re.compile(r"\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b", re.I)
_PLATE = re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{3}\b")


class Numbers:
    """Telephone, card, account, NHS and NI numbers, network addresses."""

    def find(self, text: str, public: Public) -> Iterator[Found]:
        for match in _DIGITS.finditer(text):
            kind = _number_kind(text, match, public)
            if kind is not None:
                yield whole(match, kind)
        for pattern, kind in _PLAIN_NUMBERS:
            for match in pattern.finditer(text):
                if not public.has_number(match[0]):
                    yield whole(match, kind)
        for match in _IPV6.finditer(text):
            if _is_ipv6(match[0]):
                yield whole(match, "number")
        for match in _SPELT.finditer(text):
            is_post = len(match[0].split()) < 8
            yield whole(match, "postcode" if is_post else "number")
        for pattern in (_NI_SAID, _CODES, _PASSWORD):
            for match in pattern.finditer(text):
                yield part(match, "code", "number")


_PLAIN_NUMBERS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_SAID_ALOUD, "phone"), (_HIDDEN, "phone"), (_NI, "number"), (_IP, "number"), (_MAC, "number"),
    (_PLATE, "number"),
)  # fmt: skip


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


_AGE = 2


def _number_kind(text: str, match: re.Match[str], public: Public) -> Kind | None:
    """What a run of digits is; None for one that says nothing of a person."""
    raw, number = match[0], digits(match[0])
    if _is_public(raw, public) or _IP.fullmatch(raw):
        return None
    dated = DATE.search(raw)
    if dated and len(number) - len(digits(dated[0])) <= _AGE:
        return None  # "aged 6 (20/10/2017)"
    before = text[max(0, match.start() - 40) : match.start()]
    if _OFFICIAL.search(before):
        return "number"
    if _is_phone(raw, number):
        return "phone"
    if len(number) >= 9:
        return "number"
    if DATE.fullmatch(raw):
        return None
    return "phone" if len(number) >= 6 and _CALLED.search(before) else None


def _is_public(raw: str, public: Public) -> bool:
    """Whether all of it is numbers that everybody may ring: "999 0800 1111"."""
    if public.has_number(raw):
        return True
    groups = re.findall(r"\d+", raw)
    while groups:
        fits = (
            size
            for size in range(min(len(groups), 4), 0, -1)
            if public.has_number("".join(groups[:size]))
        )
        size = next(fits, 0)
        if not size:
            return False
        groups = groups[size:]
    return True


def _is_phone(raw: str, number: str) -> bool:
    if raw.lstrip("(").startswith("+") or (number.startswith("0") and 10 <= len(number) <= 11):
        return True
    if len(number) < 10:
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(raw, "GB"))
    except phonenumbers.NumberParseException:
        return False
