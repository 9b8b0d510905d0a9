"""Turn register entries into a `Reply`: the words for this reader, with cards and links.

The only place where words for users are put together. What a channel then makes of a `Reply`
(HTML, one SMS, buttons) is the channel's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from signpost.register.loader import Register
from signpost.register.models import (
    AUDIENCES,
    Audience,
    Bubble,
    Contact,
    ContactRole,
    Entry,
    Hours,
    Link,
    Passage,
    Phone,
    Reply,
    Service,
    TextLine,
    Variant,
)
from signpost.register.opening import UK, Opening, clock, day_from, opening


def as_audience(value: str | None) -> Audience | None:
    """`value` as an audience, or None when we do not know who is asking."""
    for audience in AUDIENCES:
        if audience == value:
            return audience
    return None


def variant_for(entry: Entry, audience: str | None) -> tuple[Audience, Variant]:
    """The words for a reader: their own, else the entry's default."""
    known = as_audience(audience)
    chosen = known if known in entry.variants and known is not None else entry.default
    return chosen, entry.variants[chosen]


def render_entry(
    register: Register,
    entry_id: str,
    audience: str | None = None,
    part: str = "answer",
    now: datetime | None = None,
) -> Reply:
    """An entry's words for `audience`.

    `part` is "answer", "more" (for "what else?") or "report" (for "how do I report it?"); a part
    that the entry lacks renders as an empty reply. `now` (aware; the present by default) decides
    which of the council's teams come first and what cards say of their hours. Raises
    `RegisterError` for an unknown entry.
    """
    entry = register.entry(entry_id)
    chosen, variant = variant_for(entry, audience)
    passage: Passage | None = variant
    if part == "more":
        passage = variant.more
    elif part == "report":
        passage = variant.report
    if passage is None:
        return Reply()
    source = f"{entry.id}/{chosen}" if part == "answer" else f"{entry.id}/{chosen}/{part}"
    kind: Literal["crisis", "text"] = "crisis" if entry.kind == "crisis" else "text"
    bubbles = [
        Bubble(entry=source, text=register.resolve(text), kind=kind) for text in passage.bubbles
    ]
    now = now or datetime.now(UK)
    bubbles += cards(register, passage.services, now)
    bubbles += contact_cards(register, passage.contacts, now)
    return Reply(
        bubbles=bubbles,
        choices=list(entry.choices) if part == "answer" else [],
        route=entry.route,
        check_in=entry.id.startswith("crisis.check_in"),
    )


def cards(register: Register, names: Iterable[str], now: datetime | None = None) -> list[Bubble]:
    """Cards for services, leaving out what has closed or is held back until it is confirmed."""
    shown = (register.services[name] for name in names)
    return [
        service_card(register, service, now)
        for service in shown
        if not service.held_back and service.status != "closed"
    ]


def service_card(register: Register, service: Service, now: datetime | None = None) -> Bubble:
    """What a service is for, how to reach it and whether it is open."""
    sentences = [service.summary]
    if service.not_for:
        sentences.append(service.not_for)
    if service.hours and service.hours.words:
        sentences.append(service.hours.words)
    return Bubble(
        entry=f"service.{service.id}",
        title=service.name,
        text=" ".join(sentences),
        links=_links(service.phones, service.texts, service.url, service.link_text),
        kind="card",
        note=hours_note(register, service.hours, now or datetime.now(UK)),
    )


def render_service(register: Register, name: str, now: datetime | None = None) -> Reply:
    """What a service asked for by name is today; says so when its facts are not confirmed."""
    service = register.services[name]
    bubbles = [service_card(register, service, now)]
    if service.held_back:
        bubbles += render_entry(register, "conversation.unconfirmed", now=now).bubbles
    return Reply(bubbles=bubbles)


def contact_cards(register: Register, roles: Iterable[ContactRole], now: datetime) -> list[Bubble]:
    """The council's teams, those that answer now first.

    While an office is closed the out-of-hours team is named, too, and before it; while the
    offices are open that team, which does not answer then, is left out.
    """
    roles = list(roles)
    teams = [contact for role in roles for contact in register.contacts(role)]
    closed = [team for team in teams if _state(register, team, now).state == "closed"]
    if closed and "emergency_duty_team" not in roles:
        teams += register.contacts("emergency_duty_team")
    on_duty = next(
        (
            team
            for team in register.contacts("emergency_duty_team")
            if _state(register, team, now).state in ("open", "always")
        ),
        None,
    )
    answering = [team for team in teams if _state(register, team, now).state != "closed"]
    offices = [team for team in closed if team.role != "emergency_duty_team"]
    return [contact_card(register, team, now) for team in answering] + [
        contact_card(register, team, now, on_duty) for team in offices
    ]


def contact_card(
    register: Register, contact: Contact, now: datetime, on_duty: Contact | None = None
) -> Bubble:
    """How to reach a team of the council; `on_duty` is who answers while it is closed."""
    sentences = [contact.name + (f" ({contact.area})." if contact.area else ".")]
    if contact.hours and contact.hours.words:
        sentences.append(contact.hours.words)
    notes = [hours_note(register, contact.hours, now)]
    if on_duty and register.opening_words:
        until = _state(register, on_duty, now).changes_at
        if until:
            notes.append(
                register.opening_words.meanwhile.format(team=on_duty.name, time=clock(until))
            )
    return Bubble(
        entry=f"council.{register.council.id}",
        title=contact.name,
        text=" ".join(sentences),
        links=_links(contact.phones, [], contact.url, contact.link_text),
        kind="card",
        note=" ".join(note for note in notes if note),
    )


def hours_note(register: Register, hours: Hours | None, now: datetime) -> str:
    """ "Open now until 5 pm." and its like; "" where the hours tell nothing of now."""
    words = register.opening_words
    found = opening(hours, now, register.council.nation)
    if words is None or found.state in ("unknown", "always"):
        return ""
    if found.changes_at is None:
        return words.closed
    day = day_from(found.changes_at, now)
    if found.state == "open":
        template = {"today": words.until, "tomorrow": words.until_tomorrow}.get(
            day, words.until_day
        )
    else:
        template = {"today": words.opens_today, "tomorrow": words.opens_tomorrow}.get(
            day, words.opens_day
        )
    return template.format(time=clock(found.changes_at), day=f"{found.changes_at:%A}")


def _state(register: Register, contact: Contact, now: datetime) -> Opening:
    return opening(contact.hours, now, register.council.nation)


def _links(
    phones: list[Phone], texts: list[TextLine], url: str | None, link_text: str
) -> list[Link]:
    links = [
        Link(
            label=f"Call {phone.number}" + (f" ({phone.label})" if phone.label else ""),
            href="tel:" + re.sub(r"\D", "", phone.number),
        )
        for phone in phones
    ]
    links += [
        Link(
            label=f"Text {line.send} to {line.number}" if line.send else f"Text {line.number}",
            href="sms:" + re.sub(r"\D", "", line.number),
        )
        for line in texts
    ]
    if url:
        links.append(Link(label=link_text or urlsplit(url).netloc.removeprefix("www."), href=url))
    return links
