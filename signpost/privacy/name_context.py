"""What stands around a word: signs before it, words beside it, what is kept."""

from __future__ import annotations

import re

from signpost.privacy.name_signs import (
    CALLED,
    INITIAL,
    NAMING,
    OF_A_THING,
    PERSON,
    RELATION,
    SELF,
    THING,
    TITLE,
    USED,
    ends,
    signature,
)
from signpost.privacy.name_words import (
    CAPITALS,
    SCOTS,
    STOP,
    Token,
    is_english,
    is_surname,
    is_titled_throughout,
    kept,
    tokens,
)
from signpost.privacy.vocabulary import is_word, surnames

_JOINS = re.compile(r"\.? ?-? ?")


class Context:
    """A text as words, with the places of all signs. `index` is that of a word."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._kept = list(kept(text, self._tokens))
        self._signed = signature(text)
        self._is_english = is_english([token.base for token in self._tokens])
        self._is_titled_throughout = is_titled_throughout(self._tokens)
        self._naming = ends(NAMING, text)
        self._called = ends(CALLED, text)
        self._titles = ends(TITLE, text)
        self._self = ends(SELF, text).keys()
        self._people = ends(RELATION, text).keys() | ends(PERSON, text).keys()

    # Around a word

    def _is_brand(self, token: Token) -> bool:
        """ "BeReal", "LinkedIn": a capital letter inside, as few names have one."""
        inner = self._text[token.start + 1 : token.end]
        has_one = any(letter.isupper() for letter in inner) and not inner.isupper()
        return has_one and not SCOTS.match(token.base)

    def _is_of_a_thing(self, index: int) -> bool:
        """ "download Zangi", "the Moxie app": what people do with programs and goods."""
        token = self._tokens[index]
        before = self._text[max(0, token.start - 40) : token.start]
        return bool(THING.search(before) or USED.search(before)) or bool(
            OF_A_THING.match(self._text, token.end)
        )

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
            and following.base not in STOP
            and following.base not in CAPITALS
            and not self._is_kept(following)
        )

    def _is_kept(self, token: Token) -> bool:
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
        if following.base in INITIAL and not following.capital:
            return self._tokens[index].start in self._self
        if following.base in STOP or self._is_kept(following):
            return False
        if self._tokens[index].capital and self._has_capital_next(index):
            return True
        return is_surname(following.base) or (
            following.base in words and following.capital and not following.shouted
        )

    def _has_initial(self, index: int) -> bool:
        """ "its will h": but "it will b" is a verb."""
        letter = self._word(index + 1)
        here = self._tokens[index].start in self._self
        return here and len(letter) == 1 and letter in INITIAL - {"b", "c"}
