"""The pages "Corrections": what a turn should have been, and what a lead decides on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

from starlette.responses import Response

from signpost.register.models import AUDIENCES
from signpost.staff.permissions import May
from signpost.staff.reviews.rows import ESCALATIONS, FILES, Should, concern_of, observed
from signpost.staff.reviews.store import Correction, State
from signpost.staff.talk import told
from signpost.staff.talk.desk import Desk, desk_of, section_of
from signpost.staff.talk.pages import gone
from signpost.staff.talk.shown import show
from signpost.staff.talk.store import Trial, TrialTurn
from signpost.staff.talk.why import concern_title
from signpost.staff.visit import Visit, get, post, problems_of
from signpost.staff.workbench import Section, Workbench

LONGEST_WORDING, LONGEST_NOTE = 2000, 1000
# Concerns without advice of their own that a message can be about.
_CONVERSATIONAL = (
    *("out_of_scope", "smalltalk_greet", "smalltalk_thanks", "bot_challenge"),
    "feedback_complaint",
)
_STATES: dict[str, str] = {
    "waiting": "Waiting",
    "accepted": "Accepted",
    "declined": "Declined",
}
_DECISIONS: dict[str, State] = {"accept": "accepted", "decline": "declined"}


def section(bench: Workbench) -> Section:
    """ "Corrections"."""
    desk = desk_of(bench)
    reviews = Reviews(desk)
    return Section(
        "Corrections",
        "/corrections",
        "What the bot should have said, and what has become of it.",
        May.CORRECT,
        [
            get("/talk/{trial:int}/{number:int}/should", reviews.form, May.CORRECT),
            post("/talk/{trial:int}/{number:int}/should", reviews.propose, May.CORRECT),
            get("/corrections", reviews.list, May.CORRECT),
            get("/corrections/files/{name}.jsonl", reviews.file, May.CORRECT),
            get("/corrections/{correction:int}", reviews.show, May.CORRECT),
            post("/corrections/{correction:int}", reviews.decide, May.DECIDE_CORRECTIONS),
        ],
        waiting=desk.corrections.count_waiting,
    )


class Reviews:
    """The pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def form(self, visit: Visit) -> Response:
        found = self._turn(visit)
        return self._form(visit, *found) if found else gone(visit)

    def propose(self, visit: Visit) -> Response:
        found = self._turn(visit)
        if found is None:
            return gone(visit)
        trial, turn = found
        problems = self._problems(visit)
        if problems:
            return self._form(visit, trial, turn, problems)
        should = self._should(visit, trial, turn)
        note = self._desk.redact(visit.value("note"))
        number = self._desk.corrections.propose(trial, turn, should, note, visit.person.name)
        visit.record("corrections.proposed", str(number))
        return visit.redirect(
            f"/talk/{trial.id}#turn-{turn.number}",
            "Thank you. A safeguarding lead now decides on it.",
        )

    def list(self, visit: Visit) -> Response:
        state = visit.asked("state")
        state = state if state in _STATES else ""
        files = self._desk.corrections.files()
        return visit.page(
            "reviews/list.html",
            corrections=self._desk.corrections.all(state),
            state=state,
            states=_STATES,
            escalations=ESCALATIONS,
            title_of=self._title_of(),
            name_of=self._desk.name_of,
            told=told,
            files={name: text.count("\n") for name, text in files.items() if text},
            section=partial(section_of, visit),
        )

    def show(self, visit: Visit) -> Response:
        correction = self._correction(visit)
        return self._page(visit, correction) if correction else _unknown(visit)

    def decide(self, visit: Visit) -> Response:
        correction = self._correction(visit)
        if correction is None:
            return _unknown(visit)
        decision, reason = visit.value("decision"), visit.value("reason")
        problems = problems_of(
            ("decision", decision not in _DECISIONS, "Choose whether you accept or decline it."),
            (
                "reason",
                decision == "decline" and not reason,
                "Say why you decline it: whoever proposed it reads that.",
            ),
            (
                "reason",
                len(reason) > LONGEST_NOTE,
                f"The reason has more than {LONGEST_NOTE:,} characters.",
            ),
        )
        if problems:
            return self._page(visit, correction, problems, decision, reason)
        state = _DECISIONS[decision]
        reason = self._desk.redact(reason)
        self._desk.corrections.decide(
            correction.id, state, reason, visit.person.name, audit=visit.bench.audit
        )
        self._desk.write_tests()
        return visit.redirect(f"/corrections/{correction.id}", f"{_STATES[state]}.")

    def file(self, visit: Visit) -> Response:
        name = visit.request.path_params["name"]
        text = self._desk.corrections.files().get(name, "") if name in FILES else ""
        if not text:
            return visit.refuse(404, "There is no such file", "No accepted correction fills it.")
        return Response(
            text,
            media_type="application/x-ndjson",
            headers={"Content-Disposition": f'attachment; filename="{name}.jsonl"'},
        )

    def _problems(self, visit: Visit) -> Mapping[str, str]:
        concern, audience, escalation, wording, note = (
            visit.value(name) for name in ("concern", "audience", "escalation", "wording", "note")
        )
        nothing = not (concern or audience or escalation or wording)
        return problems_of(
            ("concern", bool(concern) and concern not in self._concerns(), "Choose a concern."),
            ("audience", bool(audience) and audience not in AUDIENCES, "Choose an audience."),
            ("escalation", bool(escalation) and escalation not in ESCALATIONS, "Choose one."),
            (
                "concern",
                nothing,
                "Say what should have been different: the concern, the audience, the crisis reply "
                "or the words.",
            ),
            (
                "wording",
                len(wording) > LONGEST_WORDING,
                f"The words have more than {LONGEST_WORDING:,} characters.",
            ),
            ("note", not note, "Say why, in a sentence: a lead decides on it."),
            (
                "note",
                len(note) > LONGEST_NOTE,
                f"The note has more than {LONGEST_NOTE:,} characters.",
            ),
        )

    def _should(self, visit: Visit, trial: Trial, turn: TrialTurn) -> Should:
        before = [
            each.said for each in self._desk.store.turns(trial.id) if each.number < turn.number
        ]
        return Should(
            said=turn.said,
            before=before,
            concern=visit.value("concern"),
            audience=visit.value("audience"),
            escalation=visit.value("escalation"),
            wording=self._desk.redact(visit.value("wording")),
            said_concern=concern_of(turn.reply),
            said_audience=turn.why.audience,
        )

    def _form(
        self,
        visit: Visit,
        trial: Trial,
        turn: TrialTurn,
        problems: Mapping[str, str] | None = None,
    ) -> Response:
        names = ("concern", "audience", "escalation", "wording", "note")
        return visit.page(
            "reviews/should.html",
            status=400 if problems else 200,
            problems=problems or {},
            trial=trial,
            turn=turn,
            shown=self._shown(turn.reply, trial.channel),
            values={name: visit.value(name) for name in names},
            concerns=self._concerns(),
            escalations=ESCALATIONS,
            told=told,
            found=self._found(turn),
        )

    def _page(
        self,
        visit: Visit,
        correction: Correction,
        problems: Mapping[str, str] | None = None,
        decision: str = "",
        reason: str = "",
    ) -> Response:
        return visit.page(
            "reviews/one.html",
            status=400 if problems else 200,
            problems=problems or {},
            correction=correction,
            shown=self._shown(correction.reply, correction.channel),
            has_trial=correction.trial is not None
            and self._desk.store.find(correction.trial) is not None,
            states=_STATES,
            escalations=ESCALATIONS,
            title_of=self._title_of(),
            name_of=self._desk.name_of,
            told=told,
            today=date.today(),
            decision=decision,
            reason=reason,
            section=partial(section_of, visit),
            may_decide=visit.person.may(May.DECIDE_CORRECTIONS),
        )

    def _turn(self, visit: Visit) -> tuple[Trial, TrialTurn] | None:
        """The turn of the address, when this person may see it."""
        trial = self._desk.store.find(visit.request.path_params["trial"])
        if trial is None:
            return None
        is_theirs = bool(trial.name) or trial.owner == visit.person.name
        if not is_theirs and not visit.person.may(May.DECIDE_CORRECTIONS):
            return None
        number = visit.request.path_params["number"]
        turns = (each for each in self._desk.store.turns(trial.id) if each.number == number)
        turn = next(turns, None)
        return (trial, turn) if turn else None

    def _correction(self, visit: Visit) -> Correction | None:
        return self._desk.corrections.find(visit.request.path_params["correction"])

    def _shown(self, reply: object, channel: str) -> object:
        return show(reply, channel, self._desk.edition, self._desk.settings)  # type: ignore[arg-type]

    def _found(self, turn: TrialTurn) -> dict[str, str]:
        """What the turn was, in the terms of the form."""
        concern = concern_of(turn.reply)
        kind, _, route = observed(turn.reply).partition(":")
        escalation = "check_in" if turn.reply.check_in else route if kind == "escalate" else "none"
        return {
            "concern": self._concerns().get(concern, "none"),
            "audience": told.ROLES.get(turn.why.audience, "not known"),
            "escalation": ESCALATIONS.get(escalation, "999 and CEOP, by age"),
        }

    def _concerns(self) -> dict[str, str]:
        """Each concern with its words, by those words."""
        register = self._desk.edition.register
        names = [
            name.removeprefix("advice.")
            for name in (register.entries if register else ())
            if name.startswith("advice.")
        ]
        titles = {name: concern_title(register, name) for name in names}
        return {
            **dict(sorted(titles.items(), key=lambda each: each[1].casefold())),
            **{name: concern_title(register, name) for name in _CONVERSATIONAL},
        }

    def _title_of(self) -> partial[str]:
        return partial(concern_title, self._desk.edition.register)


def _unknown(visit: Visit) -> Response:
    return visit.refuse(404, "There is no such correction", "Look for it in the list.")
