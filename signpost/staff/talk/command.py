"""`signpost talk`: the running bot in a terminal, with its reasons if asked for."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date

from signpost import logs, running
from signpost.door.conversations import Conversation
from signpost.door.rasa import RasaUnavailable
from signpost.register.models import Bubble, Choice
from signpost.settings import Settings
from signpost.staff.talk.shown import Message, Shown, show
from signpost.staff.talk.told import DECISIONS, HOW, LEVELS
from signpost.staff.talk.trial import Heard, Trials
from signpost.staff.talk.why import Nets, Rule, Spoke, Why

_BAR = 30


def talk(
    settings: Settings, texts: Sequence[str], *, as_: str = "", channel: str = "web", why: bool
) -> int:
    """Hold one conversation: `texts`, or what is typed when there are none."""
    logs.configure("error", "talk")
    try:
        settings = running.settings_of(settings)
    except running.NotRunningError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    with closing(asyncio.new_event_loop()) as loop:
        return _hold(loop, settings, texts, as_, channel, why)


def _hold(
    loop: asyncio.AbstractEventLoop,
    settings: Settings,
    texts: Sequence[str],
    as_: str,
    channel: str,
    why: bool,
) -> int:
    trials = Trials(settings)
    try:
        if not loop.run_until_complete(trials.ready()):
            print(
                f"signpost: The bot does not answer at {settings.rasa_url} (its model may still "
                "be loading). Start it in another window with `make run`, and wait until it says "
                "that everything is ready.",
                file=sys.stderr,
            )
            return 1
        _converse(loop, _Talk(trials, settings, channel, why), texts, as_)
    finally:
        loop.run_until_complete(trials.close())
    return 0


class _Talk:
    """One conversation and how it is printed."""

    def __init__(self, trials: Trials, settings: Settings, channel: str, why: bool) -> None:
        self._trials = trials
        self._settings = settings
        self._channel = channel
        self._why = why
        self.conversation: Conversation = trials.start()

    def greet(self) -> None:
        self._print(
            show(
                self._trials.greeting(self._channel),
                self._channel,
                self._trials.editions.current,
                self._settings,
            )
        )

    async def begin_as(self, as_: str) -> None:
        heard = await self._trials.say_who(self.conversation, as_)
        if heard is not None:
            print(f"\nyou: {heard.said}")
            self._hear(heard)

    async def say(self, text: str) -> None:
        self._hear(await self._trials.say(self.conversation, text))

    async def end(self) -> None:
        try:
            await self._trials.forget(self.conversation.id)
        except RasaUnavailable:
            print("signpost: Rasa could not be told to forget; it will in time.", file=sys.stderr)

    def _hear(self, heard: Heard) -> None:
        edition = self._trials.editions.current
        self._print(show(heard.reply, self._channel, edition, self._settings))
        if self._why:
            print()
            for line in lines(heard):
                print(f"  {line}")

    @staticmethod
    def _print(shown: Shown) -> None:
        for line in _shown(shown):
            print(line)


def _converse(loop: asyncio.AbstractEventLoop, talk: _Talk, texts: Sequence[str], as_: str) -> None:
    """Say everything. The loop rests while somebody types, so that Ctrl-C ends it at once."""
    if not texts:
        talk.greet()
    try:
        if as_:
            loop.run_until_complete(talk.begin_as(as_))
        for text in _said(texts):
            loop.run_until_complete(talk.say(text))
    finally:
        loop.run_until_complete(talk.end())


def _said(texts: Sequence[str]) -> Iterator[str]:
    """The messages: those given, else what is typed until the end of the input."""
    for text in texts:
        print(f"\nyou: {text}")
        yield text
    while not texts:
        try:
            typed = input("\nyou: ")
        except EOFError:
            print()
            return
        yield typed


def _shown(shown: Shown) -> Iterator[str]:
    for bubble in shown.bubbles:
        yield from _bubble(bubble)
    for message in shown.messages:
        yield from _message(message)
    for message in shown.later:
        yield "\n(waits until the person sends MORE)"
        yield from _message(message)
    if shown.channel == "web":
        yield from _choices(shown.choices)


def _bubble(bubble: Bubble) -> Iterator[str]:
    mark = {"crisis": "!!", "standing": "!", "card": "*"}.get(bubble.kind, "")
    title = f"{bubble.title}: " if bubble.title else ""
    yield f"\nbot{mark}: {title}{bubble.text} {bubble.note}".rstrip()
    for link in bubble.links:
        yield f"     [{link.label}] {link.href}"


def _message(message: Message) -> Iterator[str]:
    count = len(message.segments)
    size = f"{message.characters} characters"
    yield f"\nbot ({f'{count} segments, {size}' if count else size}):"
    yield message.text
    yield from _choices(message.choices)


def _choices(choices: Sequence[Choice]) -> Iterator[str]:
    for number, choice in enumerate(choices, start=1):
        yield f"  {number}  {choice.title}"


def lines(heard: Heard) -> Iterator[str]:
    """The reasons of a turn, for a terminal."""
    why = heard.why
    yield f"why: {LEVELS[why.level]}" + (f", route {why.route}" if why.route else "")
    for reading in heard.readings:
        yield f"the floor reads: {reading}"
    yield f"kept as: {why.stored}"
    yield from map(_rule, why.rules)
    yield from _nets(why.nets)
    if why.words:
        moves = ", ".join(f"{each.word} {each.moves:+.1f}" for each in why.words)
        yield f"words that moved the floor's score most: {moves}"
    yield f"writes: {why.audience} ({HOW[why.audience_how]})"
    for entity in why.entities:
        yield f"found: {entity.kind} {entity.value}"
    for score in why.concerns:
        bar = "█" * round(score.share * _BAR)
        yield f"{score.share:6.1%} {bar:{_BAR}} {score.concern}"
    for step in why.steps:
        certain = "" if step.confidence is None else f", confidence {step.confidence:.2f}"
        yield f"acted: {step.policy} chose {step.action}{certain}"
    yield from _notes(why)
    for each in why.spoke:
        yield from _spoke(each)


def _rule(rule: Rule) -> str:
    weight = "sure" if rule.sure else "a sign" if rule.counted else "a sign, outvoted"
    return f"rule {rule.id} ({weight}, {rule.route}): {rule.reason}"


def _nets(nets: Nets) -> Iterator[str]:
    if nets.floor is not None:
        yield (
            f"floor: {nets.floor:+.2f} (crisis from {nets.floor_crisis:+.1f}, unsure from "
            f"{nets.floor_unsure:+.1f})"
        )
    if nets.both is not None:
        yield (
            f"second net: {nets.both:+.2f} (crisis from {nets.both_crisis:+.1f}, check-in from "
            f"{nets.both_check_in:+.1f})"
        )
    yield DECISIONS[nets.second]


def _notes(why: Why) -> Iterator[str]:
    if not why.read:
        yield "no rules could be read: the last resort was said"
    if why.fault:
        yield f"Rasa gave no answer ({why.fault})"
    if why.problem:
        yield f"the message was {why.problem.replace('_', ' ')}"


def _spoke(each: Spoke) -> Iterator[str]:
    who = "/".join(part for part in (each.entry, each.audience, each.part) if part)
    late = ", overdue" if each.overdue(date.today()) else ""
    signed = f"signed off by {each.signed}" if each.signed else "not signed off"
    yield f"spoke: {who}; checked {each.checked_on}, review by {each.review_by}{late}; {signed}"
    for source in each.sources:
        where = " ".join(source.addresses) or "; ".join(source.words)
        yield f"    from {source.name}: {where}".rstrip(": ")
