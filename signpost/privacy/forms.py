"""Details that have a form of their own: numbers, dates, addresses, schools, accounts, links.

Every pattern is anchored at a rare sign and bounded, so that no text makes one slow.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from datetime import date

import phonenumbers

from signpost.privacy.found import Found, Kind
from signpost.privacy.public import HOSTS, Public, digits
from signpost.privacy.vocabulary import (
    is_misspelt,
    is_person,
    is_run_together,
    is_word,
    word_list,
)

# --- Numbers

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
_SPOKEN = (
    "plus|zero|oh|o|nought|one|two|three|four|five|six|seven|eight|nine|double|triple|"
    "ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand"
)
_SAID_ALOUD = re.compile(rf"\b(?:{_SPOKEN})(?:[ ,-]{{1,2}}(?:{_SPOKEN})){{6,20}}\b", re.I)
# "L E four seven P J": a code that somebody reads out letter by letter.
_SPELT = re.compile(
    rf"\b(?:[A-Za-z] ){{1,2}}(?:(?:{_SPOKEN}|\d) ){{1,8}}(?:[A-Za-z]\b ?){{1,2}}(?<! )\b", re.I
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
    r"\W{0,3}(?:is|was|ends?(?: in)?|"
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
                yield _found(match, kind)
        for pattern, kind in _PLAIN_NUMBERS:
            for match in pattern.finditer(text):
                if not public.has_number(match[0]):
                    yield _found(match, kind)
        for match in _IPV6.finditer(text):
            if _is_ipv6(match[0]):
                yield _found(match, "number")
        for match in _SPELT.finditer(text):
            is_post = len(match[0].split()) < 8
            yield _found(match, "postcode" if is_post else "number")
        for pattern in (_NI_SAID, _CODES, _PASSWORD):
            for match in pattern.finditer(text):
                yield Found(match.start("code"), match.end("code"), "number")


_PLAIN_NUMBERS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_SAID_ALOUD, "phone"), (_HIDDEN, "phone"), (_NI, "number"), (_IP, "number"), (_MAC, "number"),
    (_PLATE, "number"),
)  # fmt: skip


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


def _number_kind(text: str, match: re.Match[str], public: Public) -> Kind | None:
    """What a run of digits is; None for one that says nothing of a person."""
    raw, number = match[0], digits(match[0])
    if _is_public(raw, public) or _IP.fullmatch(raw):
        return None
    before = text[max(0, match.start() - 40) : match.start()]
    if _OFFICIAL.search(before):
        return "number"
    if _is_phone(raw, number):
        return "phone"
    if len(number) >= 9:
        return "number"
    if _DATE.fullmatch(raw):
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


# --- Dates of birth

_MONTH = (
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
_DATE = re.compile(
    rf"(?<![\w/.-])(?:[0-3]?\d ?[/.-] ?[0-3]?\d ?[/.-] ?(?P<y1>{_YEAR})"
    r"|(?P<y2>(?:19|20)\d{2})[/.-][01]?\d[/.-][0-3]?\d"
    rf"|(?:the )?{_DAY}(?: of)?[ -]{_MONTH}[ ,-]{{1,2}}(?P<y3>{_YEAR})"
    rf"|{_MONTH} (?:the )?{_DAY},? (?P<y4>{_YEAR}))(?![\w/])",
    re.I,
)
_DAY_OF_YEAR = re.compile(
    rf"(?<![\w/.-])(?:(?:the )?{_DAY}(?: of)? {_MONTH}|{_MONTH} (?:the )?{_DAY}|"
    rf"{_MONTH},? (?:19|20)\d{{2}}|[0-3]?\d[/.-][01]?\d)(?![\w/])",
    re.I,
)
_ALOUD = re.compile(
    rf"\b(?:(?:the )?{_DAY}(?: of)? {_MONTH}|{_MONTH} (?:the )?{_DAY}),? {_YEAR_ALOUD}\b", re.I
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
        for match in _DATE.finditer(text):
            if _is_old(match) or _BIRTH.search(text, max(0, match.start() - 45), match.start()):
                yield _found(match, "birth_date")
        # Most messages hold none of these words, and looking for them first saves the rest.
        if _YEAR_WORD.search(text):
            for match in _ALOUD.finditer(text):
                yield _found(match, "birth_date")
        if not _BIRTH_WORD.search(text):
            return
        for pattern in (_DAY_OF_YEAR, _ELSEWHERE, _BLANKS):
            for match in pattern.finditer(text):
                if _BIRTH.search(text, max(0, match.start() - 45), match.start()):
                    yield _found(match, "birth_date")


def _is_old(match: re.Match[str]) -> bool:
    digits_of_year = re.sub(r"\D", "", next(filter(None, match.groups())))
    year = int(digits_of_year)
    this_year = date.today().year
    if year < 100:
        year += 2000 if 2000 + year <= this_year else 1900
    return 1900 <= year <= this_year - _OLD


# --- Where people live

_POSTCODE = re.compile(
    r"(?<![\w])(?:[A-PR-UWYZ](?:[A-HK-Y]\d[\dA-Z]?|\d[\dA-HJKPSTUW]?) {0,2}\d[A-Z]{2}"
    r"|GIR ?0AA)(?![\w])",
    re.I,
)
_AREAS = word_list("areas")
_PLATFORMS = frozenset(
    (
        "whatsapp",
        "snapchat",
        "facebook",
        "roblox",
        "tiktok",
        "instagram",
        "mega",
        "discord",
        "google",
        "apple",
        "bing",
    )
)
# "around SE15": only areas of two letters, because "M1" and "A14" are roads.
_AROUND = re.compile(r"\b(?:in|around|near|from|of) (?P<code>[A-Z]{2}\d{1,2}[A-Z]?)\b(?! ?\d)")
_HOUSE_AT_POSTCODE = re.compile(
    r"\b(?:[A-Z][a-z'’]{2,15} ){1,2}(?:House|Court|Lodge|Tower|Towers|Heights|Cottage|Farm|"
    r"Point),? $"
)
_OUTWARD = re.compile(
    r"\b(?:post ?code|postal code)\b\W{0,3}(?:is|was|starts?(?: with)?|:)?\W{0,2}"
    r"(?P<code>[A-Z]{1,2}\d[\dA-Z]?)\b",
    re.I,
)
_STREET = (
    r"(?:street|st|road|rd|avenue|ave|av|lane|ln|close|drive|drv|crescent|cres|gardens|gdns|"
    r"terrace|court|crt|way|place|square|sq|grove|mews|hill|row|walk|view|park|rise|green|parade|"
    r"cottages?|house|villas?|fields?|quay|wharf|gate|bank|croft|vale|mount|yard|path|bungalows?|"
    r"estate|wynd|brae|loan|vennel|gait|circus|parkway|ct|cl|clo|cresc|drove|drift|chase|fold|"
    r"garth|nook|dene|meadows?|reach|causeway|promenade|"
    r"esplanade|orchard|spinney|copse|paddocks?|point|halls)"
)
_SURE_STREET = (
    r"(?:street|road|rd|avenue|ave|lane|close|crescent|gardens|terrace|grove|mews|drive|wynd|drove)"
)
_WORD = r"[A-Za-z][A-Za-z'’.-]{1,20}"
_HOUSE = re.compile(
    rf"(?<![\w£.:/])(?:(?:flat|apartment|apt|unit|room|number|no\.?) ?)?"
    rf"(?:(?:\d{{1,2}}|g)/\d{{1,2}},? |\df\d,? )?"
    rf"\d{{1,4}}(?:/\d{{1,3}})?[a-hA-H]?,? (?P<words>(?:{_WORD} ){{1,3}}){_STREET}\b(?!-)",
    re.I,
)
# "number 88 on Victoria Parade"
_NUMBER_ON = re.compile(
    rf"\b(?:house|flat|number|no\.?) ?\d{{1,4}}[a-h]?,? (?:on|in|of|down) (?:the )?"
    rf"(?P<words>(?:{_WORD} ){{1,3}}){_STREET}\b(?!-)",
    re.I,
)
_HOUSE_THE = re.compile(
    rf"\b\d{{1,4}}[a-hA-H]?,? The (?:[A-Z]{_WORD} ?){{0,1}}(?:[A-Z][a-z]{{3,14}})\b"
)
_FLAT = re.compile(
    rf"\b(?:flat|apartment|apt|caravan|plot|room|block) (?:no\.? ?|number )?"
    rf"(?:(?:\d{{1,4}}|g)/\d{{1,2}}|\df\d|\d{{1,4}}[a-h]?)\b"
    rf"(?:,? (?:at |in )?(?:{_WORD} ){{1,2}}(?:house|court|tower|towers|heights|point|lodge|"
    rf"halls|buildings?)\b)?",
    re.I,
)
_NAMED_STREET = re.compile(
    rf"\b(?:[A-Z][A-Za-z'’.-]{{1,20}} ){{1,2}}(?:Drive|Drove|Close|"
    rf"(?!drive|drove|close)(?i:{_SURE_STREET}))\b(?!-)"
)
# "i live at 5 the paddocks"
_LIVES_AT_NUMBER = re.compile(
    r"\b(?:liv(?:e|es|ing)|house is|home is|address(?: is|:)?|addy is|come to|stay(?:s|"
    r"ing)?)\W{1,2}(?:at |in |is )?"
    r"(?P<place>\d{1,4}[a-h]?,? (?P<words>(?:the )?[A-Za-z'’-]{3,20}(?: [A-Za-z'’-]{3,20})?))",
    re.I,
)
_LIVES = re.compile(
    r"\b(?:liv(?:e|es|ed|ing)|stay(?:s|ing|ed)?|mov(?:e|ed|ing)|resid(?:e|es|ing)|house is|home is|"
    r"address(?: is|:)?|come to|came to|round to|outside)\W{1,2}(?:is )?"
    rf"(?:just |right )?(?:in|on|at|off|near|down|along|up|to|from|round)?,? ?"
    rf"(?:the corner of )?(?P<place>(?:{_WORD} ){{1,3}}{_SURE_STREET})\b",
    re.I,
)
# "40 Ffordd y Bryn", "Ty Gwyn, Heol y Felin"
_WELSH_STREET = re.compile(
    r"(?<![\w/])(?:\d{1,4}[a-h]?,? )?(?:Heol|Ffordd|Stryd|L[oô]n|Rhodfa|Clos|Maes|T[yŷ]|Trem|"
    r"Tyddyn)"
    r"(?: (?:y|yr|’r|'r|Y|Yr))? (?:[A-Z][\w'’-]{2,15})(?: [A-Z][\w'’-]{2,15})?"
)
# "22 heol y bryn": in small letters only with a number or "i live in" before it.
_WELSH_SMALL = re.compile(
    r"(?:(?<![\w/])\d{1,4}[a-h]?,? |\b(?:live|lives|living) (?:at|on|in) )"
    r"(?P<street>(?:heol|ffordd|stryd|l[oô]n|rhodfa|clos|maes|t[yŷ]|trem|tyddyn|cwrt|rhes|"
    r"pen(?=[ -]yr?[ -]))"
    r"(?:[ -](?:y|yr|’r|'r) [\w'’-]{2,15}|-y-[\w'’-]{2,15}|"
    r" (?!y\b|yr\b)(?P<word>[^\W\d_]{3,15})))\b",
    re.I,
)
# A house by its name: "The Bungalow, Kirkgate Loan", "my house is the old smithy, nant y glyn".
_HOUSE_KIND = (
    r"(?:bungalow|cottages?|house|farm|farmhouse|lodge|barn|forge|mill|rectory|vicarage|manse|hall|"
    r"manor|smithy|smiddy|stables|croft|villa|gatehouse|schoolhouse|chapel|granary|bothy|steading|"
    r"oast|dairy|coach house|school house|post office|police house|toll house|station house|gables|"
    r"willows|laurels|hollies|firs|elms|beeches|oaks|orchard|haven|hollow|nook|retreat|paddock)"
)
_HOUSE_ON_STREET = re.compile(
    rf"\b(?:The (?:Old |New |Little |White |Red )?[A-Z][a-z]{{2,15}}|"
    rf"(?:[A-Z][\w'’-]{{1,20}} ){{1,2}}(?i:{_HOUSE_KIND})), "
    rf"(?:[A-Z][\w'’-]{{1,20}} ){{1,3}}(?=[A-Z])(?i:{_STREET})\b"
)
_HOUSE_LIVED_IN = re.compile(
    r"\b(?:(?:house|home|address|addy) (?:is|was)|(?:live|lives|living) (?:at|in))(?: called)? "
    rf"(?P<place>the (?:old|new|little|white|red) {_HOUSE_KIND}\b|the {_HOUSE_KIND}(?=, ))"
    r"(?P<rest>, [^\W\d_][\w'’-]{1,20}(?: [^\W\d_][\w'’-]{0,20}){0,3}(?=[,.!?;]|$))?",
    re.I,
)
# Up to a postcode: a number or a house's name, then words with capital letters.
_TO_POSTCODE = re.compile(
    r"(?<![\w/])(?P<house>(?:(?:[Ff]lat|[Nn]o\.?) ?)?\d{1,4}(?:/\d{1,3})?[a-h]?,?"
    r"(?: (?:[A-Z][\w'’.-]{1,20}|of|the|y|"
    r"yr)){1,4}),? (?:[A-Z][\w'’-]{2,20}(?: [A-Z][\w'’-]{2,20})?,? )?$"
)
_HOUSE_NAME = re.compile(
    r"(?:\b(?:[A-Z][\w'’-]{1,20} ){1,3}(?:Cottage|House|Farm|Farmhouse|Lodge|Barn|Forge|Mill|"
    r"Rectory|Vicarage|"
    r"Hall|Manor|Bungalow|Court|Stables|Croft|Villa|View)|\bT[yŷ] [A-Z]\w{2,15}|"
    r"\bThe (?:Old |New )?[A-Z]\w{2,15}), ?$"
)
# "my address Bramble End, 6 Church Walk": any name, where an address is told.
_HOUSE_CALLED = re.compile(
    r"\b(?:address|addy|house|home|live|lives|living)(?: is| was|:)?(?: at)?[ :,-]{1,3}"
    r"(?P<house>[A-Z][\w'’-]{2,20} [A-Z][\w'’-]{2,20}), ?$"
)
_FAMOUS_STREETS = frozenset(
    ("coronation street", "sesame street", "abbey road", "wall street", "downing street",
     "high street", "oxford street", "harley street", "silk road", "memory lane", "fleet street",
     "elm street", "jump street", "carnaby street", "penny lane", "brick lane", "diagon alley",
     "the street", "the road", "the close", "hatton garden", "main street", "family court")
)  # fmt: skip
_NO_STREET = word_list("no_street")


class Addresses:
    """Postcodes, houses with their street, flats, and the street somebody lives in."""

    def find(self, text: str, public: Public) -> Iterator[Found]:
        for match in _POSTCODE.finditer(text):
            if _is_postcode(match[0]):
                yield _found(match, "postcode")
                before = _TO_POSTCODE.search(text, max(0, match.start() - 80), match.start())
                if before:
                    yield Found(before.start("house"), before.end("house"), "address")
                named = _HOUSE_AT_POSTCODE.search(text, max(0, match.start() - 50), match.start())
                if named:
                    yield Found(named.start(), match.start() - 1, "address")
        for match in _AROUND.finditer(text):
            if _is_postcode(match["code"]):
                yield Found(match.start("code"), match.end("code"), "postcode")
        for found in self._streets(text):
            house = _HOUSE_NAME.search(text, max(0, found.start - 60), found.start)
            yield Found(house.start() if house else found.start, found.end, "address")
            told = _HOUSE_CALLED.search(text, max(0, found.start - 70), found.start)
            if told:
                yield Found(told.start("house"), found.end, "address")

    @staticmethod
    def _streets(text: str) -> Iterator[Found]:
        for match in _WELSH_STREET.finditer(text):
            yield _found(match, "address")
        for match in _WELSH_SMALL.finditer(text):
            if match["word"] and is_word(match["word"].lower()):
                continue  # "14 clos enough"
            start = match.start() if match[0][0].isdigit() else match.start("street")
            yield Found(start, match.end(), "address")
        for match in _HOUSE_ON_STREET.finditer(text):
            yield _found(match, "address")
        for match in _HOUSE_LIVED_IN.finditer(text):
            told = match["rest"] and not _NO_STREET & set(match["rest"][2:].lower().split())
            old = " " in match["place"].removeprefix("the ")
            if told or old:
                yield Found(
                    match.start("place"), match.end() if told else match.end("place"), "address"
                )
        for match in _OUTWARD.finditer(text):
            yield Found(match.start("code"), match.end("code"), "postcode")
        for pattern in (_HOUSE, _NUMBER_ON):
            for match in pattern.finditer(text):
                if not _NO_STREET & _plain_words(match["words"]) and _is_street(match):
                    yield _found(match, "address")
        for pattern in (_HOUSE_THE, _FLAT):
            for match in pattern.finditer(text):
                yield _found(match, "address")
        for match in _NAMED_STREET.finditer(text):
            apart = match[0].lower().split()
            brand = apart[-2] in _PLATFORMS
            if not (match[0].lower() in _FAMOUS_STREETS or _starts_small(match[0]) or brand):
                yield _found(match, "address")
        for match in _LIVES_AT_NUMBER.finditer(text):
            words = match["words"].lower().removeprefix("the ").split()
            if words[0] not in _NO_STREET:
                two = len(words) > 1 and words[1] not in _NO_STREET
                end = match.end() if two or len(words) == 1 else match.end() - len(words[1]) - 1
                yield Found(match.start("place"), end, "address")
        for match in _LIVES.finditer(text):
            words = match["place"].lower().split()
            famous = match["place"].lower() in _FAMOUS_STREETS or words[-2] in _PLATFORMS
            if not famous and not _NO_STREET & set(words[:-1]):
                yield Found(match.start("place"), match.end("place"), "address")


_ADDRESS = re.compile(r"\b(?:add?ress?|addy|live|lives|living|house)\b[^.!?]{0,12}$", re.I)


def _plain_words(words: str) -> set[str]:
    """In small letters; without the "Old" and "New" that begin a street's name."""
    return {word.lower() for word in words.split() if word not in ("Old", "New", "The")}


