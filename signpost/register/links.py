"""Whether the register's addresses still answer: `signpost check --links`, and the workbench.

Politely: four at once, one at a time for each host with a pause in between, and no address twice
in a day. A host that asks for time gets it, or is left alone. Without a network nothing is claimed
about any address.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import socket
import ssl
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

import httpx
import msgspec

from signpost.register.checks.problem import Problem, texts
from signpost.register.loader import Register

USER_AGENT = "OnlineSafetySignpost/1 (checks links of a council's advice, once a day)"
AT_ONCE = 4
SECONDS = 10.0
# Between two requests to one host; and the longest that is waited when a host asks for time.
PAUSE = 1.0
LONGEST_WAIT = 30.0
HOPS = 5
KEPT = timedelta(hours=24)
_ADDRESS = re.compile(r"https://[^\s<>\"')\]}]+")
_GONE = (404, 410)
_BUSY = (429, 503)
Failure = Literal[
    "",
    "no such host",
    "no connection",
    "no answer in time",
    "circle",
    "certificate",
    "asked for time",
]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an address answered. `failure` is set when no answer came, or no end of redirects."""

    checked_at: datetime
    status: int | None = None
    failure: Failure = ""
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
    problems = [problem_of(url, places, answers[url]) for url, places in found.items()]
    return [problem for problem in problems if problem]


def trusted() -> ssl.SSLContext:
    """Whose certificates are believed."""
    return httpx.create_ssl_context()


async def ask(
    urls: Iterable[str],
    seconds: float | None = None,
    *,
    told: Callable[[str, Answer], None] | None = None,
) -> dict[str, Answer]:
    """The answers of all addresses; `told` is called with each as it comes.

    Raises `NoNetwork` when not one of them could be reached.
    """
    urls = list(urls)
    visitor = _Visitor(seconds or SECONDS)

    async def one(url: str) -> Answer:
        answer = await visitor.visit(url)
        if told is not None:
            told(url, answer)
        return answer

    async with visitor.client:
        answers = dict(zip(urls, await asyncio.gather(*map(one, urls)), strict=True))
    if urls and not visitor.reached:
        raise NoNetwork
    return answers


class _Host:
    """One host: its turn, when it was last asked, and until when it wants to be left alone."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.asked_at = float("-inf")
        self.is_closed = False


class _AskedForTime(Exception):
    """A host wants more time than we wait."""


class _Visitor:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.client = httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT, "Accept": "text/html,*/*;q=0.5"},
            timeout=seconds,
            follow_redirects=False,
            verify=trusted(),
        )
        self.reached = False
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._hosts: dict[str, _Host] = defaultdict(_Host)

    async def visit(self, url: str) -> Answer:
        """Follow an address to its end."""
        now = datetime.now(timezone.utc)
        try:
            return await self._follow(url, now)
        except _AskedForTime:
            return Answer(checked_at=now, failure="asked for time")
        except (httpx.TimeoutException, TimeoutError, asyncio.TimeoutError):
            return Answer(checked_at=now, failure="no answer in time")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Answer(checked_at=now, failure=_failure(error))

    async def _follow(self, url: str, now: datetime) -> Answer:
        here, seen, for_good = httpx.URL(url), set[httpx.URL](), True
        while len(seen) <= HOPS and here not in seen:
            seen.add(here)
            response = await self._request(here)
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
        host = self._hosts[url.host]
        async with host.turn:
            if host.is_closed:
                raise _AskedForTime
            try:
                response = await self._polite("HEAD", url, host)
            except httpx.RemoteProtocolError:
                response = None
            # Too many requests: another one would be rude.
            if response is None or (response.status_code >= 400 and response.status_code != 429):
                response = await self._polite("GET", url, host)
            return response

    async def _polite(self, method: str, url: httpx.URL, host: _Host) -> httpx.Response:
        """One request after the host's pause; once more where it names a short time to wait."""
        response = await self._once(method, url, host)
        wait = _asked_to_wait(response)
        if wait is None:
            return response
        if wait > LONGEST_WAIT:
            host.is_closed = True
            return response
        await asyncio.sleep(wait)
        return await self._once(method, url, host)

    async def _once(self, method: str, url: httpx.URL, host: _Host) -> httpx.Response:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, host.asked_at + PAUSE - loop.time()))
        async with self._turns:
            try:
                request = self.client.build_request(method, url)
                sent = self.client.send(request, stream=True)
                response = await asyncio.wait_for(sent, self.seconds)
                await response.aclose()
            finally:
                host.asked_at = loop.time()
        self.reached = True
        return response


def _asked_to_wait(response: httpx.Response) -> float | None:
    """Seconds that a busy host asks for; None where it asks for nothing."""
    given = response.headers.get("retry-after", "").strip()
    if response.status_code not in _BUSY or not given:
        return None
    if given.isdecimal():
        return float(given[:9])
    try:
        until = parsedate_to_datetime(given)
        return max(0.0, (until - datetime.now(timezone.utc)).total_seconds())
    except (TypeError, ValueError):
        return None


def _failure(error: BaseException) -> Failure:
    if _is_unknown_host(error):
        return "no such host"
    return "certificate" if _is_about_certificate(error) else "no connection"


def _is_about_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_unknown_host(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, socket.gaierror):
            # EAI_AGAIN is a resolver that is down, which says nothing of the address.
            return error.errno != socket.EAI_AGAIN
        error = error.__cause__ or error.__context__
    return False


def problem_of(url: str, places: list[str], answer: Answer) -> Problem | None:
    """What is wrong with an address, told at the first place it stands in; None for nothing."""
    level: Literal["error", "warning"] = "warning"
    status = answer.status or 0
    if status in _GONE or answer.failure == "no such host":
        level = "error"
        message = f"{url} is dead ({status or answer.failure}); find where it went, or take it out."
    elif answer.failure == "circle":
        message = f"{url} could not be checked (it redirects without end); open it in a browser."
    elif answer.failure == "certificate":
        message = f"{url} has a certificate that browsers warn of; open it in a browser."
    elif answer.failure == "asked for time":
        message = f"{url} could not be checked (the site asked to be left alone); try it later."
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
