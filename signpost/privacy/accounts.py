"""Accounts: user names, game tags and pages.

Every pattern is anchored at a rare sign and bounded, so that no text makes one slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from signpost.privacy.accounts_by_context import AccountsByContext
from signpost.privacy.found import Found, part, whole
from signpost.privacy.numbers import SPOKEN
from signpost.privacy.places import BRANDS, NO_SCHOOL, NO_STREET
from signpost.privacy.public import Public
from signpost.privacy.vocabulary import (
    NO_ACCOUNT,
    is_in_figures,
    is_misspelt,
    is_person,
    is_run_together,
    is_with_person,
    is_word,
    word_list,
)

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
    rf"(?:{SPOKEN})){{0,4}}\b",
    re.I,
)
# "her username is dragon slayer underscore ninety nine", "my snap is jay dot kay"
_ALOUD_AFTER = re.compile(
    rf"\b(?:user ?names?|handle|gamer ?tag|account|acc|page|tag|profile|{_PLATFORM})"
    r"(?: name)?(?:'?s| is| was|:)(?: called)? "
    r"(?P<who>\w{1,20}(?: \w{1,20}){0,2}?(?: (?:underscore|dot|dash|hyphen) \w{1,20}){1,4}"
    rf"(?: (?:{SPOKEN})\b){{0,4}})",
    re.I,
)
# "AlfieTheFenFox": three words in one; "as SirCreepington": two, where an account is meant.
_KNOWN = NO_ACCOUNT | BRANDS | word_list("capitals")
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


class Accounts:
    """Account names and game tags."""

    def __init__(self) -> None:
        self._by_context = AccountsByContext()

    def find(self, text: str, public: Public) -> Iterator[Found]:
        for pattern in (_AT_HANDLE, _TAG, _REDDIT):
            for match in pattern.finditer(text):
                yield whole(match, "handle")
        for match in _WHOSE.finditer(text):
            said = bool(match["is"].strip()) or bool(match["quote"])
            if _is_handle(match["who"], said=said):
                yield part(match, "who", "handle")
        if "underscore" in text.lower():
            for match in _ALOUD_HANDLE.finditer(text):
                if "underscore" in match[0].lower():
                    yield whole(match, "handle")
        yield from self._of_words(text)
        yield from self._by_context.find(text)
        yield from _by_form(text)
        for match in _HUMPS.finditer(text):
            if match[0].lower() not in NO_ACCOUNT:
                yield whole(match, "handle")
        for match in _TWO_HUMPS.finditer(text):
            group = "who" if match["who"] else "dotted"
            if match[group].lower() not in NO_ACCOUNT:
                yield part(match, group, "handle")
        for match in _WORD_DOT_WORD.finditer(text):
            # "him.and": a full stop without its blank.
            short = len(match["a"]) < 4 and (is_word(match["a"]) or is_word(match["b"]))
            if not (short or _THINGS.match(match[0]) or match["b"] in NO_STREET | NO_SCHOOL):
                yield whole(match, "handle")
        for match in _ADD.finditer(text):
            if _has_marks(match["who"]):
                yield part(match, "who", "handle")
        odd = [match for match in _ODD.finditer(text) if not _THINGS.match(match[0])]
        # Whoever writes so throughout names no account by it.
        in_figures = len(_FIGURED.findall(text)) >= _MANY
        for match in odd:
            word = match[0]
            if not (word.isdigit() or is_in_figures(word) or (in_figures and word.islower())):
                yield whole(match, "handle")
        for match in _NAMED_TAG.finditer(text):
            yield part(match, "who", "handle")

    @staticmethod
    def _of_words(text: str) -> Iterator[Found]:
        """ "dex.afterdark on Telegram", "a page, watchthespudeat", "jay dot kay"."""
        for match in _ALOUD_AFTER.finditer(text):
            yield part(match, "who", "handle")
        for match in _NAMED_HUMPS.finditer(text):
            halves = match["a"].lower(), match["b"].lower()
            whose = match["figure"] or any(is_person(half) for half in halves)
            scots = match["a"] in ("Mac", "Fitz")
            if whose and not scots and "".join(halves) not in NO_ACCOUNT:
                yield whole(match, "handle")
        for pattern in (_AFTER_ACCOUNT, _ON_PLATFORM):
            for match in pattern.finditer(text):
                who, before = match["who"].lower(), text[match.start() : match.start("who")]
                # "lightbulb", "autoplaying": of two words many a word is made.
                fewest = 2 if _USER_SAID.match(before) else 3
                if is_run_together(who, fewest) or ("." in who and _is_dotted(who)):
                    yield part(match, "who", "handle")


# Accounts by their form alone.
_MANY_DOTS = re.compile(r"(?<![\w@./:-])[A-Za-z]\w{1,24}(?:\.\w{1,24}){2,4}(?![\w@/]|\.\w)")
_ONE_DOT = re.compile(
    r"(?<![\w@./:-])(?P<a>[A-Za-z]\w{4,24})\.(?P<b>\d{1,4}|[a-z]{1,2})(?![\w@/%]|\.\w)"
)
_HYPHENS = re.compile(
    r"(?<![\w@./-])(?:(?:ttv|xx|yt|its|itz|im|mr|lil|real)-[A-Za-z]\w{2,20}|"
    r"[A-Za-z]{3,20}(?:-[A-Za-z]{2,20})-\d{1,4})(?![\w-])",
    re.I,
)
_ANY_HUMPS = re.compile(
    r"(?<![\w@./])(?P<a>[A-Z][a-z]{1,14})(?:[A-Z][a-z]{1,14}){0,4}"
    r"(?:[A-Z][a-z]{2,14}|(?<=[a-z]{2})[A-Z]{1,3}\d{1,4}|(?<=[a-z]{2})[A-Z]{2,3})(?![\w'’])"
)
# "kingtyrell", "xdeadeyex": letters that nobody writes but in an account.
_LONG = re.compile(r"(?<![\w@./'’-])(?:[a-z]{7,24}|x+[a-z]{4,20}x+)(?![\w'’@-]|\.\w)")
_DOT = re.compile(r"\w\.\w")
_FIGURE = re.compile(r"[A-Za-z]\d")
_FEW_LETTERS = 5
_LEET = re.compile(
    r"(?<![\w@./#:£$-])(?=\w{6,24}(?!\w))[A-Za-z]{1,10}(?:\d{1,2}[A-Za-z]{1,10}){2,4}\d{0,4}"
)
# Words of letters and figures, among which whoever evades a filter writes: "h4ck3d my acc".
_MIXED = re.compile(r"\b(?=[a-z]{0,12}\d)(?=\d{0,4}[a-z])\w{2,14}\b")
_TITLES = ("mac", "fitz", "mc", "van", "von")


def _is_of_brand(word: str) -> bool:
    """ "TikToks", "AirDropped": a brand's name with an ending of any language."""
    return any(word[:length] in _KNOWN for length in range(max(5, len(word) - 4), len(word) + 1))