def _is_street(match: re.Match[str]) -> bool:
    """Whether "14 making bank" is one: "bank", "way" and their like need a name before them."""
    kind, last = match[0].split()[-1], match["words"].split()[-1]
    if _ADDRESS.search(match.string, max(0, match.start() - 25), match.start()):
        return True
    if kind[0].isupper() or re.fullmatch(_SURE_STREET, kind, re.I):
        return True
    bare = last.lower().strip("'’.,")
    return last[0].isupper() or bare in _SCHOOL_WORDS or not is_word(bare) or is_person(bare)


def _is_postcode(code: str) -> bool:
    """Whether Britain has such an area, and it is no word in figures ("b31ng")."""
    area = code.lower().rstrip("abcdefghijklmnopqrstuvwxyz").rstrip("0123456789 ")
    area = re.sub(r"\d.*", "", area)
    return area in _AREAS and not _in_figures(code)


def _in_figures(word: str) -> bool:
    """Whether a word is written with figures for letters, as people do to get past filters."""
    plain = word.lower().translate(_FIGURES)
    return word.islower() and plain.isalpha() and is_word(plain)


_FIGURES = str.maketrans("013457@$", "oieastas")


def _starts_small(street: str) -> bool:
    """ "The Road", "My Street": a sentence that begins so names no street."""
    return street.split()[0].lower() in _NO_STREET


