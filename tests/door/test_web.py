from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import jwt
import msgspec
import pytest
from starlette.testclient import TestClient

from signpost.door.door import Door
from signpost.door.web import Web
from signpost.door.web.templates import with_links
from signpost.settings import Settings
from tests.stand_ins import EXPLOITATION, SUICIDE, ScriptedRasa, dead, says

LIMIT = 50_000
KEY = "a key for tests, long enough to sign with"
NEUTRAL = "https://www.bbc.co.uk/weather"
WORDS = {
    name: name.replace("_", " ").capitalize()
    for name in (
        *("title", "heading", "emergency_heading", "emergency_ceop", "conversation", "you", "bot"),
        *("your_message", "send", "choose", "start_again", "leave", "leave_hint", "new_tab"),
        *("skip", "latest", "error_heading", "error_start", "reference"),
    )
} | {
    "language": "en",
    "direction": "ltr",
    "emergency_call": "Call 999",
    "emergency_childline": "Childline 0800 1111",
}


@pytest.fixture
def web_settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, request_bytes=LIMIT, session_key=KEY)


@pytest.fixture
def client(door: Door, web_settings: Settings) -> Iterator[TestClient]:
    door.editions.current.words = WORDS
    app = Web(door, web_settings).app()
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as running:
        yield running


def token_of(page: httpx.Response) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page.text)
    assert found, "the page holds no token"
    return found[1]


def key_of(token: str) -> str:
    """The key under which the door knows the token's conversation."""
    return str(jwt.decode(token, KEY, ["HS256"])["sub"])


def say(client: TestClient, text: str, token: str = "") -> httpx.Response:
    """Send the page's form, as a browser without script does."""
    return client.post("/chat", data={"text": text, "token": token})


def start(client: TestClient) -> str:
    return str(client.post("/api/conversations").json()["token"])


def api(client: TestClient, text: str, token: str | None = None) -> httpx.Response:
    return client.post("/api/messages", json={"token": token or start(client), "text": text})


def words(response: httpx.Response) -> str:
    return "\n".join(bubble["text"] for bubble in response.json()["reply"]["bubbles"])


def carries_help(text: str) -> bool:
    return "999" in text and "0800 1111" in text


BAD_TEXTS = {
    "empty": "",
    "spaces": "   \n\t",
    "emoji only": "😢😢",
    "20,000 characters": "why is he so mean " * 1112,
    "control characters": "hi\x00\x07\x1b[31m there",
    "bidi characters": "\u202ehi\u202c \u2066there\u2069",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "sql": "'; DROP TABLE events; --",
    "url": "https://example.org/?a=b&c=<d>\"'",
    "slash": "/greet hello",
    "restart": "/restart",
    "format": "%s %n %(x)s {0} {childline.phone}",
}


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS.keys())
def test_whatever_is_typed_the_page_answers_and_echoes_nothing_unescaped(
    client: TestClient, text: str
) -> None:
    page = say(client, text)
    assert page.status_code == 200
    assert carries_help(page.text)
    assert '<li class="bot" id="latest"' in page.text
    # Token and reference are random and may hold "49" by themselves.
    random = r'name="token" value="[^"]*"|class="reference">[^<]*'
    without_token = re.sub(random, "", page.text)
    without_token = without_token.replace('<script src="/static/leave.js" defer>', "")
    for raw in ("<script", "<img", 'onmouseover="', "c=<d>", "49"):
        assert raw not in without_token


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS.keys())
def test_whatever_is_typed_the_interface_answers(client: TestClient, text: str) -> None:
    answer = api(client, text)
    assert answer.status_code == 200
    assert words(answer)


@pytest.mark.parametrize(
    "text",
    [
        f"/greet {SUICIDE}",
        f"/greet@1.0 {SUICIDE}",
        f'/greet{{"a": "b"}} {SUICIDE}',
        f"/restart\n{SUICIDE}",
        f"<b>{SUICIDE}</b>",
        f"'; -- {SUICIDE}",
        f"{'x' * 20_000} {SUICIDE} {'x' * 20_000}",
        f"\u202e{SUICIDE}",
    ],
)
def test_danger_is_found_whatever_is_wrapped_round_it(client: TestClient, text: str) -> None:
    assert words(api(client, text)).startswith("Call 999 now.")
    assert "Call 999 now. You matter." in unescape(
        re.sub(r"</?a\b[^>]*>", "", say(client, text).text)
    )


