"""Nobody is left without words: audiences, concerns, hours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from signpost import safe_yaml
from signpost.register.checks.problem import Problem
from signpost.register.loader import Register
from signpost.register.models import AUDIENCES, Contact, Service


def audiences(register: Register) -> Iterator[Problem]:
    """Advice speaks to each audience or says why not; a service says whom it is for."""
    for entry in register.entries.values():
        if entry.kind != "advice":
            continue
        for audience in AUDIENCES:
            spoken = audience in entry.variants
            reason = entry.not_applicable.get(audience, "").strip()
            if not spoken and not reason:
                message = (
                    f"has no words for {audience}; add variants.{audience}, or say under "
                    f"not_applicable.{audience} why it needs none."
                )
            elif spoken and audience in entry.not_applicable:
                message = (
                    f"has words for {audience} and a not_applicable reason as well; "
                    "take one of them out."
                )
            else:
                continue
            yield Problem(where=f"{entry.id}/{audience}", message=message)
    for service in register.services.values():
        if not service.audiences:
            yield Problem(
                where=f"service.{service.id}/audiences", message="is empty; say whom it is for."
            )


def hours(register: Register) -> Iterator[Problem]:
    """Whoever calls knows when somebody answers."""
    places: list[tuple[str, Service | Contact]] = [
        (f"service.{each.id}", each)
        for each in register.services.values()
        if each.status != "closed"
    ]
    places += [
        (f"council.{council.id}/{contact.name}", contact)
        for council in register.councils.values()
        for contact in council.contacts
    ]
    for where, each in places:
        if each.phones and each.hours is None and not each.held_back:
            yield Problem(
                where=f"{where}/hours",
                message="has a phone number but no hours; add them, or say in hours.words why "
                "they are not known.",
            )


def concerns(register: Register, project: Path) -> Iterator[Problem]:
    """Every concern whose rule gives advice has some, and no advice is for an unknown concern."""
    try:
        intents = set(_read(project / "domain.yml")["intents"])
        rules = _read(project / "data" / "rules.yml")["rules"]
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        yield Problem(
            level="warning",
            where="domain.yml",
            message=f"could not be compared with the advice ({type(error).__name__}); keep "
            "domain.yml and data/rules.yml beside the register's folder.",
        )
        return
    for concern in sorted(_advised(rules) & intents):
        if register.advice(concern) is None:
            yield Problem(
                where=f"advice.{concern}",
                message=f"is missing: domain.yml has the concern; write advice/{concern}.yaml.",
            )
    for entry in register.entries.values():
        concern = entry.id.partition(".")[2]
        if entry.kind == "advice" and concern not in intents:
            yield Problem(
                where=entry.id,
                message="is for a concern that domain.yml does not have, so that nobody gets it; "
                "add the intent or take the entry out.",
            )


def _advised(rules: list[dict[str, Any]]) -> set[str]:
    return {
        step["intent"]
        for rule in rules
        for step, after in zip(rule["steps"], rule["steps"][1:], strict=False)
        if "intent" in step and after.get("action") == "action_advise"
    }


def _read(file: Path) -> Any:
    return safe_yaml.load(file.read_text(encoding="utf-8"))
