"""The widget's file: whole, small, at an address that lasts, and in step with the labels."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
import yaml
from starlette.testclient import TestClient

from signpost.door.door import Door
from signpost.door.web import Web
from signpost.door.web.widget import FOLDER, PARTS, STYLES, plain_css
from signpost.settings import ROOT, Settings

INTERFACE = ROOT / "content" / "interface"
LABEL = re.compile(r"\bwords\.([a-z_]+)")


def labels(language: str) -> dict[str, str]:
    text = (INTERFACE / f"{language}.yaml").read_text(encoding="utf-8")
    found: dict[str, str] = yaml.safe_load(text)
    return found


def used() -> set[str]:
    files = [*FOLDER.glob("*.js"), *(ROOT / "signpost" / "door" / "templates").glob("*.html")]
    return {name for file in files for name in LABEL.findall(file.read_text(encoding="utf-8"))}


def test_every_label_that_is_shown_is_written_and_none_is_left_over() -> None:
    said_by_name = {"cleared", "feedback_thanks", "emergency_heading"}
    not_shown = {"language", "direction", "language_name"}
    cards = {name for name in labels("en") if name in labels_of_cards()}
    assert used() - {"removeprefix"} <= set(labels("en"))
    assert set(labels("en")) - cards <= used() | said_by_name | not_shown


def labels_of_cards() -> set[str]:
    text = (INTERFACE / "opening.yaml").read_text(encoding="utf-8")
    return set(yaml.safe_load(text))


def test_no_label_has_the_name_of_something_that_every_mapping_has() -> None:
    # In a template `words.clear` would be that, and not the label.
    assert [name for name in labels("en") if hasattr(dict, name)] == []


def test_welsh_labels_are_english_ones_translated_with_what_is_put_in() -> None:
    english, welsh = labels("en"), labels("cy")
    extra = {"reviewed_by_native_speaker"}
    assert set(welsh) - extra <= set(english)
    missing = {name for name in set(english) - set(welsh) if not name.startswith("demo_")}
    assert missing == set()
    for name, words in welsh.items():
        if name not in extra:
            assert re.findall(r"\{\w+\}", words) == re.findall(r"\{\w+\}", english[name])
    for number in ("999", "0800 1111"):
        for name in ("failed", "offline", "trouble", "expired"):
            assert number in welsh[name]
            assert number in english[name]


def test_every_part_is_in_the_file(client: TestClient) -> None:
    assert sorted(file.name for file in FOLDER.glob("*.js")) == sorted(PARTS)
    script = client.get("/widget.js").text
    for part in PARTS:
        assert (FOLDER / part).read_text(encoding="utf-8") in script


def test_the_file_holds_what_must_be_there_when_nothing_else_is(client: TestClient) -> None:
    script = client.get("/widget.js").text
    for needed in ("tel:999", "tel:08001111", "https://www.ceop.police.uk/Safety-Centre/"):
        assert needed in script
    assert "innerHTML" not in script
    assert "eval(" not in script
    assert "document.cookie" not in script
    assert "localStorage" not in script


def test_any_site_may_load_it_and_caches_may_keep_it(client: TestClient) -> None:
    answer = client.get("/widget.js")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["content-type"].startswith("text/javascript")
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == answer.text


def address_and_integrity(client: TestClient) -> tuple[str, str]:
    page = client.get("/demo").text
    found = re.search(r'<script src="(/widget/\w+/widget.js)" defer integrity="([^"]+)"', page)
    assert found
    return found[1], found[2]


def test_the_integrity_that_is_given_is_the_file_s(client: TestClient) -> None:
    address, integrity = address_and_integrity(client)
    answer = client.get(address)
    digest = base64.b64encode(hashlib.sha384(answer.content).digest()).decode()
    assert integrity == f"sha384-{digest}"
    assert "immutable" in answer.headers["cache-control"]


def test_a_pinned_version_stays_after_the_labels_change(
    client: TestClient, door: Door, web_settings: Settings
) -> None:
    address, _ = address_and_integrity(client)
    before = client.get(address).content
    changed = Web(door, web_settings)
    door.editions.current = type(door.editions.current)(door.editions.current.register, None)
    door.editions.current.words = {**labels("en"), "send": "Post"}
    with TestClient(changed.app()) as later:
        assert later.get("/widget.js").content != before
        assert later.get(address).content == before


@pytest.mark.parametrize(
    "name", ["0" * 16, "x" * 16, "..%2f..%2fsecret", "0123456789abcdef0", "%2e%2e"]
)
def test_a_version_that_never_was_is_a_refusal(client: TestClient, name: str) -> None:
    answer = client.get(f"/widget/{name}/widget.js")
    assert answer.status_code == 404
    assert "999" in answer.text


def test_without_the_widget_s_files_the_door_comes_up(
    door: Door, web_settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("signpost.door.web.widget.join.__defaults__", (tmp_path,))
    with TestClient(Web(door, web_settings).app()) as client:
        assert client.get("/chat").status_code == 200
        assert client.get("/widget.js").status_code == 404


def test_styles_lose_their_comments_and_nothing_else() -> None:
    assert plain_css("/* a */ a { b: c; }\n@media (x) {\n d::e { f: g h } }") == (
        "a{b:c;}@media (x){d::e{f:g h}}"
    )
    css = plain_css((FOLDER / STYLES).read_text(encoding="utf-8"))
    assert "/*" not in css
    assert css.count("{") == css.count("}")
