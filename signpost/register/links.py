"""`signpost check --links`: whether the register's addresses still answer.

Politely: four at once, one at a time for each host, and no address twice in a day. Without a
network nothing is claimed about any address.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import socket
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Literal

import httpx
import msgspec

from signpost.register.checks.problem import Problem, texts
from signpost.register.loader import Register

USER_AGENT = "OnlineSafetySignpost/1 (checks links of a council's advice, once a day)"
AT_ONCE = 4
SECONDS = 10.0
HOPS = 5
KEPT = timedelta(hours=24)
_ADDRESS = re.compile(r"https://[^\s<>\"')\]}]+")
_GONE = (404, 410)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an address answered. `failure` is set when no answer came, or no end of redirects."""

    checked_at: datetime
    status: int | None = None
    failure: Literal["", "no such host", "no connection", "no answer in time", "circle"] = ""
    moved_to: str = ""
    for_good: bool = False


class NoNetwork(Exception):
    """None of the addresses could be reached: the fault is on this side."""


def addresses(register: Register) -> dict[str, list[str]]:
    """Every https address of services, councils and entries, with the places it stands in."""
    found: dict[str, list[str]] = defaultdict(list)
    for text in texts(register):
        # Raw: an address that an entry refers to is its service's, and is checked there.
        for match in _ADDRESS.finditer(text.raw):
            address = match[0].rstrip(".,;:")
            if text.where not in found[address]:
                found[address].append(text.where)
    return dict(found)


def check_links(found: Mapping[str, list[str]], cache: Path) -> list[Problem]:
    """Ask every address and say which are dead, moved or could not be checked."""
    kept = _read(cache)
    asked = [address for address in found if address not in kept]
    try:
        fresh = asyncio.run(ask(asked)) if asked else {}
    except NoNetwork:
        return [
            Problem(
                level="warning",
                where="links",
                message="there is no network, so no link was checked; try again when there is.",
                check="links",
            )
        ]
    answers = {**kept, **fresh}
    _write(cache, answers)
    problems = [_problem(url, places, answers[url]) for url, places in found.items()]
    return [problem for problem in problems if problem]


async def ask(urls: Iterable[str], seconds: float | None = None) -> dict[str, Answer]:
    """The answers of all addresses. Raises `NoNetwork` when not one of them could be reached."""
    urls = list(urls)
    visitor = _Visitor(seconds or SECONDS)
    async with visitor.client:
        answers = dict(zip(urls, await asyncio.gather(*map(visitor.visit, urls)), strict=True))
    if urls and not visitor.reached:
        raise NoNetwork
    return answers


class _Visitor:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.client = httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT}, timeout=seconds, follow_redirects=False
        )
        self.reached = False
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def visit(self, url: str) -> Answer:
        """Follow an address to its end."""
        here, seen, for_good = httpx.URL(url), set[httpx.URL](), True
        now = datetime.now(timezone.utc)
        while len(seen) <= HOPS and here not in seen:
            seen.add(here)
            try:
                response = await self._request(here)
            except (httpx.TimeoutException, TimeoutError, asyncio.TimeoutError):
                return Answer(checked_at=now, failure="no answer in time")
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                lost = _is_unknown_host(error)
                failure: Literal["no such host", "no connection"] = (
                    "no such host" if lost else "no connection"
                )
                return Answer(checked_at=now, failure=failure)
            if not response.has_redirect_location:
                return Answer(
                    checked_at=now,
                    status=response.status_code,
                    moved_to=str(here) if len(seen) > 1 else "",
                    for_good=for_good and len(seen) > 1,
                )
            for_good = for_good and response.status_code in (301, 308)
            here = here.join(response.headers["location"])
        return Answer(checked_at=now, failure="circle")

    async def _request(self, url: httpx.URL) -> httpx.Response:
        """HEAD, then GET where HEAD is refused or not understood."""
        async with self._hosts[url.host], self._turns:
            try:
                response = await self._once("HEAD", url)
            except httpx.RemoteProtocolError:
                response = None
            # Too many requests: another one would be rude.
            if response is None or (response.status_code >= 400 and response.status_code != 429):
                response = await self._once("GET", url)
            return response

    async def _once(self, method: str, url: httpx.URL) -> httpx.Response:
        request = self.client.build_request(method, url)
        response = await asyncio.wait_for(self.client.send(request, stream=True), self.seconds)
        await response.aclose()
        self.reached = True
        return response


def _is_unknown_host(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, socket.gaierror):
            # EAI_AGAIN is a resolver that is down, which says nothing of the address.
            return error.errno != socket.EAI_AGAIN
        error = error.__cause__ or error.__context__
    return False


def _problem(url: str, places: list[str], answer: Answer) -> Problem | None:
    level: Literal["error", "warning"] = "warning"
    status = answer.status or 0
    if status in _GONE or answer.failure == "no such host":
        level = "error"
        message = f"{url} is dead ({status or answer.failure}); find where it went, or take it out."
    elif answer.failure == "circle":
        message = f"{url} could not be checked (it redirects without end); open it in a browser."
    elif answer.failure or status >= 400:
        reason = answer.failure or str(status)
        message = f"{url} could not be checked ({reason}); open it in a browser."
    elif answer.moved_to:
        how = "has moved for good" if answer.for_good else "redirects"
        message = f"{url} {how} to {answer.moved_to}; see whether to write that."
    else:
        return None
    if len(places) > 1:
        message = f"{message[:-1]} (also in {', '.join(places[1:])})."
    return Problem(level=level, where=places[0], message=message, check="links", words=url)


def _read(cache: Path) -> dict[str, Answer]:
    """What was answered in the last day; a cache that cannot be read is no cache."""
    try:
        kept = msgspec.json.decode(cache.read_bytes(), type=dict[str, Answer])
    except (OSError, msgspec.MsgspecError, ValueError):
        return {}
    now = datetime.now(timezone.utc)
    return {url: each for url, each in kept.items() if now - KEPT < each.checked_at <= now}


def _write(cache: Path, answers: Mapping[str, Answer]) -> None:
    """Keep the answers; a failure to connect may be over in a minute and is not kept."""
    kept = {url: each for url, each in answers.items() if each.status is not None}
    cache.parent.mkdir(parents=True, exist_ok=True)
    fresh = cache.with_name(f".{cache.name}-{secrets.token_hex(4)}")
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(kept)))
    os.replace(fresh, cache)
