"""People's names, without a language model: known given names, and signs that a name stands there.

How sure a sign makes us decides what is taken for a name after it. "My name is" takes nearly any
word; "my friend" takes known names and words with a capital letter that are not English; a known
given name that is nothing else needs no sign. "Will", "Mark" and "Summer" always need one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from signpost.privacy.found import Found
from signpost.privacy.name_context import Context
from signpost.privacy.name_signs import (
    AFTERWARDS,
    CALLED_PERSON,
    DOTTED,
    FROM,
    HINT,
    INITIAL,
    INITIALS,
    LIKELY,
    MY_ACCOUNT,
    MY_NAME_IS,
    PLAIN_TITLES,
    SURE,
    THING,
    TOLD_OF,
    YEAR,
)
from signpost.privacy.name_words import (
    ABBREVIATIONS,
    CAPITALS,
    CLAUSE,
    DETERMINERS,
    DOES,
    ED,
    FIGURES,
    FUNCTION,
    GRAMMAR,
    LOOSE_TITLES,
    NEVER_CALLED,
    NO_SPEAKER,
    PART_OF,
    PARTICLES,
    PAST,
    PLACES,
    SAYS,
    SPEAKS_TO,
    SPOKE,
    STOP,
    SURELY_DOES,
    THEMSELVES,
    TIMES_AND_PLACES,
    TO,
    TOWNS,
    VERB,
    VOWEL,
    WHERE,
    YEARS,
    Token,
    is_abbreviation,
    is_given,
    is_known,
    is_surname,
)
from signpost.privacy.public import Public
from signpost.privacy.vocabulary import (
    SHORTEST_BARE,
    doubtful_names,
    given_names,
    is_common,
    is_misspelt,
    is_word,
    surnames,
)


class Names:
    """Finds people's names. Linear: every look back or ahead is of bounded length."""

    def find(self, text: str, public: Public) -> Iterator[Found]:
        reading = _Reading(text)
        yield from reading.names()


