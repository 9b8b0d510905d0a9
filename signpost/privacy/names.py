"""People's names, without a language model: known given names, and signs that a name stands there.

How sure a sign makes us decides what is taken for a name after it. "My name is" takes nearly any
word; "my friend" takes known names and words with a capital letter that are not English; a known
given name that is nothing else needs no sign. "Will", "Mark" and "Summer" always need one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from signpost.privacy.found import Found
from signpost.privacy.public import Public
from signpost.privacy.vocabulary import (
    SHORTEST_BARE,
    doubtful_names,
    first_letters,
    given_names,
    is_common,
    is_misspelt,
    is_person,
    is_word,
    surnames,
    well_known,
    word_list,
)

_LONGEST_KNOWN = 41
SURE, LIKELY, HINT = 3, 2, 1
# Share of English words from which a word that is none stands out.
_ENGLISH = 0.5

_TOKEN = re.compile(r"(?<![\w‹])[^\W\d_]{1,40}(?:['’`-][^\W\d_]{1,30}){0,3}(?![\w›])")
_JOINS = re.compile(r"\.? ?-? ?")
_AND = re.compile(r",? (?:and|n|&|\+|or|nd) |, ")


def _sign(pattern: str) -> re.Pattern[str]:
    """A sign that ends where a name begins; found also where it lies within another."""
    return re.compile(rf"(?=(?P<sign>{pattern}))", re.I)


# --- Signs
_NAMING = _sign(
    r"\b(?:(?:my|his|her|their|your|our|full|real|first|last|second|middle|birth|proper|legal|"
    r"actual|"
    r"boy'?s|girl'?s|man'?s|woman'?s|lad'?s|child'?s|kid'?s|pupil'?s|student'?s|person'?s|son'?s|"
    r"daughter'?s|"
    r"teacher'?s|friend'?s|mate'?s|mum'?s|dad'?s|sister'?s|brother'?s|guy'?s) (?:full |real |"
    r"first |last |second |middle )?"
    r"(?:sur)?name'?’?s?(?: is| was| are|:| =|,)? ?(?:called )?"
    r"|(?:sur)?names?(?: is| was| are|'s|’s|:| -) ?"
    r"|nick ?named |known as |goes by (?:the name )?(?:of )?|go by |answers to |aka |a\.k\.a\.? "
    r"|nick ?name(?:'s|s| is| was) |"
    r"(?:everyone|everybody|they|people|mates|you can|u can|just) calls? me "
    r"|(?:^|[.,;:(] ?)name "
    r"|me llamo |je m['’]appelle |mam na imi[eę] |nazywam si[eę] |ma numesc |mă numesc |"
    r"ich hei(?:ss|ß)e "
    r"|mi chiamo |me chamo |mera naam |mera nam |magacaygu waa |adım "
    r"|call(?:s|ed|ing)? (?:himself|herself|themselves|themself|itself|myself) [\"'“‘]?)",
)
_CALLED = _sign(r"\b(?:called|named) ?[:\"'“‘]?")
# Who is called so is a person: "this girl called rose".
_CALLED_PERSON = re.compile(
    r"\b(?:girl|boy|lad|lass|man|woman|guy|bloke|lady|kid|child|teen|teenager|person|someone|"
    r"somebody|student|pupil|teacher|friend|mate|brother|sister|cousin|son|daughter|stranger|adult)"
    r"(?: \w{1,12}){0,4}[ ,]{1,2}$",
    re.I,
)
# Words that are names as well, of which "called" says nothing: "a boy called gay".
_NEVER_CALLED = word_list("never_called")
# What is called so is a thing: "an app called Tellonym".
_THING = re.compile(
    r"\b(?:apps?|games?|sites?|websites?|servers?|channels?|platforms?|programs?|company|service|"
    r"group ?chat|group|chat|gc|page|film|movie|show|series|song|book|band|challenge|trend|dare|"
    r"thing|"
    r"music|track|tune|album|things|magazine|newsletter|leaflet|booklet|guide|campaign|assembly|"
    r"play|poem|novel|text|"
    r"report|"
    r"document|policy|exam|topic|subject|account thing|meme|emoji|sticker|skin|character|pack|"
    r"place|drug|drugs|something|summat|smth|somewhere|scheme|charity|website|bot|chatbot|ai|"
    r"filter|"
    r"video|story|programme|podcast|virus|club|school|college|team|road|street|town|village|brand|"
    r"toy|mod|map|world|tool|resource|helpline|law|course|lesson|term|word|it|organisation|"
    r"extension|"
    r"folder|file|app is|feature|setting|button|software|coin|crypto|currency|forum|subreddit|"
    r"dog|cat|hamster)"
    r"(?: that| which|,|'s)?(?: is| was|'s|s|’s)? ?(?:also )?$",
    re.I,
)
_KIN = (
    r"(?:friends?|freinds?|frends?|mates?|m8s?|besties?|bff|pals?|buddy|brothers?|bros?|sisters?|"
    r"sis|"
    r"sons?|daughters?|kids?|child|lads?|lass|girls?|boys?|eldest|youngest|oldest|twins?|"
    r"mums?|mams?|moms?|dads?|step ?-?(?:dad|mum|son|daughter|brother|sister)s?|step ?-?dads?|"
    r"cousins?|cuz|uncle|aunt|auntie|aunty|nan|nana|nanny|gran|granny|grandma|grandad|grandpa|"
    r"grandson|grand ?daughter|"
    r"granddaughter|grandchild|niece|nephew|boyfriend|bf|girlfriend|gf|partner|ex|husband|wife|"
    r"fianc[eé]e?|teacher|tutor|coach|neighbours?|colleague|boss|pupils?|students?|tutee|carer|"
    r"foster (?:mum|dad|carer|son|"
    r"daughter|child)|social worker|youth worker|key ?worker|baby|little one|classmates?|landlord|"
    r"flatmate|housemate|bully|crush|therapist|counsellor|head ?teacher|head|dsl|client|stalker|"
    r"godson|goddaughter)\b"
)
_RELATION = _sign(
    rf"\b(?:my|our|his|her|their|your|me|a|the|next[- ]door|best|older|younger|little|big|"
    rf"year[- ]old|"
    rf"yr[- ]old|yo|{_KIN}['’]?s?) (?:best |old |little |lil |wee |big |older |younger |"
    rf"close |good |ex[- ]?|so[- ]called |new |online |school |maths |english |pe |science |"
    rf"form |head |late |eldest |youngest |class )?"
    rf"{_KIN}(?: is|,| -| \(|:)? ?[\"'“‘]?"
    # "Tutor, Rhodri, said": between commas whatever stands before.
    rf"|(?<=\w )\b{_KIN}(?<!s), (?=(?-i:[A-Z])[\w'’-]{{1,20}}(?: (?-i:[A-Z])[\w'’-]{{1,20}})?,)",
)
_PERSON = _sign(
    r"\b(?:(?:boy|girl|lad|man|woman|guy|bloke|person|someone|somebody|lady|kid|child|student|"
    r"pupil|teen|teenager|stranger|"
    r"friend|mate|people) (?:in|from|at|on|off) (?:my |our |his |her |the )?(?:class|year|school|"
    r"form|work|football|club|team|street|"
    r"online|insta|snap|snapchat|roblox|discord|church|mosque|uni|college)(?: called| named)?|"
    r"(?:the|this|that|a) (?:other )?(?:boy|girl|lad|man|guy|bloke|woman|child|kid|pupil|student|"
    r"teacher|person)),? ?[\"'“‘]?",
)
_TITLE = _sign(
    r"\b(?:mr|mrs|ms|miss|mx|dr|doctor|prof|professor|pc|pcso|dc|ds|di|wpc|sgt|sargent|sergeant|"
    r"insp|inspector|cllr|"
    r"councillor|rev|"
    r"reverend|father|fr|imam|rabbi|pastor|sister|coach|uncle|auntie|aunty|aunt|cousin|nanny|"
    r"nana|nan|granny|"
    r"grandma|grandad|grandpa|judge|nurse|officer|lord|lady|dame|sir|madam|lil|papa|mama|aunti|"
    r"big|calls)\b['’]?\.? ?",
)
# Titles that are nothing else, after which a word that few use is a name, however short.
_PLAIN_TITLES = frozenset(("mr", "mrs", "mx", "sgt", "pcso", "cllr", "wpc"))
# After "sgt." a sentence goes on.
_DOTTED = re.compile(r"\b(?:mr|mrs|ms|mx|dr|prof|sgt|insp|rev|fr|pc|pcso|dc|ds|di|cllr)\. ?$", re.I)
# Titles that are other words as well in small letters: "i miss jumping".
_LOOSE_TITLES = word_list("loose_titles")
_SELF = _sign(
    r"(?:\b(?:i'?m|i’m|i am|im|hello am|hi am|this is|its|it'?s|it’s|it is|is that|hi|hiya|"
    r"hello|hey|dear|"
    r"sincerely|faithfully|regards|cheers|signed|yours|thanks|ta|thank you),? ?(?:from )?"
    r"(?:me |only |just |again )?[\"'“‘]?|[-–—~] ?)",
)
_SIGNED = re.compile(
    r"(?:\b(?:thanks|thank you|thankyou|thanx|thx|ta|tia|cheers|regards|wishes|sincerely|"
    r"faithfully|truly|"
    r"love|luv|(?:(?<=[,.!?] )|(?<=love ))from|signed|yours|hope|gratefully|"
    r"respectfully)\b[ ,.!:-]{1,4}|[-–—~] ?|[.!?] ?)(?P<name>"
    r"(?:[^\W\d_]['’\w-]{0,24}\.?(?: |$)){1,3})[ .,!x❤️💔🙏😊😔()-]{0,6}"
    r"(?:(?:age|aged|year|yr|y) ?\d{1,2}|\d{1,2}|\(?(?:mum|dad|mrs|mr|ms|dsl|parent|teacher|"
    r"senco|head)\b[^.]{0,40})?[ .,!x)]{0,5}$",
    re.I,
)
_INITIALS = re.compile(r"(?<![\w.])(?P<who>[A-Z]\.[A-Z]\.(?:[A-Z]\.)?)(?!\w)")
_ABBREVIATIONS = word_list("abbreviations")
# What may be said of a person and hardly of a thing.
_DOES = word_list("does")
_SURELY_DOES = word_list("surely_does")
_TO = word_list("to")
_SPEAKS_TO = word_list("speaks_to")
_WHERE = word_list("where")
# What follows a person's name, and hardly anything else.
_OF_KIN = (
    r",? (?:is|was|are|=) (?:only |just )?(?:my|our|his|her|their) "
    rf"(?:best |little |big |older |younger |foster |step ?)?{_KIN}"
)
_OF_A_GROUP = (
    r",? (?:in|from) (?:my|our|his|her|the other) (?:class|form|year|yr|school|maths|science|set|"
    r"team|work|tutor|street|group|road|church|mosque|club|dance|football)\b"
)
# "will from football keeps": words of no sentence but one about a person.
_FROM = re.compile(
    r" from (?:my |our |his |her |the )?(?:football|school|work|church|mosque|class|maths|english|"
    r"science|dance|scouts|guides|cadets|rugby|netball|cricket|drama|choir|band|youth club|club|"
    r"college|uni|year \d{1,2}|yr ?\d{1,2}|insta|snap|snapchat|discord|roblox|fortnite|tiktok) "
    r"(?P<verb>[\w'’]{2,14})"
)
# Said with a child's age or year: "my son kuba yr 6".
_YEAR = re.compile(r",? \(?(?:in |is in )?(?:(?:yr|year|y) ?\d{1,2}|\d{1,2}\b)", re.I)
_OF_AN_AGE = (
    r",? \(?(?:aged?|born|dob|d\.o\.b|date of birth|birth(?: ?day| ?date)?|who is my) ?"
    r"|,? \(?(?:age )?\d{1,2}(?: ?(?:yo|yrs?|years?|m|f)\b|[,)])"
)
# Letters that stand for a surname ("its will h") and for no word in a text message.
_INITIAL = frozenset("bcdefghjklpqtvwz")
_SHORT_FOR = r" \(?(?:short for|aka|also known as) "
# "its jas my snap is": who says so gives a name first.
_MY_ACCOUNT = re.compile(
    r",? (?:and )?my (?:snap|snapchat|insta|ig|tiktok|discord|number|num|phone|mobile|email|"
    r"user ?name|user|address|age|dob)\b",
    re.I,
)
_MY_NAME_IS = re.compile(r"\bmy (?:real |full |first )?name(?:'s|’s|s| is) $", re.I)
_TOLD_OF = re.compile(rf"{_OF_KIN}|{_OF_A_GROUP}|{_SHORT_FOR}", re.I)
_AFTERWARDS = re.compile(rf"{_OF_KIN}|{_OF_A_GROUP}|{_SHORT_FOR}|{_OF_AN_AGE}", re.I)
# Words that a sentence uses where a name might stand, however small the doubt.
_STOP = word_list("stop")
# Capital letters that name no person: what people write of here, and where.
_CAPITALS = word_list("capitals")
# Doubtful names that are verbs or the like, so that "my friends hope" is a sentence.
_FUNCTION = word_list("function")
# Doubtful names that may follow "my friend" or "called" in an ordinary sentence.
_GRAMMAR = word_list("grammar")
_SPOKE = word_list("spoke")
# What a person does, and which of the words that are names as well may do it, too: "star said".
_SAYS = word_list("says")
_NO_SPEAKER = word_list("no_speaker")
# Before a clause that a name may begin in small letters.
_CLAUSE = frozenset(
    ("but", "and", "cos", "coz", "cuz", "because", "so", "then", "when", "after", "if", "since")
)
# Figures of stories, and performers, whose names people bear as well.
_FIGURES = word_list("figures")
_DETERMINERS = word_list("determiners")
_PARTICLES = word_list("particles")
_TIMES_AND_PLACES = word_list("times_and_places")


@dataclass(frozen=True)
class _Token:
    """A word. `base` is in small letters without a possessive; `end` is where the base ends."""

    start: int
    end: int
    base: str
    capital: bool
    shouted: bool
    opens: bool  # begins a sentence, where a capital letter says nothing
    possessive: bool


class Names:
    """Finds people's names. Linear: every look back or ahead is of bounded length."""

    def find(self, text: str, public: Public) -> Iterator[Found]:
        reading = _Reading(text)
        yield from reading.names()


