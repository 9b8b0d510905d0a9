"""Accounts of plain words: "my insta is sleepy panda 44", "he goes by void prince on steam".

An account is whatever follows "my insta is", "a page called" or "add me on snap". How much its
words must look like a name depends on how plainly the account was announced.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator

from signpost.privacy.context import after
from signpost.privacy.found import Found, part
from signpost.privacy.places import BRANDS, TOWNS
from signpost.privacy.vocabulary import (
    NO_ACCOUNT,
    is_misspelt,
    is_run_together,
    is_well_known,
    is_word,
    word_list,
)

PLATFORM = (
    r"(?:(?:fin|rin)?sta|insta(?:gram)?|spam|priv|burner|ig|snap(?:chat)?|sc|tik ?tok|tt|"
    r"discord|roblox|rblx|xbox|psn|ps[45]?|play ?station|twitch|steam|kik|telegram|twitter|x|"
    r"fortnite|"
    r"epic|minecraft|mc|yubo|reddit|youtube|yt|facebook|fb|wizz|whatsapp|switch|gaming|game|online|"
    r"vinted|bereal|threads|wattpad|pinterest|tinder|grindr|signal|messenger|skype|viber|tumblr|"
    r"whisper|tellonym|ngl|omegle|ome ?tv|vr ?chat|brawl stars|among us|gta|fifa|warzone|cod|"
    r"rocket league|clash royale|onlyfans|bluesky|monkey|hoop|bigo|likee)"
)
_LABEL = (
    r"(?:user ?names?|user ?id|user|handle|gamer ?tags?|gamer ?id|tag|ign|in[- ]game name|display "
    r"name|screen ?name|accounts?|acc|acct|profile|page|channel|alt|main|nickname|nick|login|"
    r"player ?id|"
    r"at|@)"
)
_OWNER = (
    r"(?:my|his|her|their|ur|your|our|the|this|that|whose|mine|'s|’s|real|fake|new|old|other|second|"
    r"spam|private|main|mates?|friend'?s|son'?s|daughter'?s|brother'?s|sister'?s|kid'?s|lad'?s)"
)
_IS = r"(?:'?s|’s| is| was| are|:| =| -|,)(?: (?:called|named|it'?s|its|just|under|as))?"
# "my insta is", "her username was", "gamertag:", "add me on snap".
_SAYS = re.compile(
    rf"(?:\b{_OWNER} (?:{PLATFORM} ?)?{_LABEL}(?: name| on {PLATFORM}| there)?{_IS}"
    rf"|\b{_OWNER} {PLATFORM}(?: name| user| handle| account| acc| tag)?{_IS}"
    rf"|\b{_OWNER} {PLATFORM} (?:user ?name|user|name|handle|tag|id)"
    rf"|\b{_OWNER} (?:user ?)?name (?:on|in) (?:there|here|it|the (?:app|game)|{PLATFORM}){_IS}"
    rf"|(?:^|[.,;!?] |\b){PLATFORM} (?:user ?name|user|handle|tag|name|id|acc|account|page){_IS}"
    rf"|\b(?:user ?name|gamer ?tag|ign|screen ?name|display name|handle|username){_IS}"
    rf"|(?:^|[.,;!?\n] ?){PLATFORM}(?::| -| is|=)"
    rf"|\b(?:add|follow|find|search(?: for)?|look up|message|msg|dm|pm|report|ban|block) (?:me|him|"
    rf"her|them|us|up)?(?: up)?(?: on| at| in)? ?(?:{PLATFORM})?(?:,|:| -| its| it's| im| i'm|"
    rf" is| as|"
    r" under| called)?"
    r") (?:the )?[\"'“‘@]?$",
    re.I,
)
# "an account called", "goes by", "on steam as": whatever follows is what it is called.
_NAMED = re.compile(
    rf"(?:\b(?:{_LABEL}|admin|mod|moderator|player|streamer|youtuber|gamer|someone|somebody|some1|"
    r"person|guy|man|boy|girl|lad|kid|bloke|creep|stranger|friend|he|she|they|who|that)"
    rf"(?: (?:on|in|from|off|is|was|there|i met|he met|she met|{PLATFORM}|just|only|also|that|"
    rf"who)){{0,4}}"
    rf"(?: called| named| by the name(?: of)?|,? known as| goes? by| went by| going by|"
    rf" under the name)"
    rf"|\b(?:goes|going|went|go) by(?: the name)?(?: of)?"
    rf"|\b(?:plays?|played|playing|texts?|posts?|posting|streams?|streaming|messages?|logged in|"
    rf"logs in|"
    rf"signed (?:up|in)|{PLATFORM}) as"
    rf"|\b(?:calls?|called|calling) (?:himself|herself|themselves|themself|itself|myself)"
    rf"|\bknown (?:on (?:there|{PLATFORM}) )?as) (?:the )?[\"'“‘@]?$",
    re.I,
)
# The last words of those, so that most places in a text are not looked at.
_LEADS = word_list("account_leads")
_ARTICLES = frozenset(("the",))
# Without one of these no account is announced.
_ANNOUNCED = word_list("account_signs")
_TOKENS = re.compile(
    r"(?P<first>[A-Za-z0-9_][\w'’.-]{0,30})(?: (?P<second>[A-Za-z0-9_][\w'’-]{0,30}))?"
    r"(?: (?P<third>[A-Za-z0-9_][\w'’-]{0,30}))?(?: (?P<fourth>[A-Za-z0-9_][\w'’-]{0,30}))?"
)
_UNIT = re.compile(
    r"(?: ?(?:years?|yrs?|yo|months?|weeks?|days?|hours?|hrs?|mins?|minutes?|am|pm|%|percent|"
    r"followers?|"
    r"likes?|views?|people|times?|mates?|friends?|pounds?|quid|plus|\+|accounts?|messages?|pics?))\b",
    re.I,
)
# "hes mad max 77 on fortnite"
_NUMBERED = re.compile(
    rf"(?<![\w'’])(?P<who>(?P<a>[a-z]{{2,14}}) (?P<b>[a-z]{{2,14}}) \d{{1,4}}) on {PLATFORM}\b",
    re.I,
)
_PAID = frozenset(
    ("spent", "paid", "wasted", "lost", "level", "rank", "about", "another", "number")
)
_FIRST = re.compile(r"[\w'’]+")
_MOST = 3
_ENDS_OF_NAMED = ("called", "named", "by", "of", "as", "self", "selves", "name")
_LOOK_BACK = 70
_STOPS = word_list("no_account_words")
_KNOWN = word_list("capitals") | TOWNS | BRANDS | NO_ACCOUNT


class AccountsByContext:
    """Finds accounts by how they are announced. Each look back is of bounded length."""

    def find(self, text: str) -> Iterator[Found]:
        announced = [
            match.start() for match in _FIRST.finditer(text) if match[0].lower() in _ANNOUNCED
        ]
        if not announced:
            return
        for match in _NUMBERED.finditer(text):
            if not {match["a"].lower(), match["b"].lower()} & (_STOPS | _PAID):
                yield part(match, "who", "handle")
        for place in after(text, _LEADS, _ARTICLES):
            start = max(0, place - _LOOK_BACK)
            last = bisect(announced, place) - 1
            # Most are ordinary: "is on", "was so". To see it so saves the rest.
            if last < 0 or announced[last] < start or _first(text, place) in _STOPS:
                continue
            end = _end_of_account(text, start, place)
            if end and not is_well_known(text, place):
                yield Found(place, end, "handle")


def _first(text: str, place: int) -> str:
    match = _FIRST.match(text, place)
    return match[0].lower() if match else ""


def _end_of_account(text: str, start: int, place: int) -> int | None:
    """Where the account ends that begins at a place; None if none does."""
    before = text[start:place]
    # Searching costs: the last word says whether it can end in a match at all.
    told = before.rstrip(" \"'“‘@").lower().removesuffix(" the")
    if told.endswith(_ENDS_OF_NAMED) and _NAMED.search(before):
        return _named(text, place, is_account=_is_of_accounts(text, start, place))
    return _said(text, place) if _SAYS.search(before) else None


# "plays as terrorists": of one common word it says nothing.
_AS = re.compile(r"\bas [\"'“‘@]?$", re.I)
_OF_ACCOUNTS = re.compile(rf"\b(?:{_LABEL}|admin|mod|player|streamer|gamer|{PLATFORM})\b", re.I)


def _is_of_accounts(text: str, start: int, end: int) -> bool:
    """Whether an account or a platform is spoken of just before or after a place."""
    return _OF_ACCOUNTS.search(text, start, end + 45) is not None


def _words(text: str, start: int) -> list[re.Match[str]]:
    """Up to four words from a place on, until one that belongs to the sentence."""
    match = _TOKENS.match(text, start)
    words: list[re.Match[str]] = []
    if match is None:
        return words
    for word in re.finditer(r"\S+", match[0]):
        bare = word[0].lower().strip("'’.")
        if bare in _STOPS or "'" in bare or "’" in bare or (words and bare in _KNOWN):
            break
        words.append(word)
        if word[0].endswith((".", "'", "’")):
            break
    return words


def _end(start: int, word: re.Match[str]) -> int:
    return start + word.start() + len(word[0].rstrip(".'’-"))


def _said(text: str, start: int) -> int | None:
    """Where an account ends that follows "my insta is"; None for "my insta is private"."""
    words = _words(text, start)
    numbered = _with_number(text, start, words)
    if numbered:
        return numbered
    rare = [index for index, word in enumerate(words[:3]) if _is_rare(word[0])]
    if rare:
        return _end(start, words[rare[-1]])
    # "my insta is sleepy panda", but not "getting worse"
    if len(words) in (2, 3) and not re.search(r"(?:ing|ed|ly)$", words[0][0]):
        return _end(start, words[-1])
    return None


def _named(text: str, start: int, *, is_account: bool) -> int | None:
    """Where an account ends that follows "goes by" or "an account called"."""
    words = _words(text, start)
    numbered = _with_number(text, start, words)
    if numbered:
        return numbered
    if not words or words[0][0].lower() in _KNOWN:
        return None
    many = len(words) > 1 or not _AS.search(text, max(0, start - 6), start)
    if is_account and len(words) <= _MOST and many:
        return _end(start, words[-1])
    rare = [index for index, word in enumerate(words[:3]) if _is_rare(word[0])]
    return _end(start, words[rare[-1]]) if rare and is_account else None


def _with_number(text: str, start: int, words: list[re.Match[str]]) -> int | None:
    """ "sleepy panda 44": a number after words, and no unit after it."""
    for index, word in enumerate(words):
        if index and word[0].isdigit() and not _UNIT.match(text, _end(start, word)):
            before = words[index - 1][0].lower()
            if before not in _KNOWN and len(before) > 2:
                return _end(start, word)
    return None


def _is_rare(word: str) -> bool:
    """Whether a word is no English one, well spelt or not, nor a name of something known."""
    bare = word.lower().strip("'’.-")
    if len(bare) < 4 or bare.isdigit() or bare in _KNOWN:
        return False
    if any(letter.isdigit() for letter in bare) or "_" in bare:
        return any(letter.isalpha() for letter in bare) and not _UNIT.fullmatch(
            bare.lstrip("0123456789")
        )
    return is_run_together(bare, 2) or not (is_word(bare) or is_misspelt(bare))
