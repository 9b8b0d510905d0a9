"""Replace personal details by typed placeholders before a text leaves the door.

First cut: what has a form of its own (numbers, addresses of all kinds) and names people give
outright. Ages, relations and platforms stay, because the advice needs them; the numbers of
helplines stay, because people ask about them.
"""

from __future__ import annotations

import re

import phonenumbers

# Short codes and helplines that may be talked about. The longer ones are the register's own.
_PUBLIC_NUMBERS = frozenset(
    (
        *("999", "112", "101", "111", "119", "105", "159", "116123", "116000", "18000", "7726"),
        *("85258", "88247", "08001111", "08088005000", "08081000900", "08000684141"),
        *("03001232040", "03456000459", "03443814772", "08082000247", "08088020133"),
        *("08085002222",),
    )
)  # fmt: skip

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("‹url›", re.compile(r"\bdata:[a-z]+/[\w.+-]+;base64,\S+", re.I)),
    ("‹email›", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    ("‹url›", re.compile(r"\b(?:https?://|www\.)\S+", re.I)),
    ("‹handle›", re.compile(r"(?<![\w@])@[A-Za-z0-9_.]{2,30}\b")),
    ("‹number›", re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")),
    ("‹number›", re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.I)),
    ("‹number›", re.compile(r"\b(?:\d[ -]?){13,19}\b")),
    (
        "‹number›",
        re.compile(r"\b\d{3} ?\d{3} ?\d{4}\b(?=.*\bnhs\b)|(?<=nhs )\d{3} ?\d{3} ?\d{4}\b", re.I),
    ),
    (
        "‹postcode›",
        re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}|GIR ?0AA)\b", re.I),
    ),
    (
        "‹date of birth›",
        re.compile(
            r"\b(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}|"
            r"\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)\w* "
            r"(?:19|20)\d{2})\b",
            re.I,
        ),
    ),
    (
        "‹address›",
        re.compile(
            r"\b\d{1,4}[a-z]? (?:[A-Za-z'-]+ ){1,3}"
            r"(?:street|road|avenue|lane|close|drive|crescent|gardens|terrace|court|way|rd|ave)\b",
            re.I,
        ),
    ),
    (
        "‹school›",
        re.compile(
            r"\b(?:[A-Z][\w'’-]+ ){1,4}"
            r"(?:Primary|Secondary|Junior|Infants?|High|Grammar|Academy|College|School)"
            r"(?: (?:School|Academy|College))?\b"
        ),
    ),
)
_NAME = r"(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?|(?-i:[a-z]{2,15}))"
_NAMES = re.compile(
    r"\b(?P<lead>(?:my|his|her|their|the (?:boy|girl|man|woman|lad)'?s) "
    r"(?:full )?(?:name'?s?(?: is)?)"
    r"|(?:i'?m|i am|he'?s|she'?s|is|are|was|got|gets?|being|been)? ?called) " + _NAME,
    re.I,
)
# "he called me", "she is called names": what follows is no name.
_NOT_NAMES = frozenset(
    (
        *("a", "an", "the", "me", "us", "him", "her", "them", "it", "his", "my", "this", "that"),
        *("names", "name", "mum", "dad", "stuff", "things", "something", "someone", "nothing"),
        *("out", "off", "up", "back", "on", "in", "into", "over", "after", "again", "all", "not"),
        *("no", "and", "or", "but", "so", "to", "by", "when", "because", "police", "anonymous"),
        *("fat", "ugly", "gay", "slag", "private", "secret"),
    )
)

# What is called so is a thing: "an app called snapchat".
_THING = re.compile(
    r"\b(?:apps?|games?|sites?|websites?|servers?|channels?|platforms?|programs?|company|service)"
    r"(?: that| which)?(?: is| was|'s)?,? ?$",
    re.I,
)
# A public number long enough to be told from a part of somebody's own.
_PUBLIC_SPAN = re.compile(
    r"(?<!\d)(?:"
    + "|".join(" ?".join(number) for number in sorted(_PUBLIC_NUMBERS) if len(number) > 4)
    + r")(?!\d)"
)


class Redactor:
    """`redact` takes a text and returns it with placeholders such as ‹phone› and ‹name›."""

    def redact(self, text: str) -> str:
        for placeholder, pattern in _FORMS:
            text = pattern.sub(placeholder, text)
        text = _redact_phones(text)
        return _NAMES.sub(_name, text)


def _name(match: re.Match[str]) -> str:
    if match["name"].split()[0].lower() in _NOT_NAMES:
        return match[0]
    if match["lead"].lower().endswith("called") and _THING.search(match.string, 0, match.start()):
        return match[0]
    return f"{match['lead']} ‹name›"


def _redact_phones(text: str) -> str:
    public = [found.span() for found in _PUBLIC_SPAN.finditer(text)]
    matcher = phonenumbers.PhoneNumberMatcher(text, "GB", leniency=phonenumbers.Leniency.POSSIBLE)
    for match in reversed(list(matcher)):
        within = any(start <= match.start and match.end <= end for start, end in public)
        if not within and re.sub(r"\D", "", match.raw_string) not in _PUBLIC_NUMBERS:
            text = text[: match.start] + "‹phone›" + text[match.end :]
    return text
