"""Accounts: by their signs and their form, and words that are none."""

from __future__ import annotations

import pytest

from signpost.privacy.redact import Redactor

redact = Redactor().redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my name is at cool underscore cat seven", "my name is ‹handle›"),
    ],
)
def test_accounts_said_aloud_go(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hes finn.plays.8 on ig", "hes ‹handle› on ig"),
        ("we only know bex.atnight on Telegram", "we only know ‹handle› on Telegram"),
        ("The page is hcs.gossip. I am sick", "The page is ‹handle›. I am sick"),
        ("there is a page, hidethecakefast, about me", "there is a page, ‹handle›, about me"),
        ("i lent my acc SiobhanSlays to him", "i lent my acc ‹handle› to him"),
        ("it was HarriTheWizard2", "it was ‹handle›"),
        ("her username is moon cat underscore six", "her username is ‹handle›"),
        ("my snap is kit dot kat dot nine", "my snap is ‹handle›"),
        ("it keeps autoplaying on instagram", "it keeps autoplaying on instagram"),
        ("he ate a lightbulb on youtube", "he ate a lightbulb on youtube"),
        ("i use SoundCloud and PlayStation5", "i use SoundCloud and PlayStation5"),
        ("it is 10.50pm now", "it is 10.50pm now"),
    ],
)
def test_accounts_of_words_go_and_words_of_two_stay(text: str, expected: str) -> None:
    assert redact(text) == expected
