from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import spacy

from signpost.language.people import GROUP
from signpost.language.pipeline import build, saved
from signpost.settings import ROOT

DATA = ROOT / "data" / "entities"
NLP = build(DATA)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the patterns, for a test to change."""
    return Path(shutil.copytree(DATA, tmp_path / "entities"))


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("he added me on Snap", "snapchat"),
        ("SNAPCHAT", "snapchat"),
        ("my insta was hacked", "instagram"),
        ("its on tik tok", "tiktok"),
        ("in roblox", "roblox"),
    ],
)
def test_a_platform_is_found_by_its_names(text: str, platform: str) -> None:
    assert [ent.ent_id_ for ent in NLP(text).ents] == [platform]


@pytest.mark.parametrize("text", ["he snapped at me", "my discordant family", "a kick"])
def test_a_word_that_only_looks_like_a_platform_is_none(text: str) -> None:
    assert list(NLP(text).ents) == []


def test_people_and_platforms_are_found_together() -> None:
    doc = NLP("my 12 year old daughter is on tiktok")
    assert [ent.ent_id_ for ent in doc.ents] == ["tiktok"]
    assert {span.label_ for span in doc.spans[GROUP]} == {"age", "relation", "audience"}


def test_the_pipeline_is_saved_once_for_the_same_data(data: Path, tmp_path: Path) -> None:
    first = saved(data, tmp_path / "built")
    stamp = (first / "meta.json").stat().st_mtime_ns
    assert saved(data, tmp_path / "built") == first
    assert (first / "meta.json").stat().st_mtime_ns == stamp


def test_changed_data_makes_another_pipeline(data: Path, tmp_path: Path) -> None:
    first = saved(data, tmp_path / "built")
    with (data / "platforms.yaml").open("a", encoding="utf-8") as file:
        file.write("newapp: [newapp]\n")
    second = saved(data, tmp_path / "built")
    assert second != first
    assert [ent.ent_id_ for ent in spacy.load(second)("on newapp").ents] == ["newapp"]


def test_nothing_half_made_is_left_beside_it(data: Path, tmp_path: Path) -> None:
    path = saved(data, tmp_path / "built")
    assert list((tmp_path / "built").iterdir()) == [path]
