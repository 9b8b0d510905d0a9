"""E-mail addresses, links, pictures and files.

Every pattern is anchored at a rare sign and bounded, so that no text makes one slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from signpost.privacy.found import Found, whole
from signpost.privacy.public import HOSTS, Public
from signpost.privacy.vocabulary import is_person

_MEDIA = (
    r"(?:jpe?g|png|gif|heic|webp|bmp|svg|mp4|mov|avi|webm|mkv|mp3|m4a|wav|ogg|opus|pdf|docx?|xlsx?)"
)
_DATA_URI = re.compile(r"\bdata:[a-z]{2,12}/[\w.+-]{1,60}[;,][^\s\"'<>)]{0,100000}", re.I)
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%'-]{1,64}(?:@| @ (?=\S{2,60}\.(?:com|org|net|uk)\b)| ?\[at\] ?|"
    r" ?\(at\) ?)(?P<host>[\w-]{1,63}(?:(?:\.| ?\[dot\] ?| ?\(dot\) ?)[\w-]{2,63}){1,4})",
    re.I,
)
_EMAIL_SAID = re.compile(
    r"(?<![\w.+%-])[\w.+-]{2,40} at (?P<host>(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|"
    r"live|aol|"
    r"btinternet|msn|sky)\.(?:com|co\.uk|net|uk))\b",
    re.I,
)
_EMAIL_CUT = re.compile(
    r"(?<![\w.+%-])[\w.+%'-]{2,64}@"
    r"(?P<host>gmail|googlemail|hotmail|outlook|yahoo|icloud|live|aol|btinternet|msn)\b(?!\.\w)",
    re.I,
)
_EMAIL_ALOUD = re.compile(
    r"(?<![\w.])[\w.+-]{2,40}(?: (?:dot|underscore|"
    r"dash) [\w.+-]{1,30}){0,3} at (?P<host>[\w-]{2,30}) dot "
    r"(?:com|co dot uk|co\.uk|org|net|uk)\b",
    re.I,
)
_URL = re.compile(
    r"(?<![\w@])(?:https?|hxxps?|ftp)://(?P<rest>[^\s<>\"]{2,2000})|"
    r"(?<![\w@.])www\.(?P<www>[^\s<>\"]{2,2000})",
    re.I,
)
_TLD = (
    r"(?:com|co\.uk|org\.uk|sch\.uk|ac\.uk|uk|org|net|gg|me|ly|be|tv|io|app|ai|link|xyz|info|live|"
    r"co|to|cc|site|online|chat|fun|ru|de|fr|pl|eu|us|biz|page|gl|im|shop|club|example)"
)
_BARE_URL = re.compile(
    rf"(?<![\w@./:-])(?P<host>(?:[a-z0-9][a-z0-9-]{{0,40}}\.){{1,4}}{_TLD})(?P<path>/[^\s<>\"]{{0,500}})?(?![\w@.]\w)",
    re.I,
)
_FILE = re.compile(
    rf"(?<![\w/.])[\w()'’&-][\w()'’&.-]{{0,80}}\.{_MEDIA}\b|\b(?:IMG|DSC|VID|PXL|MVIMG|"
    rf"Screenshot)[_-]\d[\w-]{{3,30}}\b",
    re.I,
)
_CHAT_PICTURE = re.compile(
    r"\bWhatsApp (?:Image|Video|Audio) [\d-]{8,10}(?: at [\d.:]{4,9})?", re.I
)


class Links:
    """E-mail addresses, links to more than a known site, data URIs and files."""

    def find(self, text: str, public: Public) -> Iterator[Found]:
        for pattern in (_EMAIL, _EMAIL_CUT, _EMAIL_SAID, _EMAIL_ALOUD):
            for match in pattern.finditer(text):
                if not public.has_service(match["host"]):
                    yield whole(match, "email")
        for match in _URL.finditer(text):
            end = len(match[0].rstrip(".,;:!?)'\"”’"))
            if not _is_public_link(match["rest"] or match["www"], public):
                yield Found(match.start(), match.start() + end, "url")
        for match in _BARE_URL.finditer(text):
            link = match["host"] + (match["path"] or "")
            if not _is_public_link(link, public):
                end = match.start() + len(match[0].rstrip(".,;:!?)'\""))
                yield Found(match.start(), end, "url")
        for pattern in (_DATA_URI, _FILE, _CHAT_PICTURE):
            for match in pattern.finditer(text):
                yield whole(match, "url")


def _is_public_link(link: str, public: Public) -> bool:
    """Whether a link leads to a service, or to a site's front page that names no person."""
    host, slash, path = link.rstrip(".,;:!?)'\"”’").partition("/")
    host = host.partition("?")[0].partition("#")[0].lower().removeprefix("www.")
    if host.endswith(".sch.uk"):
        return False
    if public.has_service(host):
        return True
    if slash and path.strip("/"):
        return False
    if "?" in link or "#" in link or "@" in link:
        return False
    labels = re.split(r"[.-]", host)
    return host in HOSTS or not any(is_person(label) for label in labels)