class _Reading(Context):
    def names(self) -> Iterator[Found]:
        for match in INITIALS.finditer(self._text):
            if match["who"].replace(".", "") not in ABBREVIATIONS:
                yield Found(match.start("who"), match.end("who"), "name")
        index = 0
        listing = 0  # how sure the sign before an enumeration was: "my friends Olu and Zofia"
        while index < len(self._tokens):
            sign = max(self._sign(index), listing)
            if not (self._is_name(index, sign) or (listing and self._is_listed(index))):
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
            return HINT if THING.search(self._text, max(0, said - 40), said) else SURE
        if self._signed and self._signed[0] <= here < self._signed[1]:
            return LIKELY
        if here in self._people or self._is_titled(token):
            return LIKELY
        if AFTERWARDS.match(self._text, token.end):
            return LIKELY
        if here in self._self and MY_ACCOUNT.match(self._text, token.end):
            return LIKELY
        return HINT if here in self._self else 0

    def _is_addressed(self, token: Token) -> bool:
        """Whether "mr" or "mrs" stands before it, after which no verb comes."""
        start = self._titles.get(token.start, token.start)
        title = self._text[start : token.start].strip(" .").lower()
        return title != "" and title not in LOOSE_TITLES

    def _is_titled(self, token: Token) -> bool:
        if token.start not in self._titles:
            return False
        if self._is_addressed(token):
            return True
        known = is_surname(token.base) or is_given(token) or token.base in doubtful_names()
        return (token.capital and not token.opens) or known or not is_word(token.base)

    def _is_surely_titled(self, token: Token) -> bool:
        """ "mr lim": no other word stands after it, but one that everybody uses."""
        start = self._titles.get(token.start, token.start)
        title = self._text[start : token.start].strip(" .").lower()
        word = token.base
        plain = title in PLAIN_TITLES and (token.capital or not token.opens)
        return plain and VOWEL.search(word) is not None and not is_common(word)

    def _goes_on_after_dot(self, token: Token) -> bool:
        """ "Sgt. Hollis": a full stop that ends no sentence."""
        dotted = DOTTED.search(self._text, max(0, token.start - 6), token.start)
        return dotted is not None and not is_word(token.base)

    def _is_town(self, index: int) -> bool:
        """ "all of Paisley", "near Lincoln", "Chester Zoo": the place, where one fits."""
        token = self._tokens[index]
        if token.base not in TOWNS or not token.capital or token.possessive:
            return False
        before, after = self._word(index - 1), self._word(index + 1)
        if before == "of":
            return self._word(index - 2) in PART_OF
        return (before in WHERE - {"from", "to", "by"}) or after in PLACES

    def _is_name(self, index: int, sign: int) -> bool:
        token = self._tokens[index]
        if token.base in CAPITALS or self._is_kept(token) or is_abbreviation(token):
            return False
        if token.base in FIGURES:
            return self._is_own(index, sign)
        if len(token.base) == 1:
            return self._is_initial(index, sign)
        if sign < LIKELY and self._is_town(index):
            return False
        if token.base in doubtful_names():
            return self._doubtful(index, sign)
        if token.base in STOP:
            return False
        if is_given(token):
            return (token.capital or self._is_english) and not self._after_article(index)
        if self._is_short(index, sign):
            return True
        if sign == SURE:
            return self._after_sure_sign(token)
        if sign == LIKELY:
            return self._after_likely_sign(index)
        return self._foreign(index, sign)

    def _is_listed(self, index: int) -> bool:
        """ "Tariq, Ollie and Bo": in a list of names, whatever has a capital letter."""
        token = self._tokens[index]
        common = token.base in STOP or is_known(token.base) or self._is_kept(token)
        titled = token.start in self._titles.values()  # "Olu and Pastor Bell"
        return token.capital and not (token.opens or token.shouted or common or titled)

    def _is_initial(self, index: int, sign: int) -> bool:
        """ "Mrs J. Ollerenshaw", "A. Patel", "Mr T"."""
        token = self._tokens[index]
        if token.base in INITIAL and self._is_addressed(token):
            return True  # "mr t"
        if not token.capital or (token.base == "i" and not self._is_dotted(token)):
            return False
        if sign >= LIKELY and token.start in self._titles:
            return True
        return (self._is_dotted(token) or sign > 0) and self._has_surname(index)

    def _is_dotted(self, token: Token) -> bool:
        return self._text[token.end : token.end + 1] == "."

    def _is_own(self, index: int, sign: int) -> bool:
        """Whether "Elsa" is somebody whom the writer knows rather than the figure."""
        if sign == SURE:
            return self._word(index - 1) not in THEMSELVES
        before, after = self._word(index - 1), self._word(index + 1)
        return sign == LIKELY or after in SPOKE or before in ("told", "texted", "messaged")

    def _is_short(self, index: int, sign: int) -> bool:
        """ "nia made a poll", "my mate kai": too short to be a name without a sign."""
        token = self._tokens[index]
        if not (self._is_english and token.base in given_names() and len(token.base) > 2):
            return False
        if self._word(index - 1) in DETERMINERS - {"that"}:
            return sign >= LIKELY
        met = self._word(index - 1) in SPEAKS_TO - {"called", "named"} | {"with"}
        return met or sign >= LIKELY or self._word(index + 1) in SAYS

    def _after_sure_sign(self, token: Token) -> bool:
        if token.capital and not token.shouted:
            return True
        if MY_NAME_IS.search(self._text, max(0, token.start - 16), token.start):
            # "my name is beryl", but not "my name is displayed".
            past = is_word(token.base) and PAST.search(token.base)
            return is_surname(token.base) or not (is_common(token.base) or past)
        return not is_word(token.base) or is_surname(token.base)

    def _after_likely_sign(self, index: int) -> bool:
        token = self._tokens[index]
        if is_known(token.base) and token.start not in self._titles:
            return False  # "my son's Chromebook"
        if is_surname(token.base):
            return True
        if self._is_brand(token) or (token.shouted and not self._text.isupper()):
            return False
        says = token.start in self._titles and self._word(index + 1) in SURELY_DOES
        if self._is_surely_titled(token) or (says and not is_word(token.base)):
            return True
        if token.capital and (not token.opens or self._goes_on_after_dot(token)):
            return token.start in self._titles or not is_common(token.base)
        if token.start in self._people and YEAR.match(self._text, token.end):
            return self._is_english and not is_word(token.base) and token.base not in YEARS
        return (
            len(token.base) >= SHORTEST_BARE
            and (token.start in self._people or token.start in self._titles)
            and self._is_english
            and (self._is_addressed(token) or not VERB.search(token.base))
            and not is_word(token.base)
            and not is_misspelt(token.base)
        )

    def _doubtful(self, index: int, sign: int) -> bool:
        """ "Will", "May", "Jack": a name only where a person is meant."""
        token = self._tokens[index]
        surnamed = self._has_surname(index)
        does = self._word(index + 1) in SURELY_DOES
        if self._acts(index) or self._is_beside_a_name(index):
            return True
        if sign == SURE:
            told = token.start in self._naming or token.capital or surnamed or does
            return told or token.base not in GRAMMAR or self._is_called(token)
        if sign == LIKELY:
            if token.capital or self._is_told_of(index) or does or surnamed:
                return True
            if self._word(index - 1) == "is":
                return False  # "my cousin is blue"
            return not (token.base in GRAMMAR or (token.base in FUNCTION and self._many(index)))
        if self._word(index - 1) in ("the", "a") and not surnamed:
            return False
        if not token.capital:
            spoke = self._word(index + 1) in SPOKE and self._word(index - 1) not in DETERMINERS
            return (surnamed or spoke) and (token.base not in GRAMMAR or self._has_initial(index))
        if token.shouted and len(token.base) > 1:
            return False
        if surnamed:
            return True
        if token.opens:
            acts = ED.fullmatch(self._word(index + 1)) is not None
            return does or (acts and token.base not in GRAMMAR)
        if token.base in TIMES_AND_PLACES:
            return does or (token.possessive and token.base not in ("may", "london"))
        return (
            sign == HINT
            or does
            or token.possessive
            or self._word(index - 1) in TO
            or self._word(index + 1) in DOES
        )

    def _is_called(self, token: Token) -> bool:
        """ "a girl called rose": a person, and no word that "called" goes with anyway."""
        if token.base in NEVER_CALLED or token.start not in self._called:
            return False
        said = self._called[token.start]
        return CALLED_PERSON.search(self._text, max(0, said - 60), said) is not None

    def _begins(self, index: int) -> bool:
        """Whether a clause begins here."""
        token = self._tokens[index]
        apart = self._text[max(0, token.start - 2) : token.start].strip() == ","
        return token.opens or apart or self._word(index - 1) in CLAUSE

    def _acts(self, index: int) -> bool:
        """ "will keeps sharing it", "but rose said", "will from football wont stop"."""
        token = self._tokens[index]
        if token.base in NO_SPEAKER or token.shouted or not self._is_english:
            return False
        from_where = FROM.match(self._text, token.end)
        if from_where and self._word(index - 1) not in DETERMINERS:
            return from_where["verb"] in SAYS | DOES
        return self._begins(index) and self._word(index + 1) in SAYS

    def _is_beside_a_name(self, index: int) -> bool:
        """ "Blessing and Temi wont", "between temi and rose"."""
        token, joined = self._tokens[index], ("and", "n", "nd")
        if token.shouted or not (token.capital or token.base not in NO_SPEAKER):
            return False
        after = index + 2 < len(self._tokens) and self._word(index + 1) in joined
        if after and self._begins(index) and is_given(self._tokens[index + 2]):
            return token.capital or self._word(index + 3) in SAYS
        before = index > 1 and self._word(index - 1) in joined
        return before and token.capital and is_given(self._tokens[index - 2])

    def _many(self, index: int) -> bool:
        """ "My friends hope": a verb more likely than a name."""
        before = self._word(index - 1)
        return before.endswith("s") or before in ("parents", "people", "kids", "children")

    def _is_told_of(self, index: int) -> bool:
        """ "hope is my cousin": grammar words, but a person is meant."""
        token = self._tokens[index]
        if self._word(index - 1) in DETERMINERS:
            return False
        return bool(TOLD_OF.match(self._text, token.end))

    def _foreign(self, index: int, sign: int) -> bool:
        """A capital letter on a word that is not English, where a person fits."""
        token = self._tokens[index]
        if not (self._is_english and token.capital) or token.shouted or len(token.base) < 3:
            return False
        if self._is_brand(token):
            return False
        following = self._word(index + 1)
        if is_word(token.base):
            surnamed = self._adjoins(index + 1) and is_surname(self._word(index + 1))
            return surnamed and self._tokens[index + 1].capital and not is_common(token.base)
        if token.opens:
            does = following in SURELY_DOES and not is_misspelt(token.base)
            told = (
                token.possessive or following in DOES or following in ("here", "and", "n", "from")
            )
            acts = told or not following or ED.fullmatch(following) is not None
            acts = acts or not self._text[token.start : token.end].isascii()
            return does or self._has_surname(index) or (acts and self._stands_out(index))
        if self._stands_out(index):
            return True
        if self._word(index - 1) in WHERE:
            return self._word(index - 1) == "from" and self._has_surname(index)
        return (
            sign == HINT
            or token.possessive
            or following in DOES
            or self._word(index - 1) in SPEAKS_TO
            or self._has_surname(index)
            or is_surname(token.base)
        )

    def _stands_out(self, index: int) -> bool:
        """Whether a word with a capital letter in mid-sentence is nothing that everybody knows.

        Such a word is a person, a school, a village or an account; all of them may go.
        """
        token = self._tokens[index]
        if self._is_titled_throughout or is_known(token.base):
            return False
        parts = re.split(r"['-]", token.base)
        if len(parts) > 1 and any(is_word(each) or is_known(each) for each in parts[1:]):
            return False
        return not (self._is_of_a_thing(index) or is_misspelt(token.base))

    def _extend(self, index: int, sign: int) -> int:
        """The last word of the name that begins at `index`."""
        last = index
        while last - index < 3 and self._adjoins(last + 1):
            token = self._tokens[last + 1]
            if token.base in PARTICLES and self._adjoins(last + 2):
                after = self._tokens[last + 2]
                if after.capital or is_surname(after.base):
                    last += 2
                    continue
            if not self._belongs(token, self._tokens[last], sign):
                break
            last += 1
        return last

    def _belongs(self, token: Token, before: Token, sign: int) -> bool:
        if token.base in STOP or token.base in CAPITALS or self._is_kept(token):
            return False
        words = surnames()[1]
        if is_surname(token.base) or is_given(token):
            return token.capital or not before.capital or before.shouted or not is_word(token.base)
        capital = token.capital and not token.shouted
        if token.base in words or token.base in doubtful_names():
            return capital and before.capital
        if len(token.base) == 1 and capital:
            return before.capital
        if capital and before.capital:
            return not is_common(token.base)
        if len(token.base) == 1:
            return sign > 0 and token.base in INITIAL
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
