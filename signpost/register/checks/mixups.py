"""Services offered to the wrong reader, at the wrong age or at the wrong hour."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.register.checks.problem import Problem
from signpost.register.loader import Register, passages
from signpost.register.models import Audience

# Whom a service is for, where mix-ups do harm: (youngest, oldest).
_AGES: dict[str, tuple[int | None, int | None]] = {
    "report-remove": (None, 17),
    "stopncii": (18, None),
    "revenge-porn-helpline": (18, None),
    "report-harmful-content": (13, None),
}
# Whom a card must never be shown to.
_NOT_FOR: dict[str, tuple[Audience, ...]] = {
    "kayleighs-love-story": ("child", "parent", "adult"),
    "nspcc-helpline": ("child",),
    "stopncii": ("child",),
    "posh": ("child", "parent", "adult"),
}
_NOT_URGENT = ("posh", "report-harmful-content")


def _days(days: str, hours: str) -> dict[str, list[str]]:
    return {day: [hours] for day in days.split()}


_WORKDAYS = "mon tue wed thu fri"
# Opening hours that most lists have wrong, as last confirmed.
_HOURS: dict[str, dict[str, list[str]]] = {
    "nspcc-helpline": _days(_WORKDAYS, "10:00-16:00"),
    "posh": _days(_WORKDAYS, "10:00-16:00"),
    "report-harmful-content": _days(_WORKDAYS, "10:00-16:00"),
    "beat": _days(_WORKDAYS, "15:00-20:00"),
    "youngminds-parents": {
        **_days("mon thu fri", "09:30-16:00"),
        **_days("tue wed", "09:30-18:00"),
    },
}


def wrong_readers(register: Register) -> Iterator[Problem]:
    """No card for a reader that its service is not for, and no weekday service in a crisis."""
    for service_id, readers in _NOT_FOR.items():
        service = register.services.get(service_id)
        for reader in readers if service else ():
            if service and reader in service.audiences:
                yield Problem(
                    where=f"service.{service_id}/audiences",
                    message=f"names {reader}, whom it is not for; take that out.",
                )
    for entry in register.entries.values():
        for path, passage in passages(entry):
            audience = path.split(".")[1]
            for name in passage.services:
                if audience in _NOT_FOR.get(name, ()):
                    message = f"offers {name}, which is not for a {audience}; take it out."
                elif entry.kind == "crisis" and name in _NOT_URGENT:
                    message = f"offers {name}, which answers on weekdays only; take it out."
                else:
                    continue
                yield Problem(where=f"{entry.id}/{audience}/services", message=message)


def wrong_ages(register: Register) -> Iterator[Problem]:
    """The ages of the services for intimate pictures are never mixed up."""
    for name, (youngest, oldest) in _AGES.items():
        service = register.services.get(name)
        if service is None:
            continue
        found = (service.ages.youngest, service.ages.oldest) if service.ages else (None, None)
        if found != (youngest, oldest):
            wanted = f"{oldest} and under" if youngest is None else f"{youngest} and over"
            yield Problem(
                where=f"service.{name}/ages", message=f"must be {wanted}; put that in ages."
            )


def stale_hours(register: Register) -> Iterator[Problem]:
    """The hours that lists have wrong are as they were last confirmed."""
    for name, weekly in _HOURS.items():
        service = register.services.get(name)
        if service is None or service.hours is None:
            continue
        if service.hours.always or service.hours.weekly != weekly:
            given = "always" if service.hours.always else str(service.hours.weekly)
            yield Problem(
                where=f"service.{name}/hours",
                message="differ from those last confirmed; ask the service, then waive with what "
                "it says.",
                words=given,
            )


def keywords(register: Register) -> Iterator[Problem]:
    """Shout is reached with its own keyword; partners' keywords go stale."""
    for service in register.services.values():
        for line in service.texts:
            if line.number == "85258" and line.send != "SHOUT":
                yield Problem(
                    where=f"service.{service.id}/texts",
                    message=f"sends '{line.send}' to 85258; write SHOUT.",
                )


def lado_contacts(register: Register) -> Iterator[Problem]:
    """A LADO's number comes from the council itself, and stands in the council's file."""
    for service in register.services.values():
        if service.phones and "LADO" in service.name:
            yield Problem(
                where=f"service.{service.id}/phones",
                message="gives a LADO's number; move it to the council's file.",
            )
    for council in register.councils.values():
        own = any(not source.startswith("facts:") for source in council.sources)
        for contact in council.contacts:
            if contact.role == "lado" and contact.phones and not contact.held_back and not own:
                yield Problem(
                    where=f"council.{council.id}/{contact.name}/phones",
                    message="gives a LADO's number without a source of the council's own; add "
                    "the council's page to sources, or hold the team back.",
                )