# --- Schools

_SCHOOL = (
    r"(?:primary|secondary|infants?|juniors?|nursery|pre-?school|grammar|academy|college|school|"
    r"comprehensive|comp|high|sixth form|6th form|uni|university|prep|first|middle|girls|boys|"
    r"madrass?ah?|maktab|cheder|playgroup|kindergarten|utc|pru)"
)
_KIND = re.compile(_SCHOOL, re.I)
_STRONG_SCHOOL = re.compile(
    r"primary|second|infant|junior|nursery|school|academy|college|high|grammar|form|uni|comp|prep|"
    r"madra|maktab|cheder|play|kinder|utc|pru",
    re.I,
)
_SCHOOL_TAIL = rf"(?P<type>{_SCHOOL}(?:'s|s')?(?: {_SCHOOL}(?:'s|s')?){{0,3}})"
# No "C of E": the words before it are the name.
_CHURCH = r"(?:(?:c of e|coe|ce|rc|catholic|church of england|cofe|community|free|technology) )?"
_NAMED_SCHOOL = re.compile(
    rf"(?<![\w])(?P<head>(?:(?:{_WORD}|&|of|the) ){{1,4}}){_CHURCH}{_SCHOOL_TAIL}\b(?![\w'’-])",
    re.I,
)
_SAINT = re.compile(
    r"\b(?:st|saint|ss)\.? (?P<who>[a-z][a-z'’]{2,14}(?: (?:and|&) (?:st\.? [a-z]|(?-i:[A-Z]))"
    r"[a-z'’]{2,14})?"
    r"(?: of \w{3,12}| the \w{3,12})?)"
    rf"(?P<type>(?: {_CHURCH}{_SCHOOL}(?:'s|s')?){{0,3}})(?![\w-])(?! (?:day|ambulance|hospital|"
    rf"hospice|church|road|"
    r"street|park|square|pancras)\b)",
    re.I,
)
_YSGOL = re.compile(
    r"\bysgol (?:(?:gyfun|gynradd|uwchradd|bro|y|yr|san?t?|glan|pen|tre|maes|bryn|"
    r"cwm) ){0,2}[^\W\d_]{3,15}"
    r"(?: [A-Z][\w'’-]{2,15}){0,2}",
    re.I,
)
_PROPER = r"(?P<name>(?:the )?[A-Z][\w'’]{2,20}(?: (?:[A-Z][\w'’]{2,20}|of|and|the)){0,4})"
_AT_SCHOOL = re.compile(
    r"\b(?:(?:(?:year|yr|y) ?\d{1,2}|pupils?|students?|teacher|teaching|teach|teaches|dsl|ta|"
    r"head ?teacher|head|"
    r"deputy|governor|senco|enrolled|registered|school)(?: \w+)? (?:at|of|from)|attend(?:s|ing|"
    r"ed)?|"
    r"(?:school|college|nursery)(?: name)?(?: is|'s|:| called|,)|(?:goes|go|"
    r"went) to school (?:at|in)) "
    rf"{_PROPER}"
)
_BEFORE_YEAR = re.compile(
    rf"\b(?:at|to) {_PROPER}(?=,? (?:and )?(?:is |he's |she's |shes |hes )?(?:in |"
    rf"and in )?(?:year|yr|y) ?\d)"
)
# "he asked what school i go to and i said nene vale"
_TOLD_SCHOOL = re.compile(
    r"\b(?:school|skool|college)\b[^.!?\n]{0,30} (?:said|told (?:him|her|them)|put)(?: it was|"
    r" im at| i go)? (?P<name>[a-z]{3,15} [a-z]{3,14})\b",
    re.I,
)
# Called after somebody holy or great, mostly with no "school" behind it.
_DEDICATED = re.compile(
    r"\b(?:(?P<sign>at|from|to|go|goes|attends?|school) )?(?:the )?"
    r"(?P<name>our lady(?:'s| of (?:the )?\w{3,14})?|sacred heart|holy (?:cross|trinity|family|"
    r"rosary)|"
    r"all (?:saints|hallows)|corpus christi|(?:arch)?bishop \w{4,14}|cardinal \w{4,14}|"
    r"(?:king|queen|sir|lady|dame|lord|prince) (?!of\b|is\b|said\b)\w{4,14}(?:'s|’s)?)"
    rf"(?P<type>(?: {_CHURCH}{_SCHOOL}(?:'s|s')?){{0,3}})\b",
    re.I,
)
_SAID_SCHOOL = re.compile(
    r"\b[Ss]chool(?: is|:)? ?\(?(?P<name>[A-Z][a-z]{3,14} (?:[A-Z][a-z]{3,14}))(?=[).,;]|$)"
)
_EVERYONE_AT = re.compile(
    r"\b(?:everyone|everybody|ppl|people|kids|teachers?|students?|pupils?|year \d{1,2}s?|i go|"
    r"goes to|go to) "
    r"(?:at )?(?P<name>[a-z]{5,15})\b"
)
# "everyone at Westbrook": a town as well, unless a school is spoken of.
_EVERYONE_AT_NAME = re.compile(
    r"\b(?i:everyone|everybody|ppl|people|kids|teachers?|students?|pupils?|year \d{1,2}s?|"
    r"boys?|girls?|lads?|i(?:'m| am|m)|started|moved) at (?P<name>[A-Z][a-z]{4,14})\b(?! [A-Z])"
)
_OF_SCHOOL = re.compile(
    r"\b(?:school|skool|teachers?|year \d{1,2}s?|yr ?\d{1,2}|y\d{1,2}|pupils?|lessons?|form tutor|"
    r"head ?teacher|sixth form|assembly|playground)\b",
    re.I,
)
_PLACE_ENDING = re.compile(
    r"^(?:\w{2,12}(?:field|fields|wood|woods|side|view|brook|brooke|bridge|bourne|land|lands|ford|"
    r"leigh|ley|dale|mead|meads|hurst|bury|worth|combe|moor|mere|gate|croft|bank|mount|church|well|"
    r"wells|"
    r"stone|ridge|lea|lee|burn|grove|park|hill|heath|wick|ham|ton|thorpe|holme|house|water|cliffe|"
    r"den|vale|tree|trees|oak|oaks|ash))s?$"
)
_SCHOOL_WORDS = word_list("school_words")
_NO_SCHOOL = word_list("no_school")
_TOWNS = word_list("capitals") | word_list("towns")
_NOT_A_NAME = re.compile(
    r"\b(?:KS\d|\w+shire|I|The|My|Our|Mr|Mrs|Ms|Miss|Dr|He|She|It|We|They|You|This|That|What|"
    r"How|Childline|"
    r"CEOP|Snapchat|TikTok|Instagram|Discord|Roblox|KCSIE|DSL|Ofsted|Year|England|"
    r"Wales|Scotland|London|Manchester|Birmingham|Leeds|Cambridge|Cambridgeshire|Peterborough|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|"
    r"June|July|August|September|October|November|December|Christmas|Easter|English|Maths|PE|IT)\b"
)


