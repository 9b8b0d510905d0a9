"""Schools by a bare name: "told the head at Hartmoor", "she goes to st wilfs".

A school is whatever is gone to, taught at, told on and worn. What stands before a name says how
surely it is a school's; the name's own form says how surely it is a place's. Both together decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from signpost.privacy.context import after
from signpost.privacy.found import Found
from signpost.privacy.places import (
    BRANDS,
    NO_SCHOOL,
    PLACE_ENDING,
    PLACE_WORDS,
    TOWNS,
)
from signpost.privacy.vocabulary import (
    NO_ACCOUNT,
    is_common,
    is_misspelt,
    is_person,
    is_well_known,
    is_word,
    word_list,
)

# What a name must look like after a sign: 1 any word that is rare, 2 a rare word of a place or
# several with capital letters, 3 a place's beyond doubt.
_ANY, _LIKELY, _CLEARLY = 1, 2, 3

_CHILD = (
    r"(?:son|daughter|boy|girl|lad|lass|kids?|child|children|brother|bro|sister|sis|cousin|nephew|"
    r"niece|grandson|grand ?daughter|grandchild|step ?son|step ?daughter|mates?|m8s?|friends?|"
    r"freinds?|bestie|twins?|eldest|youngest|oldest|little one|ones|bf|gf|boyfriend|girlfriend|ex|"
    r"crush|bully|pupils?|students?|foster (?:son|daughter|child))"
)
_STAFF = (
    r"(?:heads?(?: ?teacher)?|deput(?:y|ies)(?: head)?|teachers?|teaching|teach|teaches|taught|ta|"
    r"teaching assistant|dsls?|(?:safeguarding |pastoral |designated )?lead|senco|governors?|nurse|"
    r"caretaker|dinner lady|lollipop (?:lady|man)|receptionist|reception|office|tutor|technician|"
    r"counsellor|matron|librarian|chaplain|staff|pupils?|students?|sixth ?formers?|classmates?|"
    r"classroom|class|form|lessons?|assembly|gates?|playground|canteen|bus|prom|open (?:day|"
    r"evening)|gcses?|a[ -]?levels?|head of year|head boy|head girl|placement|trainee|supply)"
)
# After these hardly anything but a school is named.
_SURE = re.compile(
    r"(?:\b(?:year|yr|y|p|s|reception)s? ?\d{0,2}s?,? (?:over |now |here |class |group |kids? )?"
    r"(?:at|of|from|for)"
    rf"|\b{_STAFF},? (?:\w{{1,10}} |is |was |here |over |now ){{0,2}}?(?:at|of|from|for)"
    r"|\b(?:school|skool|college|sixth form|6th form|nursery|academy|uni|university)"
    r"(?:'?s)?(?: name)?(?: is| was|,|:| called| named| -|[:,] ?its| its| it's| \()?"
    r"|\b(?:school|skool|college)\b[^.!?\n]{0,30} (?:said|put|told (?:him|her|them))"
    r"(?: it was| it's| its| im at| i'm at| i go(?: to)?)?"
    r"|\b(?:attend(?:s|ed|ing)?|enrolled (?:at|in)|(?:expelled|excluded|suspended|kicked out|"
    r"truanting|bunking|sent home|home|off) (?:from|of))"
    r"|\b(?:drop(?:s|ped|ping)?|pick(?:s|ed|ing)?|collect(?:s|ed|ing)?|fetch(?:es|ed)?) "
    r"(?:\w{1,12} ){1,3}(?:up |off )?(?:at|from)"
    r"|\b(?:go|goes|went|going) to (?:school|skool|college|nursery|sixth form) (?:at|in)"
    r")[ ,:(]{1,2}(?:the )?[\"'“‘]?$",
    re.I,
)
_BARE_SCHOOL = re.compile(
    r"\b(?:school|skool|college|sixth form|nursery|academy|uni)(?:'?s)? $", re.I
)
_PERSON = (
    r"(?:i|he|she|they|we|u|you|who|that|both|all|everyone|everybody|every1|ppl|people|someone|"
    r"somebody|some1|no ?one|parents?|mums?|dads?|man|woman|guy|"
    rf"{_CHILD}|lads|girls|boys|lot|group|gang|[A-Z][a-z]{{2,15}})"
)
# After these it is a school if the name looks like one.
_MAYBE = re.compile(
    rf"(?:\b{_PERSON} (?:\d{{1,2}} |also |now |still |just |used to |did |does |only )?"
    r"(?:go(?:es)?|went|goto|gos|going|start(?:s|ed|ing)?|left|joined|joins)(?: to| 2| at)?"
    rf"|\b{_PERSON},? (?:\d{{1,2}},? )?(?:who is |who's |who are |is |are |was |were |'?s |over |"
    r"now |here |back |down |up )?(?:at|from)"
    r"|\b(?:i'?m|i am|he'?s|she'?s|we'?re) from"
    r"|\b(?:senco|dsl|head ?teacher|deputy head|head of year|ta|teacher|governor),"
    r"|\b(?:i'?m|i’m|i am|he'?s|she'?s|they'?re|we'?re|you'?re|ur|is|was|are|were|been|being|'s|’s|"
    r"works?|worked|working|teach|settled|happy|unhappy|start|starts|started|starting|new|back|"
    r"bullied|happened|happens|happening|going on|round|waits?|waiting|find me|see me|met|know|"
    r"bullying|fights?|fighting|beef|incident|problems?|issues?|trouble|party|spread|it|this|that|"
    r"stuff|seen|here|over|up|down|place|trip|meeting|stand|stood|turn(?:ed)? up) at"
    r"|\b(?:work|works|worked|working|teach|volunteer) in"
    r"|\b(?:move|moves|moved|moving|transfer|transferred|switch|switched|change|changed|came|come|"
    r"coming|over|go|going|went|walk(?:s|ed)?|bus|gets?|lift|sent|back|got in|apply|applied|"
    r"followed (?:me|him|her|them)|posted|video|videos|vid|pics?|photos?|pictures?|message|email|"
    r"emailed|letter|text|called|rang|visit|night|parents' evening) (?:\w{1,10} )?(?:to|from|"
    r"for|of)"
    r"|\b(?:round|around|across|all over|outside|hate|by|near|opposite)(?: all)?(?: of)?"
    r")[ ,:(]{1,2}(?:the )?[\"'“‘]?$",
    re.I,
)
# What comes before a name at all, so that most places in a text are not looked at.
_LEADS = word_list("school_leads")
_ARTICLES = frozenset(("the",))
_CAPITALS_THERE = re.compile(
    r"(?<![\w'’-])(?:[Tt]he )?(?P<name>(?:(?:[Ss]t|SS|ST)\.? |[Ss]aint )?[A-Z][\w'’-]{1,20}"
    r"(?:(?: (?:of|and|the|&|y|yr|with|upon)){0,2} [A-Z][\w'’-]{1,20}){0,4})"
)
_SMALL_THERE = re.compile(
    r"(?:the )?(?P<name>(?:(?:st|saint|ss)\.? )?[a-z][a-z'’-]{2,15}(?: [a-z][a-z'’-]{2,15}){0,2})"
)
# What follows a school's name: its clothes, its people, its gates.
_WEARS = re.compile(
    r"(?P<name>(?<![\w'’-])(?:(?:[Ss]t|ST)\.? |[Ss]aint )?(?:[A-Z][\w'’-]{2,20}"
    r"(?:(?: (?:of|and|the|&|y|yr)){0,2} [A-Z][\w'’-]{1,20}){0,3}|[a-z]{5,15}))"
    r"(?:'?s?|’s) (?i:school |new |old |own )?(?P<what>(?i:uniforms?|jumper|blazer|hoodie|"
    r"sweatshirt|"
    r"polo shirt|tie|badge|logo|crest|pe kit|kit|lanyard|pupils?|students?|sixth form(?:ers?)?|6th "
    r"form|year ?\d{1,2}s?|yr ?\d{1,2}s?|y\d{1,2}s?|p\d|school gates?|gates|prom|playground|"
    r"head ?teacher|teachers?|staff|open evening|parents' evening|sports day|nativity|"
    r"kids|parents|lads|girls|boys|confessions|gossip|group ?chat|gc|snap story))\b"
)
_CLOTHES = re.compile(
    r"uniform|jumper|blazer|hoodie|sweatshirt|polo|tie|badge|logo|crest|pe kit|pupil|student|sixth|"
    r"6th|y|p\d|school|gates|prom|head|teacher|confessions",
    re.I,
)
_OF_SCHOOL = re.compile(
    r"\b(?:schools?|skool|college|nursery|class|classmates?|lessons?|teachers?|head ?teacher|tutor|"
    r"pupils?|students?|year ?\d{1,2}s?|yr ?\d{1,2}s?|y\d{1,2}|p[1-7]|sixth form|6th form|assembly|"
    r"playground|uniform|blazer|homework|detention|gcses?|exams?|dsl|senco|head of|form|term|break|"
    r"son|daughter|grandson|granddaughter|nephew|niece|kids?|child|children|boy|girl|lads?|"
    r"i'?m 1[0-8]|(?:s?he)'?s 1?\d|aged? 1?\d)\b",
    re.I,
)
_SCHOOL_ITSELF = re.compile(
    r"\b(?:schools?|skool|college|nursery|teachers?|head ?teacher|pupils?|year ?\d{1,2}s?|"
    r"yr ?\d{1,2}s?|sixth form|6th form|assembly|uniform|blazer|detention|dsl|senco|p[1-7]|"
    r"class|form)"
    r"\b",
    re.I,
)
# Words with which no school's name goes on, whatever their letters.
_ENDS_NAME = re.compile(
    r"^(?:KS\d|\w+shire|I|I'm|I've|My|Our|Mr|Mrs|Ms|Miss|Dr|He|She|It|We|They|You|This|That|What|"
    r"How|Who|Year|Yr|DSL|KCSIE|Ofsted|PE|IT|AI|CCTV|And|But|So|Then|Is|The|A|An|In|On|At)$|^[A-Z]{2,}$|.*\d|^\w[a-z]*[A-Z]"
)
_KNOWN = word_list("capitals") | word_list("towns") | TOWNS | BRANDS
# Words that stand after "goes to" and "kids at" in small letters and are mistyped or of the street.
_LEAST = 5
# Endings of places that no slip of the finger makes.
_SURE_ENDING = re.compile(
    r".{2}(?:field|moor|mere|brook|bridge|wood|ford|bury|worth|combe|hurst|dale|mead|wick|thorpe|croft|"
    r"bourne|holme|gate|bank|view|park|hill|grove|stead|crest|"
    r"haven|cliffe?|garth|brae|shaw|beck|gill|rigg|toft)s?$"
)


# These are within the names of schools: "Merton College Lower".
_INSIDE = frozenset(("of", "and", "the", "college"))


class _Name(NamedTuple):
    start: int
    end: int
    likeness: int  # to a school's name: 0 to 3


class SchoolsByContext:
    """Finds schools by what is said of them. Each look back is of bounded length."""

    def find(self, text: str) -> Iterator[Found]:
        is_of_school = _OF_SCHOOL.search(text) is not None
        for place in after(text, _LEADS, _ARTICLES):
            # Most words after these are ordinary ones; to look at them first saves the rest.
            name = _name_at(text, place)
            if name and not is_well_known(text, name.start):
                before = text[max(0, place - 60) : place]
                least = _least(before, is_of_school=is_of_school)
                if _BARE_SCHOOL.search(before) and text[name.start].islower():
                    least = _CLEARLY  # "school tommorow"
                if 0 < least <= name.likeness:
                    yield Found(name.start, name.end, "school")
        if _SCHOOL_ITSELF.search(text):
            yield from _beyond_doubt(text)
        for match in _WEARS.finditer(text):
            yield from _worn(match, is_of_school=is_of_school)


def _beyond_doubt(text: str) -> Iterator[Found]:
    """ "Hartmoor did nothing" where a school is spoken of: names that are hardly anything else."""
    for match in _CAPITALS_THERE.finditer(text):
        name = _with_capitals(match)
        if name and name.likeness == _CLEARLY and not is_well_known(text, name.start):
            yield Found(name.start, name.end, "school")


def _least(before: str, *, is_of_school: bool) -> int:
    """How much a name after these words must look like a school's; 0 when no name will do."""
    if _SURE.search(before):
        return _ANY
    if _MAYBE.search(before):
        return _LIKELY if is_of_school else _CLEARLY
    return 0


