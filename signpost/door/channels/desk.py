"""Takes what came in: every part is assessed first, a crisis is said at once, the rest in order."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import structlog

from signpost.door.channels.channel import Channel
from signpost.door.channels.keywords import Keyword, keyword
from signpost.door.channels.message import Message, Part
from signpost.door.channels.opt_outs import OptOuts
from signpost.door.channels.outbox import Outbox, Parcel, Slot
from signpost.door.channels.people import People, Person
from signpost.door.conversations import Conversation
from signpost.door.door import Door
from signpost.door.store import Known
from signpost.door.turn import Turn
from signpost.register.channels.sheets import Sheet, Sheets
from signpost.register.channels.sms import SmsWords, more_hint
from signpost.register.models import Reply

log = structlog.get_logger()

# Providers send again for a day and a half what they believe was not received.
SEEN_SECONDS = 48 * 3600.0
# Until a message is read, its id is kept from other doors for no longer than this: should this door
# die now, the provider sends it again and another one answers.
_CLAIM_SECONDS = 10.0
MOST_SEEN = 200_000
_GREETING = "conversation.greet/"


@dataclass
class Urgent:
    """A crisis reply on its way, for the answer to the provider's own request."""

    message: Message
    sheets: list[Sheet]
    parcels: list[Parcel]


@dataclass
class _Read:
    """A message after stage 2: who wrote it and what was found in each of its parts."""

    message: Message
    person: Person
    conversation: Conversation
    turns: list[tuple[Part, Turn]]

    @property
    def crisis(self) -> Turn | None:
        """The turn to answer as a crisis: danger to life before anything else."""
        found = [turn for _, turn in self.turns if turn.in_crisis]
        found.sort(key=lambda turn: turn.assessment is None or turn.assessment.route == "CEOP")
        return found[0] if found else None

    @property
    def said(self) -> list[Turn]:
        """What was said to us, without what only came along."""
        return [turn for part, turn in self.turns if not part.aside]


@dataclass
class _Said:
    """A reply in its channel's form, with the entries that its words come from."""

    sheets: Sheets
    entries: tuple[str, ...]


class Seen:
    """Ids of messages that were answered; each is answered once."""

    def __init__(self, now: Callable[[], float] = time.monotonic, most: int = MOST_SEEN) -> None:
        self._now = now
        self._most = most
        self._when: OrderedDict[str, float] = OrderedDict()

    def __contains__(self, name: str) -> bool:
        return name in self._when

    def add(self, name: str) -> None:
        """Remember an id; old ones go."""
        oldest = self._now() - SEEN_SECONDS
        while self._when and (
            len(self._when) >= self._most or next(iter(self._when.values())) < oldest
        ):
            self._when.popitem(last=False)
        self._when[name] = self._now()

    def forget(self, name: str) -> None:
        """Let an id come again: nobody can tell whether its answer was shown."""
        self._when.pop(name, None)


