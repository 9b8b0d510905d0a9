from __future__ import annotations

from pathlib import Path

import pytest

from signpost.settings import Settings, SettingsError, load


def test_without_variables_every_setting_has_its_default() -> None:
    assert load({"PATH": "/bin", "HOME": "/root"}) == Settings()


def test_the_default_is_preview_on_loopback() -> None:
    settings = load({})
    assert settings.mode == "preview"
    assert settings.host == "127.0.0.1"
    assert settings.rasa_url.startswith("http://127.0.0.1:")


def test_numbers_and_paths_are_read_from_the_environment(tmp_path: Path) -> None:
    settings = load(
        {
            "SIGNPOST_DOOR_PORT": "9000",
            "SIGNPOST_RASA_TIMEOUT": "1.5",
            "SIGNPOST_CONTENT": str(tmp_path),
        }
    )
    assert settings.door_port == 9000
    assert settings.rasa_timeout == 1.5
    assert settings.content == tmp_path


def test_a_relative_path_becomes_a_whole_one() -> None:
    assert load({"SIGNPOST_STATE": "var"}).state.is_absolute()


def test_the_address_of_rasa_follows_its_port() -> None:
    assert load({"SIGNPOST_RASA_PORT": "6000"}).rasa_url == "http://127.0.0.1:6000/webhooks/door"


def test_an_unknown_variable_is_named() -> None:
    with pytest.raises(SettingsError, match="SIGNPOST_COUNCILS is not a setting"):
        load({"SIGNPOST_COUNCILS": "x"})


@pytest.mark.parametrize("value", ["many", "8080.5"])
def test_a_port_that_is_no_whole_number_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match=r"SIGNPOST_DOOR_PORT is .* must be a number"):
        load({"SIGNPOST_DOOR_PORT": value})


def test_an_empty_value_is_refused() -> None:
    with pytest.raises(SettingsError, match="SIGNPOST_DOOR_PORT is empty"):
        load({"SIGNPOST_DOOR_PORT": ""})


def test_an_unknown_mode_is_refused_with_the_modes_there_are() -> None:
    with pytest.raises(SettingsError, match=r"SIGNPOST_MODE is 'test'.*preview or live"):
        load({"SIGNPOST_MODE": "test"})


def test_a_day_needs_no_purpose_and_more_needs_one() -> None:
    assert load({"SIGNPOST_CONVERSATION_SECONDS": "86400"}).conversation_seconds == 86400
    longer = {"SIGNPOST_CONVERSATION_SECONDS": "86401"}
    for purpose in ({}, {"SIGNPOST_RETENTION_PURPOSE": ""}, {"SIGNPOST_RETENTION_PURPOSE": "yes"}):
        with pytest.raises(SettingsError, match="SIGNPOST_RETENTION_PURPOSE what for"):
            load({**longer, **purpose})
    purpose = {"SIGNPOST_RETENTION_PURPOSE": "To test the pilot with our panel"}
    assert load({**longer, **purpose}).retention_purpose == "To test the pilot with our panel"


def test_the_sites_that_may_carry_the_widget_are_named_with_blanks_between() -> None:
    sites = "https://www.example.gov.uk http://localhost:8000"
    assert load({"SIGNPOST_ORIGINS": sites}).allowed_origins == tuple(sites.split())
    assert load({}).allowed_origins == ()


@pytest.mark.parametrize(
    "site",
    ["*", "www.example.gov.uk", "https://example.gov.uk/", "https://a.uk,https://b.uk", "null"],
)
def test_a_site_that_is_no_origin_is_refused(site: str) -> None:
    with pytest.raises(SettingsError, match=r"SIGNPOST_ORIGINS holds .*no path"):
        load({"SIGNPOST_ORIGINS": site})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("URL", "staff.example.gov.uk", "https://signpost.example.gov.uk"),
        ("URL", "https://example.gov.uk/staff", "no path"),
        ("DATABASE", "mysql://somewhere/staff", "must begin with postgresql://"),
        ("IDLE_SECONDS", "40000", "SIGNPOST_STAFF_SESSION_SECONDS"),
        ("PORT", "0", "from 1 to 65535"),
    ],
)
def test_a_setting_of_the_workbench_that_cannot_be_used_is_named(
    name: str, value: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=f"SIGNPOST_STAFF_{name}") as caught:
        load({f"SIGNPOST_STAFF_{name}": value})
    assert said in str(caught.value)


def test_the_workbench_is_on_loopback_unless_it_is_set_otherwise() -> None:
    assert load({}).staff_address == "http://127.0.0.1:8081"
    there = load({"SIGNPOST_STAFF_URL": "https://staff.example.gov.uk/"})
    assert there.staff_address == "https://staff.example.gov.uk"


def test_a_short_key_is_refused() -> None:
    with pytest.raises(SettingsError, match="SIGNPOST_SESSION_KEY is too short"):
        load({"SIGNPOST_SESSION_KEY": "secret"})


def test_a_warning_that_would_never_come_is_refused() -> None:
    with pytest.raises(SettingsError, match="SIGNPOST_SESSION_WARNING_SECONDS is 60"):
        load({"SIGNPOST_SESSION_SECONDS": "60", "SIGNPOST_SESSION_WARNING_SECONDS": "60"})