def _name_at(text: str, start: int) -> _Name | None:
    match = _CAPITALS_THERE.match(text, start)
    if match:
        return _with_capitals(match)
    match = _SMALL_THERE.match(text, start)
    if match is None:
        return None
    first = match["name"].split(" ", 1)[0]
    saint = first in ("st", "st.", "saint", "ss")
    may_be = saint or first in PLACE_WORDS or _SURE_ENDING.search(first) or not is_word(first)
    return _in_small(match) if may_be else None


def _worn(match: re.Match[str], *, is_of_school: bool) -> Iterator[Found]:
    """ "his Hartmoor blazer", "hartmoor year 9s"."""
    sure = _CLOTHES.match(match["what"])
    if not (sure or is_of_school):
        return
    name = _with_capitals(match) if match["name"][0].isupper() else _in_small(match)
    if name and name.end >= match.end("name") and name.likeness >= _LIKELY:
        yield Found(name.start, name.end, "school")


def _with_capitals(match: re.Match[str]) -> _Name | None:
    """A name of words with capital letters, cut before the first that belongs to the sentence."""
    words: list[str] = []
    end = start = match.start("name")
    for word in re.finditer(r"\S+", match["name"]):
        bare = word[0].strip("'’.,()")
        of_sentence = words and bare[:1].isupper() and bare.lower() in NO_SCHOOL - _INSIDE
        if _ENDS_NAME.match(bare) or of_sentence:
            break
        words.append(bare)
        if bare[:1].isupper():
            end = start + word.end()
    while words and words[-1].islower():
        words.pop()
    if not words or (words[0].lower() in NO_SCHOOL and len(words) == 1):
        return None
    likeness = _likeness([word.lower() for word in words])
    named = match.string[start:end]
    if named.endswith(("'s", "’s")) and len(words) == 1 and is_person(words[0].lower()[:-2]):
        return None
    return _Name(start, end, likeness)


