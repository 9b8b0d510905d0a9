"""The staff's guide agrees with the workbench: its pictures, links, names and roles exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from signpost.settings import ROOT, Settings
from signpost.staff.app import build
from signpost.staff.permissions import ROLES
from tests.staff.browser.guide import IMAGES, MOST_BYTES, PICTURES

GUIDE = ROOT / "docs" / "staff-guide.md"
TEXT = GUIDE.read_text(encoding="utf-8")
SHOWN = dict(re.findall(r"!\[([^\]]*)\]\(images/staff-([\w-]+)\.png\)", TEXT))
LINKS = sorted(set(re.findall(r"\]\(([^)\s]+)\)", TEXT)))


def headings(text: str) -> set[str]:
    """The anchors of a page's headings, as they are made from their words."""
    found = re.findall(r"^#+ (.+)$", text, flags=re.M)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in found}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_somewhere(link: str) -> None:
    path, _, anchor = link.partition("#")
    file = GUIDE.parent / path if path else GUIDE
    assert file.is_file()
    assert not anchor or anchor in headings(file.read_text(encoding="utf-8"))


def test_every_picture_that_is_taken_is_shown_with_words_and_the_other_way_round() -> None:
    assert sorted(SHOWN.values()) == sorted(PICTURES)
    assert all(len(words.split()) > 2 for words in SHOWN)


def test_pictures_are_small() -> None:
    files = sorted(IMAGES.glob("staff-*.png"))
    assert {file.stem.removeprefix("staff-") for file in files} == set(PICTURES)
    assert [file.name for file in files if file.stat().st_size > MOST_BYTES] == []


def test_every_section_of_the_workbench_is_in_it(tmp_path: Path) -> None:
    bench = build(Settings(state=tmp_path)).state.bench
    for section in bench.sections:
        assert section.title.lower() in TEXT.lower(), section.title
    bench.database.close()


def test_every_role_is_in_it() -> None:
    for name, _ in ROLES.values():
        assert f"| {name} |" in TEXT
