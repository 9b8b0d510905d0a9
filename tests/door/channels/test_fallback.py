"""What people read while the door is down: the files, and the web server's use of them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from signpost import cli
from signpost.door.channels import fallback
from signpost.register.channels.segments import segments
from signpost.register.loader import Register
from signpost.settings import ROOT

NGINX = ROOT / "deploy" / "nginx" / "public.conf"


@pytest.fixture(scope="module")
def served() -> TestClient:
    """The files as a static server gives them."""
    app = Starlette(routes=[Mount("/fallback", StaticFiles(directory=fallback.FOLDER))])
    return TestClient(app)


def test_the_files_are_what_the_register_says_now(words: Register) -> None:
    for name, content in fallback.files(words).items():
        written = (fallback.FOLDER / name).read_text(encoding="utf-8")
        assert written == content, "Run `signpost fallbacks`."


def test_every_file_that_is_there_is_written_from_the_register(words: Register) -> None:
    assert {file.name for file in fallback.FOLDER.iterdir()} == set(fallback.files(words))


@pytest.mark.parametrize(
    "name", ["sms.xml", "voice.xml", "emergency.txt", "emergency.html", "emergency.json"]
)
def test_each_names_999_and_childline(served: TestClient, name: str) -> None:
    answer = served.get(f"/fallback/{name}")
    assert answer.status_code == 200
    plain = answer.text.replace(" ", "")
    assert "999" in plain
    assert "08001111" in plain


def test_the_text_is_twiml_of_two_segments(served: TestClient) -> None:
    answer = served.get("/fallback/sms.xml")
    assert "xml" in answer.headers["content-type"]
    root = ElementTree.fromstring(answer.text)
    assert root.tag == "Response"
    (message,) = root.findall("Message")
    assert (message.text or "").startswith("Call 999 now")
    assert segments(message.text or "") <= 2


def test_the_call_is_twiml_that_ends(served: TestClient) -> None:
    root = ElementTree.fromstring(served.get("/fallback/voice.xml").text)
    assert [child.tag for child in root][-1] == "Hangup"
    assert len(root.findall("Say")) == 2


def test_the_page_can_be_pressed_and_says_its_language(served: TestClient) -> None:
    found: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Reader().feed(served.get("/fallback/emergency.html").text)
    assert ("html", {"lang": "en"}) in found
    links = [attributes["href"] for tag, attributes in found if tag == "a"]
    assert "tel:999" in links
    assert "tel:08001111" in links


def test_the_json_has_the_form_of_any_refusal(served: TestClient) -> None:
    answer = msgspec.json.decode(served.get("/fallback/emergency.json").content)
    assert answer["reply"]["route"] == "both"
    assert answer["reply"]["bubbles"][0]["kind"] == "crisis"


def test_every_answer_of_the_web_server_is_a_file_that_is_there() -> None:
    conf = NGINX.read_text(encoding="utf-8")
    named = re.findall(r"error_page [^;]*?/fallback/([\w.]+);", conf)
    assert set(named) == {file.name for file in fallback.FOLDER.iterdir()}


@pytest.mark.parametrize(
    ("location", "file"),
    [
        ("= /webhooks/twilio/voice", "voice.xml"),
        ("/webhooks/twilio/", "sms.xml"),
    ],
)
def test_twilio_is_given_words_as_an_answer_and_not_as_an_error(location: str, file: str) -> None:
    conf = NGINX.read_text(encoding="utf-8")
    block = conf.split(f"location {location} {{")[1].split("}")[0]
    assert f"error_page 408 413 429 500 502 503 504 =200 /fallback/{file};" in block
    assert "proxy_intercept_errors on;" in block


@pytest.mark.parametrize("location", ["/webhooks/", "/api/", "/"])
def test_whoever_can_try_again_is_given_the_error(location: str) -> None:
    conf = NGINX.read_text(encoding="utf-8")
    block = conf.split(f"location {location} {{")[1].split("}")[0]
    assert " =200 " not in block


def test_the_command_writes_them(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(fallback.write, "__defaults__", (tmp_path,))
    assert cli.main(["fallbacks"]) == 0
    assert len(list(tmp_path.iterdir())) == 5  # type: ignore[attr-defined]