class Desk:
    """Answers messages of all channels with one door."""

    def __init__(
        self,
        door: Door,
        outbox: Outbox,
        opt_outs: OptOuts,
        *,
        idle_seconds: float,
        preview: bool,
        last_resort_sms: str,
    ) -> None:
        self._door = door
        self._outbox = outbox
        self._opt_outs = opt_outs
        self._people = People(idle_seconds)
        self._preview = preview
        self._last_resort_sms = last_resort_sms
        self.seen = Seen()

    async def take(self, channel: Channel, messages: list[Message]) -> list[Urgent]:
        """Answer these messages; returns the crisis replies, which are on their way already."""
        fresh = [each for each in messages if await self._is_new(channel, each)]
        met = [(each, *await self._meet(channel, each)) for each in fresh]
        # Nothing below asks anybody anything before the last part of the last message is read.
        read = [self._read(message, person, talk) for message, person, talk in met]
        for each in read:
            self.seen.add(seen_as(channel, each.message))
        urgent = [
            await self._say_crisis(channel, each, each.crisis) for each in read if each.crisis
        ]
        for each in read:
            self._see_to(channel, each)
            await self._door.store.keep_claim(seen_as(channel, each.message), SEEN_SECONDS)
        return urgent

    async def let_come_again(self, channel: Channel, message: Message) -> None:
        """Answer this message once more if it comes again: nobody knows whether it was shown."""
        self.seen.forget(seen_as(channel, message))
        await self._door.store.unclaim(seen_as(channel, message))

    async def _is_new(self, channel: Channel, message: Message) -> bool:
        name = seen_as(channel, message)
        new = name not in self.seen and await self._door.store.is_first(name, _CLAIM_SECONDS)
        if not new:
            log.info("message.again", channel=channel.name)
        return new

    async def _meet(self, channel: Channel, message: Message) -> tuple[Person, Conversation]:
        """Who writes, and their conversation as it is now at whichever door."""
        person, store = self._people.find(channel.name, message.address), self._door.store
        async with person.meeting:
            known = await store.person(_address(channel, message))
            if known is not None:
                person.token, person.greeted = known.token, known.greeted
                person.later = _sheets(known.later)
            conversation = await store.find(person.token, channel.name) if person.token else None
            if conversation is None:
                person.forget()
                conversation = await store.start(channel.name)
                person.token = conversation.token
                await self._remember(channel, message, person)
        self._door.conversations.touch(conversation)
        return person, conversation

    async def _remember(self, channel: Channel, message: Message, person: Person) -> None:
        later = msgspec.json.encode(person.later)
        known = Known(token=person.token, greeted=person.greeted, later=later)
        await self._door.store.remember_person(_address(channel, message), known)

    def _read(self, message: Message, person: Person, conversation: Conversation) -> _Read:
        turns = [
            (part, self._door.read(conversation, part.text, part.choice)) for part in message.parts
        ]
        return _Read(message, person, conversation, turns)

    async def _say_crisis(self, channel: Channel, read: _Read, turn: Turn) -> Urgent:
        """Send what the floor found, also to somebody who said STOP."""
        urgent = Urgent(read.message, [], [])

        async def send(reply: Reply) -> None:
            urgent.sheets, urgent.parcels = self._hand_over(channel, read, turn, reply)

        await self._door.answer(turn, send)
        return urgent

    def _hand_over(
        self, channel: Channel, read: _Read, turn: Turn, reply: Reply
    ) -> tuple[list[Sheet], list[Parcel]]:
        """Let a crisis reply out past everything."""
        said = self._said(channel, reply, turn)
        read.person.later = said.sheets.later
        parcels = _parcels(channel, read.message, said, crisis=True)
        self._outbox.urgent(parcels, read.person.lane)
        return said.sheets.now, parcels

    def _see_to(self, channel: Channel, read: _Read) -> None:
        """What is left to say takes its place in the person's lane now and is found out later."""
        receipt = channel.receipt(read.message.receipt) if read.message.receipt else None
        if receipt is not None:
            self._outbox.tell(channel, receipt)
        slot = self._outbox.slot(read.person.lane)
        self._outbox.start(self._answer(channel, read, slot))

    async def _answer(self, channel: Channel, read: _Read, slot: Slot) -> None:
        said: list[_Said] = []
        try:
            said = await self._replies(channel, read)
        except Exception as error:  # noqa: BLE001 - whatever failed, the person is answered
            log.error("message.failed", channel=channel.name, kind=type(error).__name__)
            said = [self._said(channel, self._door.render.last_resort())]
        finally:
            if said:
                read.person.later = said[-1].sheets.later
            slot.fill(parcel for each in said for parcel in _parcels(channel, read.message, each))
        await self._remember(channel, read.message, read.person)

    async def _replies(self, channel: Channel, read: _Read) -> list[_Said]:
        who = (channel.name, read.message.address)
        opted_out = who in self._opt_outs
        quiet = opted_out or read.message.only_crisis
        typed = read.said[0].raw if len(read.said) == 1 else ""
        word = None if read.message.only_crisis else keyword(typed, opted_out=opted_out)
        if read.crisis is not None:
            # HELP was answered as a crisis; the details of the service follow it.
            details = [self._notice(channel, read, "text_details")] if word == "help" else []
            return [*details, *([] if quiet else self._about_media(channel, read))]
        if word == "more":
            if read.person.later and not opted_out:
                return [_Said(Sheets(read.person.later[:1], read.person.later[1:]), ())]
        elif word is not None:
            return self._answer_keyword(channel, read, word, who)
        return await self._ordinary(channel, read, quiet=quiet)

    async def _ordinary(self, channel: Channel, read: _Read, *, quiet: bool) -> list[_Said]:
        """What the bot says. `quiet`: only what escalates is sent."""
        first = [] if quiet else self._introduction(channel, read)
        said: list[_Said] = []
        for turn in read.said:

            async def send(reply: Reply, turn: Turn = turn) -> None:
                if reply.route is not None or reply.check_in:
                    self._hand_over(channel, read, turn, reply)
                elif not quiet and not (first and _is_greeting(reply)):
                    said.append(self._said(channel, reply, turn))

            await self._door.answer(turn, send)
        return [*first, *said, *([] if quiet else self._about_media(channel, read))]

    def _answer_keyword(
        self, channel: Channel, read: _Read, word: Keyword, who: tuple[str, str]
    ) -> list[_Said]:
        if word == "stop":
            self._opt_outs.add(*who)
            return [self._notice(channel, read, "opted_out")]
        if word == "start":
            if who in self._opt_outs:
                self._opt_outs.remove(*who)
                return [self._notice(channel, read, "opted_in")]
            read.person.greeted = False
            first = self._introduction(channel, read)
            return first or [self._said(channel, self._door.greeting())]
        if word == "clear":
            return [self._said(channel, self._door.start_again(read.conversation))]
        tail = self._door.render.entry("conversation.safety_tail")
        details = self._door.render.entry("conversation.text_details")
        return [self._said(channel, Reply(bubbles=[*tail.bubbles, *details.bubbles]))]

    def _introduction(self, channel: Channel, read: _Read) -> list[_Said]:
        """What this is, before the first ordinary words; not of a bot that is off."""
        if read.person.greeted or self._door.is_off:
            return []
        read.person.greeted = True
        first = self._door.render.notice(read.conversation, "conversation.first_contact")
        if self._preview:
            banner = self._door.render.entry("conversation.preview_banner")
            first.bubbles = [*banner.bubbles, *first.bubbles]
        return [self._said(channel, first)]

    def _about_media(self, channel: Channel, read: _Read) -> list[_Said]:
        """What becomes of a picture, once for an album."""
        message = read.message
        if message.media is None:
            return []
        if message.album:
            name = f"{channel.name}:album:{message.album}"
            if name in self.seen:
                return []
            self.seen.add(name)
        entry = "picture" if message.media == "picture" else "not_readable"
        return [self._notice(channel, read, entry)]

    def _notice(self, channel: Channel, read: _Read, name: str) -> _Said:
        reply = self._door.render.notice(read.conversation, f"conversation.{name}")
        return self._said(channel, reply)

    def _said(self, channel: Channel, reply: Reply, turn: Turn | None = None) -> _Said:
        """A reply in the channel's form, worded by the edition that judged the message."""
        sheets = channel.render(self._words(turn), reply)
        return _Said(sheets, tuple(bubble.entry for bubble in reply.bubbles))

    def _words(self, turn: Turn | None) -> SmsWords:
        edition = (turn.edition if turn else None) or self._door.editions.current
        return SmsWords(edition.register, more_hint(edition.register), self._last_resort_sms)


def _address(channel: Channel, message: Message) -> str:
    return f"{channel.name}:{message.address}"


def _sheets(later: bytes) -> list[Sheet]:
    return msgspec.json.decode(later, type=list[Sheet]) if later else []


def _parcels(
    channel: Channel, message: Message, said: _Said, *, crisis: bool = False
) -> list[Parcel]:
    return [
        Parcel(channel, channel.orders(message.address, sheet), said.entries, crisis)
        for sheet in said.sheets.now
    ]


def seen_as(channel: Channel, message: Message) -> str:
    """How a message is remembered: its id, which says nothing of the person."""
    return f"{channel.name}:{message.id}"


def _is_greeting(reply: Reply) -> bool:
    return bool(reply.bubbles) and all(
        bubble.entry.startswith(_GREETING) for bubble in reply.bubbles
    )