class Schools:
    """Schools, colleges and nurseries by name. "My daughter's primary school" names none."""

    def find(self, text: str, public: Public) -> Iterator[Found]:
        for match in _NAMED_SCHOOL.finditer(text):
            start = _name_start(match)
            if start is not None:
                yield Found(start, match.end(), "school")
        for match in _YSGOL.finditer(text):
            if match[0].split()[1].lower() not in _NO_SCHOOL:
                yield _found(match, "school")
        for match in _SAINT.finditer(text):
            holy = match["who"].lower().endswith(("s", "’", "'"))
            gone_to = _GOES.search(text, max(0, match.start() - 12), match.start())
            # Few write "saint" in full but of a school; "st" is a street as well.
            in_full = match[0][:5].lower() == "saint" and not is_word(match["who"].lower())
            called = match[0][0].isupper() or gone_to or in_full
            if match["type"] or (holy and called and not _is_town(match["who"])):
                yield _found(match, "school")
        yield from self._without_type(text)
        for pattern in (_AT_SCHOOL, _BEFORE_YEAR):
            for match in pattern.finditer(text):
                if not _NOT_A_NAME.match(match["name"]):
                    yield Found(match.start("name"), match.end("name"), "school")

    @staticmethod
    def _without_type(text: str) -> Iterator[Found]:
        """ "Our Lady of the Washes", "i go bishop gryce", "my school (Welland Park)"."""
        for match in _DEDICATED.finditer(text):
            if match["type"] or (match["sign"] and match["name"].lower() not in _PALACES):
                yield Found(match.start("name"), match.end(), "school")
        for match in _SAID_SCHOOL.finditer(text):
            if not all(is_word(word.lower()) for word in match["name"].split()[:1]) or (
                _PLACE_ENDING.match(match["name"].lower().split()[-1])
                or match["name"].lower().split()[-1] in _SCHOOL_WORDS
            ):
                yield Found(match.start("name"), match.end("name"), "school")
        for match in _TOLD_SCHOOL.finditer(text):
            last = match["name"].lower().split()[-1]
            if last in _SCHOOL_WORDS or (_PLACE_ENDING.match(last) and not is_word(last)):
                yield Found(match.start("name"), match.end("name"), "school")
        for match in _EVERYONE_AT.finditer(text):
            name = match["name"]
            known = is_word(name) or is_misspelt(name) or is_person(name) or name in _NOT_HANDLES
            if not known and _PLACE_ENDING.match(name):
                yield Found(match.start("name"), match.end("name"), "school")
        if _OF_SCHOOL.search(text):
            for match in _EVERYONE_AT_NAME.finditer(text):
                name = match["name"].lower()
                told = _PLACE_ENDING.match(name) or name in _SCHOOL_WORDS
                if told and name not in _TOWNS and not _NOT_A_NAME.match(match["name"]):
                    yield Found(match.start("name"), match.end("name"), "school")


