"""What is asked of the running servers: the concern of each message, and whole conversations.

The sides take turns, message by message or conversation by conversation, so that a busy machine
slows both alike.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from itertools import count
from typing import Any

import httpx

from bench.stock.servers import Servers
from signpost.door.rasa import TOKEN_HEADER
from signpost.evaluation.intervals import wilson
from signpost.evaluation.rows import ConcernRow

USERS, TURNS_EACH, ROUNDS = 16, 12, 3
# The turns at which a conversation is timed, and how many conversations get so far.
WINDOWS = {1: (range(1, 2), 40), 10: (range(8, 13), 10), 60: (range(57, 62), 6)}
# As the door tells Rasa of a message in which the crisis floor found nothing.
NOTHING_FOUND: dict[str, Any] = {
    "door": {"assessed": True, "crisis_reply": None, "rules": [], "score": None, "leaning": None}
}
_names = count()


class Line:
    """One way to say a message to a side: Rasa's whole turn, or the door's."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def begin(self) -> str:
        """A new conversation's name."""
        return f"conversation-{next(_names)}"

    async def say(self, conversation: str, text: str) -> None:
        """Say one message and hear the answer to its end."""
        raise NotImplementedError

    async def _post(self, path: str, order: dict[str, Any]) -> Any:
        answer = await self._client.post(path, json=order)
        return answer.raise_for_status().json()


class StockLine(Line):
    """Rasa's REST channel."""

    async def say(self, conversation: str, text: str) -> None:
        order = {"sender": conversation, "message": text}
        if not await self._post("/webhooks/rest/webhook", order):
            raise RuntimeError("the stock side said nothing")


class OurLine(Line):
    """Rasa's door channel, which the door alone uses."""

    async def say(self, conversation: str, text: str) -> None:
        order = {"conversation": conversation, "text": text, "metadata": NOTHING_FOUND}
        if not (await self._post("/webhooks/door/turn", order))["replies"]:
            raise RuntimeError("our side said nothing")


class DoorLine(Line):
    """The public interface: crisis floor, redaction, Rasa's whole turn, rendering."""

    async def begin(self) -> str:
        return str((await self._post("/api/conversations", {}))["token"])

    async def say(self, conversation: str, text: str) -> None:
        reply = (await self._post("/api/messages", {"token": conversation, "text": text}))["reply"]
        entries = [bubble.get("entry", "") for bubble in reply["bubbles"]]
        apologies = ("conversation.trouble", "conversation.busy")
        if not entries or any(entry.startswith(apologies) for entry in entries):
            raise RuntimeError(f"the door apologised: {entries}")


def lines(stock: Servers, ours: Servers) -> tuple[dict[str, Line], list[httpx.AsyncClient]]:
    """The three lines by name, and the clients to close afterwards."""
    clients = [
        httpx.AsyncClient(base_url=url, timeout=60, trust_env=False, headers=headers)
        for url, headers in (
            (stock.rasa, {}),
            (ours.rasa, {TOKEN_HEADER: ours.token}),
            (ours.door, {}),
        )
    ]
    kinds: tuple[type[Line], ...] = (StockLine, OurLine, DoorLine)
    names = ("stock", "ours", "ours, through the door")
    return {name: kind(c) for name, kind, c in zip(names, kinds, clients, strict=True)}, clients


# The concern of single messages


async def parsing(servers: dict[str, Servers], rows: Sequence[ConcernRow]) -> dict[str, Any]:
    """Each row parsed by each side in turn: right first, among three, rejected, milliseconds."""
    seen: dict[str, list[tuple[ConcernRow, dict[str, Any], float]]] = {name: [] for name in servers}
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        for row in [*rows[:10], *rows]:
            for name, each in servers.items():
                started = time.perf_counter()
                answer = await client.post(f"{each.rasa}/model/parse", json={"text": row.text})
                seconds = time.perf_counter() - started
                seen[name].append((row, answer.raise_for_status().json(), seconds))
    # The first ten only warmed both up.
    return {name: parsed(found[10:]) for name, found in seen.items()}


def parsed(found: Sequence[tuple[ConcernRow, dict[str, Any], float]]) -> dict[str, Any]:
    """The figures of one side's parses. The fallback is counted by itself: it hides a reading."""
    first, three, rejected = [], [], []
    for row, answer, _ in found:
        ranking = [each["name"] for each in answer["intent_ranking"]]
        ranking = [name for name in ranking if name != "nlu_fallback"]
        first.append(bool(ranking) and row.allows(ranking[0]))
        three.append(any(row.allows(name) for name in ranking[:3]))
        rejected.append(answer["intent"]["name"] == "nlu_fallback")
    n = len(found)
    share = sum(first) / n
    return {
        "n": n,
        "first": round(share, 4),
        "interval": [round(each, 4) for each in wilson(share, n)],
        "three": round(sum(three) / n, 4),
        "rejected": round(sum(rejected) / n, 4),
        **_spread([seconds for *_, seconds in found]),
    }


# Whole turns


async def conversations(lines: dict[str, Line], texts: Sequence[str], seed: int) -> dict[str, Any]:
    """By line and window: how long a turn takes in a conversation of that length."""
    rng = random.Random(seed)
    found: dict[str, dict[str, Any]] = {name: {} for name in lines}
    for length, (turns, times) in WINDOWS.items():
        seconds: dict[str, list[float]] = {name: [] for name in lines}
        for _ in range(times):
            said = rng.choices(texts, k=max(turns))
            for name, line in lines.items():
                seconds[name] += await _held(line, said, turns)
        for name, each in seconds.items():
            found[name][str(length)] = _spread(each)
    return found


async def _held(line: Line, said: Sequence[str], timed: range) -> list[float]:
    """Hold one conversation; the seconds of the turns that are timed."""
    conversation = await line.begin()
    seconds = []
    for number, text in enumerate(said, start=1):
        started = time.perf_counter()
        await line.say(conversation, text)
        if number in timed:
            seconds.append(time.perf_counter() - started)
    return seconds


async def crowd(lines: dict[str, Line], texts: Sequence[str], seed: int) -> dict[str, Any]:
    """By line: turns per second while 16 users write, each as soon as they are answered."""
    rates: dict[str, list[float]] = {name: [] for name in lines}
    waits: dict[str, list[float]] = {name: [] for name in lines}
    for number in range(ROUNDS):
        for name, line in lines.items():
            rng = random.Random(f"{seed} {number}")
            said = [rng.choices(texts, k=TURNS_EACH) for _ in range(USERS)]
            started = time.perf_counter()
            held = await asyncio.gather(*(_held(line, each, range(99)) for each in said))
            rates[name].append(USERS * TURNS_EACH / (time.perf_counter() - started))
            waits[name] += [second for each in held for second in each]
    return {
        name: {"turns_per_second": round(statistics.median(rates[name]), 2), **_spread(waits[name])}
        for name in lines
    }


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile, in milliseconds."""
    ordered = sorted(seconds)
    last = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {
        "median_ms": round(statistics.median(ordered) * 1000, 1),
        "p95_ms": round(last * 1000, 1),
    }


def texts_of(rows: Sequence[ConcernRow]) -> list[str]:
    """What the users say: ordinary messages only, since a crisis ends at the door."""
    return [row.text for row in rows if row.escalation == "none"]
