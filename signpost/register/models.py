"""The shapes of the register's files. Each file under `content/` decodes into one of these.

Texts may refer to facts that live in another file, so that a number is written once:
`{childline.phone}`, `{ceop-safety-centre.url}`, `{shout.text}`, `{council.name}`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

Audience = Literal["child", "parent", "professional", "adult"]
Nation = Literal["England", "Wales", "Scotland", "Northern Ireland"]
AUDIENCES: tuple[Audience, ...] = ("child", "parent", "professional", "adult")


class SignOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who approved an entry. Only a real, named person of the council ever fills this in.

    `words` is the digest of the words that were signed (`signpost.register.signing`); without it,
    or with another, the sign-off does not count.
    """

    by: str
    role: str
    on: date
    words: str = ""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every published thing carries: where it comes from and when to look again."""

    id: str
    sources: list[str]
    checked_on: date
    review_by: date
    owner: str = "safeguarding lead"
    sign_off: SignOff | None = None


class Phone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number to call, as people write it, and what to say when there is more than one."""

    number: str
    label: str = ""


class TextLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number to text, and the word to send when one is needed (SHOUT to 85258)."""

    number: str
    send: str = ""


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When a service answers. `weekly` maps "mon".."sun" to ["10:00-16:00", …], UK time."""

    always: bool = False
    weekly: dict[str, list[str]] = {}
    bank_holidays: Literal["as_usual", "closed", "always"] = "as_usual"
    words: str = ""


class OpeningWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The sentences of a card about its hours; `{time}`, `{day}` and `{team}` are put in."""

    until: str
    until_tomorrow: str
    until_day: str
    opens_today: str
    opens_tomorrow: str
    opens_day: str
    closed: str
    meanwhile: str


class Ages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ages a service is for, both ends included, in years; None is open."""

    youngest: int | None = None
    oldest: int | None = None


class Service(Record, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A service, report page, law, guidance or resource that the bot can name."""

    kind: Literal["service", "platform_report", "law", "guidance", "resource"]
    name: str
    status: Literal["current", "renamed", "closed", "unconfirmed"]
    confidence: Literal["high", "med", "low"]
    summary: str
    audiences: list[Audience]
    url: str | None = None
    link_text: str = ""
    phones: list[Phone] = []
    texts: list[TextLine] = []
    hours: Hours | None = None
    ages: Ages | None = None
    not_for: str = ""
    platform: str | None = None
    names: list[str] = []
    # Why it is not offered as a card: unconfirmed facts are named when asked for, never urged.
    held_back: str = ""


ContactRole = Literal[
    "childrens_social_care", "emergency_duty_team", "adult_safeguarding", "lado", "procedures"
]


class Passage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Bubbles of text, then the services and the council's teams shown as cards under them."""

    bubbles: list[str]
    services: list[str] = []
    contacts: list[ContactRole] = []


class Variant(Passage, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An entry's words for one audience.

    `sms` is the whole answer on a channel of plain texts; `more` answers "what else?";
    `report` answers "how do I report it?".
    """

    sms: str = ""
    more: Passage | None = None
    report: Passage | None = None


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to pick: `title` is what the user reads, `intent` what it stands for."""

    title: str
    intent: str


class Entry(Record, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words of the bot. `default` names the variant for a reader we know nothing of."""

    kind: Literal["advice", "crisis", "conversation"]
    title: str
    default: Audience = "child"
    variants: dict[Audience, Variant]
    # Why an audience has no words of its own here; it then reads the default's.
    not_applicable: dict[Audience, str] = {}
    choices: list[Choice] = []
    # Crisis entries only: the concern whose advice answers what comes after ("what else?").
    continues_as: str | None = None
    # Crisis entries only: which route leads the reply.
    route: Literal["999", "CEOP", "both"] | None = None


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A team of the council. `role` is what the bot looks it up by."""

    role: ContactRole
    name: str
    area: str = ""
    url: str | None = None
    link_text: str = ""
    phones: list[Phone] = []
    hours: Hours | None = None
    held_back: str = ""


class Council(Record, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A council that runs the bot: one file, no code."""

    name: str
    short_name: str
    site: str
    police_force: str
    # Whose bank holidays its offices keep.
    nation: Nation = "England"
    contacts: list[Contact]
    # Where a quick exit lands: a neutral site that says nothing of the visit.
    neutral_site: str = "https://www.bbc.co.uk/weather"


class Link(msgspec.Struct, frozen=True):
    """Something to press: a `tel:`, `sms:` or `https:` address and its words."""

    label: str
    href: str


class Bubble(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the bot says. `entry` is the id of the register entry its words come from."""

    entry: str
    text: str
    links: list[Link] = []
    kind: Literal["text", "card", "crisis", "standing"] = "text"
    title: str = ""
    # A card's opening hours at the moment it was shown: "Open now until 5 pm."
    note: str = ""


class Reply(msgspec.Struct, kw_only=True):
    """All that the bot says in one turn, before a channel gives it its form."""

    bubbles: list[Bubble] = []
    choices: list[Choice] = []
    route: Literal["999", "CEOP", "both"] | None = None
    check_in: bool = False

    def text(self) -> str:
        """The words in reading order, as a screen reader or an SMS would give them."""
        return "\n\n".join(f"{bubble.text} {bubble.note}".strip() for bubble in self.bubbles)