_GOES = re.compile(r"\b(?:go|goes|goto|at|to|from|attends?) $", re.I)
_PALACES = frozenset(("king charles", "queen elizabeth", "prince andrew", "prince harry"))


def _is_town(who: str) -> bool:
    """ "St Ives", "St Albans": places, and those stay."""
    return who.lower() in {"ives", "albans", "neots", "andrews", "helens", "austell", "davids"}


def _name_start(match: re.Match[str]) -> int | None:
    """Where the name before "primary school" begins; None when the words before it name none."""
    words = list(re.finditer(r"\S+", match["head"]))
    while words and _KIND.fullmatch(words[-1][0].strip("'’")):
        words.pop()
    if not words:
        return None
    first = len(words)
    if not _STRONG_SCHOOL.search(match["type"]):
        # "redbrook girls", but not "Saturday girls"
        last = words[-1][0].lower()
        if not (_PLACE_ENDING.match(last) or last in _SCHOOL_WORDS):
            return None
    for index in range(len(words) - 1, -1, -1):
        word = words[index][0]
        if word.lower() in ("of", "and", "the", "&"):
            # Inside a name, not at its start.
            if first < len(words) and index and words[index - 1][0][0].isupper():
                continue
            break
        bare = word.lower().strip("'’.,")
        sort = _KIND.fullmatch(bare) or bare in _SORTS
        if bare in _NO_SCHOOL and not (word[0].isupper() and index and sort):
            break
        if word.endswith((".", ",")) and word.lower() not in ("st.", "ss."):
            break
        first = index
    named = words[first:]
    while named and named[0][0].lower() in ("of", "and", "the", "&"):
        named = named[1:]
    if not named or not any(_names_a_school(word[0]) for word in named):
        return None
    return match.start("head") + named[0].start()