class _Reading:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._kept = list(_kept(text, self._tokens))
        self._signed = _signature(text)
        self._is_english = _is_english([token.base for token in self._tokens])
        self._naming = _ends(_NAMING, text)
        self._called = _ends(_CALLED, text)
        self._titles = _ends(_TITLE, text)
        self._self = _ends(_SELF, text).keys()
        self._people = _ends(_RELATION, text).keys() | _ends(_PERSON, text).keys()

    def names(self) -> Iterator[Found]:
        for match in _INITIALS.finditer(self._text):
            if match["who"].replace(".", "") not in _ABBREVIATIONS:
                yield Found(match.start("who"), match.end("who"), "name")
        index = 0
        listing = 0  # how sure the sign before an enumeration was: "my friends Olu and Zofia"
        while index < len(self._tokens):
            sign = max(self._sign(index), listing)
            if not self._is_name(index, sign):
                listing, index = 0, index + 1
                continue
            last = self._extend(index, sign)
            yield Found(self._tokens[index].start, self._tokens[last].end, "name")
            listing = LIKELY if sign >= LIKELY and self._goes_on(last) else 0
            index = last + 1 if not listing else self._next_in_list(last)

    # Signs

    def _sign(self, index: int) -> int:
        """How sure the words before this one make us that a name follows."""
        token = self._tokens[index]
        here = token.start
        if here in self._naming:
            return SURE
        if here in self._called:
            said = self._called[here]
            return HINT if _THING.search(self._text, max(0, said - 40), said) else SURE
        if self._signed and self._signed[0] <= here < self._signed[1]:
            return LIKELY
        if here in self._people or self._is_titled(token):
            return LIKELY
        if _AFTERWARDS.match(self._text, token.end):
            return LIKELY
        if here in self._self and _MY_ACCOUNT.match(self._text, token.end):
            return LIKELY
        return HINT if here in self._self else 0

    def _is_addressed(self, token: _Token) -> bool:
        """Whether "mr" or "mrs" stands before it, after which no verb comes."""
        start = self._titles.get(token.start, token.start)
        title = self._text[start : token.start].strip(" .").lower()
        return title != "" and title not in _LOOSE_TITLES

    def _is_titled(self, token: _Token) -> bool:
        if token.start not in self._titles:
            return False
        if self._is_addressed(token):
            return True
        known = _is_surname(token.base) or _is_given(token) or token.base in doubtful_names()
        return (token.capital and not token.opens) or known or not is_word(token.base)

    def _is_surely_titled(self, token: _Token) -> bool:
        """ "mr lim": no other word stands after it, but one that everybody uses."""
        start = self._titles.get(token.start, token.start)
        title = self._text[start : token.start].strip(" .").lower()
        word = token.base
        plain = title in _PLAIN_TITLES and (token.capital or not token.opens)
        return plain and _VOWEL.search(word) is not None and not is_common(word)

    def _goes_on_after_dot(self, token: _Token) -> bool:
        """ "Sgt. Hollis": a full stop that ends no sentence."""
        dotted = _DOTTED.search(self._text, max(0, token.start - 6), token.start)
        return dotted is not None and not is_word(token.base)

    def _is_town(self, index: int) -> bool:
        """ "all of Paisley", "near Lincoln", "Chester Zoo": the place, where one fits."""
        token = self._tokens[index]
        if token.base not in _TOWNS or not token.capital or token.possessive:
            return False
        before, after = self._word(index - 1), self._word(index + 1)
        if before == "of":
            return self._word(index - 2) in _PART_OF
        return (before in _WHERE - {"from", "to", "by"}) or after in _PLACES

    def _is_name(self, index: int, sign: int) -> bool:
        token = self._tokens[index]
        if token.base in _CAPITALS or self._is_kept(token) or _is_abbreviation(token):
            return False
        if token.base in _FIGURES:
            return self._is_own(index, sign)
        if len(token.base) == 1:
            return self._is_initial(index, sign)
        if sign < LIKELY and self._is_town(index):
            return False
        if token.base in doubtful_names():
            return self._doubtful(index, sign)
        if token.base in _STOP:
            return False
        if _is_given(token):
            return (token.capital or self._is_english) and not self._after_article(index)
        if self._is_short(index, sign):
            return True
        if sign == SURE:
            return self._after_sure_sign(token)
        if sign == LIKELY:
            return self._after_likely_sign(index)
        return self._foreign(index, sign)

    def _is_initial(self, index: int, sign: int) -> bool:
        """ "Mrs J. Ollerenshaw", "A. Patel", "Mr T"."""
        token = self._tokens[index]
        if not token.capital or (token.base == "i" and not self._is_dotted(token)):
            return False
        if sign >= LIKELY and token.start in self._titles:
            return True
        return (self._is_dotted(token) or sign > 0) and self._has_surname(index)

    def _is_dotted(self, token: _Token) -> bool:
        return self._text[token.end : token.end + 1] == "."

    def _is_own(self, index: int, sign: int) -> bool:
        """Whether "Elsa" is somebody whom the writer knows rather than the figure."""
        if sign == SURE:
            return self._word(index - 1) not in _THEMSELVES
        before, after = self._word(index - 1), self._word(index + 1)
        return sign == LIKELY or after in _SPOKE or before in ("told", "texted", "messaged")

    def _is_short(self, index: int, sign: int) -> bool:
        """ "nia made a poll", "my mate kai": too short to be a name without a sign."""
        token = self._tokens[index]
        if not (self._is_english and token.base in given_names() and len(token.base) > 2):
            return False
        if self._word(index - 1) in _DETERMINERS - {"that"}:
            return sign >= LIKELY
        met = self._word(index - 1) in _SPEAKS_TO - {"called", "named"} | {"with"}
        return met or sign >= LIKELY or self._word(index + 1) in _SAYS

    def _after_sure_sign(self, token: _Token) -> bool:
        if token.capital and not token.shouted:
            return True
        if _MY_NAME_IS.search(self._text, max(0, token.start - 16), token.start):
            # "my name is beryl", but not "my name is displayed".
            past = is_word(token.base) and _PAST.search(token.base)
            return _is_surname(token.base) or not (is_common(token.base) or past)
        return not is_word(token.base) or _is_surname(token.base)

    def _after_likely_sign(self, index: int) -> bool:
        token = self._tokens[index]
        if _is_surname(token.base):
            return True
        if self._is_brand(token) or (token.shouted and not self._text.isupper()):
            return False
        says = token.start in self._titles and self._word(index + 1) in _SURELY_DOES
        if self._is_surely_titled(token) or (says and not is_word(token.base)):
            return True
        if token.capital and (not token.opens or self._goes_on_after_dot(token)):
            return token.start in self._titles or not is_common(token.base)
        if token.start in self._people and _YEAR.match(self._text, token.end):
            return self._is_english and not is_word(token.base) and token.base not in _YEARS
        return (
            len(token.base) >= SHORTEST_BARE
            and (token.start in self._people or token.start in self._titles)
            and self._is_english
            and (self._is_addressed(token) or not _VERB.search(token.base))
            and not is_word(token.base)
            and not is_misspelt(token.base)
        )

    def _doubtful(self, index: int, sign: int) -> bool:
        """ "Will", "May", "Jack": a name only where a person is meant."""
        token = self._tokens[index]
        surnamed = self._has_surname(index)
        does = self._word(index + 1) in _SURELY_DOES
        if self._acts(index) or self._is_beside_a_name(index):
            return True
        if sign == SURE:
            told = token.start in self._naming or token.capital or surnamed or does
            return told or token.base not in _GRAMMAR or self._is_called(token)
        if sign == LIKELY:
            if token.capital or self._is_told_of(index) or does or surnamed:
                return True
            if self._word(index - 1) == "is":
                return False  # "my cousin is blue"
            return not (token.base in _GRAMMAR or (token.base in _FUNCTION and self._many(index)))
        if self._word(index - 1) in ("the", "a") and not surnamed:
            return False
        if not token.capital:
            spoke = self._word(index + 1) in _SPOKE and self._word(index - 1) not in _DETERMINERS
            return (surnamed or spoke) and (token.base not in _GRAMMAR or self._has_initial(index))
        if token.shouted and len(token.base) > 1:
            return False
        if surnamed:
            return True
        if token.opens:
            acts = _ED.fullmatch(self._word(index + 1)) is not None
            return does or (acts and token.base not in _GRAMMAR)
        if token.base in _TIMES_AND_PLACES:
            return does or (token.possessive and token.base not in ("may", "london"))
        return (
            sign == HINT
            or does
            or token.possessive
            or self._word(index - 1) in _TO
            or self._word(index + 1) in _DOES
        )

    def _is_called(self, token: _Token) -> bool:
        """ "a girl called rose": a person, and no word that "called" goes with anyway."""
        if token.base in _NEVER_CALLED or token.start not in self._called:
            return False
        said = self._called[token.start]
        return _CALLED_PERSON.search(self._text, max(0, said - 60), said) is not None

    def _begins(self, index: int) -> bool:
        """Whether a clause begins here."""
        token = self._tokens[index]
        apart = self._text[max(0, token.start - 2) : token.start].strip() == ","
        return token.opens or apart or self._word(index - 1) in _CLAUSE

    def _acts(self, index: int) -> bool:
        """ "will keeps sharing it", "but rose said", "will from football wont stop"."""
        token = self._tokens[index]
        if token.base in _NO_SPEAKER or token.shouted or not self._is_english:
            return False
        from_where = _FROM.match(self._text, token.end)
        if from_where and self._word(index - 1) not in _DETERMINERS:
            return from_where["verb"] in _SAYS | _DOES
        return self._begins(index) and self._word(index + 1) in _SAYS

    def _is_beside_a_name(self, index: int) -> bool:
        """ "Blessing and Temi wont", "between temi and rose"."""
        token, joined = self._tokens[index], ("and", "n", "nd")
        if token.shouted or not (token.capital or token.base not in _NO_SPEAKER):
            return False
        after = index + 2 < len(self._tokens) and self._word(index + 1) in joined
        if after and self._begins(index) and _is_given(self._tokens[index + 2]):
            return token.capital or self._word(index + 3) in _SAYS
        before = index > 1 and self._word(index - 1) in joined
        return before and token.capital and _is_given(self._tokens[index - 2])

    def _many(self, index: int) -> bool:
        """ "My friends hope": a verb more likely than a name."""
        before = self._word(index - 1)
        return before.endswith("s") or before in ("parents", "people", "kids", "children")

    def _is_told_of(self, index: int) -> bool:
        """ "hope is my cousin": grammar words, but a person is meant."""
        token = self._tokens[index]
        if self._word(index - 1) in _DETERMINERS:
            return False
        return bool(_TOLD_OF.match(self._text, token.end))

    def _foreign(self, index: int, sign: int) -> bool:
        """A capital letter on a word that is not English, where a person fits."""
        token = self._tokens[index]
        if not (self._is_english and token.capital) or token.shouted or len(token.base) < 3:
            return False
        if self._is_brand(token):
            return False
        following = self._word(index + 1)
        if is_word(token.base):
            surnamed = self._adjoins(index + 1) and _is_surname(self._word(index + 1))
            return surnamed and self._tokens[index + 1].capital and not is_common(token.base)
        if token.opens:
            does = following in _SURELY_DOES and not is_misspelt(token.base)
            return does or self._has_surname(index)
        if self._word(index - 1) in _WHERE:
            return self._word(index - 1) == "from" and self._has_surname(index)
        return (
            sign == HINT
            or token.possessive
            or following in _DOES
            or self._word(index - 1) in _SPEAKS_TO
            or self._has_surname(index)
            or _is_surname(token.base)
        )

    # Around a word

    def _is_brand(self, token: _Token) -> bool:
        """ "BeReal", "LinkedIn": a capital letter inside, as few names have one."""
        inner = self._text[token.start + 1 : token.end]
        has_one = any(letter.isupper() for letter in inner) and not inner.isupper()
        return has_one and not _SCOTS.match(token.base)

    def _word(self, index: int) -> str:
        return self._tokens[index].base if 0 <= index < len(self._tokens) else ""

    def _after_article(self, index: int) -> bool:
        """ "the jasper app": no person, in small letters. "St Barnabas": a church."""
        before = self._word(index - 1)
        return before in ("st", "saint") or (before == "the" and not self._tokens[index].capital)

    def _has_capital_next(self, index: int) -> bool:
        """Whether a word with a capital letter adjoins that could be a surname."""
        if not self._adjoins(index + 1):
            return False
        following = self._tokens[index + 1]
        return (
            following.capital
            and not following.shouted
            and len(following.base) > 2
            and not is_word(following.base)
            and following.base not in _STOP
            and following.base not in _CAPITALS
            and not self._is_kept(following)
        )

    def _is_kept(self, token: _Token) -> bool:
        return any(start <= token.start < end for start, end in self._kept)

    def _adjoins(self, index: int) -> bool:
        """Whether only a space or hyphen stands before the word at `index`."""
        if not 0 < index < len(self._tokens):
            return False
        before, token = self._tokens[index - 1], self._tokens[index]
        between = self._text[before.end : token.start]
        return not before.possessive and len(between) <= 3 and bool(_JOINS.fullmatch(between))

    def _has_surname(self, index: int) -> bool:
        if not self._adjoins(index + 1):
            return False
        following = self._tokens[index + 1]
        words = surnames()[1]
        if following.base in _INITIAL and not following.capital:
            return self._tokens[index].start in self._self
        if following.base in _STOP or self._is_kept(following):
            return False
        if self._tokens[index].capital and self._has_capital_next(index):
            return True
        return _is_surname(following.base) or (
            following.base in words and following.capital and not following.shouted
        )

    def _has_initial(self, index: int) -> bool:
        """ "its will h": but "it will b" is a verb."""
        letter = self._word(index + 1)
        here = self._tokens[index].start in self._self
        return here and len(letter) == 1 and letter in _INITIAL - {"b", "c"}

    def _extend(self, index: int, sign: int) -> int:
        """The last word of the name that begins at `index`."""
        last = index
        while last - index < 3 and self._adjoins(last + 1):
            token = self._tokens[last + 1]
            if token.base in _PARTICLES and self._adjoins(last + 2):
                after = self._tokens[last + 2]
                if after.capital or _is_surname(after.base):
                    last += 2
                    continue
            if not self._belongs(token, self._tokens[last], sign):
                break
            last += 1
        return last

    def _belongs(self, token: _Token, before: _Token, sign: int) -> bool:
        if token.base in _STOP or token.base in _CAPITALS or self._is_kept(token):
            return False
        words = surnames()[1]
        if _is_surname(token.base) or _is_given(token):
            return token.capital or not before.capital or before.shouted or not is_word(token.base)
        capital = token.capital and not token.shouted
        if token.base in words or token.base in doubtful_names():
            return capital and before.capital
        if len(token.base) == 1 and capital:
            return before.capital
        if capital and before.capital:
            return not is_common(token.base)
        if len(token.base) == 1:
            return sign > 0 and token.base in _INITIAL
        unknown = not is_word(token.base) and not is_misspelt(token.base)
        return unknown and (sign == SURE or token.base.startswith(("mc", "mac", "o'")))

    def _goes_on(self, last: int) -> bool:
        if last + 1 >= len(self._tokens):
            return False
        here, following = self._tokens[last], self._tokens[last + 1]
        if following.base in ("and", "n", "or", "nd"):
            return last + 2 < len(self._tokens)
        return self._text[here.end : following.start] in (", ", ",", " & ", " + ")

    def _next_in_list(self, last: int) -> int:
        return last + 2 if self._word(last + 1) in ("and", "n", "or", "nd") else last + 1


