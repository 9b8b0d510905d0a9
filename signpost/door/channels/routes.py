"""What the providers reach: one address for each channel that is on."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from signpost.door.channels import switch, voice
from signpost.door.channels.channel import Channel, Forged, Request, Unreadable
from signpost.door.channels.desk import Desk, Urgent
from signpost.door.channels.messenger import Messenger
from signpost.door.channels.opt_outs import OptOuts
from signpost.door.channels.outbox import CRISIS, ORDINARY, Outbox, Patience
from signpost.door.channels.twilio import Twilio, twiml
from signpost.door.door import Door
from signpost.door.web.requests import body_of
from signpost.settings import Settings

log = structlog.get_logger()
VOICE = "/webhooks/twilio/voice"
# Twilio waits 15 seconds for an answer. After these, a crisis reply goes into the answer itself.
RESPONSE_SECONDS = 4.0
Endpoint = Callable[[HttpRequest], Awaitable[Response]]


class Channels:
    """The channels that are on, with what they share. `ordinary` and `crisis` are for tests."""

    def __init__(
        self,
        settings: Settings,
        door: Door,
        last_resort_sms: str,
        *,
        ordinary: Patience = ORDINARY,
        crisis: Patience = CRISIS,
        response_seconds: float = RESPONSE_SECONDS,
    ) -> None:
        # At "info" it writes each address it asks, and Telegram's holds the token.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._settings = settings
        self._door = door
        self._response_seconds = response_seconds
        self._channels = switch.open_channels(settings)
        self._opt_outs = OptOuts(settings.state, settings.opt_out_key)
        self._outbox = Outbox(settings.provider_timeout, ordinary, crisis)
        if self._channels:
            self._outbox.warm_up()
        self._desk = Desk(
            door,
            self._outbox,
            self._opt_outs,
            idle_seconds=settings.conversation_seconds,
            preview=settings.mode == "preview",
            last_resort_sms=last_resort_sms,
        )
        # Requests that nobody signed, by channel and reason.
        self.refused: Counter[tuple[str, str]] = Counter()

    @property
    def routes(self) -> list[Route]:
        """The routes of the channels that are on; none when all are off."""
        routes = [
            Route(channel.path, self._webhook(channel), methods=["POST"], name=channel.name)
            for channel in self._channels
        ]
        for channel in self._channels:
            if isinstance(channel, Messenger):
                routes.append(Route(channel.path, self._challenge(channel), methods=["GET"]))
        by_twilio = next((each for each in self._channels if isinstance(each, Twilio)), None)
        if by_twilio is not None:
            routes.append(Route(VOICE, self._voice(by_twilio), methods=["POST"], name="voice"))
        return routes

    @property
    def outcomes(self) -> Counter[tuple[str, str, bool]]:
        """What became of messages, by outcome, channel and whether it was a crisis."""
        return self._outbox.outcomes

    @property
    def at_rest(self) -> bool:
        """Whether every message that was taken is answered."""
        return self._outbox.is_empty

    async def close(self, seconds: float = 5.0) -> None:
        """End: replies in progress get a few seconds."""
        await self._outbox.close(seconds)
        self._opt_outs.close()

    def _webhook(self, channel: Channel) -> Endpoint:
        async def webhook(request: HttpRequest) -> Response:
            return await self._take(channel, request)

        return webhook

    async def _take(self, channel: Channel, http: HttpRequest) -> Response:
        request = await self._verified(channel, http)
        if isinstance(request, Response):
            return request
        try:
            messages = channel.read(request)
        except Unreadable as error:
            # The provider signed it; to send it again would not make it readable.
            log.error("webhook.unreadable", channel=channel.name, reason=str(error))
            return channel.acknowledge()
        urgent = await self._desk.take(channel, messages)
        for each in urgent:
            response = await self._in_response(channel, each)
            if response is not None:
                return response
        return channel.acknowledge()

    async def _in_response(self, channel: Channel, urgent: Urgent) -> Response | None:
        """The crisis reply in the answer itself, when the provider does not take it otherwise."""
        response = channel.say_in_response(urgent.message.address, urgent.sheets)
        if response is None or await self._were_delivered(urgent):
            return None
        for parcel in urgent.parcels:
            parcel.withdrawn = True
        # Nobody tells us whether it arrives: if this message comes again, it is answered again.
        await self._desk.let_come_again(channel, urgent.message)
        log.warning("delivery.in_response", channel=channel.name)
        return response

    async def _were_delivered(self, urgent: Urgent) -> bool:
        waiting = [parcel.delivered.wait() for parcel in urgent.parcels]
        try:
            await asyncio.wait_for(asyncio.gather(*waiting), self._response_seconds)
        except asyncio.TimeoutError:
            return False
        return True

    def _challenge(self, channel: Messenger) -> Endpoint:
        async def challenge(request: HttpRequest) -> Response:
            try:
                return PlainTextResponse(channel.challenge(dict(request.query_params)))
            except Forged as forged:
                return self._turn_away(channel, forged.reason)

        return challenge

    def _voice(self, channel: Twilio) -> Endpoint:
        async def call(http: HttpRequest) -> Response:
            request = await self._verified(channel, http)
            if isinstance(request, Response):
                return request
            log.info("call", channel="voice")
            reply = self._door.render.entry("conversation.voice_call")
            return twiml(voice.twiml(" ".join(bubble.text for bubble in reply.bubbles)))

        return call

    async def _verified(self, channel: Channel, http: HttpRequest) -> Request | Response:
        """The request under its public address, or what it is turned away with: its body has no
        end, or the provider did not sign it."""
        try:
            body = await body_of(http, self._settings.request_bytes)
        except HTTPException as error:
            return self._turn_away(channel, "too large", error.status_code)
        query = f"?{http.url.query}" if http.url.query else ""
        url = self._settings.public_url.rstrip("/") + http.url.path + query
        headers = {name.lower(): value for name, value in http.headers.items()}
        request = Request(url=url, body=body, headers=headers)
        try:
            channel.verify(request)
        except Forged as forged:
            return self._turn_away(channel, forged.reason)
        return request

    def _turn_away(self, channel: Channel, reason: str, status: int = 403) -> Response:
        """Refuse a request: counted, and logged without anything that it held."""
        self.refused[channel.name, reason] += 1
        count = self.refused[channel.name, reason]
        log.warning("webhook.refused", channel=channel.name, reason=reason, count=count)
        return PlainTextResponse(self._door.render.last_resort().text(), status_code=status)
