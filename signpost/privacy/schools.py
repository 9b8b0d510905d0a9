"""Schools, colleges and nurseries by their names.

Every pattern is anchored at a rare sign and bounded, so that no text makes one slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from signpost.privacy import places
from signpost.privacy.found import Found, part, whole
from signpost.privacy.places import NO_SCHOOL, PLACE_ENDING, PLACE_WORDS, WORD
from signpost.privacy.public import Public
from signpost.privacy.schools_by_context import SchoolsByContext
from signpost.privacy.vocabulary import NO_ACCOUNT, is_misspelt, is_person, is_word, word_list

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
_SCHOOL_TAIL = (
    rf"(?P<type>{_SCHOOL}(?:'s|s')?(?: {_SCHOOL}(?:'s|s')?){{0,3}})(?: for (?:girls|boys)\b)?"
)
# No "C of E": the words before it are the name.
_CHURCH = r"(?:(?:c of e|coe|ce|rc|catholic|church of england|cofe|community|free|technology) )?"
_NAMED_SCHOOL = re.compile(
    rf"(?<![\w])(?P<head>(?:(?:{WORD}|&|of|the) ){{1,4}}){_CHURCH}{_SCHOOL_TAIL}\b(?![\w'’-])",
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

    def __init__(self) -> None:
        self._by_context = SchoolsByContext()

    def find(self, text: str, public: Public) -> Iterator[Found]:
        for match in _NAMED_SCHOOL.finditer(text):
            start = _name_start(match)
            if start is not None:
                yield Found(start, match.end(), "school")
        for match in _YSGOL.finditer(text):
            if match[0].split()[1].lower() not in NO_SCHOOL:
                yield whole(match, "school")
        for match in _SAINT.finditer(text):
            holy = match["who"].lower().endswith(("s", "’", "'"))
            gone_to = _GOES.search(text, max(0, match.start() - 12), match.start())
            # Few write "saint" in full but of a school; "st" is a street as well.
            in_full = match[0][:5].lower() == "saint" and not is_word(match["who"].lower())
            called = match[0][0].isupper() or gone_to or in_full
            if match["type"] or (holy and called and not _is_town(match["who"])):
                yield whole(match, "school")
        yield from self._without_type(text)
        yield from self._by_context.find(text)
        for pattern in (_AT_SCHOOL, _BEFORE_YEAR):
            for match in pattern.finditer(text):
                first = match["name"].split(" ", 1)[0].lower()
                if not (_NOT_A_NAME.match(match["name"]) or first in places.TOWNS):
                    yield part(match, "name", "school")

    @staticmethod
    def _without_type(text: str) -> Iterator[Found]:
        """ "Our Lady of the Washes", "i go bishop gryce", "my school (Welland Park)"."""
        for match in _DEDICATED.finditer(text):
            if match["type"] or (match["sign"] and match["name"].lower() not in _PALACES):
                yield Found(match.start("name"), match.end(), "school")
        for match in _SAID_SCHOOL.finditer(text):
            if not all(is_word(word.lower()) for word in match["name"].split()[:1]) or (
                PLACE_ENDING.match(match["name"].lower().split()[-1])
                or match["name"].lower().split()[-1] in PLACE_WORDS
            ):
                yield part(match, "name", "school")
        for match in _TOLD_SCHOOL.finditer(text):
            last = match["name"].lower().split()[-1]
            if last in PLACE_WORDS or (PLACE_ENDING.match(last) and not is_word(last)):
                yield part(match, "name", "school")
        for match in _EVERYONE_AT.finditer(text):
            name = match["name"]
            known = is_word(name) or is_misspelt(name) or is_person(name) or name in NO_ACCOUNT
            if not known and PLACE_ENDING.match(name):
                yield part(match, "name", "school")
        if _OF_SCHOOL.search(text):
            for match in _EVERYONE_AT_NAME.finditer(text):
                name = match["name"].lower()
                told = PLACE_ENDING.match(name) or name in PLACE_WORDS
                if told and name not in _TOWNS and not _NOT_A_NAME.match(match["name"]):
                    yield part(match, "name", "school")


_GOES = re.compile(r"\b(?:go|goes|goto|at|to|from|attends?) $", re.I)
_PALACES = frozenset(("king charles", "queen elizabeth", "prince andrew", "prince harry"))


def _is_town(who: str) -> bool:
    """ "St Ives", "St Albans": places, and those stay."""
    return who.lower() in {"ives", "albans", "neots", "andrews", "helens", "austell", "davids"}


# "at canal street high": of words that name nothing else there.
_GONE_TO = ("at", "attends", "from", "goes")


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
        if not (PLACE_ENDING.match(last) or last in PLACE_WORDS):
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
        if bare in NO_SCHOOL and not (word[0].isupper() and index and sort):
            break
        if word.endswith((".", ",")) and word.lower() not in ("st.", "ss."):
            break
        first = index
    named = words[first:]
    while named and named[0][0].lower() in ("of", "and", "the", "&"):
        named = named[1:]
    if not named:
        return None
    gone_to = len(named) > 1 and words[first - 1][0].lower() in _GONE_TO if first else False
    if not (gone_to or any(_names_a_school(word[0]) for word in named)):
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
    if bare in NO_SCHOOL:
        return False
    return (
        (word[0].isupper() and not word.isupper())
        or bare in PLACE_WORDS
        or is_person(bare)
        or bool(PLACE_ENDING.match(bare))
        or (len(bare) >= 5 and not is_word(bare) and not is_misspelt(bare))
    )
