"""Turn register entries into a `Reply`: the words for this reader, with cards and links.

The only place where words for users are put together. What a channel then makes of a `Reply`
(HTML, one SMS, buttons) is the channel's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import urlsplit

from signpost.register.loader import Register
from signpost.register.models import (
    AUDIENCES,
    Audience,
    Bubble,
    Contact,
    Entry,
    Link,
    Passage,
    Phone,
    Reply,
    Service,
    TextLine,
    Variant,
)


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
    register: Register, entry_id: str, audience: str | None = None, part: str = "answer"
) -> Reply:
    """An entry's words for `audience`.

    `part` is "answer", "more" (for "what else?") or "report" (for "how do I report it?"); a part
    that the entry lacks renders as an empty reply. Raises `RegisterError` for an unknown entry.
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
    bubbles += cards(register, passage.services)
    bubbles += [
        contact_card(register, contact)
        for role in passage.contacts
        for contact in register.contacts(role)
    ]
    return Reply(
        bubbles=bubbles,
        choices=list(entry.choices) if part == "answer" else [],
        route=entry.route,
        check_in=entry.id == "crisis.check_in",
    )


def cards(register: Register, names: Iterable[str]) -> list[Bubble]:
    """Cards for services, leaving out what has closed or is held back until it is confirmed."""
    shown = (register.services[name] for name in names)
    return [
        service_card(service)
        for service in shown
        if not service.held_back and service.status != "closed"
    ]


def service_card(service: Service) -> Bubble:
    """What a service is for and how to reach it."""
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
    )


def render_service(register: Register, name: str) -> Reply:
    """What a service asked for by name is today; says so when its facts are not confirmed."""
    service = register.services[name]
    bubbles = [service_card(service)]
    if service.held_back:
        bubbles += render_entry(register, "conversation.unconfirmed").bubbles
    return Reply(bubbles=bubbles)


def contact_card(register: Register, contact: Contact) -> Bubble:
    """How to reach a team of the council."""
    sentences = [contact.name + (f" ({contact.area})." if contact.area else ".")]
    if contact.hours and contact.hours.words:
        sentences.append(contact.hours.words)
    return Bubble(
        entry=f"council.{register.council.id}",
        title=contact.name,
        text=" ".join(sentences),
        links=_links(contact.phones, [], contact.url, contact.link_text),
        kind="card",
    )


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
