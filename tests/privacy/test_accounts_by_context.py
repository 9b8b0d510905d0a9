"""Accounts of plain words, by how they are announced; and what is merely said of an account."""

from __future__ import annotations

import pytest

from signpost.privacy.redact import Redactor

redact = Redactor().redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my insta is sleepy panda 44", "my insta is ‹handle›"),
        ("her username is moon biscuit", "her username is ‹handle›"),
        ("add me on snap zekkotron pls", "add me on snap ‹handle› pls"),
        ("a page called the quiet otter, its about me", "a page called the ‹handle›, its about me"),
        ("someone on roblox called angry teapot asks", "someone on roblox called ‹handle› asks"),
        ("he goes by silent badger on steam", "he goes by ‹handle› on steam"),
        ("gamertag: Brave Otter 3000", "gamertag: ‹handle›"),
        ("hes on discord as grim kettle 9", "hes on discord as ‹handle›"),
        ("VoidBadgerYT posted it", "‹handle› posted it"),
        ("my brother is OtterQueen on there", "my brother is ‹handle› on there"),
        ("it was otter.plays.x who did", "it was ‹handle› who did"),
        ("found by ttv-Mossfoot", "found by ‹handle›"),
        ("he is tunb3lw3ed on there", "he is ‹handle› on there"),
    ],
)  # fmt: skip
def test_whatever_an_account_is_called_goes(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "my insta is private",
        "my snap is on my old phone",
        "my account was hacked and deleted",
        "his tiktok is full of it",
        "add me on snap please",
        "report him on instagram",
        "their page is about me",
        "you play as terrorists",
        "he posts as a joke",
        "my xbox is in my room",
        "i got airdropped a pic and FaceTimed her",
        "is it TikToks or SnapMaps",
        "h4ck3d my r0bl0x 4 r0bux",
        "a game called among us",
    ],
)
def test_what_is_said_of_an_account_stays(text: str) -> None:
    assert redact(text) == text
