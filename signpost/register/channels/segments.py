"""How many SMS segments a text takes (3GPP TS 23.038), and the letters that cost one each."""

from __future__ import annotations

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Written as an escape and a letter: two places, which stay in one segment.
EXTENDED = frozenset("^{}\\[~]|€\f")
# (one segment alone, each of several), in GSM-7 letters and in UTF-16 units
_GSM7 = (160, 153)
_UCS2 = (70, 67)
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
        "…": "...",
        "•": "-",
    }
)


def plain(text: str) -> str:
    """`text` with typographic signs written so that they cost one letter each.

    Letters of other alphabets and accents stay: a name is not to be misspelt for its price.
    """
    return text.translate(_PLAIN)


def is_gsm7(text: str) -> bool:
    """Whether the text can be sent in the seven-bit alphabet, 160 letters to a segment."""
    return all(letter in BASIC or letter in EXTENDED for letter in text)


def segments(text: str) -> int:
    """The number of segments that a text is billed as; 0 for an empty one."""
    return len(split(text))


def split(text: str) -> list[str]:
    """The text of each segment, none of which ends within a letter of two places."""
    if is_gsm7(text):
        sizes, (alone, each) = [2 if letter in EXTENDED else 1 for letter in text], _GSM7
    else:
        sizes, (alone, each) = [2 if ord(letter) > 0xFFFF else 1 for letter in text], _UCS2
    if sum(sizes) <= alone:
        return [text] if text else []
    parts, used = [""], 0
    for letter, size in zip(text, sizes, strict=True):
        if used + size > each:
            parts.append("")
            used = 0
        parts[-1] += letter
        used += size
    return parts
