"""Undo disguises: one text in, a few plain lower-case readings of it out.

Every reading is linear in the length of the text. Nothing here knows what is dangerous; the
lexicon decides which reading of a word is a word.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import unquote_plus

# Look-alikes that NFKC leaves alone: Cyrillic, Greek, Armenian, small capitals and turned letters.
_LOOKALIKES = {
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ё": "e", "һ": "h", "н": "h", "і": "i",
    "ї": "i", "ј": "j", "к": "k", "ӏ": "l", "м": "m", "о": "o", "р": "p", "ԛ": "q", "г": "r",
    "ѕ": "s", "т": "t", "υ": "u", "ѵ": "v", "ԝ": "w", "х": "x", "у": "y", "з": "3", "п": "n",
    "ь": "b", "и": "u", "л": "n", "д": "d", "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i",
    "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "σ": "o", "τ": "t", "χ": "x", "γ": "y", "ω": "w",
    "ϲ": "c", "ϳ": "j", "ա": "w", "օ": "o", "ս": "u", "հ": "h", "ո": "n", "ց": "g", "զ": "q",
}  # fmt: skip
# Letters that are only ever a stand-in for a Latin one, whatever stands beside them.
_STAND_INS = {
    "ı": "i", "ɩ": "i", "ɪ": "i", "ɑ": "a", "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "đ": "d",
    "ᴇ": "e", "ɛ": "e", "ə": "e", "ǝ": "e", "ꜰ": "f", "ƒ": "f", "ɢ": "g", "ɡ": "g", "ʜ": "h",
    "ħ": "h", "ᴊ": "j", "ᴋ": "k", "ʟ": "l", "ł": "l", "ɫ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o",
    "ø": "o", "ᴘ": "p", "ꞯ": "q", "ʀ": "r", "ɹ": "r", "ꜱ": "s", "ᴛ": "t", "ŧ": "t", "ᴜ": "u",
    "ʋ": "v", "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ʞ": "k", "ʇ": "t", "ʍ": "w", "ᴢ": "z", "æ": "ae",
    "œ": "oe", "ß": "ss", "þ": "th", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"',
    "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "٪": "%", "،": ",", "۔": ".",
    "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "؟": "?",
    "।": ".", "¡": "", "¿": "", "…": "..",
}  # fmt: skip
# Emoji that carry the meaning of a word. Their names are words or terms of the lexicon.
_EMOJI = {
    "🔪": "knife", "🗡": "knife", "🔫": "gun", "💣": "bomb", "🪓": "axe", "💊": "pills",
    "🩸": "blood", "🆘": "sos", "🚨": "urgent", "🚑": "ambulance", "💀": "skullface",
    "☠": "skullface", "😂": "lol", "🤣": "lol", "😹": "lol", "😭": "crying", "😢": "crying",
    "🥺": "", "⚰": "coffin", "🪦": "coffin", "🍆": "willy", "🍑": "bum", "💦": "", "📸": "photo",
    "📷": "photo", "🤳": "selfie", "📹": "video", "🎥": "video", "🔞": "sexual", "😱": "scared",
    "😰": "scared", "😨": "scared", "🔥": "fire", "👮": "police", "🏥": "hospital", "👙": "bra",
    "🩲": "pants", "🎮": "game", "🌉": "bridge", "🚬": "vape", "🧒": "child", "👧": "girl",
    "👦": "boy", "👨": "man", "👩": "woman", "🤐": "secret", "🤫": "secret", "💷": "money",
    "💰": "money", "🎁": "gift", "🏨": "hotel", "🚗": "car", "🙏": "please",
}  # fmt: skip

_BOXED = {0x1F130: 26, 0x1F150: 26, 0x1F170: 26, 0x1F1E6: 26}
_MARKS = {"Mn", "Me"}
_LATIN = re.compile(r"[a-z]")
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u0530-\u058f]")
_FOREIGN_WORD = re.compile(r"[a-z0-9\u0370-\u03ff\u0400-\u052f\u0530-\u058f]+")
_UNSEEN = re.compile(
    "[\ud800-\udfff\u00ad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffd"
    "\U0001d173-\U0001d17a\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_SLASH = re.compile(r"^\s*/[\w.\-]+(?:@[\d.]+)?")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_WRAPPED = re.compile(r"%[0-9a-fA-F]{2}|\w\+\w|&(?:#\w{1,7}|[a-zA-Z]{2,8});|<[^<>]*>|^\s*/\w")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_][ \t.\-_*/,]{1,3}){2,}[^\W_](?![^\W_])")
_SPACES = re.compile(r"[ \t.\-_*/,]+")
# Accents matter in no language we read; vowel signs of Indic scripts do, and stay.
_ACCENTED = re.compile(
    r"[\u00c0-\u024f\u0300-\u036f\u0400-\u052f\u1e00-\u1eff\u0622-\u0626\u064b-\u065f]"
)


def readings(text: str) -> tuple[str, ...]:
    """The plain readings of `text`, the most literal first, none twice; () for an empty text."""
    plain = fold(text)
    found = [plain]
    if _WRAPPED.search(text):
        found += [fold(inner) for inner in _unwrapped(text)]
    for reading in tuple(found):
        if _SPACED.search(reading):
            found.append(_SPACED.sub(lambda run: _SPACES.sub("", run[0]), reading))
    if _FOREIGN.search(plain):
        found.append(plain.translate(_LOOKALIKE_TABLE))
    return tuple(dict.fromkeys(reading for reading in found if reading and not reading.isspace()))


def fold(text: str) -> str:
    """Lower case, compatibility forms, no invisible characters, look-alikes and emoji replaced."""
    if text.isascii():
        return _CONTROL.sub(" ", text.lower())
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", _UNSEEN.sub("", text)))
    text = _CONTROL.sub(" ", text.lower()).translate(_STAND_IN_TABLE)
    if _ACCENTED.search(text):
        text = _without_accents(text)
    if _FOREIGN.search(text):
        text = _FOREIGN_WORD.sub(_mixed_word, text)
    return text


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    kept = (
        letter
        for letter in parts
        if letter < "\u0300" or "\u0900" <= letter <= "\u0dff" or not _is_mark(letter)
    )
    return unicodedata.normalize("NFC", "".join(kept))


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in _MARKS


def _mixed_word(word: re.Match[str]) -> str:
    """A word that mixes scripts is disguised; one in a single script may be another language."""
    return word[0].translate(_LOOKALIKE_TABLE) if _LATIN.search(word[0]) else word[0]


def _unwrapped(text: str) -> list[str]:
    """The contents of slash payloads, markup and URL-encoding, with the wrapping removed."""
    inner = _SLASH.sub(" ", html.unescape(unquote_plus(text, errors="replace")))
    inner = html.unescape(inner)
    if "<" not in inner:
        return [inner]
    return [_TAG.sub(" ", inner), _TAG.sub("", inner)]


def _lookalikes() -> dict[int, str]:
    return {ord(letter): plain for letter, plain in _LOOKALIKES.items()}


def _stand_ins() -> dict[int, str]:
    table = {ord(letter): plain for letter, plain in _STAND_INS.items() if len(letter) == 1}
    table |= {ord(picture): f" {word} " for picture, word in _EMOJI.items()}
    for start, count in _BOXED.items():
        table |= {start + offset: chr(ord("a") + offset) for offset in range(count)}
    return table


_LOOKALIKE_TABLE = _lookalikes()
_STAND_IN_TABLE = _stand_ins()
