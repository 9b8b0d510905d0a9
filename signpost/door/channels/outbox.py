"""Sending: each person's replies in order, again when it fails, and a crisis past everything.

A person's ordinary replies stand in a lane of their own, so that one provider's trouble with one
person holds up nobody else. A crisis has its own connections and waits for no lane.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections import Counter, deque
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from functools import cached_property

import anyio
import httpx
import msgspec
import structlog

from signpost.door.channels.channel import Channel, Order, Refused

log = structlog.get_logger()
_LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")
MOST_CONNECTIONS = 200
# Seconds that a person's ordinary replies wait for a crisis reply to arrive before them.
AHEAD_SECONDS = 5.0


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long a message is tried: seconds in all, the first pause, and the longest."""

    seconds: float
    first: float
    longest: float
    # How often it is tried even though the provider said that it never will take it.
    insist: int = 1


ORDINARY = Patience(seconds=300.0, first=1.0, longest=60.0)
CRISIS = Patience(seconds=3600.0, first=0.25, longest=20.0, insist=3)


@dataclass
class Parcel:
    """One message on its way: the best request first, plainer ones for when it is refused."""

    channel: Channel
    orders: list[Order]
    entries: tuple[str, ...] = ()
    crisis: bool = False
    received: float = field(default_factory=time.monotonic)
    withdrawn: bool = False
    delivered: asyncio.Event = field(default_factory=asyncio.Event)


class Slot:
    """A place in a lane, taken when a message came and filled when its answer is known."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.filled = asyncio.Event()

    def fill(self, parcels: Iterable[Parcel]) -> None:
        """Let these go out when their turn comes; none is an answer that went another way."""
        self.parcels = list(parcels)
        self.filled.set()


@dataclass
class Lane:
    """One person's places, the earliest message first."""

    slots: deque[Slot] = field(default_factory=deque)
    busy: bool = False
    # The crisis reply that was sent past the lane: what follows it does not overtake it.
    ahead: Parcel | None = None


class Outbox:
    """Delivers parcels. `ordinary` and `crisis` say how patiently."""

    def __init__(
        self, seconds: float, ordinary: Patience = ORDINARY, crisis: Patience = CRISIS
    ) -> None:
        self._seconds = seconds
        self._ordinary, self._crisis = ordinary, crisis
        self._tasks: set[asyncio.Task[None]] = set()
        # What became of messages, by outcome, channel and whether it was a crisis.
        self.outcomes: Counter[tuple[str, str, bool]] = Counter()

    @cached_property
    def _clients(self) -> dict[tuple[bool, bool], httpx.AsyncClient]:
        """Connections by whether they stay on this machine and whether they are for a crisis: full
        ones must not keep it waiting."""
        secure = httpx.create_ssl_context()
        return {
            (near, crisis): self._client(secure, near=near)
            for near in (True, False)
            for crisis in (True, False)
        }

    def warm_up(self) -> None:
        """Read the certificates now: that takes longer than to send a message."""
        assert self._clients

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on its way."""
        return not self._tasks

    def slot(self, lane: Lane) -> Slot:
        """The next place in a lane."""
        slot = Slot()
        lane.slots.append(slot)
        if not lane.busy:
            lane.busy = True
            self.start(self._drain(lane))
        return slot

    def urgent(self, parcels: list[Parcel], lane: Lane) -> None:
        """Send these now, past everything that waits in the person's lane."""
        lane.ahead = parcels[0] if parcels else lane.ahead
        self.start(self._send_all(parcels, self._crisis))

    def tell(self, channel: Channel, order: Order) -> None:
        """Post something that nobody waits for, once."""
        self.start(self._once(channel, order))

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Work in the background until the door closes."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Wait until nothing is on its way, but no longer than that."""
        with anyio.move_on_after(seconds):
            while self._tasks:
                await asyncio.wait(self._tasks)

    async def close(self, seconds: float = 5.0) -> None:
        """Give messages in progress a little time, then end."""
        await self.drain(seconds)
        for task in list(self._tasks):
            task.cancel()
        await self.drain(1.0)
        if "_clients" in self.__dict__:
            for client in self._clients.values():
                await client.aclose()

    async def _drain(self, lane: Lane) -> None:
        while lane.slots:
            slot = lane.slots[0]
            await slot.filled.wait()
            if slot.parcels and lane.ahead is not None:
                with anyio.move_on_after(AHEAD_SECONDS):
                    await lane.ahead.delivered.wait()
                lane.ahead = None
            await self._send_all(slot.parcels, self._ordinary)
            lane.slots.popleft()
        lane.busy = False

    async def _send_all(self, parcels: list[Parcel], patience: Patience) -> None:
        for parcel in parcels:
            await self._send(parcel, patience)

    async def _send(self, parcel: Parcel, patience: Patience) -> None:
        try:
            await self._try(parcel, patience)
        except asyncio.CancelledError:
            self._record("delivery.given_up", parcel, 0, "door.ended")
            raise

    async def _try(self, parcel: Parcel, patience: Patience) -> None:
        end = parcel.received + min(patience.seconds, parcel.channel.window)
        pause, attempts, finals = patience.first, 0, 0
        code = ""
        while not parcel.withdrawn:
            attempts += 1
            try:
                await self._post(parcel.channel, parcel.orders[0], parcel.crisis)
            except Refused as refused:
                code = refused.code
                if refused.final and len(parcel.orders) > 1:
                    parcel.orders.pop(0)
                    continue
                finals += refused.final
                wait = max(refused.retry_after, pause * random.uniform(0.8, 1.2))
            else:
                parcel.delivered.set()
                self._record("delivery.sent", parcel, attempts, code)
                return
            if finals >= patience.insist or time.monotonic() + wait > end:
                self._record("delivery.given_up", parcel, attempts, code)
                return
            await asyncio.sleep(wait)
            pause = min(pause * 2, patience.longest)

    def _record(self, event: str, parcel: Parcel, attempts: int, code: str) -> None:
        self.outcomes[event, parcel.channel.name, parcel.crisis] += 1
        _record(event, parcel, attempts, code)

    async def _post(self, channel: Channel, order: Order, crisis: bool) -> None:
        """Raises `Refused`; of what failed on the way, too, which may pass."""
        client = self._clients[order.url.startswith(_LOOPBACK), crisis]
        try:
            with anyio.fail_after(self._seconds):
                answer = await client.post(
                    order.url,
                    data=order.form,
                    json=order.json,
                    headers=order.headers,
                    auth=order.auth or httpx.USE_CLIENT_DEFAULT,
                )
            channel.check(answer)
        except (httpx.HTTPError, TimeoutError) as error:
            raise Refused(type(error).__name__, final=False) from error
        except httpx.InvalidURL as error:
            raise Refused(type(error).__name__, final=True) from error

    async def _once(self, channel: Channel, order: Order) -> None:
        try:
            await self._post(channel, order, crisis=False)
        except Refused as refused:
            log.info("receipt.refused", channel=channel.name, code=refused.code)

    def _client(self, secure: ssl.SSLContext, *, near: bool) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            timeout=self._seconds,
            limits=httpx.Limits(max_connections=MOST_CONNECTIONS),
            verify=secure,
            # A proxy for the outside world has no part in what stays on this machine.
            trust_env=not near,
        )


def _record(event: str, parcel: Parcel, attempts: int, code: str) -> None:
    """What became of a message: ids and counts, no words and nobody's number."""
    write = log.error if event == "delivery.given_up" else log.info
    write(
        event,
        channel=parcel.channel.name,
        crisis=parcel.crisis,
        attempts=attempts,
        code=code or None,
        entries=list(parcel.entries),
    )