# What stands between a school's name and "School".
_SORTS = frozenset(
    ("special", "specialist", "independent", "international", "music", "language", "sports",
     "studio", "faith", "boarding", "free", "community")
)  # fmt: skip


def _names_a_school(word: str) -> bool:
    bare = word.lower().strip("'’.,")
    bare = bare.removesuffix("'s").removesuffix("’s")
    if bare in _NO_SCHOOL:
        return False
    return (
        (word[0].isupper() and not word.isupper())
        or bare in _SCHOOL_WORDS
        or is_person(bare)
        or bool(_PLACE_ENDING.match(bare))
        or (len(bare) >= 5 and not is_word(bare) and not is_misspelt(bare))
    )


# --- Accounts

_AT_HANDLE = re.compile(r"(?<![\w@./])@[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,38}[A-Za-z0-9_])?")
_TAG = re.compile(r"(?<![\w@#])[A-Za-z][\w.]{1,30}#\d{3,5}\b")
_REDDIT = re.compile(r"(?<![\w/])/?u/[\w-]{3,24}\b")
_PLATFORM = (
    r"(?:(?:fin|rin)?sta|insta(?:gram)?|spam|priv|burner|ig|snap(?:chat)?|sc|tik ?tok|tt|"
    r"discord|roblox|rblx|xbox|psn|ps[45]?|"
    r"twitch|"
    r"steam|kik|telegram|twitter|fortnite|epic|minecraft|mc|yubo|reddit|youtube|yt|facebook|fb|"
    r"wizz|whatsapp|switch|gaming|game|online|vinted|bereal|threads|wattpad|pinterest)"
)
_WHOSE = re.compile(
    rf"\b(?:(?:(?:{_PLATFORM}) )?(?:user ?names?|user|user ?id|handle|gamer ?tags?|gamer ?id|tag|"
    rf"psn(?: id)?|"
    rf"display name|screen ?name|account|acc|profile|id|@|name|player|nickname|channel)|"
    rf"{_PLATFORM})\b"
    r"(?P<is>'?s?(?: (?:is|was|called|named|me on|her on|him on|name|as|under|by|it's|"
    r"its)\b)?(?: ?[:=–-])?(?: (?:called|named)\b)?)"
    r"(?: |(?<=[:=]))"
    r"(?P<quote>[\"'“‘]?)(?P<who>[A-Za-z0-9_][\w.-]{1,38}\w)",
    re.I,
)
# "my gamertag is Wee Haggis Boy"
_NAMED_TAG = re.compile(
    r"\b(?i:gamer ?tag|my tag|gamer name|ign|in[- ]game name|user ?name|screen ?name|display "
    r"name|psn(?: id)?|gamer ?id|handle|"
    r"xbox name|roblox name)"
    r"(?i: is| was|:|'s) (?P<who>(?:[A-Z][\w'-]{1,20})(?: (?:[A-Z][\w'-]{1,20}|\d{1,5})){0,3})"
)
_ALOUD_HANDLE = re.compile(
    rf"\b(?:at )?[\w.]{{1,20}}(?: (?:underscore|dot|dash|hyphen) [\w.]{{1,20}}){{1,5}}(?: "
    rf"(?:{_SPOKEN})){{0,4}}\b",
    re.I,
)
# "her username is dragon slayer underscore ninety nine", "my snap is jay dot kay"
_ALOUD_AFTER = re.compile(
    rf"\b(?:user ?names?|handle|gamer ?tag|account|acc|page|tag|profile|{_PLATFORM})"
    r"(?: name)?(?:'?s| is| was|:)(?: called)? "
    r"(?P<who>\w{1,20}(?: \w{1,20}){0,2}?(?: (?:underscore|dot|dash|hyphen) \w{1,20}){1,4}"
    rf"(?: (?:{_SPOKEN})\b){{0,4}})",
    re.I,
)
# "AlfieTheFenFox": three words in one; "as SirCreepington": two, where an account is meant.
_HUMPS = re.compile(r"(?<![\w@./])(?:[A-Z][a-z]{1,14}){3,6}\d{0,4}(?:\.\w{1,4})?(?!\w)")
# "TundeTekkers": two words in one, of which one is a name; "DarkAngel7": or with a figure.
_NAMED_HUMPS = re.compile(
    r"(?<![\w@./])(?P<a>[A-Z][a-z]{2,14})(?P<b>[A-Z][a-z]{2,14})(?P<figure>\d{0,4})(?!\w)"
)
_TWO_HUMPS = re.compile(
    r"\b(?:as|admin|mod|moderator|player|user|called|named|account|acc|alt|main|page|profile|"
    r"gamer|streamer|youtuber|(?:account|acc|page|profile|channel|user),? (?:is|was|it was|its)) "
    r"(?P<who>[A-Z][a-z]{2,14}[A-Z][a-z]{2,14})(?!\w)|"
    r"(?<![\w@./])(?P<dotted>[A-Z][a-z]+[A-Z][a-z]+\.\w{1,6})\b"
)
_WORD_DOT_WORD = re.compile(r"(?<![\w@./])(?P<a>[a-z]{3,20})\.(?P<b>[a-z]{3,20})(?![\w@/]|\.\w)")
# Words with dots or run together are an account's where one is spoken of before or after.
_ACCOUNT_SAID = (
    r"\b(?:page|acc|account|profile|alt|channel|user|username|handle)(?:'?s| is| was)?,? "
    r"(?:(?:it is|it was|its|it's|called|named|by) )?|"
    r"\b(?:called|named|known as|goes by|went by|know (?:him|her|them) as|"
    r"call(?:s|ed|ing) (?:him|her|them|it)sel(?:f|ves)) "
)
_WHO_IT_IS = r"(?P<who>[A-Za-z]\w{2,20}(?:\.\w{1,20}){1,3}|[a-z]{9,30})(?![\w@/]|\.\w)"
_AFTER_ACCOUNT = re.compile(rf"(?:{_ACCOUNT_SAID})[\"'“‘]?{_WHO_IT_IS}", re.I)
_USER_SAID = re.compile(r"acc\b|account|alt\b|user|handle", re.I)
_ON_PLATFORM = re.compile(
    rf"(?<![\w@./]){_WHO_IT_IS},? on (?:there|here|the app|{_PLATFORM})\b", re.I
)
_ADD = re.compile(
    rf"\b(?:called|named|goes by|known as|add|follow|dm|pm|message|find|search(?: for)?)(?: me|"
    rf" her| him| them)?(?: (?:on|"
    rf"at) {_PLATFORM})?"
    r"[ :,-]{1,3}(?P<who>[A-Za-z0-9_][\w.-]{2,38}\w)",
    re.I,
)
_L = r"[^\W\d_]"
_ODD = re.compile(
    rf"(?<![\w@#/.:£$€-])(?=[\w.]{{5,40}}(?![\w@]))(?:"
    r"[^\W_]+(?:_+[^\W_]+)+_*(?:\.\w{1,12})*|_+[^\W_]+(?:_+[^\W_]+)*_*|[^\W_]{3,30}_+|"
    rf"[xX]{{2}}[^\W_]{{3,30}}[xX]{{2}}|{_L}{{3,30}}\d{{2,12}}{_L}{{0,12}}|"
    rf"{_L}{{2,20}}\d{{1,4}}{_L}{{2,20}}\d{{0,4}}|{_L}{{5,20}}\d{{1,2}}{_L}{{1,3}}|"
    rf"{_L}\d{_L}{{4,20}}|"
    rf"\d{{1,4}}{_L}{{4,20}}\d{{1,6}}|"
    rf"{_L}{{2,20}}(?:\.\w{{2,20}}){{2,3}}|"
    rf"(?=\S{{0,30}}[\d_])[^\W_]{{2,20}}\.\w{{2,20}}(?:\.\w{{2,12}})?)(?![\w@#]|\.\w)"
)
# Letters and figures that are nobody's account.
_THINGS = re.compile(
    r"^(?:i?phone|iphone|ipad|ios|galaxy|pixel|windows|win|fifa|fc|gta|cod|mw|bo|covid|year|yr|"
    r"series|ps|xbox|switch|season|level|lvl|chapter|ch|part|pt|ks|key|gcse|btec|mp|web|http|sha|"
    r"office|nba|wwe|f|formula|area|route|blink|maroon|euro|euros|(?:jan|feb|mar|apr|may|june?|"
    r"july?|aug|sept?|oct|nov|dec|summer|winter|spring|autumn|christmas)[a-z]*|keep|kcsie|prevent|"
    r"rshe|pshe|brexit|web|gen|top|room|class|form|unit|level|section|soa|model|chatgpt|gpt|claude|"
    r"sora|llama|gemini|bed|ages?|aged|year)\d+[a-z]{0,2}$|^\d+(?:st|nd|rd|th|yo|yrs?|years?|year|"
    r"old|mins?|hrs?|hours?|months?|mths?|weeks?|wks?|days?|times?|people|members?|likes?|views?|"
    r"followers?|gb|mb|am|pm|k|p|quid|pounds?)\w{0,6}$|^[a-z]{0,4}[1248][a-z]{0,5}$|^(?:life360|"
    r"bet365|what3words|thinkuknow|wordle)$|"
    r"^[\w.]+\.(?:com|co|uk|org|net)$|^\d+\.\d+(?:[ap]m|[a-z]{1,2})?$|^\w+\.\d$",
    re.I,
)