_TOWNS = word_list("towns")
_PART_OF = frozenset(
    ("all", "most", "half", "part", "parts", "out", "outside", "centre", "city", "town",
     "university", "bishop", "north", "south", "east", "west", "whole", "lots", "loads", "edge",
     "middle", "streets")
)  # fmt: skip
_PLACES = frozenset(
    ("zoo", "university", "uni", "city", "town", "council", "station", "road", "street", "area",
     "centre", "hospital", "police", "library", "market", "cathedral", "fc", "united", "rovers",
     "way", "north", "south", "park", "castle", "court", "college")
)  # fmt: skip
_YEARS = frozenset(("yr", "yrs", "yo", "yro", "aged", "age"))
_THEMSELVES = frozenset(("himself", "herself", "themselves", "themself", "itself", "myself"))
_ED = re.compile(r"[a-z]{2,}[^e]ed|lost|took|stole|hid|broke|fell|ran|read|saw|supports")
# How verbs end, also those that are spelt as they sound.
_VERB = re.compile(r"(?:ed|dn?t|nt|ing|in|ly|nae|wd|pd|kd|s)$")
_VOWEL = re.compile(r".[aeiouy]|[aeiouy].")
_PAST = re.compile(r"(?:ed|dn?t|[nlp]t|ing|in|ly|en|wn|s)$")
_SCOTS = re.compile(r"(?:mac|mc|o['’]|d['’]|de|la|fitz)[a-z]|.+-.+", re.I)