def _by_form(text: str) -> Iterator[Found]:
    """Accounts that nobody has to announce: "kit.cat.x", "ttv-Moss", "VoidPrinceYT"."""
    if _DOT.search(text):
        yield from _with_dots(text)
    if "-" in text:
        for match in _HYPHENS.finditer(text):
            yield whole(match, "handle")
    for match in _ANY_HUMPS.finditer(text):
        if not (_is_of_brand(match[0].lower()) or match["a"].lower() in _TITLES):
            yield whole(match, "handle")
    for match in _LONG.finditer(text):
        if is_with_person(match[0]):
            yield whole(match, "handle")
    if _FIGURE.search(text) and len(_MIXED.findall(text)) < _MANY:
        for match in _LEET.finditer(text):
            if not (_THINGS.match(match[0]) or is_in_figures(match[0])):
                yield whole(match, "handle")


def _with_dots(text: str) -> Iterator[Found]:
    for match in _MANY_DOTS.finditer(text):
        if _is_dotted(match[0].lower()) and sum(map(str.isalpha, match[0])) > _FEW_LETTERS:
            yield whole(match, "handle")
    for match in _ONE_DOT.finditer(text):
        before = match["a"].lower()
        is_plain = is_word(before) or is_misspelt(before) or before in _KNOWN
        if not (is_plain or _THINGS.match(match[0])):
            yield whole(match, "handle")


def _is_dotted(who: str) -> bool:
    """Whether words with dots are an account and no two sentences: "deleted.now", "gmail.com"."""
    parts = who.split(".")
    site = re.search(r"\.(?:com|co|uk|org|net|tv|gg|io|ai|app)$", who)
    sentence = any(part in NO_STREET or part in NO_SCHOOL for part in parts)
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
    if not said or low in NO_ACCOUNT:
        return False
    return inner_capital or (
        len(who) >= 5 and not (is_word(low) or is_person(low) or is_misspelt(low))
    )
