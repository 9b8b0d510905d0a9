"""The link check in the background, against real servers on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import msgspec
import pytest
import sqlalchemy as sa

from signpost.register import links
from signpost.settings import Settings, SettingsError
from signpost.settings import load as load_settings
from signpost.staff.audit import Audit
from signpost.staff.database import Database, now
from signpost.staff.register.copy import Copy
from signpost.staff.register.link_checks import SCHEDULE, LinkChecks
from signpost.staff.register.shelf import Shelf
from signpost.staff.register.tables import link_runs
from tests.loopback import Loopback
from tests.stand_ins import COUNCIL


class Site(BaseHTTPRequestHandler):
    """Answers with the number in the path."""

    def do_HEAD(self) -> None:
        kind = self.path.strip("/").split("/")[0]
        self.send_response(int(kind) if kind.isdecimal() else 200)
        if kind in ("301", "302"):
            self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *_: object) -> None:
        """Nothing to stderr."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a site, as the check's own pattern of addresses would find it."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(links, "PAUSE", 0.0)
    with Loopback(Site) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"


@pytest.fixture
def checks(
    settings: Settings, database: Database, kept: Copy, site: str, monkeypatch: pytest.MonkeyPatch
) -> LinkChecks:
    """A check of four addresses, two of them of Childline."""
    places = {
        f"{site}/404": ["service.childline/url", "advice.law_question/child/bubble 1"],
        f"{site}/301": ["service.childline/url"],
        f"{site}/200": ["service.shout/url"],
        f"{site}/500": ["council.test-town/site"],
    }
    monkeypatch.setattr(links, "addresses", lambda register: places)
    monkeypatch.setattr("signpost.staff.register.shelf.addresses", lambda register: places)
    return LinkChecks(settings, database, kept, Audit(database))


def marks(checks: LinkChecks, kept: Copy, path: str) -> list[str]:
    shelf = Shelf(
        kept, COUNCIL, answers=checks.answers(), proposals=[], in_force={}, today=now().date()
    )
    return [mark for mark in shelf.items[path].marks if mark in ("dead", "moved")]


def test_what_was_answered_is_kept_and_shown_at_the_entries(
    checks: LinkChecks, kept: Copy, site: str
) -> None:
    assert checks.start("editor")
    checks.wait(30)
    [run] = checks.runs()
    assert (run.who, run.total, run.done, run.note) == ("editor", 4, 4, "")
    assert not run.is_running
    assert {url.rpartition("/")[2]: each.status for url, each in checks.answers().items()} == {
        "404": 404,
        "301": 200,
        "200": 200,
        "500": 500,
    }
    assert marks(checks, kept, "services/childline.yaml") == ["dead", "moved"]
    assert marks(checks, kept, "advice/law_question.yaml") == ["dead"]
    assert marks(checks, kept, "services/shout.yaml") == []
    assert marks(checks, kept, f"councils/{COUNCIL}.yaml") == ["moved"]


def test_what_answered_well_is_not_asked_again_the_same_day(checks: LinkChecks) -> None:
    checks.start("editor")
    checks.wait(30)
    checks.start("editor")
    checks.wait(30)
    assert checks.runs()[0].total == 2, "the dead one and the one that could not be checked"


def test_a_second_click_starts_no_second_check(
    checks: LinkChecks, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as connection:
        connection.execute(
            link_runs.insert().values(
                who="lead", began_at=now(), seen_at=now(), total=9, done=1, note=""
            )
        )
    assert not checks.start("editor")
    # One whose process died long ago is in nobody's way.
    with database.write() as connection:
        long_ago = now() - timedelta(hours=1)
        connection.execute(sa.update(link_runs).values(seen_at=long_ago))
    assert checks.start("editor")
    checks.wait(30)
    assert "ended with the program" in checks.runs()[1].note


def test_without_a_network_nothing_is_claimed(
    checks: LinkChecks, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {"http://127.0.0.1:9/": ["service.childline/url"]}
    monkeypatch.setattr(links, "addresses", lambda register: places)
    checks.start("editor")
    checks.wait(30)
    assert "no network" in checks.runs()[0].note
    assert checks.answers() == {}


def test_it_runs_by_schedule_only_where_that_is_set(
    checks: LinkChecks, settings: Settings, database: Database, kept: Copy
) -> None:
    assert not checks.is_due(now())
    weekly = LinkChecks(
        msgspec.structs.replace(settings, link_check_days="7"), database, kept, Audit(database)
    )
    assert weekly.is_due(now())

    async def for_a_moment() -> None:
        async with weekly.beside():
            for _ in range(600):
                runs = weekly.runs()
                if runs and runs[0].ended_at:
                    return
                await asyncio.sleep(0.05)

    asyncio.run(for_a_moment())
    assert weekly.runs()[0].who == SCHEDULE
    assert not weekly.is_due(now())
    assert weekly.is_due(now() + timedelta(days=7, minutes=1))


def test_live_mode_checks_every_week_and_the_setting_is_held_to_a_number() -> None:
    assert Settings().link_check_pause is None
    assert Settings(mode="live").link_check_pause == 7
    assert Settings(mode="live", link_check_days="0").link_check_pause is None
    assert load_settings({"SIGNPOST_LINK_CHECK_DAYS": "0.5"}).link_check_pause == 0.5
    with pytest.raises(SettingsError, match="LINK_CHECK_DAYS is 'often'"):
        load_settings({"SIGNPOST_LINK_CHECK_DAYS": "often"})
