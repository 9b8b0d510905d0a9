from __future__ import annotations

from typing import Any

import pytest

from signpost.door.channels.switch import check, open_channels, states, told
from signpost.run import RunError, say_channels
from signpost.settings import Settings, SettingsError
from tests.door.channels.drivers import DRIVERS, Driver

KEY = "a key that is long enough"


def with_all(**changes: Any) -> Settings:
    given: dict[str, Any] = {}
    for driver in DRIVERS:
        given |= driver().settings("http://127.0.0.1:9")
    return Settings(**{**given, **changes})


def test_without_settings_every_channel_is_off_and_one_sentence_says_so() -> None:
    assert [state.on for state in states(Settings())] == [False] * 4
    assert open_channels(Settings()) == []
    assert told(Settings()) == [
        "the messaging channels are off; docs/channels says how to turn one on"
    ]


def test_with_all_settings_every_channel_is_on() -> None:
    assert [state.on for state in states(with_all())] == [True] * 4
    names = [channel.name for channel in open_channels(with_all())]
    assert names == ["sms", "whatsapp", "messenger", "telegram"]
    assert told(with_all())[0] == "the sms channel is on, at /webhooks/twilio/sms"


def test_the_start_says_when_opt_outs_will_be_forgotten() -> None:
    assert "forgets who said STOP" in told(with_all())[-1]
    assert "STOP" not in str(told(with_all(opt_out_key=KEY)))


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
def test_a_setting_that_is_missing_is_named(driver: type[Driver]) -> None:
    given = driver().settings("http://127.0.0.1:9")
    for missing in given:
        if missing.endswith("_api") or missing == "whatsapp_choices":
            continue
        settings = Settings(**{**given, missing: ""})
        (state,) = [each for each in states(settings) if each.name == driver.name]
        assert not state.on
        assert f"SIGNPOST_{missing.upper()}" in state.why


def test_live_mode_needs_a_signed_dpia() -> None:
    settings = with_all(mode="live", opt_out_key=KEY)
    assert not any(state.on for state in states(settings))
    assert "SIGNPOST_DPIA_SIGNED" in states(settings)[0].why
    signed = with_all(mode="live", opt_out_key=KEY, dpia_signed="records, 12/2026")
    assert all(state.on for state in states(signed))


@pytest.mark.parametrize("key", ["", "short"])
def test_live_mode_refuses_to_start_without_a_key_for_opt_outs(key: str) -> None:
    with pytest.raises(SettingsError, match="SIGNPOST_OPT_OUT_KEY"):
        check(with_all(mode="live", dpia_signed="signed", opt_out_key=key))


@pytest.mark.parametrize("name", ["public_url", "twilio_api", "messenger_api", "telegram_api"])
def test_nothing_is_sent_in_the_clear(name: str) -> None:
    with pytest.raises(SettingsError, match=f"SIGNPOST_{name.upper()}.*https"):
        check(with_all(**{name: "http://example.org"}))


def test_signpost_run_says_them_or_refuses_in_one_sentence() -> None:
    said: list[str] = []
    say_channels(with_all(opt_out_key=KEY), said.append)
    assert len(said) == 4
    with pytest.raises(RunError, match="SIGNPOST_OPT_OUT_KEY"):
        say_channels(with_all(mode="live", dpia_signed="signed"), said.append)


def test_a_wrong_list_of_templates_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="SIGNPOST_WHATSAPP_CHOICES"):
        check(with_all(whatsapp_choices="three=HX1"))
