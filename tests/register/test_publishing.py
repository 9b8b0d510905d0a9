"""What stops words from reaching the public, on the way forward and on the way back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from signpost import cli
from signpost.register import bundle, checks, publishing, signing
from signpost.register.loader import load
from signpost.register.publishing import NotPublishable
from signpost.run import publish_at_start
from signpost.settings import Settings
from tests.register.test_bundle import change
from tests.stand_ins import COUNCIL, service, write


@pytest.fixture
def settings(sound: Path, settings: Settings) -> Settings:
    """Settings of a small register that passes its checks."""
    return settings


@pytest.fixture
def live(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, mode="live")


def sign_all(content: Path) -> None:
    """Sign every advice of the small register as it stands."""
    register = load(content, COUNCIL)
    for name, entry in register.entries.items():
        if entry.kind == "advice":
            file = content / "advice" / f"{name.partition('.')[2]}.yaml"
            with file.open("a", encoding="utf-8") as opened:
                opened.write(
                    "sign_off:\n  by: A Test\n  role: safeguarding lead\n"
                    f"  on: {date.today()}\n  words: '{signing.digest(entry)}'\n"
                )


def test_words_that_pass_are_put_in_force(settings: Settings) -> None:
    made = publishing.publish(settings, settings.content)
    assert bundle.pointed(settings.bundle_store) == made.checksum


def test_an_error_stops_it_with_the_whole_list(settings: Settings) -> None:
    write(settings.content, "services", service("childline", phones=[{"number": "0800 2222"}]))
    write(settings.content, "services", service("shout", texts=[{"number": "85285"}]))
    with pytest.raises(NotPublishable) as refused:
        publishing.publish(settings, settings.content)
    assert len([each for each in refused.value.problems if each.check == "pinned_numbers"]) == 2
    assert bundle.pointed(settings.bundle_store) is None


def test_live_mode_publishes_and_goes_back_to_signed_words_only(live: Settings) -> None:
    unsigned = bundle.publish(live.content, live.bundle_store).checksum
    with pytest.raises(NotPublishable, match=r"advice\.law_question: waits for a sign-off"):
        publishing.publish(live, live.content)
    sign_all(live.content)
    signed = publishing.publish(live, live.content).checksum
    with pytest.raises(NotPublishable, match="waits for a sign-off"):
        publishing.go_back(live, unsigned)
    assert bundle.pointed(live.bundle_store) == signed

    change(live.content, "Good day.")  # conversation needs no signature
    newer = publishing.publish(live, live.content).checksum
    assert newer != signed
    assert publishing.go_back(live, signed).checksum == signed
    assert bundle.pointed(live.bundle_store) == signed


def test_a_bundle_that_cannot_be_loaded_is_not_gone_back_to(settings: Settings) -> None:
    good = publishing.publish(settings, settings.content).checksum
    (settings.content / "conversation" / "greet.yaml").write_text("id: [", encoding="utf-8")
    broken = bundle.publish(settings.content, settings.bundle_store).checksum
    bundle.point(settings.bundle_store, good)
    with pytest.raises(NotPublishable, match="is not readable YAML"):
        publishing.go_back(settings, broken)


def test_the_command_refuses_to_go_back_to_unsigned_words_in_live_mode(
    live: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = bundle.publish(live.content, live.bundle_store).checksum
    monkeypatch.setenv("SIGNPOST_CONTENT", str(live.content))
    monkeypatch.setenv("SIGNPOST_STATE", str(live.state))
    monkeypatch.setenv("SIGNPOST_COUNCIL", COUNCIL)
    monkeypatch.setenv("SIGNPOST_MODE", "live")
    assert cli.main(["publish", "--back-to", name]) == 1
    said = capsys.readouterr()
    assert "advice.law_question: waits for a sign-off" in said.out
    assert "the bundle in force stays" in said.err
    monkeypatch.setenv("SIGNPOST_MODE", "preview")
    assert cli.main(["publish", "--back-to", name]) == 0


def test_what_was_gone_back_to_stays_in_force_over_a_start(settings: Settings) -> None:
    said: list[str] = []
    first = publishing.publish(settings, settings.content).checksum
    change(settings.content, "Good day.")
    publishing.publish(settings, settings.content)
    publishing.go_back(settings, first)
    publishing.choose(settings.bundle_store, first)
    publish_at_start(settings, publishing.chosen(settings), said.append)
    assert bundle.pointed(settings.bundle_store) == first
    assert "stays in force" in said[0]

    publishing.choose(settings.bundle_store, None)
    publish_at_start(settings, publishing.chosen(settings), said.append)
    assert bundle.pointed(settings.bundle_store) == bundle.checksum(settings.content)


def test_a_chosen_bundle_that_is_damaged_is_chosen_no_more(settings: Settings) -> None:
    name = publishing.publish(settings, settings.content).checksum
    publishing.choose(settings.bundle_store, name)
    assert publishing.chosen(settings) == name
    (settings.bundle_store / name / "services" / "shout.yaml").unlink()
    assert publishing.chosen(settings) is None


def test_a_chosen_bundle_that_live_mode_forbids_is_chosen_no_more(live: Settings) -> None:
    name = bundle.publish(live.content, live.bundle_store).checksum
    publishing.choose(live.bundle_store, name)
    assert publishing.chosen(live) is None
    assert checks.unsigned(load(live.content, COUNCIL))
