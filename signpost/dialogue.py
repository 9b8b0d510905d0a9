"""What to say next: decisions over entry ids, with no words of their own and no Rasa.

The custom actions are thin wrappers round these functions. Each takes a `State` read from the
tracker and returns a `Move`: which entries speak, and what to remember.
"""

from __future__ import annotations

from typing import Any

import msgspec

from signpost.register.loader import Register
from signpost.register.lookup import find_services
from signpost.register.models import Service
from signpost.register.render import as_audience, variant_for

# Intents that are not a worry of their own and so are never offered as a choice.
CONVERSATIONAL = frozenset(
    (
        *("affirm", "deny", "ask_more", "ask_person", "ask_report_how", "correct_bot"),
        *("start_again", "tell_audience_adult", "tell_audience_child", "tell_audience_parent"),
        *("tell_audience_professional", "bot_challenge", "feedback_complaint", "nlu_fallback"),
        *("out_of_scope", "resource_lookup", "smalltalk_greet", "smalltalk_thanks"),
    )
)
CHOICES = 3
# How much of a message a name must be to count where nobody asked for a resource in so many words.
NAMED_SHARE = 0.5
# And how much to be all that was asked about, whichever concern the model sees.
ALONE = 1.0
# From so many words on, "no, that's not it" has also said what it is instead.
SAYS_MORE = 8
# Concerns whose words are for professionals alone.
PROCEDURES = frozenset({"professional_disclosure", "professional_nudes_in_school"})
# The share at which a message counts as beyond our scope though a concern is likelier: it is unlike
# all of them. ADR 17 has the curve.
BEYOND = 0.1
# How the ids of crisis entries end that give both routes for want of an age.
AGE_UNSAID = "_age_unsaid"


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What the tracker knows when an action runs."""

    intent: str = ""
    text: str = ""
    ranking: tuple[str, ...] = ()
    concern: str | None = None
    audience: str | None = None
    platform: str | None = None
    crisis: str | None = None
    asked_audience: bool = False
    beyond: float = 0.0  # the share of `out_of_scope` in the ranking

    @property
    def is_beyond(self) -> bool:
        """Whether the message is like none of our concerns, though one of them is likelier."""
        return self.beyond >= BEYOND


class Utterance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One order to the register: `order` is what `RegisterNLG` reads."""

    response: str
    order: dict[str, Any] = {}


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """The entries that speak now and the slots that change."""

    say: list[Utterance]
    slots: dict[str, Any] = {}


def advise(register: Register, state: State, concern: str | None = None) -> Move:
    """Help first; then, where the words differ by reader, ask who is asking."""
    named = None if concern else _named(register, state, ALONE)
    if named is not None:
        return named
    if concern is None and state.is_beyond:
        return beyond_scope(register, state)
    if concern is None and _is_procedure_for_others(state):
        return more(register, state)
    concern = concern or state.intent
    entry = register.advice(concern)
    if entry is None:
        return offer_choices(register, state)
    say = [_advice(concern, state.audience)]
    if concern == "platform_report_how" and state.platform:
        say += _platform_page(register, state.platform)
    # Kept, so that a guess from a later message does not change who is being spoken to.
    slots: dict[str, Any] = {"concern": concern, "audience": state.audience}
    if state.audience is None and not state.asked_audience and len(entry.variants) > 1:
        say.append(Utterance(response="utter_ask_audience"))
        slots["asked_audience"] = True
    return Move(say=say, slots=slots)


def _is_procedure_for_others(state: State) -> bool:
    """Whether a message reads like a professional's question on procedure, from somebody who is
    none and has a worry in hand: "should I keep the messages" is about that."""
    other = state.audience in ("child", "parent", "adult")
    return state.intent in PROCEDURES and other and state.concern is not None


def tell_audience(register: Register, state: State) -> Move:
    """Someone said who they are: give the advice in the words meant for them.

    Who was answered in those words already hears what more there is, not the same again.
    """
    audience = as_audience(state.intent.removeprefix("tell_audience_"))
    slots = {"audience": audience}
    if audience == "child" and (state.crisis or "").endswith(AGE_UNSAID):
        return _now_known_a_child(state, slots)
    entry = register.advice(state.concern) if state.concern else None
    if entry is None or state.concern is None:
        return Move(say=[Utterance(response="utter_ask_worry")], slots=slots)
    read_before, _ = variant_for(entry, None)
    chosen, variant = variant_for(entry, audience)
    part = "more" if chosen == read_before and variant.more else "answer"
    say = [
        Utterance(response="utter_audience_thanks"),
        _advice(state.concern, audience, part),
    ]
    return Move(say=say, slots=slots)