@pytest.mark.parametrize("prefix", ["/", "//", " /", "\u200b/"])
def test_no_message_reaches_rasa_as_an_order(
    client: TestClient, rasa: ScriptedRasa, prefix: str
) -> None:
    api(client, f"{prefix}restart")
    assert rasa.texts == ["restart"]


BROKEN_BODIES = {
    "nothing": b"",
    "open": b'{"token": "x", "text": "hel',
    "list": b"[]",
    "number": b"7",
    "no text": b'{"token": "x"}',
    "text is a number": b'{"token": "x", "text": 7}',
    "token is null": b'{"token": null, "text": "hello"}',
    "lone surrogate": b'{"token": "x", "text": "\\ud800"}',
    "no utf-8": b'{"token": "x", "text": "\xff\xfe"}',
    "bottomless": b'{"text": ' + b"[" * 40_000,
    "html": b"<script>alert(1)</script>",
}


@pytest.mark.parametrize("path", ["/api/messages", "/api/end"])
@pytest.mark.parametrize("body", BROKEN_BODIES.values(), ids=BROKEN_BODIES.keys())
def test_a_broken_request_is_refused_with_999_and_childline(
    client: TestClient, body: bytes, path: str
) -> None:
    answer = client.post(path, content=body)
    if path == "/api/end" and answer.status_code == 204:
        return  # an object that ends nothing is no error
    assert answer.status_code == 400
    assert carries_help(words(answer))
    assert b"<script" not in answer.content


@pytest.mark.parametrize(
    "body",
    [
        f'{{"token": "x", "text": "{SUICIDE}'.encode(),
        f'{{"text": "{SUICIDE}"}}'.encode(),
        SUICIDE.encode(),
        f'{{"token": "x", "text": "\\ud800 {SUICIDE}"}}'.encode(),
        b'{"token": "x", "text": "\xff ' + SUICIDE.encode() + b'"}',
        b'{"a": ' + b"[" * 40_000 + SUICIDE.encode(),
    ],
    ids=["open", "no token", "no JSON", "lone surrogate", "no UTF-8", "bottomless"],
)
def test_danger_in_a_broken_request_is_found_all_the_same(client: TestClient, body: bytes) -> None:
    assert words(client.post("/api/messages", content=body)).startswith("Call 999 now.")


def test_an_unknown_token_is_refused_with_999_and_childline(client: TestClient) -> None:
    answer = api(client, "hello", "no such token")
    assert answer.status_code == 410
    assert carries_help(words(answer))


def test_danger_sent_with_an_unknown_token_is_found(client: TestClient) -> None:
    answer = api(client, EXPLOITATION, "no such token")
    assert "https://www.ceop.police.uk/" in words(answer)


def test_the_page_with_an_unknown_token_says_so_and_answers_all_the_same(
    client: TestClient,
) -> None:
    page = say(client, "is it legal", "no such token")
    assert "This chat has ended" in page.text
    assert "The law says." in page.text
    assert token_of(page) != "no such token"


def test_another_conversations_token_shows_nothing_of_mine(client: TestClient, door: Door) -> None:
    mine = token_of(say(client, "my quiet worry"))
    other = token_of(say(client, "hello"))
    assert mine != other
    assert "my quiet worry" not in say(client, "hello again", other).text
    key = key_of(mine)
    rasas_id = door.conversations.find(key).id  # type: ignore[union-attr]
    for unsigned in (rasas_id, key):
        assert api(client, "hello", unsigned).status_code == 410


def test_an_ended_conversation_cannot_be_read_again(client: TestClient) -> None:
    token = token_of(say(client, "my quiet worry"))
    assert client.post("/api/end", json={"token": token}).status_code == 204
    assert "my quiet worry" not in say(client, "hello", token).text


@pytest.mark.parametrize("path", ["/chat", "/leave", "/start-again"])
def test_a_page_request_that_is_too_large_is_refused_with_999_and_childline(
    client: TestClient, path: str
) -> None:
    page = client.post(path, data={"text": "x" * LIMIT})
    assert page.status_code == 413
    assert carries_help(page.text)


