"""Who may do what: the one place that says which role allows which act."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

TESTER, EDITOR, LEAD, ADMIN = "tester", "editor", "lead", "admin"
# Each with what it is called to people, and what it is for.
ROLES = {
    TESTER: ("tester", "tries the bot, says what it should have said, sees test runs"),
    EDITOR: ("editor", "does what testers do; writes advice, starts test runs, checks links"),
    LEAD: ("safeguarding lead", "does what editors do; approves, signs off, publishes"),
    ADMIN: ("administrator", "looks after accounts and reads the audit log"),
}


class May(Enum):
    """What a person may do, in the words of a refusal: "You cannot …"."""

    TRY = "try the bot"
    CORRECT = "say what the bot should have said"
    DECIDE_CORRECTIONS = "accept or decline what others said it should have been"
    SEE_RUNS = "see test runs"
    START_RUNS = "start a test run"
    READ_REGISTER = "read the advice here"
    EDIT = "change the advice"
    APPROVE = "approve changes of the advice"
    SIGN_OFF = "sign off advice"
    PUBLISH = "publish the advice"
    CHECK_LINKS = "check the links"
    SEE_USE = "see the figures of use"
    SEE_SAMPLES = "read samples of messages"
    SWITCH_OFF = "turn the bot off or on"
    LOOK_AFTER_ACCOUNTS = "look after accounts"
    READ_AUDIT = "read the audit log"


_ALLOWED: dict[str, frozenset[May]] = {}
_ALLOWED[TESTER] = frozenset({May.TRY, May.CORRECT, May.SEE_RUNS, May.READ_REGISTER})
_ALLOWED[EDITOR] = _ALLOWED[TESTER] | {May.EDIT, May.START_RUNS, May.CHECK_LINKS, May.SEE_USE}
_ALLOWED[LEAD] = _ALLOWED[EDITOR] | {
    May.DECIDE_CORRECTIONS,
    May.APPROVE,
    May.SIGN_OFF,
    May.PUBLISH,
    May.SEE_SAMPLES,
    May.SWITCH_OFF,
}
# Looking after accounts gives no say over the advice: who needs both has both roles.
_ALLOWED[ADMIN] = frozenset({May.LOOK_AFTER_ACCOUNTS, May.READ_AUDIT})


def allowed(roles: Iterable[str], act: May) -> bool:
    """Whether somebody with these roles may do this. An unknown role allows nothing."""
    return any(act in _ALLOWED.get(role, ()) for role in roles)


def roles_for(act: May) -> list[str]:
    """The roles that allow an act, as they are called to people."""
    return [ROLES[role][0] for role, acts in _ALLOWED.items() if act in acts]


def in_words(roles: Iterable[str]) -> str:
    """Roles as they are called to people: "tester and administrator"."""
    names = [ROLES[role][0] for role in ROLES if role in set(roles)]
    return joined(names, "and") or "none"


def joined(names: list[str], word: str) -> str:
    """As in: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