def _tokens(text: str) -> Iterator[_Token]:
    whole = text.isupper()
    for match in _TOKEN.finditer(text):
        raw, end, possessive = match[0], match.end(), False
        low = _plain(raw)
        if low.endswith(("'s", "’s", "`s")):
            low, end, possessive = low[:-2], end - 2, True
        elif low.endswith("s") and _is_owner(low):
            low, end, possessive = low[:-1], end - 1, True
        yield _Token(
            start=match.start(),
            end=end,
            base=low.replace("’", "'"),
            capital=raw[0].isupper() and not whole,
            shouted=len(raw) > 1 and raw.isupper(),
            opens=_opens(text, match.start()),
            possessive=possessive,
        )


def _kept(text: str, tokens: list[_Token]) -> Iterator[tuple[int, int]]:
    """Where names stand that everybody knows and that stay."""
    known = well_known()
    for token in tokens:
        here = text[token.start : token.start + _LONGEST_KNOWN].lower()
        for phrase in known.get(first_letters(here), ()):
            end = len(phrase)
            if here.startswith(phrase) and not here[end : end + 1].isalnum():
                yield token.start, token.start + end
                break


def _plain(raw: str) -> str:
    """In small letters and without accents, as the lists are written; as long as it was."""
    low = raw.lower()
    if low.isascii() or len(low) != len(raw):
        return low
    bare = "".join(unicodedata.normalize("NFD", letter)[0] for letter in low)
    return bare if len(bare) == len(raw) else low


