"""Start the door: `python -m signpost.door.app`.

Whatever is broken besides the last-resort text, the door comes up: without a register or a floor
it answers every message with the last resort.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache

import structlog
from msgspec.structs import replace
from starlette.applications import Starlette

from signpost import logs
from signpost.counts.counter import Totals, TurnCounter
from signpost.counts.samples import Sampler, Samples
from signpost.counts.writer import Writer
from signpost.door import last_resort
from signpost.door.channels.outbox import CRISIS, ORDINARY
from signpost.door.channels.routes import Channels
from signpost.door.channels.switch import states
from signpost.door.conversations import Conversations
from signpost.door.door import Door
from signpost.door.housekeeping import Housekeeping
from signpost.door.rasa import HttpRasa
from signpost.door.store import Store
from signpost.door.store.memory import MemoryStore
from signpost.door.web import Web
from signpost.edition import Editions
from signpost.off import OffSwitch
from signpost.serving import serve
from signpost.settings import Settings, SettingsError
from signpost.settings import load as load_settings

log = structlog.get_logger()
# How much longer than an answer of Rasa's a message may hold up those behind it.
_LEASE_SECONDS = 1.5


def load_editions(settings: Settings) -> Editions:
    """The editions; empty ones when the files are broken in a way that nobody foresaw."""
    try:
        editions = Editions(settings)
    except Exception as error:  # noqa: BLE001 - whatever is broken, the door comes up
        log.error("editions.failed", kind=type(error).__name__)
        return Editions.of(None)
    editions.poll()
    return editions


def open_store(settings: Settings) -> Store:
    """This door's memory, or Redis where it is named. Nobody is asked anything yet."""
    keep, quiet = settings.conversation_seconds, settings.crisis_seconds
    local = Conversations(keep, quiet)
    if not settings.redis_url:
        return MemoryStore(local)
    # Here, because a door that stands alone must not wait for what it does not use.
    from signpost.door.store.redis import RedisStore
    from signpost.door.store.seal import Seal

    return RedisStore(
        local,
        settings.redis_url,
        Seal(settings.redis_key),
        seconds=settings.redis_seconds,
        keep=keep,
        quiet=quiet,
        lease=settings.rasa_timeout + _LEASE_SECONDS,
    )


def totals(settings: Settings) -> Callable[[], Totals]:
    """Opens the totals of use when they are first needed."""

    @lru_cache(maxsize=1)
    def opened() -> Totals:
        from signpost.counts.store import Counts

        return Counts.of(settings)

    return opened


def samples(settings: Settings) -> Callable[[], Samples]:
    """The same for samples of what was not understood."""

    @lru_cache(maxsize=1)
    def opened() -> Samples:
        from signpost.counts.sample_store import SampleStore

        return SampleStore.of(settings)

    return opened


def build(settings: Settings) -> Starlette:
    """The door's application, with everything it could load."""
    editions = load_editions(settings)
    rasa = HttpRasa(
        settings.rasa_url,
        settings.rasa_token,
        settings.rasa_timeout,
        settings.breaker_failures,
        settings.breaker_seconds,
    )
    off = OffSwitch(settings.state)
    off.poll()
    door = Door(
        settings,
        editions=editions,
        rasa=rasa,
        last_resort_text=last_resort.read(),
        off=off,
        store=open_store(settings),
    )
    channels = Channels(
        settings,
        door,
        last_resort.read_sms(),
        ordinary=replace(ORDINARY, seconds=settings.delivery_seconds),
        crisis=replace(CRISIS, seconds=settings.crisis_delivery_seconds),
    )
    counter = TurnCounter(totals(settings), settings.counts_days)
    door.observers.add(counter)
    writers = [Writer("counts", counter.write)]
    if settings.samples == "on":
        sampler = Sampler(settings.state, samples(settings), settings.samples_days)
        door.observers.add(sampler)
        writers.append(Writer("samples", sampler.write))
    for state in states(settings):
        log.info("channel", channel=state.name, on=state.on, why=state.why or None)

    web = Web(door, settings, channels.routes)
    stop_measuring = measured(settings, door, channels, web)

    async def close() -> None:
        stop_measuring()
        await channels.close()
        await rasa.close()
        await door.store.close()

    app = web.app(close)
    for writer in writers:
        app = writer.attach(app)
    readiness = web.readiness if settings.metrics_port else None
    return Housekeeping(door, settings.state, readiness).attach(app)


def measured(settings: Settings, door: Door, channels: Channels, web: Web) -> Callable[[], None]:
    """Show measurements where the settings say; returns what ends that. A port that is taken costs
    the measurements, not the door."""
    if not settings.metrics_port:
        return lambda: None
    from prometheus_client import CollectorRegistry

    from signpost.door import metrics

    registry = CollectorRegistry()
    metrics.measure(door, channels, web.readiness, registry)
    try:
        return metrics.serve(settings, registry)
    except OSError as error:
        log.error("metrics.failed", reason=error.strerror)
        return lambda: None


def main() -> int:
    try:
        settings = load_settings()
        logs.configure(settings.log_level, "door")
        logs.take_over("door")
        app = build(settings)
    except (SettingsError, last_resort.LastResortError) as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 2
    serve(app, settings.host, settings.door_port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
