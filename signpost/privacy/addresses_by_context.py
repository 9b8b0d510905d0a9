"""Addresses without a street's kind: rooms, flats and named buildings, by what is said of them.

"Block C, Room 9, Tannery Halls", "she is in Ashwood House", "live at 9 Penrallt", "it says 40
gorsey bank" before a postcode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from signpost.privacy.birth_dates import MONTH
from signpost.privacy.found import Found, part
from signpost.privacy.places import (
    BRANDS,
    NO_STREET,
    PLACE_ENDING,
    PLACE_WORDS,
    STREET,
    TOWNS,
    WORD,
)
from signpost.privacy.public import Public
from signpost.privacy.vocabulary import is_misspelt, is_person, is_word, word_list

_BUILDING = (
    r"(?:house|court|lodge|towers?|heights|halls?|buildings?|mansions?|point|villas?|flats|"
    r"apartments|maisonettes|cottages?|farm(?:house)?|barn|manor|grange|wharf|gables|chambers|"
    r"place|hostel|block|wing|unit|ward|care home|nursing home|children's home|caravan park|"
    r"holiday park|site|marina|moorings|yard|passage|close|hall of residence)"
)
_CAPITAL = r"[A-Z][^\W\d_][^\W\d_'’-]{0,20}(?:['’-][^\W\d_]{1,20})?"
_NUMBER = r"(?:\d{1,4}(?:[/-]\d{1,3})?[a-h]?|[a-h]\d{1,2})"
# "Room 9", "Block C", "Staircase 4, Room B12", "pitch 31".
_UNIT = (
    r"(?:flat|apartment|apt|room|rm|block|unit|suite|studio|caravan|plot|pitch|berth|bedroom|wing|"
    r"floor|staircase|house|ward|bay|cabin|chalet|lodge|bungalow|hut)"
    r" (?:no\.? ?|number )?(?:\d{1,4}[a-z]?(?:/\d{1,2})?|[a-h]\d{0,3}|g/\d)"
)
_UNITS = re.compile(
    rf"(?<![\w-])(?i:{_UNIT}\b(?:,? (?:in |at |on |of )?(?:the )?{_UNIT}\b){{0,2}})"
    rf"(?P<rest>(?:,? (?:at |in |of )?(?:the |The )?(?:{_NUMBER} )?{_CAPITAL}"
    rf"(?: (?:(?:of|the|y|yr) )?{_CAPITAL}){{0,3}}){{0,3}})"
)
_SMALL_BUILDING = re.compile(
    rf"(?<![\w-]){_UNIT}\b,? (?:at |in )?(?:the )?(?P<words>(?:{WORD} ){{1,2}}){_BUILDING}\b", re.I
)
# Words that say where somebody is to be found.
_LIVES = re.compile(
    r"\b(?:(?:i|he|she|they|we|who|that|to|and|family|still|now|mum|dad|nan|gran|grandad) )?"
    r"(?:liv(?:e|es|ed|ing|in)|stay(?:s|ing|ed|in)?|based|reside(?:s|nt)?|lodg(?:e|es|ing)|mov(?:e|ed|"
    r"ing)(?: in| back)?|placed|housed|address|adress|adres|addres|addy|house|home|hostel|refuge|"
    r"placement|foster(?: home)?|flat|halls|mine|door|place|gaff|yard|street|road|post(?:ed)?|"
    r"deliver(?:ed|y|s)?|parcel|sent|send (?:it|them|someone|somebody|police|help)|come(?:s|"
    r"ing)?|came|"
    r"turn(?:ed)? up|show(?:ed|n)? up|waiting|waits|outside|parked|meet(?: (?:me|him|her|us|up))?|"
    r"met|collect (?:it|me|him|her)|pick(?:s|ed)? (?:me|him|her|it) up|round|went|going|go|"
    r"find (?:me|"
    r"us|him|her)|found (?:me|us)|knows (?:i|we|she|he)(?:'m| am|'s| is)?|from|"
    r"(?:my|his|her|our|their|the) (?:mum|dad|nan|gran|grandma|grandad|sister|brother|auntie|"
    r"friend|"
    r"mate|carer|son|daughter)'?s|i'?m|im|i am|she'?s|he'?s|we'?re|resident|tenant|neighbours?)"
    r"(?: (?:is|was|are|now|just|right|over|here|back|which|that|called|still|up))?"
    r"(?:[,:]|(?: (?:at|in|on|to|from|by|of|is|outside|its|it's|near)))?,? $",
    re.I,
)
_PLACED = re.compile(
    rf"(?<![\w'’-])(?P<place>(?:the |The )?{_CAPITAL}(?: {_CAPITAL}){{0,2}} "
    rf"(?i:{_BUILDING}))(?![\w'’-])(?! (?:Show|Music|Party|Rules))"
)
_SMALL_PLACED = re.compile(
    rf"(?P<place>(?P<words>[a-z][a-z'’]{{2,15}}(?: [a-z][a-z'’]{{2,15}})?) {_BUILDING})(?![\w'’-])"
)
# A number and words with capital letters, of which one is no word: "9 Penrallt", "3 Bryn Awelon".
_NUMBERED = re.compile(
    rf"(?<![\w£$€.:/#-]){_NUMBER},? (?P<words>{_CAPITAL}(?: {_CAPITAL}){{0,2}})(?![\w'’-])"
)
_SMALL_NUMBERED = re.compile(
    rf"(?<![\w£$€.:/#-]){_NUMBER},? "
    r"(?P<words>[a-z][a-z'’]{2,15}(?: [a-z][a-z'’]{2,15})?)(?![\w'’-])"
)
# "she lives at number 9", "51.507, -0.127", "///what.three.words"
_DOOR = re.compile(
    r"\b(?:liv(?:e|es|ing)|house|address|we'?re|i'?m|he'?s|she'?s) (?:at|is|on|in) "
    r"(?P<place>(?:number|no\.?) ?\d{1,4}[a-h]?)\b",
    re.I,
)
_COORDINATES = re.compile(
    r"(?<![\w.])-?\d{1,2}\.\d{3,10}°?[NS]?,? ?-?\d{1,3}\.\d{3,10}°?[EW]?(?![\w.])"
)
_THREE_WORDS = re.compile(r"///[a-z]{2,20}\.[a-z]{2,20}\.[a-z]{2,20}\b")
# "i live at the old bakery", "on jubilee estate"
_LIVED_IN = re.compile(
    r"\b(?:live|lives|living|lived|stay|stays|staying|house is|home is|address is) (?:at|in|on) "
    r"(?P<place>the old [a-z]{4,14}|(?:the )?(?P<named>[a-z’']{3,15}) (?:estate|flats|"
    r"park homes|caravan park|"
    r"mews|courts?|rise|row))\b",
    re.I,
)
_ADDRESS_SAID = re.compile(
    r"\b(?:add?ress+|addres|addy|where (?:we|i|he|she|they) live|liv(?:e|es|ing) (?:at|in|on)|"
    r"i live|we live|home|"
    r"front door|my door|house|where (?:i|we|he|she) (?:am|are|is)|"
    r"my house|(?:come|came|coming|meet me|meet (?:him|her|us)|waiting|outside|parked|park|"
    r"round|deliver\w*|"
    r"sent it|parcel) (?:to|at|by|round|outside|for))\b",
    re.I,
)
# Up to a postcode everything from the number on, in small letters, too.
_TO_POSTCODE = re.compile(
    rf"(?<![\w/£])(?P<house>(?:(?:flat|room|apt|no\.?|number) ?)?(?P<number>{_NUMBER}),?"
    r"(?P<words>(?: [^\W\d_][\w'’.-]{1,20},?){1,5})),? ?$",
    re.I,
)
# What a house's number may be said as: "number twelve", "seventeen".
_ALOUD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|"
    r"eigh|nine)teen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"
)
_BEFORE_STREET = re.compile(
    rf"(?<![\w-])(?P<number>(?:(?:number|no\.?|flat) )?(?:{_ALOUD}|{_NUMBER})[a-h]?,? (?:the )?)$",
    re.I,
)
# Courts, houses and sites that are nobody's home.
_NO_HOUSE = word_list("no_house")
_NOT_NUMBERED = re.compile(
    rf"^(?:{MONTH}|year|yr|years|gcses?|a-levels?|mr|mrs|ms|miss|days?|weeks?|nights?|hours?|mins?|"
    r"minutes?|million|billion|percent|am|pm|quid|pounds?|euros?|dollars?|robux|followers?|likes?|"
    r"views?|snaps?|people|kids|boys|girls|children|pupils|students|messages?|photos?|pictures?|"
    r"videos?|accounts?|apps?|times?|i|he|she|they|we|it|is|the|and|but|my|his|her|ks\d|phones?|x)$",
    re.I,
)
_SHORTEST = 5
_KNOWN = word_list("capitals") | word_list("towns") | TOWNS | BRANDS


class AddressesByContext:
    """Finds rooms, named buildings and numbered places. Each look back is of bounded length."""

    def find(self, text: str) -> Iterator[Found]:
        for match in _UNITS.finditer(text):
            if match["rest"] or _is_lived_in(text, match.start()) or "," in match[0]:
                yield Found(match.start(), _trimmed(match), "address")
        for match in _SMALL_BUILDING.finditer(text):
            if not NO_STREET & set(match["words"].lower().split()):
                yield Found(match.start(), match.end(), "address")
        for match in _PLACED.finditer(text):
            if _is_building(match) and _is_lived_in(text, match.start()):
                yield part(match, "place", "address")
        for match in _SMALL_PLACED.finditer(text):
            if _is_small_building(match) and _is_lived_in(text, match.start()):
                yield part(match, "place", "address")
        for match in _NUMBERED.finditer(text):
            if _is_numbered(match):
                yield Found(match.start(), match.end(), "address")
        for pattern in (_COORDINATES, _THREE_WORDS):
            for match in pattern.finditer(text):
                yield Found(match.start(), match.end(), "address")
        if _ADDRESS_SAID.search(text):
            for match in _DOOR.finditer(text):
                yield part(match, "place", "address")
            for match in _LIVED_IN.finditer(text):
                named = (match["named"] or "").lower()
                if named not in _NO_HOUSE and named not in NO_STREET:
                    yield part(match, "place", "address")
            for match in _SMALL_NUMBERED.finditer(text):
                if _is_small_street(match):
                    yield Found(match.start(), match.end(), "address")


def before_postcode(text: str, start: int, public: Public) -> Found | None:
    """The house and street that stand before a postcode, whatever their letters."""
    match = _TO_POSTCODE.search(text, max(0, start - 80), start)
    if match is None:
        return None
    words = match["words"].lower().replace(",", " ").split()
    if public.has_number(match["number"]) or _KNOWN & set(words):
        return None
    if words[-1] in ("in", "at", "near", "postcode", "is", "of") or not _are_of_a_street(words):
        return None
    return part(match, "house", "address")


def with_number(text: str, start: int) -> int:
    """Where a street begins if a number stands before it, also one in words."""
    match = _BEFORE_STREET.search(text, max(0, start - 40), start)
    return match.start() if match else start


def _are_of_a_street(words: list[str]) -> bool:
    return not any(word in NO_STREET and word not in ("of", "the", "at") for word in words)


def _is_lived_in(text: str, start: int) -> bool:
    return _LIVES.search(text, max(0, start - 50), start) is not None


def _trimmed(match: re.Match[str]) -> int:
    """Where the units and the building end; a town after them stays."""
    rest = match["rest"]
    last = rest.rpartition(",")[2].strip()
    if "," in rest and last.lower() in _KNOWN:
        return match.end() - len(rest.rpartition(",")[2]) - 1
    words = rest.split()
    if len(words) == 1 and words[0].lower() in _KNOWN:
        return match.start("rest")
    return match.end()


def _is_building(match: re.Match[str]) -> bool:
    words = match["place"].lower().split()[:-1]
    named = [word for word in words if word != "the"]
    return bool(named) and named[-1] not in _NO_HOUSE and named[0] not in _KNOWN


def _is_small_building(match: re.Match[str]) -> bool:
    last = match["words"].split()[-1]
    if last in _NO_HOUSE or last in NO_STREET or last in _KNOWN:
        return False
    return last in PLACE_WORDS or not (is_word(last) or is_person(last) or is_misspelt(last))


def _is_small_street(match: re.Match[str]) -> bool:
    """ "2 tipton fold", "9 penrallt": a rare word, or two of places."""
    words = match["words"].split()
    if any(word in NO_STREET or _NOT_NUMBERED.match(word) for word in words):
        return False
    places = [word in PLACE_WORDS or re.fullmatch(STREET, word) is not None for word in words]
    if len(words) == 2 and places[1]:
        return True
    return not (
        is_word(words[0])
        or is_person(words[0])
        or words[0] in _KNOWN
        or len(words[0]) < _SHORTEST
        or is_misspelt(words[0])
    )


def _is_numbered(match: re.Match[str]) -> bool:
    words = [word.lower().strip("'’") for word in match["words"].split()]
    if any(_NOT_NUMBERED.match(word) or word in _KNOWN for word in words[:2]):
        return False
    rare = [word for word in words if not (is_word(word) or is_person(word) or is_misspelt(word))]
    of_place = any(word in PLACE_WORDS or PLACE_ENDING.match(word) for word in words[1:])
    return bool(rare) or of_place
