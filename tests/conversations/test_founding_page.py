"""The page that this bot began from: every topic and resource on it is answered, as it is today.

The rows stand in `tests/register/founding_page.yaml`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from signpost.evaluation.judge import Judge
from signpost.evaluation.talk import Talk
from signpost.register.loader import Register
from signpost.register.models import Bubble
from tests.test_consistency import evaluation_texts, nlu_examples, plain

ROWS = Path(__file__).parents[1] / "register" / "founding_page.yaml"
GAPS = ROWS.with_name("founding_page_gaps.yaml")
PHRASINGS = 3
# What the page lists; a row per name, so that none is forgotten.
LISTED = (
    *("Parent Info", "eleven principles", "Internet Matters", "E2BN", "UK Safer Internet Centre"),
    *("kidSMART", "mobile web guide", "Anti-Bullying Alliance", "CEOP", "O2 and NSPCC line"),
    *("SWGfL", "Know IT All", "Thinkuknow", "Parent Zone", "Digizen", "Digiduck", "Stop It Now"),
)


def rows() -> list[dict[str, Any]]:
    loaded = yaml.safe_load(ROWS.read_text(encoding="utf-8"))
    return [*loaded["topics"], *loaded["resources"]]


def gaps() -> list[str]:
    """The phrasings that are known to be answered otherwise."""
    loaded: dict[str, list[str]] = yaml.safe_load(GAPS.read_text(encoding="utf-8"))
    return loaded["gaps"]


def asked() -> list[Any]:
    """Every phrasing of every row, each a test of its own; a known gap is expected to fail."""
    known = gaps()
    # Not strict: a model trained anew may close a gap, which is no fault.
    gap = pytest.mark.xfail(reason="another entry answers this phrasing", strict=False)
    return [
        pytest.param(row, text, id=f"{row['row']}: {text}", marks=[gap] if text in known else [])
        for row in rows()
        for text in row["ask"]
    ]


async def answers(talk: Talk, judge: Judge, row: dict[str, Any], text: str) -> list[list[Bubble]]:
    """The bubbles of the reply to `text`, and of each follow-up; the opening is left out."""
    conversation = talk.fresh()
    if "opening" in row:
        await talk.say(conversation, row["opening"])
    replies = []
    for message in (text, *row.get("then", ())):
        reply = (await talk.say(conversation, message)).reply
        judge.read(reply)  # raises for words that the register does not hold
        replies.append(reply.bubbles)
    return replies


@pytest.mark.anyio
@pytest.mark.model
@pytest.mark.parametrize(("row", "text"), asked())
async def test_it_is_answered_as_it_is_today(
    talk: Talk, judge: Judge, row: dict[str, Any], text: str
) -> None:
    replies = await answers(talk, judge, row, text)
    assert replies[0][0].entry == row["entry"]
    bubbles = [bubble for reply in replies for bubble in reply]
    links = [link for bubble in bubbles for link in bubble.links]
    words = " ".join([*(bubble.text for bubble in bubbles), *(link.label for link in links)])
    hosts = {urlsplit(link.href).netloc for link in links}
    assert [fact for fact in row["facts"] if not re.search(fact, words)] == []
    assert row["host"] in hosts


def test_every_resource_that_the_page_lists_has_a_row() -> None:
    named = " ".join(row["row"] for row in rows())
    assert [name for name in LISTED if name not in named] == []


def test_every_known_gap_is_a_phrasing_of_a_row() -> None:
    assert set(gaps()) <= {text for row in rows() for text in row["ask"]}


def test_every_row_is_asked_in_at_least_three_ways() -> None:
    assert [row["row"] for row in rows() if len(set(row["ask"])) < PHRASINGS] == []


def test_no_phrasing_stands_in_the_training_data_or_in_the_evaluation() -> None:
    known = {plain(line) for lines in nlu_examples().values() for line in lines}
    known |= {plain(text) for text in evaluation_texts()}
    assert [text for row in rows() for text in row["ask"] if plain(text) in known] == []


def test_what_has_closed_or_is_not_confirmed_leads_to_something_that_works(
    whole_register: Register,
) -> None:
    services = whole_register.services
    works = {"current", "renamed"}
    hosts = {
        urlsplit(service.url).netloc
        for service in services.values()
        if service.url and service.status in works and not service.held_back
    }
    gone = [
        row
        for row in rows()
        if row["entry"].startswith("service.")
        and services[row["entry"].removeprefix("service.")].status not in works
    ]
    assert gone
    assert [row["row"] for row in gone if row["host"] not in hosts] == []