def _likeness(words: list[str]) -> int:
    """How much words with capital letters look like a school's name."""
    if words[0].rstrip(".") in ("st", "saint", "ss"):
        return _CLEARLY if len(words) > 1 and " ".join(words[1:]) not in _KNOWN else 0
    bare = [_bare(word) for word in words if word not in ("of", "and", "the", "&", "y", "yr")]
    known = [word in _KNOWN or is_person(word) for word in bare]
    if all(known) or bare[0] in _KNOWN:
        return _ANY if len(bare) > 1 and not all(known) else 0
    of_place = any(
        word not in _KNOWN
        and not is_person(word)
        and (word in PLACE_WORDS or PLACE_ENDING.match(word))
        for word in bare
    )
    rare = any(not is_word(word) for word in bare)
    if of_place and (rare or len(bare) > 1):
        return _CLEARLY
    if rare or len(bare) > 1 or of_place:
        return _LIKELY
    return 0 if is_common(bare[0]) else _ANY


def _in_small(match: re.Match[str]) -> _Name | None:
    """A name in small letters: as many words from its start as are rare or a place's."""
    end = start = match.start("name")
    places = rare = 0
    is_saint = False
    for word in re.finditer(r"\S+", match["name"]):
        bare = _bare(word[0])
        if bare in ("st", "saint", "ss", "st.") and not places:
            is_saint = True
            continue
        if is_saint and bare not in NO_SCHOOL and not (places or rare) and bare not in _KNOWN:
            rare += 1
        elif bare in PLACE_WORDS:
            places += 1
        elif _is_rare(bare):
            rare += 1
            places += bool(PLACE_ENDING.match(bare))
        else:
            break
        end = start + word.end()
    if is_saint and rare:
        return _Name(start, end, _CLEARLY)
    if rare:
        return _Name(start, end, _CLEARLY if places else _ANY)
    return _Name(start, end, _LIKELY) if places > 1 else None


def _is_rare(word: str) -> bool:
    """Whether a word in small letters is no English one, well spelt or not."""
    if len(word) < _LEAST or word in _KNOWN or word in NO_ACCOUNT or word in NO_SCHOOL:
        return False
    if is_person(word) or is_common(word):
        return False
    if is_word(word):
        return _SURE_ENDING.search(word) is not None
    return _SURE_ENDING.search(word) is not None or not is_misspelt(word)


def _bare(word: str) -> str:
    return word.strip("'’.,()").lower().removesuffix("'s").removesuffix("’s")