class Handles:
    """Account names and game tags."""

    def find(self, text: str, public: Public) -> Iterator[Found]:
        for pattern in (_AT_HANDLE, _TAG, _REDDIT):
            for match in pattern.finditer(text):
                yield _found(match, "handle")
        for match in _WHOSE.finditer(text):
            said = bool(match["is"].strip()) or bool(match["quote"])
            if _is_handle(match["who"], said=said):
                yield Found(match.start("who"), match.end("who"), "handle")
        if "underscore" in text.lower():
            for match in _ALOUD_HANDLE.finditer(text):
                if "underscore" in match[0].lower():
                    yield _found(match, "handle")
        yield from self._of_words(text)
        for match in _HUMPS.finditer(text):
            if match[0].lower() not in _NOT_HANDLES:
                yield _found(match, "handle")
        for match in _TWO_HUMPS.finditer(text):
            group = "who" if match["who"] else "dotted"
            if match[group].lower() not in _NOT_HANDLES:
                yield Found(match.start(group), match.end(group), "handle")
        for match in _WORD_DOT_WORD.finditer(text):
            # "him.and": a full stop without its blank.
            short = len(match["a"]) < 4 and (is_word(match["a"]) or is_word(match["b"]))
            if not (short or _THINGS.match(match[0]) or match["b"] in _NO_STREET | _NO_SCHOOL):
                yield _found(match, "handle")
        for match in _ADD.finditer(text):
            if _has_marks(match["who"]):
                yield Found(match.start("who"), match.end("who"), "handle")
        odd = [match for match in _ODD.finditer(text) if not _THINGS.match(match[0])]
        # Whoever writes so throughout names no account by it.
        in_figures = len(_FIGURED.findall(text)) >= _MANY
        for match in odd:
            word = match[0]
            if not (word.isdigit() or _in_figures(word) or (in_figures and word.islower())):
                yield _found(match, "handle")
        for match in _NAMED_TAG.finditer(text):
            yield Found(match.start("who"), match.end("who"), "handle")

    @staticmethod
    def _of_words(text: str) -> Iterator[Found]:
        """ "dex.afterdark on Telegram", "a page, watchthespudeat", "jay dot kay"."""
        for match in _ALOUD_AFTER.finditer(text):
            yield Found(match.start("who"), match.end("who"), "handle")
        for match in _NAMED_HUMPS.finditer(text):
            halves = match["a"].lower(), match["b"].lower()
            whose = match["figure"] or any(is_person(half) for half in halves)
            scots = match["a"] in ("Mac", "Fitz")
            if whose and not scots and "".join(halves) not in _NOT_HANDLES:
                yield _found(match, "handle")
        for pattern in (_AFTER_ACCOUNT, _ON_PLATFORM):
            for match in pattern.finditer(text):
                who, before = match["who"].lower(), text[match.start() : match.start("who")]
                # "lightbulb", "autoplaying": of two words many a word is made.
                fewest = 2 if _USER_SAID.match(before) else 3
                if is_run_together(who, fewest) or ("." in who and _is_dotted(who)):
                    yield Found(match.start("who"), match.end("who"), "handle")


