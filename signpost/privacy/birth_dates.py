"""Dates of birth, and whole dates of years ago.

Every pattern is anchored at a rare sign and bounded, so that no text makes one slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from signpost.privacy.found import Found, whole
from signpost.privacy.public import Public

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL = (
    r"(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|"
    r"tenth|eleventh|"
    r"twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth"
)
_DAY = rf"(?:[0-3]?\d(?: ?(?:st|nd|rd|th))?|{_ORDINAL})"
_YEAR = r"(?:(?:19|20)\d{2}|['’]?\d{2})"
_UNITS = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_YEAR_ALOUD = (
    r"(?:two thousand(?: and)?(?: \w{3,9})?|"
    rf"(?:nineteen|twenty) (?:oh )?\w{{3,9}}(?:[ -]{_UNITS})?)"
)
DATE = re.compile(
    rf"(?<![\w/.-])(?:[0-3]?\d ?[/.-] ?[0-3]?\d ?[/.-] ?(?P<y1>{_YEAR})"
    r"|(?P<y2>(?:19|20)\d{2})[/.-][01]?\d[/.-][0-3]?\d"
    rf"|(?:the )?{_DAY}(?: of)?[ -]{MONTH}[ ,-]{{1,2}}(?P<y3>{_YEAR})"
    rf"|{MONTH} (?:the )?{_DAY},? (?P<y4>{_YEAR}))(?![\w/])",
    re.I,
)
_DAY_OF_YEAR = re.compile(
    rf"(?<![\w/.-])(?:(?:the )?{_DAY}(?: of)? {MONTH}|{MONTH} (?:the )?{_DAY}|"
    rf"{MONTH},? (?:19|20)\d{{2}}|[0-3]?\d[/.-][01]?\d)(?![\w/])",
    re.I,
)
_ALOUD = re.compile(
    rf"\b(?:(?:the )?{_DAY}(?: of)? {MONTH}|{MONTH} (?:the )?{_DAY}),? {_YEAR_ALOUD}\b", re.I
)
# Dates in other languages, told from the rest by what stands before them.
_BLANKS = re.compile(r"(?<![\d])[0-3]?\d [01]?\d (?:19|20)?\d{2}(?!\d)")
_ELSEWHERE = re.compile(
    r"(?<!\w)[0-3]?\d\.? (?:de |of )?[^\W\d_]{3,12}\.?(?: de| del)? (?:19|20)\d{2}(?!\w)"
)
_BIRTH = re.compile(
    r"\b(?:turn(?:s|ed|ing)? \d{1,2}|nacid[oa]|nascid[oa]|n[ée]e?|urodzon[ya]|ur\.|"
    r"n[ăa]scut[ăa]?|d\.?o\.?b\.?|born|birth(?:day|date)?|bday|b-day|"
    r"date of birth)\b[^.!?\n]{0,28}$",
    re.I,
)
_YEAR_WORD = re.compile(r"thousand|nineteen|twenty", re.I)
_BIRTH_WORD = re.compile(
    r"b.?day|birth|born|d\.?o\.?b|turn|nacid|nascid|n[ée]e?\b|urodz|ur\.|n[ăa]sc", re.I
)
# A whole date this many years ago or more is somebody's birthday rather than an event.
_OLD = 4


class BirthDates:
    """Whole dates of years ago, and any date that is called a birthday."""

    def find(self, text: str, public: Public) -> Iterator[Found]:
        for match in DATE.finditer(text):
            if _is_old(match) or _BIRTH.search(text, max(0, match.start() - 45), match.start()):
                yield whole(match, "birth_date")
        # Most messages hold none of these words, and looking for them first saves the rest.
        if _YEAR_WORD.search(text):
            for match in _ALOUD.finditer(text):
                yield whole(match, "birth_date")
        if not _BIRTH_WORD.search(text):
            return
        for pattern in (_DAY_OF_YEAR, _ELSEWHERE, _BLANKS):
            for match in pattern.finditer(text):
                if _BIRTH.search(text, max(0, match.start() - 45), match.start()):
                    yield whole(match, "birth_date")


def _is_old(match: re.Match[str]) -> bool:
    digits_of_year = re.sub(r"\D", "", next(filter(None, match.groups())))
    year = int(digits_of_year)
    this_year = date.today().year
    if year < 100:
        year += 2000 if 2000 + year <= this_year else 1900
    return 1900 <= year <= this_year - _OLD