def _is_owner(word: str) -> bool:
    """ "sarahs phone": a name with its apostrophe left out."""
    bare = word[:-1]
    return (
        len(bare) >= SHORTEST_BARE
        and bare in given_names()
        and not (
            is_word(word) or word in given_names() or word in surnames()[0] or word in _CAPITALS
        )
    )


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \"'“‘(")
    return not before or before[-1] in ".!?:;\n…" or start == 0


def _is_surname(word: str) -> bool:
    """A surname that is nothing else, with or without its apostrophe."""
    plain = surnames()[0]
    return word.replace("'", "") in plain or any(part in plain for part in word.split("-"))


def _is_given(token: _Token) -> bool:
    """A given name that is nothing else. Very short ones need their capital letter."""
    first, _, second = token.base.partition("-")
    if second and first in doubtful_names() and second in given_names() | doubtful_names():
        return token.capital
    if token.base in given_names() or (first != token.base and first in given_names()):
        return is_person(first) or (token.capital and not token.shouted)
    return False


def _is_abbreviation(token: _Token) -> bool:
    """ "PIP", "EHCP": in capital letters no name, whatever stands before it."""
    return token.shouted and token.base.upper() in _ABBREVIATIONS


def _is_english(words: list[str]) -> bool:
    """Whether most words that are no names are English, as far as a few words can tell."""
    others = [word for word in words if word not in given_names()]
    known = sum(word in _STOP or is_word(word) for word in others)
    return len(others) < 4 or known >= len(others) * _ENGLISH


def _ends(sign: re.Pattern[str], text: str) -> dict[int, int]:
    """Where the sign's places end, each with where it begins."""
    return {match.end("sign"): match.start() for match in sign.finditer(text)}


def _signature(text: str) -> tuple[int, int] | None:
    """Where the words stand with which the writer signs, if the text ends so."""
    tail = max(0, len(text) - 90)
    for match in re.finditer(r"(?:^|(?<=[\s,.!?]))(?=\S)", text[tail:]):
        found = _SIGNED.match(text, tail + match.start())
        if found:
            return found.span("name")
    return None