def _now_known_a_child(state: State, slots: dict[str, Any]) -> Move:
    """The crisis reply gave both routes because no age was said; now it is: CEOP."""
    entry = (state.crisis or "").removesuffix(AGE_UNSAID)
    say = [Utterance(response="utter_" + entry.replace(".", "_"), order={"audience": "child"})]
    return Move(say=say, slots={**slots, "crisis": entry})


def more(register: Register, state: State) -> Move:
    """Answer "what else?" and "will they tell my mum?" about the concern in hand."""
    if state.concern is None:
        return _unsaid(register, state)
    return _part(register, state, "more", otherwise="utter_nothing_more")


def report_how(register: Register, state: State) -> Move:
    """Answer "how do I report it?" about the concern and platform in hand."""
    if state.concern is None:
        return advise(register, state, "platform_report_how")
    move = _part(register, state, "report", otherwise="utter_no_report")
    pages = _platform_page(register, state.platform) if state.platform else []
    return Move(say=[*move.say, *pages], slots=move.slots)


def correct(register: Register, state: State) -> Move:
    """ "That's not it": say sorry, forget the concern, and ask again; or, where the message goes on
    to say what it is, offer what that may be."""
    sorry = Utterance(response="utter_correct")
    move = _unsaid(register, state) if _says_more(state) else Move(say=[sorry])
    return Move(say=move.say, slots={**move.slots, "concern": None})


def _unsaid(register: Register, state: State) -> Move:
    """A turn of talk with nothing in hand to be about: the closest concerns if it says enough for
    that, else the question what the worry is."""
    if state.is_beyond:
        return beyond_scope(register, state)
    if _says_more(state):
        others = tuple(name for name in state.ranking if name != state.concern)
        return offer_choices(register, msgspec.structs.replace(state, ranking=others))
    return Move(say=[Utterance(response="utter_ask_worry")])


def _says_more(state: State) -> bool:
    return len(state.text.split()) >= SAYS_MORE


def beyond_scope(register: Register, state: State) -> Move:
    """Not about online safety, unless the message is little else than the name of a service."""
    return _named(register, state) or Move(say=[Utterance(response="utter_out_of_scope")])


def offer_choices(register: Register, state: State) -> Move:
    """Not sure: the closest concerns as choices in plain words, and a way to a person."""
    if state.is_beyond:
        return beyond_scope(register, state)
    named = _named(register, state)
    if named is not None:
        return named
    close = [
        name
        for name in state.ranking
        if name not in CONVERSATIONAL and register.advice(name) is not None
    ][:CHOICES]
    if not close:
        return Move(say=[Utterance(response="utter_not_sure")])
    return Move(
        say=[
            Utterance(
                response="utter_choices_lead",
                order={"concerns": close},
            )
        ]
    )


def look_up(register: Register, state: State) -> Move:
    """Say what a named service or resource is today."""
    found = find_services(register, state.text)
    if not found and state.is_beyond:
        return beyond_scope(register, state)
    return _services(found) if found else Move(say=[Utterance(response="utter_resource_unknown")])


def _named(register: Register, state: State, share: float = NAMED_SHARE) -> Move | None:
    found = find_services(register, state.text, least_share=share)
    return _services(found) if found else None


def _services(found: list[Service]) -> Move:
    say = [Utterance(response="utter_service", order={"service": service.id}) for service in found]
    return Move(say=say, slots={"concern": "resource_lookup"})


def start_again(register: Register, state: State) -> Move:
    """Forget everything the conversation has learnt."""
    cleared = dict.fromkeys(
        ("concern", "crisis", "audience", "audience_guess", "platform", "age", "relation")
    )
    return Move(
        say=[Utterance(response="utter_start_again")],
        slots={**cleared, "asked_audience": False},
    )


def _advice(concern: str, audience: str | None, part: str = "answer") -> Utterance:
    order = {"entry": f"advice.{concern}", "part": part}
    if audience:
        order["audience"] = audience
    return Utterance(response="utter_advice", order=order)


def _part(register: Register, state: State, part: str, otherwise: str) -> Move:
    entry = register.advice(state.concern) if state.concern else None
    if entry is None or state.concern is None:
        return Move(say=[Utterance(response=otherwise)])
    _, variant = variant_for(entry, state.audience)
    if getattr(variant, part) is None:
        return Move(say=[Utterance(response=otherwise)])
    return Move(say=[_advice(state.concern, state.audience, part)])


def _platform_page(register: Register, platform: str) -> list[Utterance]:
    page = register.platform_report(platform)
    if page is None or page.held_back:
        return []
    return [Utterance(response="utter_service", order={"service": page.id})]
