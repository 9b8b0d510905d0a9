"""What is public and stays in a text: helplines, known sites, platforms and games.

People ask "is 0800 1111 free?" and "is this page of Childline real?"; the advice needs to hear it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec

from signpost.privacy.vocabulary import doubtful_names, given_names, is_word, surnames
from signpost.register.loader import Register
from signpost.register.lookup import closed_names, is_named

# Those that must stay even when no register can be read. Digits alone.
EMERGENCY = frozenset(
    (
        *("999", "112", "101", "111", "119", "105", "159", "55", "116123", "116000", "116111"),
        *("18000", "18001", "18002", "7726", "60066", "85258", "88247", "08001111", "911"),
        *("08088005000", "08001111", "08081000900", "08000684141", "03001232040"),
    )
)  # fmt: skip
# Endings of sites that are nobody's own.
PUBLIC_ENDINGS = (".gov.uk", ".police.uk", ".nhs.uk", ".parliament.uk", ".gov.scot", ".gov.wales")
# Where personal pages live: the site's name may stay, what stands behind it may not.
_KNOWN = (
    "snapchat.com tiktok.com instagram.com facebook.com whatsapp.com youtube.com youtu.be x.com "
    "twitter.com discord.com discord.gg roblox.com twitch.tv reddit.com telegram.org t.me "
    "steamcommunity.com xbox.com playstation.com nintendo.com minecraft.net epicgames.com "
    "fortnite.com bsky.app kik.com yubo.live ome.tv omegle.com character.ai pinterest.com "
    "bere.al onlyfans.com vinted.co.uk ebay.co.uk gmail.com google.com chatgpt.com replika.com "
    "bbc.co.uk amazon.co.uk wikipedia.org"
)
HOSTS = frozenset(_KNOWN.split())
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_LETTERS = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*")
# So many words around a detail may make a service's name of it.
_AROUND = 3


class Public(msgspec.Struct, frozen=True):
    """What stays.

    `numbers` are digits alone; `hosts` and `services`, their sites, are without "www."; `names` are
    those of services that could be taken for somebody's, each as one word, by their length.
    """

    numbers: frozenset[str] = EMERGENCY
    hosts: frozenset[str] = HOSTS
    services: frozenset[str] = frozenset()
    names: dict[int, tuple[str, ...]] = {}

    def has_number(self, number: str) -> bool:
        """Whether a number, however it is written, is one that everybody may ring."""
        return digits(number) in self.numbers

    def has_name_around(self, text: str, start: int, end: int) -> bool:
        """Whether what stands there belongs to a service's name, misspelt or not: "kaylee" in
        "kaylee's love story"."""
        if not self.names or not _LETTERS.fullmatch(text, start, end):
            return False
        before = [word.start() for word in _WORD.finditer(text, max(0, start - 40), start)]
        after = [word.end() for word in _WORD.finditer(text, end, end + 60)]
        return any(
            is_named(self.names, text[first:last])
            for first in (start, *before[-1:])
            for last in (end, *after[:_AROUND])
        )

    def has_service(self, host: str) -> bool:
        """Whether a host is a service's own, all of whose pages are public."""
        host = host.lower().removeprefix("www.")
        return host.endswith(PUBLIC_ENDINGS) or any(
            host == name or host.endswith(f".{name}") for name in self.services
        )


def digits(number: str) -> str:
    """The digits of a British number as it is dialled at home."""
    only = re.sub(r"\D", "", number.replace("(0)", ""))
    for prefix in ("0044", "44"):
        if only.startswith(prefix) and len(only) >= 11:
            return "0" + only[len(prefix) :].removeprefix("0")
    return only


@lru_cache(maxsize=4)
def public_of(register: Register | None) -> Public:
    """What `register` publishes, besides what is always public."""
    if register is None:
        return Public()
    numbers = set(EMERGENCY)
    hosts: set[str] = set()
    for service in register.services.values():
        numbers.update(digits(phone.number) for phone in service.phones)
        numbers.update(digits(line.number) for line in service.texts)
        # A report page stands on a platform's own site, where people's pages are too.
        if service.url and service.kind != "platform_report":
            hosts.add(_host(service.url))
    for contact in register.council.contacts:
        numbers.update(digits(phone.number) for phone in contact.phones)
        if contact.url:
            hosts.add(_host(contact.url))
    hosts.add(_host(register.council.site))
    return Public(
        numbers=frozenset(numbers - {""}),
        services=frozenset(hosts - HOSTS - {""}),
        names=closed_names(register, _is_at_risk),
    )


def _is_at_risk(name: str) -> bool:
    """Whether a service's name holds a word that may be taken for a person's or a place's."""
    words = name.split()
    names = given_names() | doubtful_names() | surnames()[0] | surnames()[1]
    return any(word in names or not is_word(word) for word in words if not word.isdigit())


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