@pytest.mark.parametrize("path", ["/api/messages", "/api/end"])
def test_an_interface_request_that_is_too_large_is_refused_with_999_and_childline(
    client: TestClient, path: str
) -> None:
    answer = client.post(path, content=b"x" * (LIMIT + 1))
    assert answer.status_code == 413
    assert carries_help(words(answer))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/chat/../../etc/passwd", 404),
        ("GET", "/static/nowhere.css", 404),
        ("GET", "/static/%2e%2e/web.py", 404),
        ("PUT", "/chat", 405),
        ("GET", "/start-again", 405),
    ],
)
def test_every_other_refusal_is_a_page_with_999_and_childline(
    client: TestClient, method: str, path: str, status: int
) -> None:
    page = client.request(method, path)
    assert page.status_code == status
    assert carries_help(page.text)
    assert page.headers["content-type"].startswith("text/html")


def test_when_no_page_can_be_made_a_refusal_still_shows_999_and_childline(
    door: Door, web_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signpost.door.web.templates.DOOR", tmp_path)  # without templates
    app = Web(door, web_settings).app()
    with TestClient(app, raise_server_exceptions=False) as client:
        page = client.get("/chat")
    assert page.status_code == 500
    assert 'href="tel:999"' in page.text
    assert 'href="tel:08001111"' in page.text


def test_a_refusal_of_the_interface_is_json_with_999_and_childline(client: TestClient) -> None:
    assert carries_help(words(client.get("/api/messages")))
    assert carries_help(words(client.post("/api/nowhere")))


@pytest.mark.parametrize("path", ["/chat", "/api/messages"])
def test_a_failure_of_the_door_itself_still_gives_999_and_childline_and_safe_headers(
    client: TestClient, door: Door, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    token = start(client)

    async def fail(*_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(door, "handle", fail)
    answer = say(client, "hello", token) if path == "/chat" else api(client, "hello", token)
    assert answer.status_code == 500
    assert carries_help(answer.text)
    assert "secret" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/", "/chat", "/leave", "/health/live", "/static/chat.css", "/nowhere", "/api/x"]
)
def test_every_response_keeps_out_of_caches_referrers_frames_and_scripts(
    client: TestClient, path: str
) -> None:
    headers = client.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "set-cookie" not in headers


class Links(HTMLParser):
    """Collects every address of a page, and whether it holds a script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action", "formaction"):
                self.addresses.append(value or "")
            if name.startswith("on") or (value or "").startswith("javascript:"):
                self.scripts.append(name)
        if tag in ("script", "iframe", "object"):
            self.scripts.append(dict(attrs).get("src") or tag)


def test_the_token_never_stands_in_an_address(client: TestClient) -> None:
    page = say(client, "hello")
    token = token_of(page)
    for each in (page, say(client, "again", token), client.post("/leave", data={"token": token})):
        assert not any(token in address for address in Links(each.text).addresses)
        assert token not in each.headers.get("location", "")
        assert token not in str(each.url)


def test_a_token_in_an_address_is_not_read(client: TestClient) -> None:
    token = token_of(say(client, "my quiet worry"))
    assert "my quiet worry" not in client.get(f"/chat?token={token}").text
    assert "my quiet worry" not in client.post(f"/chat?token={token}", data={"text": "x"}).text


def test_the_page_works_without_script(client: TestClient) -> None:
    opening = client.get("/chat")
    first = say(client, "is it legal")
    second = say(client, "and the fine?", token_of(first))
    assert "Hello. What worries you?" in opening.text
    assert "The law says." in first.text
    for said in ("is it legal", "and the fine?"):
        assert said in second.text
    for page in (opening, first, second):
        # Its one script makes leaving quicker; the page does all without.
        assert Links(page.text).scripts == ["/static/leave.js"]
        assert carries_help(page.text)


def test_every_bubble_of_the_page_names_its_entry(client: TestClient) -> None:
    page = say(client, "is it legal")
    bots = re.findall(r'<li class="bot".*?</li>', page.text, re.DOTALL)
    assert bots
    for each in re.findall(r'data-entry="([^"]*)"', "".join(bots)):
        assert each


def test_before_the_first_message_nothing_is_kept(client: TestClient, door: Door) -> None:
    client.get("/chat")
    assert len(door.conversations) == 0


def test_the_banner_of_the_preview_is_shown(client: TestClient) -> None:
    assert "Not yet approved." in client.get("/chat").text


def test_choices_are_buttons_that_work_without_script(
    client: TestClient, rasa: ScriptedRasa
) -> None:
    from signpost.register.models import Choice

    rasa.script = lambda _: says("a/child", "Which?", choices=[Choice("A <scam>", "scam_fraud")])
    page = say(client, "hm")
    assert '<button type="submit" name="choice" value="scam_fraud">A &lt;scam&gt;<' in page.text
    client.post("/chat", data={"token": token_of(page), "choice": "scam_fraud"})
    assert rasa.texts == ["hm", "/scam_fraud"]


def test_a_choice_that_was_never_offered_is_no_order(
    client: TestClient, rasa: ScriptedRasa
) -> None:
    page = client.post("/chat", data={"choice": "restart"})
    assert page.status_code == 200
    client.post(
        "/api/messages", json={"token": start(client), "text": "hello", "choice": "restart"}
    )
    assert rasa.texts == ["hello"]


def test_leaving_ends_the_conversation_and_goes_to_a_neutral_site(
    client: TestClient, door: Door
) -> None:
    token = token_of(say(client, "my quiet worry"))
    answer = client.post("/leave", data={"token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, NEUTRAL)
    assert "cache" in answer.headers["clear-site-data"]
    assert door.conversations.find(key_of(token)) is None


def test_leaving_works_without_a_conversation(client: TestClient) -> None:
    assert client.get("/leave").headers["location"] == NEUTRAL
    assert client.post("/leave").headers["location"] == NEUTRAL


def test_starting_again_clears_the_page_and_keeps_the_token(client: TestClient) -> None:
    token = token_of(say(client, "my quiet worry"))
    page = client.post("/start-again", data={"token": token})
    assert "my quiet worry" not in page.text
    assert "All cleared." in page.text
    assert key_of(token_of(page)) == key_of(token)


def test_starting_again_ends_the_standing_line(client: TestClient) -> None:
    token = token_of(say(client, SUICIDE))
    assert "conversation.standing_line" in say(client, "is it legal", token).text
    client.post("/start-again", data={"token": token})
    assert "conversation.standing_line" not in say(client, "is it legal", token).text


def test_the_home_page_leads_to_the_chat(client: TestClient) -> None:
    assert client.get("/").headers["location"] == "/chat"


def test_a_dead_rasa_is_answered_with_999_and_childline(
    client: TestClient, rasa: ScriptedRasa
) -> None:
    rasa.script = dead
    rasa.is_ready = False
    assert carries_help(words(api(client, "is it legal")))
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 503


def test_a_reply_is_json_that_a_program_can_read(client: TestClient) -> None:
    reply: dict[str, Any] = json.loads(api(client, SUICIDE).content)["reply"]
    assert reply["route"] == "999"
    assert reply["bubbles"][0]["entry"] == "crisis.suicide/child"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Call 999.", 'Call <a href="tel:999">999</a>.'),
        ("0800 1111", '<a href="tel:08001111">0800 1111</a>'),
        ("1999 or 9990", "1999 or 9990"),
        ("<b>", "&lt;b&gt;"),
        ("http://x.org", "http://x.org"),
    ],
)
def test_numbers_can_be_pressed_and_nothing_else_becomes_html(text: str, html: str) -> None:
    assert str(with_links(text)) == html


def test_an_address_cannot_break_out_of_its_link() -> None:
    html = str(with_links('see https://x.org/"onclick="alert(1)'))
    assert html.count('"') == 6  # href, target and rel, and no more
    assert Links(html).scripts == []


def test_the_reference_to_have_a_chat_erased_is_shown_and_opens_nothing(
    client: TestClient, door: Door
) -> None:
    page = say(client, "is it legal")
    conversation = door.conversations.find(key_of(token_of(page)))
    assert conversation is not None
    assert conversation.reference in page.text
    assert door.conversations.find(conversation.reference) is None
    started = client.post("/api/conversations").json()
    other = door.conversations.find(key_of(started["token"]))
    assert other is not None
    assert started["reference"] == other.reference
