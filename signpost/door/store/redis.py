"""Redis, for several doors; this door's own memory goes on when Redis does not."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import msgspec
import structlog
from circuitbreaker import CircuitBreaker, CircuitBreakerError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from signpost.door.conversations import (
    REMEMBERED_TURNS,
    TRANSCRIPT_LINES,
    Conversation,
    Conversations,
    Line,
)
from signpost.door.store import Known, StoreUnavailable, scripts
from signpost.door.store.memory import Ended
from signpost.door.store.seal import Seal, Unsealable
from signpost.register.models import Choice, Reply

log = structlog.get_logger()

PREFIX = "signpost:"
# Failures in a row after which Redis is left alone, and for how many seconds.
_FAILURES = 2
_PAUSE_SECONDS = 5
# The pauses between two looks at whose turn it is.
_FIRST_LOOK, _LONGEST_LOOK = 0.02, 0.1
# Seconds for which an answer is kept for a message that comes again.
_ANSWER_SECONDS = 600
_MOST_ENDINGS = 10_000
_FAILED = (RedisError, OSError, TimeoutError, Unsealable)


class About(msgspec.Struct):
    """What is sealed beside the messages themselves."""

    channel: str
    audience: str | None = None
    choices: list[Choice] = []


class RedisStore:
    """Several doors, one conversation.

    `seconds` limits each question to Redis, `keep` and `quiet` are those of `Conversations`, and
    `lease` is how long a ticket stands whose door gives no sign of life: a little longer than an
    answer can take.
    """

    def __init__(
        self,
        local: Conversations,
        url: str,
        seal: Seal,
        *,
        seconds: float,
        keep: float,
        quiet: float,
        lease: float,
    ) -> None:
        self.local = local
        self._seal = seal
        self._seconds, self._keep, self._quiet = seconds, max(1, round(keep)), max(1, round(quiet))
        self._lease = lease
        self._redis: Redis[bytes] = Redis.from_url(
            url,
            socket_timeout=seconds,
            socket_connect_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
        )
        self._scripts = {
            text: self._redis.register_script(text)
            for text in (
                *(scripts.LOAD, scripts.SAVE, scripts.END, scripts.ENTER),
                *(scripts.WAIT, scripts.LEAVE, scripts.CLAIM),
            )
        }
        self._breaker = CircuitBreaker(
            failure_threshold=_FAILURES,
            recovery_timeout=_PAUSE_SECONDS,
            expected_exception=StoreUnavailable,
            name=f"store-{secrets.token_hex(4)}",
        )
        self._guarded = self._breaker.decorate(self._limited)
        self._answers = True
        # What Redis has still to be told: conversations by token, and tokens that were ended.
        self._behind: dict[str, Conversation] = {}
        self._to_end: dict[str, None] = {}
        self._ended = Ended()
        self._latest_ending = b"0"

    # What a conversation is

    async def start(self, channel: str, token: str = "") -> Conversation:
        return self.local.start(channel, token)

    async def find(self, token: str, channel: str = "web") -> Conversation | None:
        if token in self._ended:
            return None
        held = self.local.held(token)
        try:
            if held is not None:
                async with held.elsewhere.lock:
                    await self._tell(held)
                    return await self._catch_up(token, held)
            return await self._catch_up(token, None)
        except StoreUnavailable:
            # Its token was signed by one of us: better to go on from nothing than to turn away.
            return self.local.find(token) or self.local.start(channel, token)

    async def save(self, conversation: Conversation) -> None:
        if not conversation.token or not self._has_news(conversation):
            return
        try:
            async with conversation.elsewhere.lock:
                await self._tell(conversation)
        except StoreUnavailable:
            self._behind[conversation.token] = conversation

    async def end(self, token: str) -> str | None:
        held = self.local.held(token)
        id_ = held.id if held else None
        self._forget(token)
        try:
            found = await self._end(self._key(token))
        except StoreUnavailable:
            self._to_end[token] = None
            return id_
        return found.decode() if found else id_

    async def was_ended(self, token: str) -> bool:
        if token in self._ended:
            return True
        try:
            found = await self._do(lambda: self._redis.exists(self._keys(self._key(token))[3]))
        except StoreUnavailable:
            return False
        return bool(found)

    async def erase(self, id_: str) -> Conversation | None:
        held = self.local.find_by_id(id_)
        if held is not None:
            self._forget(held.token)
        key = await self._do(lambda: self._redis.get(f"{PREFIX}id:{id_}"))
        if key is None and held is not None:
            key = self._key(held.token).encode()
        if key is not None:
            await self._end(key.decode())
        return held

    # Whose turn it is

    @asynccontextmanager
    async def turn(self, conversation: Conversation) -> AsyncIterator[None]:
        ticket = secrets.token_hex(8)
        queue = f"{PREFIX}queue:{self._key_of(conversation)}"
        # One after another, so that they stand in the queue as they came.
        async with conversation.elsewhere.entering:
            entered = await self._enter(queue, ticket)
        try:
            async with conversation.queue:
                if entered is False:
                    await self._wait(queue, ticket)
                yield
        finally:
            if entered is not None:
                await self._leave(queue, ticket)

    async def _enter(self, queue: str, ticket: str) -> bool | None:
        """Whether the ticket is the first; None when nobody can be asked."""
        try:
            return bool(await self._script(scripts.ENTER, [queue], self._ticket(ticket)))
        except StoreUnavailable:
            return None

    async def _wait(self, queue: str, ticket: str) -> None:
        """Until it is this ticket's turn, or nobody can say."""
        pause = _FIRST_LOOK
        try:
            while await self._script(scripts.WAIT, [queue], self._ticket(ticket)) == 0:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_LOOK)
        except StoreUnavailable:
            return

    async def _leave(self, queue: str, ticket: str) -> None:
        # Also when the one who waited gave up: the others must not wait for them.
        with anyio.CancelScope(shield=True):
            try:
                await self._script(scripts.LEAVE, [queue], [ticket, f"{PREFIX}alive:"])
            except StoreUnavailable:
                return  # its lease ends by itself

    def _ticket(self, ticket: str) -> list[Any]:
        return [ticket, round(self._lease * 1000), f"{PREFIX}alive:"]

    # What comes twice

    async def once(
        self,
        conversation: Conversation,
        message: str,
        answer: Callable[[], Awaitable[Reply]],
        urgent: Callable[[], bool],
    ) -> Reply:
        key = f"{PREFIX}message:{self._seal.name(conversation.token, message)}"
        known = await self._known_answer(key, urgent)
        if known is not None:
            return known
        try:
            reply = await answer()
        except BaseException:
            await self._quietly(lambda: self._redis.delete(key))
            raise
        sealed = self._seal.close(reply)
        await self._quietly(lambda: self._redis.set(key, sealed, ex=_ANSWER_SECONDS))
        return reply

    async def _known_answer(self, key: str, urgent: Callable[[], bool]) -> Reply | None:
        """Another door's answer; None when it is ours to give."""
        pause = _FIRST_LOOK
        lease = round(self._lease * 1000)
        try:
            while (sealed := await self._script(scripts.CLAIM, [key], [lease])) is not None:
                if sealed:
                    return self._seal.open(sealed, Reply)
                if urgent():
                    return None
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_LOOK)
        except (StoreUnavailable, Unsealable):
            return None
        return None

    async def is_first(self, name: str, seconds: float) -> bool:
        key = self._claim_key(name)
        lease = round(seconds * 1000)
        try:
            return bool(await self._do(lambda: self._redis.set(key, "", nx=True, px=lease)))
        except StoreUnavailable:
            return True

    async def keep_claim(self, name: str, seconds: float) -> None:
        key, lease = self._claim_key(name), round(seconds * 1000)
        await self._quietly(lambda: self._redis.set(key, "", px=lease))

    async def unclaim(self, name: str) -> None:
        key = self._claim_key(name)
        await self._quietly(lambda: self._redis.delete(key))

    def _claim_key(self, name: str) -> str:
        return f"{PREFIX}seen:{self._seal.name(name)}"

    # Who writes

    async def person(self, key: str) -> Known | None:
        name = f"{PREFIX}person:{self._seal.name(key)}"
        try:
            sealed = await self._do(lambda: self._redis.get(name))
            return self._seal.open(sealed, Known) if sealed else None
        except (StoreUnavailable, Unsealable):
            return None

    async def remember_person(self, key: str, known: Known) -> None:
        name, sealed = f"{PREFIX}person:{self._seal.name(key)}", self._seal.close(known)
        await self._quietly(lambda: self._redis.set(name, sealed, ex=self._keep))

    # Housekeeping

    async def sweep(self) -> int:
        dropped = self.local.sweep()
        try:
            await self._tell_what_is_behind()
            return dropped + await self._drop_what_ended()
        except StoreUnavailable:
            return dropped

    @property
    def state(self) -> str:
        return "redis" if self._answers else "memory: redis does not answer"

    async def close(self) -> None:
        await self._redis.close()

    async def _tell_what_is_behind(self) -> None:
        for token in list(self._to_end):
            await self._end(self._key(token))
            self._to_end.pop(token, None)
        for token, conversation in list(self._behind.items()):
            async with conversation.elsewhere.lock:
                await self._tell(conversation)
            self._behind.pop(token, None)

    async def _drop_what_ended(self) -> int:
        """Forget what was ended at other doors, so that no copy of it is left at this one."""
        name, after = f"{PREFIX}endings", b"(" + self._latest_ending
        endings = await self._do(lambda: self._redis.xrange(name, min=after))
        if not endings:
            return 0
        self._latest_ending = endings[-1][0]
        ended = {fields[b"key"].decode() for _, fields in endings}
        held = [each for each in self.local.newest_first() if self._key_of(each) in ended]
        for conversation in held:
            self._forget(conversation.token)
        return len(held)

    def _forget(self, token: str) -> None:
        """Forget a conversation here; what is being answered has nothing left to be written to."""
        held = self.local.held(token)
        self.local.end(token)
        self._behind.pop(token, None)
        self._ended.add(token)
        if held is not None:
            held.forget()

    # Telling and asking

    def _has_news(self, conversation: Conversation) -> bool:
        elsewhere = conversation.elsewhere
        return bool(
            conversation.turns.news()
            or conversation.transcript.news()
            or conversation.id != elsewhere.id
            or conversation.audience != elsewhere.audience
            or conversation.choices != elsewhere.choices
            or (conversation.in_crisis and not elsewhere.in_crisis)
        )

    async def _tell(self, conversation: Conversation) -> None:
        """Tell Redis what is new, if anything is. The caller holds the conversation's lock."""
        if not self._has_news(conversation):
            return
        elsewhere = conversation.elsewhere
        turns, lines = conversation.turns.news(), conversation.transcript.news()
        told = (conversation.id, conversation.audience, list(conversation.choices))
        in_crisis = conversation.in_crisis
        about = About(conversation.channel, conversation.audience, conversation.choices)
        key = self._key_of(conversation)
        answer = await self._script(
            scripts.SAVE,
            self._keys(key),
            [
                *(elsewhere.id, conversation.id, self._keep, self._quiet),
                *(REMEMBERED_TURNS, TRANSCRIPT_LINES, int(in_crisis), self._seal.close(about)),
                *(f"{PREFIX}id:", key, len(turns)),
                *(self._seal.close(each) for each in turns),
                *([self._seal.close(lines)] if lines else []),
            ],
        )
        if answer[0] == b"ended":
            self._forget(conversation.token)
        elif answer[0] == b"stale":
            # Started again elsewhere: what was said here before is void.
            conversation.forget()
            elsewhere.id = conversation.id
            await self._catch_up(conversation.token, conversation)
        else:
            if conversation.id == told[0]:
                conversation.id = answer[1].decode()
                conversation.turns.told(len(turns))
                conversation.transcript.told(len(lines))
            elsewhere.id, elsewhere.audience, elsewhere.choices = (
                answer[1].decode(),
                told[1],
                told[2],
            )
            elsewhere.in_crisis = in_crisis

    async def _catch_up(self, token: str, held: Conversation | None) -> Conversation | None:
        """Bring this door's copy up to date; a new copy when it has none."""
        answer = await self._script(scripts.LOAD, self._keys(self._key(token)), [self._quiet])
        if answer[0] == b"ended":
            self._forget(token)
            return None
        if answer[0] == b"unknown":
            return self._not_known_elsewhere(held)
        conversation = held if held is not None else self.local.held(token)
        try:
            if conversation is None:
                about = self._seal.open(answer[1][2], About)
                conversation = self.local.start(about.channel, token)
                conversation.id = conversation.elsewhere.id = answer[1][0].decode()
            self._take_over(conversation, *answer[1:])
        except Unsealable as error:
            self._answers = False
            raise StoreUnavailable("what it holds cannot be read: another key?") from error
        return conversation

    def _take_over(
        self, conversation: Conversation, fields: list[Any], turns: list[bytes], parts: list[bytes]
    ) -> None:
        elsewhere = conversation.elsewhere
        about = self._seal.open(fields[2], About)
        said = [self._seal.open(each, str) for each in turns]
        lines = [line for part in parts for line in self._seal.open(part, list[Line])]
        if conversation.id != elsewhere.id:
            return  # started again here a moment ago; Redis is told next
        conversation.turns.take_over(said)
        conversation.transcript.take_over(lines)
        if conversation.audience == elsewhere.audience:
            conversation.audience = about.audience
        if conversation.choices == elsewhere.choices:
            conversation.choices = list(about.choices)
        in_crisis = fields[1] is not None
        conversation.in_crisis = in_crisis or (conversation.in_crisis and not elsewhere.in_crisis)
        conversation.id = elsewhere.id = fields[0].decode()
        elsewhere.audience, elsewhere.choices = about.audience, list(about.choices)
        elsewhere.in_crisis = in_crisis

    def _not_known_elsewhere(self, held: Conversation | None) -> Conversation | None:
        """New here, idle too long, or lost with Redis's data: then all of it is news again."""
        conversation = self.local.find(held.token) if held is not None else None
        if conversation is not None and conversation.elsewhere.id:
            elsewhere = conversation.elsewhere
            elsewhere.id, elsewhere.audience, elsewhere.choices, elsewhere.in_crisis = (
                "",
                None,
                [],
                False,
            )
            conversation.turns.untold = len(conversation.turns)
            conversation.transcript.untold = len(conversation.transcript)
        return conversation

    async def _end(self, key: str) -> bytes | None:
        found: bytes | None = await self._script(
            scripts.END,
            [*self._keys(key), f"{PREFIX}endings"],
            [self._keep, f"{PREFIX}id:", key, _MOST_ENDINGS],
        )
        return found

    def _key(self, token: str) -> str:
        return self._seal.name("conversation", token)

    def _key_of(self, conversation: Conversation) -> str:
        if not conversation.elsewhere.key:
            conversation.elsewhere.key = self._key(conversation.token)
        return conversation.elsewhere.key

    @staticmethod
    def _keys(key: str) -> list[str]:
        return [f"{PREFIX}{part}:{key}" for part in ("conversation", "turns", "lines", "ended")]

    async def _quietly(self, work: Callable[[], Awaitable[Any]]) -> None:
        try:
            await self._do(work)
        except StoreUnavailable:
            return

    async def _script(self, text: str, keys: list[str], arguments: list[Any]) -> Any:
        script = self._scripts[text]
        return await self._do(lambda: script(keys=keys, args=arguments))

    async def _do(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Raises `StoreUnavailable`, at once while Redis has failed several times just now."""
        try:
            return await self._guarded(work)
        except CircuitBreakerError as error:
            raise StoreUnavailable("not asked: it failed several times just now") from error

    async def _limited(self, work: Callable[[], Awaitable[Any]]) -> Any:
        try:
            with anyio.fail_after(self._seconds):
                found = await work()
        except _FAILED as error:
            if self._answers:
                log.error("store.unavailable", kind=type(error).__name__)
            self._answers = False
            raise StoreUnavailable(type(error).__name__) from error
        if not self._answers:
            log.info("store.back")
        self._answers = True
        return found
