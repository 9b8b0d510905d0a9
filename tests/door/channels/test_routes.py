from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from signpost.door.app import build
from signpost.settings import ROOT, Settings, SettingsError
from tests.door.channels import drivers
from tests.door.channels.conftest import Bench
from tests.door.channels.drivers import Hook

TABLETS = "i took loads of tablets and want to die"


def test_a_channel_that_is_off_has_no_address(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(drivers.Telegram())
    assert bench.client.post("/webhooks/twilio/sms").status_code == 404


@pytest.mark.parametrize("driver", drivers.DRIVERS, ids=lambda driver: driver.name)
def test_a_body_without_end_is_refused_with_the_emergency_words(
    make_bench: Callable[..., Bench], driver: type[drivers.Driver]
) -> None:
    bench = make_bench(driver(), request_bytes=1000)
    response = bench.post(Hook(bench.driver.says("x").path, b"x" * 5000, {}))
    assert response.status_code == 413
    assert "999" in response.text


def test_a_crisis_said_in_the_answer_is_said_again_if_it_comes_again(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(drivers.Sms())
    bench.provider.trouble = {"*": "down"}
    hook = bench.driver.says(TABLETS)
    for _ in range(2):
        assert "Call 999 now" in bench.post(hook).text


def test_a_crisis_is_said_in_the_answer_where_the_provider_blocks_it(
    make_bench: Callable[..., Bench],
) -> None:
    # Twilio's own STOP: it refuses messages to this number.
    bench = make_bench(drivers.Sms())
    bench.provider.trouble = {"*": "blocked"}
    assert "Call 999 now" in bench.say(TABLETS).text


def app_settings(tmp_path: Any, **changes: Any) -> Settings:
    given = drivers.Sms().settings("http://127.0.0.1:9")
    return Settings(**{**given, "content": ROOT / "content", "state": tmp_path, **changes})


def test_the_door_has_the_routes_of_the_channels_that_are_on(tmp_path: Any) -> None:
    paths = [getattr(route, "path", "") for route in build(app_settings(tmp_path)).routes]
    assert "/webhooks/twilio/sms" in paths
    assert "/webhooks/twilio/voice" in paths
    assert "/webhooks/telegram" not in paths


def test_the_door_does_not_start_live_without_a_key_for_opt_outs(tmp_path: Any) -> None:
    with pytest.raises(SettingsError, match="SIGNPOST_OPT_OUT_KEY"):
        build(app_settings(tmp_path, mode="live", dpia_signed="signed"))
