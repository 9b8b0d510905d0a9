"""The HTML of the pages: templates, filled with the labels and the register in force."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from signpost.edition import Edition, Editions

DOOR = Path(__file__).resolve().parent.parent
# Used when the register cannot say them.
_CEOP = "https://www.ceop.police.uk/Safety-Centre/"
_NEUTRAL_SITE = "https://www.bbc.co.uk/weather"
_LINKABLE = re.compile(r"https://[^\s]*[^\s.,;:!?)]|\b(?:999|0800 1111|116 123)\b")
# Characters of an address that still fit a line on a phone.
_SHORT = 36


class Templates:
    """Renders a page in one of the languages that are offered.

    A language whose labels no native speaker has read is offered in preview only.
    """

    def __init__(self, editions: Editions, *, preview: bool) -> None:
        self.preview = preview
        self._editions = editions
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(DOOR / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["with_links"] = with_links

    @property
    def edition(self) -> Edition:
        """The edition in force."""
        return self._editions.current

    @property
    def neutral_site(self) -> str:
        """Where a quick exit lands."""
        register = self._editions.current.register
        return register.council.neutral_site if register else _NEUTRAL_SITE

    @property
    def ceop(self) -> str:
        """The address of CEOP's report page."""
        register = self._editions.current.register
        service = register.services.get("ceop-safety-centre") if register else None
        return (service.url if service else None) or _CEOP

    @property
    def council(self) -> str:
        register = self._editions.current.register
        return register.council.name if register else ""

    @property
    def council_in_short(self) -> str:
        """Its name where there is little room."""
        register = self._editions.current.register
        return register.council.short_name if register else ""

    def languages(self) -> dict[str, dict[str, str]]:
        """The labels of the languages that are offered."""
        return offered(self._editions.current, preview=self.preview)

    def words(self, language: str = "") -> dict[str, str]:
        """The labels of a language, or English ones when it is not offered."""
        return self.languages().get(language, self._editions.current.words)

    def render(self, name: str, language: str = "", **values: Any) -> str:
        """The HTML of a template."""
        return self._environment.get_template(name).render(
            words=self.words(language),
            languages=self.languages(),
            council=self.council,
            ceop=self.ceop,
            **values,
        )


def offered(edition: Edition, *, preview: bool) -> dict[str, dict[str, str]]:
    """The labels by language. Live, a language waits until a native speaker has read it."""
    return {
        language: words
        for language, words in edition.languages.items()
        if language == edition.words["language"]
        or preview
        or words.get("reviewed_by_native_speaker")
    }


def with_links(text: str) -> Markup:
    """`text`, escaped, with addresses and emergency numbers that can be pressed."""
    parts: list[Markup] = []
    end = 0
    for match in _LINKABLE.finditer(text):
        parts.append(escape(text[end : match.start()]))
        found = match[0]
        if found.startswith("https://"):
            pattern = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
            parts.append(pattern.format(found, short_address(found)))
        else:
            number = found.replace(" ", "")
            parts.append(Markup('<a href="tel:{}">{}</a>').format(number, found))
        end = match.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def short_address(address: str) -> str:
    """An address as people say it: without its scheme, and only the site when it is long."""
    shown = address.removeprefix("https://").removeprefix("www.").rstrip("/")
    return shown if len(shown) <= _SHORT else shown.split("/", 1)[0]
