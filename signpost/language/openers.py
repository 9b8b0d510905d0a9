"""Openings that only turn a conversation: "ok different thing, ", "no that's not it, i mean ".

What is meant stands after them, and the model should read that alone: with the opening it sees a
correction or a "what else?", and the new worry goes unheard.
"""

from __future__ import annotations

import re

# What remains must say something by itself: "no i meant snapchat" is still a correction.
LEAST_WORDS = 4
_FILLERS = (
    r"(?:(?:oh|ok|okay|k|right|so|no|nah|nope|na|yeah|yes|sorry|well|actually|anyway|anyways|hmm|hm"
    r"|um|erm|er|and|also|but|fine|thanks|thank you|ta|cheers|cool|great|hang on|wait|listen)"
    r"[\s,.!;:–—-]+)*"
)
_OTHER = (
    r"(?:(?:on |there'?s |theres |i'?ve got |i have |got |1 )?(?:a |an |one |1 )?"
    r"(?:completely |totally |very )?(?:different|diff|other|another|new|separate|unrelated)"
)
_THEN = r"(?: (?:then|though|tho|now|please|pls|is|altogether|entirely))"
_TURNS = "|".join(
    (
        rf"{_OTHER} (?:thing|question|q|topic|subject){_THEN}*)",
        r"(?:changing|change of|to change) (?:the )?(?:subject|topic)",
        r"(?:can|could|may) i (?:just )?(?:ask|say) (?:you )?(?:about )?"
        r"(?:something|summat|smth|sth|a thing) (?:else|different)(?: (?:then|instead|please))?",
        r"(?:i )?(?:wanted|want|need) to ask (?:you )?(?:about )?(?:something|smth) "
        r"(?:else|different)",
        r"(?:that|this|it)(?:'?s| is| was|'?s really| is really)? ?(?:not|isn'?t|aint|wasn'?t) "
        r"(?:it|that|right|quite right|what i (?:meant|mean|said|asked|wanted))(?: at all)?",
        r"(?:it|that|this)? ?(?:isn'?t|wasn'?t) (?:about )?(?:that|it)",
        r"not (?:what i (?:meant|said|asked)|that|really that|quite)",
        r"(?:you'?ve |you have |u |you )?(?:got|get|have) (?:that|it|me) wrong",
        r"(?:you'?ve |you |u )?(?:misunderstood|misread)(?: me| that| it)?",
        r"wrong (?:topic|subject|idea|end of the stick)",
        r"(?:forget|ignore|leave|scrap|never ?mind) (?:that|it|about that)",
        r"never ?mind",
    )
)
# These begin many a worry, too ("another one of my pupils"), so a pause has to follow.
_PAUSED = "|".join(
    (
        rf"{_OTHER} (?:things|one|problem|issue|worry|matter|note){_THEN}*)",
        r"wrong (?:thing|one)",
    )
)
_PAUSE = r"\s*[,.!;:–—-]\s*"
_MEANING = (
    r"(?:(?:it'?s|its|that'?s|what) )?"
    r"i (?:mean|meant|was (?:on about|talking about|asking about|trying to say))(?: (?:is|was))?"
    r"(?: that)?"
)
_BREAK = r"[\s,.!;:–—-]+"
_OPENER = re.compile(
    rf"^\s*(?:{_FILLERS}(?:(?:{_TURNS}){_BREAK}|(?:{_PAUSED}){_PAUSE})"
    rf"(?:{_FILLERS}{_MEANING}{_BREAK})?"
    rf"|{_FILLERS}not (?:\w+ ){{0,3}}?\w+{_BREAK}(?:but )?{_MEANING}{_BREAK}"
    rf"|(?:no|nah|nope|na|sorry|actually|oh)[\s,.!;-]+{_FILLERS}{_MEANING}{_BREAK})(?!it\b)",
    re.IGNORECASE,
)


def without_opener(text: str) -> str:
    """`text` from where its own matter begins; all of it where nothing turns, or little follows."""
    opener = _OPENER.match(text.replace("’", "'"))
    rest = text[opener.end() :] if opener else text
    return rest if len(rest.split()) >= LEAST_WORDS else text
