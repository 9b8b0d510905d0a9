"""Outcomes as they would be heard, for the tests of what is counted from them."""

from __future__ import annotations

from signpost.evaluation.heard import ConcernOutcome, CrisisOutcome, TurnOutcome
from signpost.evaluation.judge import Verdict
from signpost.evaluation.rows import ConcernRow, CrisisRow, DialogueTurn
from signpost.evaluation.talk import Heard
from signpost.register.models import Reply

_NOTHING = Verdict((), None, None, False, ())


def answered(
    concern: str,
    *concerns: str,
    text: str = "a message",
    audience: str = "child",
    ranking: dict[str, float] | None = None,
    row: ConcernRow | None = None,
) -> ConcernOutcome:
    """A message about `concern` that was answered with the words of `concerns`."""
    ranking = ranking or {}
    heard = Heard(Reply(), tuple(ranking), audience, 0.02, confidences=tuple(ranking.values()))
    return ConcernOutcome(
        row or ConcernRow(text, concern, audience),
        heard,
        Verdict((), None, None, False, concerns),
    )


def crisis(*, found: bool, is_crisis: bool = True, text: str = "a crisis") -> CrisisOutcome:
    """A crisis, or an ordinary message, that was escalated or not."""
    row = CrisisRow(text, "crisis" if is_crisis else "not_crisis", "999", "tag")
    verdict = Verdict((), "crisis", "999", False, ()) if found else _NOTHING
    score = 2.0 if found else -2.0
    return CrisisOutcome(row, Heard(Reply(), (), None, 0.02, crisis_score=score), verdict)


def turn(*, right: bool) -> TurnOutcome:
    """A turn that had to be escalated, and was or was not."""
    verdict = Verdict((), "crisis", "999", False, ()) if right else _NOTHING
    return TurnOutcome("a dialogue", 1, DialogueTurn("help", "escalate:999"), verdict)
