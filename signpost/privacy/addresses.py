"""Where people live: postcodes, houses, flats, rooms and streets.

Every pattern is anchored at a rare sign and bounded, so that no text makes one slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from signpost.privacy.addresses_by_context import (
    AddressesByContext,
    before_postcode,
    with_number,
)
from signpost.privacy.found import Found, part, whole
from signpost.privacy.places import NO_STREET, PLACE_WORDS, STREET, WORD
from signpost.privacy.public import Public
from signpost.privacy.vocabulary import is_in_figures, is_person, is_word, word_list

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
_SURE_STREET = (
    r"(?:street|road|rd|avenue|ave|lane|close|crescent|gardens|terrace|grove|mews|drive|wynd|drove)"
)
_HOUSE = re.compile(
    rf"(?<![\w£.:/])(?:(?:flat|apartment|apt|unit|room|number|no\.?) ?)?"
    rf"(?:(?:\d{{1,2}}|g)/\d{{1,2}},? |\df\d,? )?"
    rf"\d{{1,4}}(?:/\d{{1,3}})?[a-hA-H]?,? (?P<words>(?:{WORD} ){{1,3}}){STREET}\b(?!-)",
    re.I,
)
# "number 88 on Victoria Parade"
_NUMBER_ON = re.compile(
    rf"\b(?:house|flat|number|no\.?) ?\d{{1,4}}[a-h]?,? (?:on|in|of|down) (?:the )?"
    rf"(?P<words>(?:{WORD} ){{1,3}}){STREET}\b(?!-)",
    re.I,
)
_HOUSE_THE = re.compile(
    rf"\b\d{{1,4}}[a-hA-H]?,? The (?:[A-Z]{WORD} ?){{0,1}}(?:[A-Z][a-z]{{3,14}})\b"
)
_FLAT = re.compile(
    rf"\b(?:flat|apartment|apt|caravan|plot|room|block) (?:no\.? ?|number )?"
    rf"(?:(?:\d{{1,4}}|g)/\d{{1,2}}|\df\d|\d{{1,4}}[a-h]?)\b"
    rf"(?:,? (?:at |in )?(?:{WORD} ){{1,2}}(?:house|court|tower|towers|heights|point|lodge|"
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
    rf"(?:the corner of )?(?P<place>(?:{WORD} ){{1,3}}{_SURE_STREET})\b",
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
    rf"\b(?:[Tt]he (?:Old |New |Little |White |Red )?[A-Z][a-z]{{2,15}}|"
    rf"(?:[A-Z][\w'’-]{{1,20}} ){{1,2}}(?i:{_HOUSE_KIND})), "
    rf"(?:[A-Z][\w'’-]{{1,20}} ){{1,3}}(?=[A-Z])(?i:{STREET})\b"
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
    r"Hall|Manor|Bungalow|Court|Stables|Croft|Villa|View|End|Nook|Rise|Acres?|Gables|Meadow|Orchard|Hill|Garth|Haven|Corner|Lea|Bank|"
    r"Fields|Willows|Oaks|Elms|Firs)|\bT[yŷ] [A-Z]\w{2,15}|"
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


# "Beech Hill Crescent number 15"
_NUMBER_AFTER = re.compile(r",? (?:house |at )?(?:number|no\.?|num) ?\d{1,4}[a-h]?\b", re.I)
# "The Vicarage, Kirkgate, " before a postcode
_THE_HOUSE = re.compile(
    r"\b(?P<house>[Tt]he (?:[A-Z]\w+ )?[A-Z]\w{2,15}, [A-Z]\w{2,15}(?: [A-Z]\w{2,15})?),? ?$"
)


class Addresses:
    """Postcodes, houses with their street, flats, and the street somebody lives in."""

    def __init__(self) -> None:
        self._by_context = AddressesByContext()

    def find(self, text: str, public: Public) -> Iterator[Found]:
        for match in _POSTCODE.finditer(text):
            if _is_postcode(match[0]):
                yield whole(match, "postcode")
                before = _TO_POSTCODE.search(text, max(0, match.start() - 80), match.start())
                if before:
                    yield part(before, "house", "address")
                the_house = _THE_HOUSE.search(text, max(0, match.start() - 60), match.start())
                if the_house:
                    yield part(the_house, "house", "address")
                house = before_postcode(text, match.start(), public)
                if house:
                    yield house
                named = _HOUSE_AT_POSTCODE.search(text, max(0, match.start() - 50), match.start())
                if named:
                    yield Found(named.start(), match.start() - 1, "address")
        for match in _AROUND.finditer(text):
            if _is_postcode(match["code"]):
                yield part(match, "code", "postcode")
        yield from self._by_context.find(text)
        for found in self._streets(text):
            named = _HOUSE_NAME.search(text, max(0, found.start - 60), found.start)
            start = named.start() if named else with_number(text, found.start)
            number = _NUMBER_AFTER.match(text, found.end)
            yield Found(start, number.end() if number else found.end, "address")
            told = _HOUSE_CALLED.search(text, max(0, found.start - 70), found.start)
            if told:
                yield Found(told.start("house"), found.end, "address")

    @staticmethod
    def _streets(text: str) -> Iterator[Found]:
        for match in _WELSH_STREET.finditer(text):
            yield whole(match, "address")
        for match in _WELSH_SMALL.finditer(text):
            if match["word"] and is_word(match["word"].lower()):
                continue  # "14 clos enough"
            start = match.start() if match[0][0].isdigit() else match.start("street")
            yield Found(start, match.end(), "address")
        for match in _HOUSE_ON_STREET.finditer(text):
            yield whole(match, "address")
        for match in _HOUSE_LIVED_IN.finditer(text):
            told = match["rest"] and not NO_STREET & set(match["rest"][2:].lower().split())
            old = " " in match["place"].removeprefix("the ")
            if told or old:
                yield Found(
                    match.start("place"), match.end() if told else match.end("place"), "address"
                )
        for match in _OUTWARD.finditer(text):
            yield part(match, "code", "postcode")
        for pattern in (_HOUSE, _NUMBER_ON):
            for match in pattern.finditer(text):
                if not NO_STREET & _plain_words(match["words"]) and _is_street(match):
                    yield whole(match, "address")
        for pattern in (_HOUSE_THE, _FLAT):
            for match in pattern.finditer(text):
                yield whole(match, "address")
        for match in _NAMED_STREET.finditer(text):
            apart = match[0].lower().split()
            brand = apart[-2] in _PLATFORMS
            if not (match[0].lower() in _FAMOUS_STREETS or _starts_small(match[0]) or brand):
                yield whole(match, "address")
        for match in _LIVES_AT_NUMBER.finditer(text):
            words = match["words"].lower().removeprefix("the ").split()
            if words[0] not in NO_STREET:
                two = len(words) > 1 and words[1] not in NO_STREET
                end = match.end() if two or len(words) == 1 else match.end() - len(words[1]) - 1
                yield Found(match.start("place"), end, "address")
        for match in _LIVES.finditer(text):
            words = match["place"].lower().split()
            famous = match["place"].lower() in _FAMOUS_STREETS or words[-2] in _PLATFORMS
            if not famous and not NO_STREET & set(words[:-1]):
                yield part(match, "place", "address")


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
    return last[0].isupper() or bare in PLACE_WORDS or not is_word(bare) or is_person(bare)


def _is_postcode(code: str) -> bool:
    """Whether Britain has such an area, and it is no word in figures ("b31ng")."""
    area = code.lower().rstrip("abcdefghijklmnopqrstuvwxyz").rstrip("0123456789 ")
    area = re.sub(r"\d.*", "", area)
    return area in _AREAS and not is_in_figures(code)


def _starts_small(street: str) -> bool:
    """ "The Road", "My Street": a sentence that begins so names no street."""
    return street.split()[0].lower() in NO_STREET
