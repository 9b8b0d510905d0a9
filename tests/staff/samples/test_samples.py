"""Samples in the workbench: two decisions before any is kept, and what to do with a disclosure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from signpost.counts import samples
from signpost.counts.sample_store import SampleStore
from signpost.register.opening import UK
from tests.staff.workbenches import Client, Running, wait_for

As = Callable[[str], Client]
REASON = "Which new challenges children ask about this term."
TODAY = datetime.now(UK).date()


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("workbench"), samples="on") as running:
        yield running.add_everybody()


@pytest.fixture
def store(workbench: Running) -> Iterator[SampleStore]:
    store = SampleStore.of(workbench.settings)
    store.delete([sample.id for sample in store.all()])
    yield store
    store.close()
    samples.turn_off(workbench.settings.state)


def test_by_default_nothing_can_be_kept(tmp_path: Path) -> None:
    with Running(tmp_path) as running:
        lead = running.add_everybody().signed_in("lead")
        assert "This bot keeps no message." in lead.get("/samples").text
        form = {"reason": REASON, "until": str(TODAY)}
        lead.post("/samples/turn-on", form)
        assert samples.sampling(tmp_path, TODAY) is None
    assert not (tmp_path / "samples.db").exists()


def test_a_lead_turns_it_on_with_a_reason_and_a_last_day_and_off(
    as_: As, workbench: Running, store: SampleStore
) -> None:
    until = TODAY + timedelta(days=14)
    form = {"reason": REASON, "until": str(until)}
    page = as_("lead").post("/samples/turn-on", form, on="/samples").text
    assert "Samples are being kept" in page
    found = samples.sampling(workbench.settings.state, TODAY)
    assert found is not None
    assert (found.until, found.by, found.reason) == (until, "Lee Lead", REASON)
    as_("lead").post("/samples/turn-off", on="/samples")
    assert samples.sampling(workbench.settings.state, TODAY) is None
    actions = [line.action for line in workbench.bench.audit.lines(who="lead", most=2)]
    assert actions == ["samples turned off", "samples turned on"]


@pytest.mark.parametrize(
    ("reason", "days", "field"),
    [("", 3, "reason"), ("why not", 3, "reason"), (REASON, -1, "until"), (REASON, 32, "until")],
)
def test_a_bad_reason_or_day_is_told_at_its_field_and_kept(
    as_: As, workbench: Running, reason: str, days: int, field: str
) -> None:
    until = str(TODAY + timedelta(days=days))
    form = {"reason": reason, "until": until}
    answer = as_("lead").post("/samples/turn-on", form, on="/samples")
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert f'value="{until}"' in answer.text
    assert reason in answer.text
    assert samples.sampling(workbench.settings.state, TODAY) is None


@pytest.mark.parametrize("until", ["", "soon", "31/12/2026"])
def test_what_is_no_day_is_told(as_: As, until: str) -> None:
    form = {"reason": REASON, "until": until}
    answer = as_("lead").post("/samples/turn-on", form, on="/samples")
    assert "Give the last day, from today to" in answer.text


def test_whoever_reads_is_told_first_what_to_do_with_a_disclosure(
    as_: As, store: SampleStore
) -> None:
    store.add(["a message that was not understood"], TODAY)
    page = as_("lead").get("/samples").text
    told = page.index("if a message tells of a child at risk")
    assert told < page.index("a message that was not understood")
    for words in ('href="tel:999"', "designated safeguarding lead", "tel:03450455203", "MASH"):
        assert words in page[told:]
    assert "1<span" in page  # counted in the navigation


def test_samples_are_deleted_by_who_has_looked_at_them_and_each_look_is_recorded(
    as_: As, workbench: Running, store: SampleStore
) -> None:
    store.add(["the first of them", "the second of them"], TODAY)
    lead = as_("lead")
    assert lead.post("/samples/delete", on="/samples").status_code == 422
    chosen = next(sample for sample in store.all() if "first" in sample.text)
    page = lead.post("/samples/delete", {"sample": [chosen.id]}, on="/samples").text
    assert "Deleted: 1." in page
    assert [sample.text for sample in store.all()] == ["the second of them"]
    lines = workbench.bench.audit.lines(who="lead", most=3)
    assert {line.action for line in lines} == {"samples read", "samples deleted"}
    assert "of them" not in str(lines)


@pytest.mark.parametrize("role", ["tester", "editor", "admin"])
def test_nobody_but_a_lead_may(as_: As, store: SampleStore, workbench: Running, role: str) -> None:
    store.add(["a message that was not understood"], TODAY)
    client = as_(role)
    for answer in (
        client.get("/samples"),
        client.post("/samples/turn-on", {"reason": REASON, "until": str(TODAY)}),
        client.post("/samples/turn-off"),
        client.post("/samples/delete", {"sample": [store.all()[0].id]}),
    ):
        assert answer.status_code == 403
        assert "a message that was not understood" not in answer.text
    assert store.number() == 1
    assert samples.sampling(workbench.settings.state, TODAY) is None


def test_old_samples_go_also_where_no_door_runs(tmp_path: Path) -> None:
    store = SampleStore(tmp_path)
    store.add(["an old one that nobody has looked at"], TODAY - timedelta(days=15))
    with Running(tmp_path):
        wait_for(lambda: store.number() == 0)
    store.close()


def test_samples_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "samples.db").mkdir()
    with Running(tmp_path, samples="on") as running:
        answer = running.add_everybody().signed_in("lead").get("/samples")
    assert answer.status_code == 503
    assert "The samples cannot be read now" in answer.text
