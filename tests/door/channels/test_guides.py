"""The guides name what is there: each channel, its address, its settings."""

from __future__ import annotations

import msgspec
import pytest

from signpost.door.channels import keywords
from signpost.door.channels.switch import CHANNELS
from signpost.settings import ROOT, Settings
from tests.door.channels.test_rehearsal import ENV

GUIDES = ROOT / "docs" / "channels"


@pytest.mark.parametrize(("kind", "_", "needs"), CHANNELS, ids=[each[0].name for each in CHANNELS])
def test_each_channel_has_a_page_with_its_address_and_settings(
    kind: type, _: object, needs: tuple[str, ...]
) -> None:
    page = (GUIDES / f"{kind.name}.md").read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert kind.path in page  # type: ignore[attr-defined]
    assert [name for name in needs if f"SIGNPOST_{name.upper()}" not in page] == []
    for heading in ("## Test", "## What it costs", "## What the provider sees"):
        assert heading in page
    assert f"signpost rehearse {kind.name} " in page  # type: ignore[attr-defined]


def test_every_word_that_is_a_command_is_explained() -> None:
    page = (GUIDES / "README.md").read_text(encoding="utf-8").upper()
    assert [word for word in keywords._WORDS if word.upper().replace("-", " ") not in page] == [
        word for word in ("stop all", "optout")
    ]


def test_the_settings_of_the_rehearsal_are_settings_without_secrets() -> None:
    names = {f"SIGNPOST_{field.name.upper()}" for field in msgspec.structs.fields(Settings)}
    for line in ENV.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            assert name in names
            if name.endswith(("_TOKEN", "_SECRET")):
                assert value.endswith("rehearsal-only")


def test_the_index_leads_to_every_page() -> None:
    index = (GUIDES / "README.md").read_text(encoding="utf-8")
    pages = {file.name for file in GUIDES.glob("*.md")} - {"README.md"}
    assert [page for page in pages if f"({page})" not in index] == []
