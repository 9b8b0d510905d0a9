"""What Prometheus is told of a door: counts, times and states, with nothing of anybody in them.

Like the totals of use (docs/adr/0015) the measures stand side by side and are not crossed. They are
shown on a port of their own, which the public does not reach, and end with the process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from signpost.counts.measures import outcome
from signpost.door.channels.routes import Channels
from signpost.door.door import Door
from signpost.door.observers import Observer
from signpost.door.rasa import HttpRasa
from signpost.door.readiness import Readiness
from signpost.door.turn import Turn
from signpost.register.loader import Register
from signpost.settings import Settings

# Seconds: a crisis takes hundredths, Rasa tenths, and beyond four nobody waits.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 10.0)
FAULTS = ("unavailable", "silent", "busy")


class Ready(Protocol):
    """What `Readiness` offers here."""

    @property
    def latest(self) -> dict[str, bool]: ...

    def escalates(self) -> bool: ...


class TurnMetrics(Observer):
    """Looks on at a door's turns."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._turns = Counter(
            "signpost_turns", "Messages answered, by what came of them.", ["outcome"],
            registry=registry,
        )  # fmt: skip
        self._channels = Counter(
            "signpost_messages", "Messages answered, by channel.", ["channel"], registry=registry
        )
        self._escalations = Counter(
            "signpost_escalations", "Replies that lead with an emergency route.", ["route"],
            registry=registry,
        )  # fmt: skip
        self._check_ins = Counter("signpost_check_ins", "Check-ins.", registry=registry)
        self._faults = Counter(
            "signpost_faults", "Messages that Rasa did not answer, by reason.", ["fault"],
            registry=registry,
        )  # fmt: skip
        self._unread = Counter(
            "signpost_unread", "Messages that nobody could read for danger.", registry=registry
        )
        self._seconds = Histogram(
            "signpost_turn_seconds", "From a message's arrival to its reply.", ["kind"],
            buckets=BUCKETS, registry=registry,
        )  # fmt: skip
        # Each series is there from the start: one that appears with its first fault hides it.
        for route in ("999", "CEOP", "both"):
            self._escalations.labels(route)
        for fault in FAULTS:
            self._faults.labels(fault)

    def answered(self, turn: Turn) -> None:
        self._turns.labels(outcome(turn)).inc()
        self._channels.labels(turn.conversation.channel).inc()
        if turn.reply.check_in:
            self._check_ins.inc()
        elif turn.reply.route is not None:
            self._escalations.labels(turn.reply.route).inc()
        if turn.fault in FAULTS:
            self._faults.labels(turn.fault).inc()
        if turn.assessment is None:
            self._unread.inc()
        kind = "crisis" if turn.in_crisis else "ordinary"
        self._seconds.labels(kind).observe(max(0.0, time.monotonic() - turn.began))


class DoorState(Collector):
    """Reads the door's state when Prometheus asks."""

    def __init__(
        self,
        door: Door,
        channels: Channels,
        readiness: Ready,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._door = door
        self._channels = channels
        self._readiness = readiness
        self._today = today

    def collect(self) -> Iterator[Metric]:
        yield from self._gauges()
        yield self._parts()
        yield from self._register(self._door.editions.current.register)
        yield from self._deliveries()

    def _gauges(self) -> Iterator[Metric]:
        rasa, store = self._door.rasa, self._door.store
        left_alone = isinstance(rasa, HttpRasa) and rasa.is_left_alone
        yield _gauge("queue", "Messages that wait for Rasa.", self._door.ask.waiting)
        yield _gauge("conversations", "Conversations in memory.", len(self._door.conversations))
        yield _gauge("rasa_breaker_open", "Whether Rasa is left alone after failures.", left_alone)
        yield _gauge(
            "store_up", "Whether the store answers.", not store.state.startswith("memory:")
        )
        escalates = self._readiness.escalates()
        yield _gauge("escalation_path", "Whether a test message gets 999 first.", escalates)

    def _parts(self) -> Metric:
        parts = GaugeMetricFamily(
            "signpost_ready", "Whether a part answered its test phrase.", labels=["part"]
        )
        for part, answers in self._readiness.latest.items():
            parts.add_metric([part], float(answers))
        return parts

    def _register(self, register: Register | None) -> Iterator[Metric]:
        if register is None:
            return
        due = [each.review_by for each in (*register.entries.values(), *register.services.values())]
        overdue = sum(each < self._today() for each in due)
        yield _gauge("register_overdue", "Entries and services whose review is overdue.", overdue)
        days = (min(due) - self._today()).days
        yield _gauge("register_next_review_days", "Days until the next review is due.", days)

    def _deliveries(self) -> Iterator[Metric]:
        sent = CounterMetricFamily(
            "signpost_deliveries",
            "Messages handed to a provider, or given up.",
            labels=["outcome", "channel", "crisis"],
        )
        for (event, channel, crisis), count in list(self._channels.outcomes.items()):
            what = event.removeprefix("delivery.")
            sent.add_metric([what, channel, "yes" if crisis else "no"], count)
        yield sent
        refused = CounterMetricFamily(
            "signpost_webhooks_refused", "Requests that no provider signed.", labels=["channel"]
        )
        for channel in {channel for channel, _ in list(self._channels.refused)}:
            of_it = [n for (name, _), n in list(self._channels.refused.items()) if name == channel]
            refused.add_metric([channel], sum(of_it))
        yield refused


def measure(
    door: Door, channels: Channels, readiness: Readiness, registry: CollectorRegistry
) -> None:
    """Let `registry` hold all that there is of a door."""
    door.observers.add(TurnMetrics(registry))
    registry.register(DoorState(door, channels, readiness))


def serve(settings: Settings, registry: CollectorRegistry) -> Callable[[], None]:
    """Show them until the function that this returns is called. Raises `OSError`."""
    server, thread = start_http_server(
        settings.metrics_port, addr=settings.metrics_host, registry=registry
    )

    def close() -> None:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)

    return close


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"signpost_{name}", words, value=float(value))