def _is_dotted(who: str) -> bool:
    """Whether words with dots are an account and no two sentences: "deleted.now", "gmail.com"."""
    parts = who.split(".")
    site = re.search(r"\.(?:com|co|uk|org|net|tv|gg|io|ai|app)$", who)
    sentence = any(part in _NO_STREET or part in _NO_SCHOOL for part in parts)
    return not (site or sentence or _is_version(who))


def _is_version(who: str) -> bool:
    """ "fifa.24", "v1.5"."""
    return len(who) < 7 and who[-1].isdigit()


# "wh3n", "m0d": a figure within a word.
_FIGURED = re.compile(r"\b[a-z]+[013457][a-z]+\b")
_MANY = 2


def _has_marks(who: str) -> bool:
    """Figures, underscores or inner dots, which words don't have."""
    marked = "_" in who or ("." in who and not who.endswith(".")) or any(c.isdigit() for c in who)
    return marked and any(c.isalpha() for c in who) and not _THINGS.match(who)


def _is_handle(who: str, *, said: bool) -> bool:
    if _has_marks(who):
        return True
    inner_capital = not who.isupper() and any(c.isupper() for c in who[1:])
    low = who.lower()
    if not said or low in _NOT_HANDLES:
        return False
    return inner_capital or (
        len(who) >= 5 and not (is_word(low) or is_person(low) or is_misspelt(low))
    )


_NOT_HANDLES = word_list("not_handles")


# --- Links, mail, media

_MEDIA = (
    r"(?:jpe?g|png|gif|heic|webp|bmp|svg|mp4|mov|avi|webm|mkv|mp3|m4a|wav|ogg|opus|pdf|docx?|xlsx?)"
)
_DATA_URI = re.compile(r"\bdata:[a-z]{2,12}/[\w.+-]{1,60}[;,][^\s\"'<>)]{0,100000}", re.I)
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%'-]{1,64}(?:@| @ (?=\S{2,60}\.(?:com|org|net|uk)\b)| ?\[at\] ?|"
    r" ?\(at\) ?)(?P<host>[\w-]{1,63}(?:(?:\.| ?\[dot\] ?| ?\(dot\) ?)[\w-]{2,63}){1,4})",
    re.I,
)
_EMAIL_CUT = re.compile(
    r"(?<![\w.+%-])[\w.+%'-]{2,64}@"
    r"(?P<host>gmail|googlemail|hotmail|outlook|yahoo|icloud|live|aol|btinternet|msn)\b(?!\.\w)",
    re.I,
)
_EMAIL_ALOUD = re.compile(
    r"(?<![\w.])[\w.+-]{2,40}(?: (?:dot|underscore|"
    r"dash) [\w.+-]{1,30}){0,3} at (?P<host>[\w-]{2,30}) dot "
    r"(?:com|co dot uk|co\.uk|org|net|uk)\b",
    re.I,
)
_URL = re.compile(
    r"(?<![\w@])(?:https?|hxxps?|ftp)://(?P<rest>[^\s<>\"]{2,2000})|"
    r"(?<![\w@.])www\.(?P<www>[^\s<>\"]{2,2000})",
    re.I,
)
_TLD = (
    r"(?:com|co\.uk|org\.uk|sch\.uk|ac\.uk|uk|org|net|gg|me|ly|be|tv|io|app|ai|link|xyz|info|live|"
    r"co|to|cc|site|online|chat|fun|ru|de|fr|pl|eu|us|biz|page|gl|im|shop|club|example)"
)
_BARE_URL = re.compile(
    rf"(?<![\w@./:-])(?P<host>(?:[a-z0-9][a-z0-9-]{{0,40}}\.){{1,4}}{_TLD})(?P<path>/[^\s<>\"]{{0,500}})?(?![\w@.]\w)",
    re.I,
)
_FILE = re.compile(
    rf"(?<![\w/.])[\w()'’&-][\w()'’&.-]{{0,80}}\.{_MEDIA}\b|\b(?:IMG|DSC|VID|PXL|MVIMG|"
    rf"Screenshot)[_-]\d[\w-]{{3,30}}\b",
    re.I,
)
_CHAT_PICTURE = re.compile(
    r"\bWhatsApp (?:Image|Video|Audio) [\d-]{8,10}(?: at [\d.:]{4,9})?", re.I
)


class Links:
    """E-mail addresses, links to more than a known site, data URIs and files."""

    def find(self, text: str, public: Public) -> Iterator[Found]:
        for pattern in (_EMAIL, _EMAIL_CUT, _EMAIL_ALOUD):
            for match in pattern.finditer(text):
                if not public.has_service(match["host"]):
                    yield _found(match, "email")
        for match in _URL.finditer(text):
            end = len(match[0].rstrip(".,;:!?)'\"”’"))
            if not _is_public_link(match["rest"] or match["www"], public):
                yield Found(match.start(), match.start() + end, "url")
        for match in _BARE_URL.finditer(text):
            link = match["host"] + (match["path"] or "")
            if not _is_public_link(link, public):
                end = match.start() + len(match[0].rstrip(".,;:!?)'\""))
                yield Found(match.start(), end, "url")
        for pattern in (_DATA_URI, _FILE, _CHAT_PICTURE):
            for match in pattern.finditer(text):
                yield _found(match, "url")


def _is_public_link(link: str, public: Public) -> bool:
    """Whether a link leads to a service, or to a site's front page that names no person."""
    host, slash, path = link.rstrip(".,;:!?)'\"”’").partition("/")
    host = host.partition("?")[0].partition("#")[0].lower().removeprefix("www.")
    if host.endswith(".sch.uk"):
        return False
    if public.has_service(host):
        return True
    if slash and path.strip("/"):
        return False
    if "?" in link or "#" in link or "@" in link:
        return False
    labels = re.split(r"[.-]", host)
    return host in HOSTS or not any(is_person(label) for label in labels)


def _found(match: re.Match[str], kind: Kind) -> Found:
    return Found(match.start(), match.end(), kind)
