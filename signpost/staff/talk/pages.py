"""The pages "Try it": conversations with the bot, each reply with its reasons."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from typing import TypeVar

import anyio.to_thread
import structlog
from starlette.responses import Response

from signpost.beside import beside
from signpost.door.conversations import Conversation
from signpost.door.rasa import RasaUnavailable
from signpost.staff.permissions import May
from signpost.staff.talk import told
from signpost.staff.talk.desk import Desk, desk_of, section_of
from signpost.staff.talk.shown import show
from signpost.staff.talk.store import NameTakenError, Trial
from signpost.staff.talk.trial import Heard, memory_of
from signpost.staff.talk.why import concern_title
from signpost.staff.visit import Visit, get, post, problems_of
from signpost.staff.workbench import Section, Workbench

log = structlog.get_logger()
SECONDS_BETWEEN_SWEEPS = 300.0
LONGEST_NAME, LONGEST_MESSAGE = 80, 50_000
T = TypeVar("T")


def section(bench: Workbench) -> Section:
    """ "Try it"."""
    talk = Talk(desk_of(bench))
    act = May.TRY
    return Section(
        "Try it",
        "/talk",
        "Talk to the bot as a child, a parent or a professional, and see why it answers so.",
        act,
        [
            get("/talk", talk.list, act),
            post("/talk", talk.begin, act),
            get("/talk/{trial:int}", talk.show, act),
            post("/talk/{trial:int}", talk.say, act),
            post("/talk/{trial:int}/again", talk.again, act),
            post("/talk/{trial:int}/delete", talk.delete, act),
            post("/talk/{trial:int}/keep", talk.keep, act),
            post("/talk/{trial:int}/let-go", talk.let_go, act),
        ],
        beside=talk.beside,
    )


class Talk:
    """The pages. Those that ask Rasa are coroutines, and read the database in a thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """Delete on time for as long as the workbench runs."""
        try:
            async with beside(self._sweep_for_ever()):
                yield
        finally:
            await self._desk.close()

    def list(self, visit: Visit) -> Response:
        return self._start_page(visit, {}, role="", channel="web")

    async def begin(self, visit: Visit) -> Response:
        role, channel = visit.value("role"), visit.value("channel")
        problems = problems_of(
            ("role", bool(role) and role not in told.ROLES, "Choose who writes."),
            ("channel", channel not in told.CHANNELS, "Choose a channel."),
        )
        if problems:
            return await _thread(self._start_page, visit, problems, role=role, channel=channel)
        return await self._begin(visit, role, channel)

    def show(self, visit: Visit) -> Response:
        trial = self._readable(visit)
        return self._page(visit, trial) if trial else gone(visit)

    async def say(self, visit: Visit) -> Response:
        trial = await _thread(self._own, visit)
        if trial is None:
            return await _thread(gone, visit)
        text, choice = visit.raw("text"), visit.value("choice")
        too_long = len(text) > LONGEST_MESSAGE
        problems = problems_of(
            ("text", too_long, f"The message is longer than {LONGEST_MESSAGE:,} characters."),
            ("text", bool(trial.name), "This one is kept as a test. Start a new conversation."),
        )
        if problems:
            return await _thread(self._page, visit, trial, problems, text=text)
        conversation = self._desk.trials.resume(trial.memory, trial.idle_seconds)
        heard = await self._desk.trials.say(conversation, text, choice)
        return await self._noted(visit, trial.id, conversation, heard)

    async def again(self, visit: Visit) -> Response:
        trial = await _thread(self._own, visit)
        if trial is None:
            return await _thread(gone, visit)
        return await self._begin(visit, trial.role, trial.channel)

    async def delete(self, visit: Visit) -> Response:
        trial = await _thread(self._own, visit)
        if trial is None or trial.name:
            return await _thread(gone, visit)
        await _thread(self._desk.store.delete, trial.id)
        self._desk.typed.forget(trial.id)
        try:
            await self._desk.trials.forget(trial.memory.id)
        except RasaUnavailable as error:
            # Its own purge of what is idle deletes it later.
            log.warning("erase.later", reason=str(error))
        return await _thread(visit.redirect, "/talk", "The conversation is deleted.")

    def keep(self, visit: Visit) -> Response:
        trial = self._own(visit)
        if trial is None:
            return gone(visit)
        name = " ".join(visit.value("name").split())
        problems = problems_of(
            ("name", not name, "Give the test a name that says what it is for."),
            ("name", len(name) > LONGEST_NAME, f"The name has more than {LONGEST_NAME} letters."),
            ("name", not trial.length, "Say something first: there is nothing to keep yet."),
        )
        if not problems:
            problems = self._keep(visit, trial, name)
        if problems:
            return self._page(visit, trial, problems, name=name)
        return visit.redirect(f"/talk/{trial.id}", "Kept as a test: runs try it from now on.")

    def let_go(self, visit: Visit) -> Response:
        trial = self._own(visit)
        if trial is None:
            return gone(visit)
        self._desk.store.keep(trial.id, "")
        visit.record("talk.let_go", str(trial.id), name=trial.name)
        self._desk.write_tests()
        return visit.redirect(f"/talk/{trial.id}", "It is no test any more.")

    def _keep(self, visit: Visit, trial: Trial, name: str) -> Mapping[str, str]:
        try:
            self._desk.store.keep(trial.id, self._desk.redact(name))
        except NameTakenError:
            return {"name": "Another test has this name. Choose another one."}
        visit.record("talk.keep", str(trial.id), name=self._desk.redact(name))
        self._desk.write_tests()
        return {}

    async def _begin(self, visit: Visit, role: str, channel: str) -> Response:
        trials = await _thread(lambda: self._desk.trials)
        conversation = trials.start()
        memory = memory_of(conversation)
        id_ = await _thread(self._desk.store.begin, visit.person.name, channel, role, memory)
        heard = await trials.say_who(conversation, role) if role else None
        if heard is None:
            return await _thread(visit.redirect, f"/talk/{id_}")
        return await self._noted(visit, id_, conversation, heard)

    async def _noted(
        self, visit: Visit, trial: int, conversation: Conversation, heard: Heard
    ) -> Response:
        """Keep the turn, and lead to it."""
        memory = memory_of(conversation)
        try:
            number = await _thread(self._desk.store.add, trial, heard, memory)
        except LookupError:
            return await _thread(gone, visit)
        self._desk.typed.add(trial, number, heard)
        return await _thread(visit.redirect, f"/talk/{trial}#turn-{number}")

    def _own(self, visit: Visit) -> Trial | None:
        """The conversation of the address, when it is this person's."""
        trial = self._there(visit)
        return trial if trial and trial.owner == visit.person.name else None

    def _readable(self, visit: Visit) -> Trial | None:
        """Their own, a test, or for a lead anybody's: corrections lead to it."""
        trial = self._there(visit)
        if trial is None:
            return None
        is_theirs = bool(trial.name) or trial.owner == visit.person.name
        return trial if is_theirs or visit.person.may(May.DECIDE_CORRECTIONS) else None

    def _there(self, visit: Visit) -> Trial | None:
        """The conversation of the address, unless its time is over."""
        trial = self._desk.store.find(visit.request.path_params["trial"])
        seconds = self._desk.settings.conversation_seconds
        is_over = trial is not None and not trial.name and trial.idle_seconds > seconds
        return None if is_over else trial

    def _start_page(
        self, visit: Visit, problems: Mapping[str, str], *, role: str, channel: str
    ) -> Response:
        desk = self._desk
        desk.sweep()
        return visit.page(
            "talk/list.html",
            status=400 if problems else 200,
            problems=problems,
            role=role,
            channel=channel,
            told=told,
            own=desk.store.of(visit.person.name),
            saved=desk.store.saved(),
            hours=desk.hours,
            name_of=desk.name_of,
        )

    def _page(
        self,
        visit: Visit,
        trial: Trial,
        problems: Mapping[str, str] | None = None,
        *,
        text: str = "",
        name: str = "",
    ) -> Response:
        desk = self._desk
        edition = desk.edition
        shown = partial(show, channel=trial.channel, edition=edition, settings=desk.settings)
        turns = desk.store.turns(trial.id)
        is_own = trial.owner == visit.person.name
        return visit.page(
            "talk/one.html",
            status=400 if problems else 200,
            problems=problems or {},
            trial=trial,
            is_own=is_own,
            opening=shown(desk.trials.greeting(trial.channel)),
            turns=[(turn, shown(turn.reply)) for turn in turns],
            typed=desk.typed.of(trial.id) if is_own else {},
            corrections=desk.corrections.of(trial.id),
            told=told,
            text=text,
            name=name,
            hours=desk.hours,
            name_of=desk.name_of,
            title_of=partial(concern_title, edition.register),
            today=date.today(),
            section=partial(section_of, visit),
        )

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await _thread(self._desk.sweep)
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.error("talk.sweep_failed", kind=type(error).__name__)
            await asyncio.sleep(SECONDS_BETWEEN_SWEEPS)


def gone(visit: Visit) -> Response:
    """The page for a conversation that is not there, or not this person's."""
    return visit.refuse(
        404,
        "This conversation is not here",
        "It may be somebody else's, it may have been deleted, or its time is over.",
        "Conversations that are not kept as a test are deleted when they have been quiet for long.",
    )


async def _thread(work: Callable[..., T], *given: object, **named: object) -> T:
    """What reads or writes the database, in a thread of its own."""
    return await anyio.to_thread.run_sync(partial(work, *given, **named))
