"""The JSON interface: who may ask, what an answer holds, and danger read whatever is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from signpost.door.door import Door
from signpost.door.observers import Observer
from signpost.settings import Settings
from tests.door.web.conftest import SITE
from tests.stand_ins import SUICIDE, BrokenFloor, ScriptedRasa, entry, says, write_entry


def start(client: TestClient) -> str:
    return str(client.post("/api/conversations").json()["token"])


def say(client: TestClient, token: str, text: str, **more: Any) -> httpx.Response:
    answer: httpx.Response = client.post(
        "/api/messages", json={"token": token, "text": text, **more}
    )
    return answer


def words(answer: httpx.Response) -> str:
    return "\n".join(bubble["text"] for bubble in answer.json()["reply"]["bubbles"])


ROUTES = ["opening", "conversations", "messages", "transcript", "renew", "start-again", "feedback"]


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_of_another_site_is_refused_with_the_emergency_words(
    client: TestClient, route: str
) -> None:
    order = {"token": start(client), "text": "hello"}
    answer = client.post(f"/api/{route}", json=order, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "999" in words(answer)
    assert "access-control-allow-origin" not in answer.headers


def test_whoever_has_the_token_may_end_the_conversation(client: TestClient, door: Door) -> None:
    order = {"token": start(client)}
    answer = client.post("/api/end", json=order, headers={"Origin": "null"})
    assert answer.status_code == 204
    assert len(door.conversations) == 0


def test_danger_from_another_site_is_read_all_the_same(client: TestClient) -> None:
    answer = client.post(
        "/api/messages", json={"token": "x", "text": SUICIDE}, headers={"Origin": "null"}
    )
    assert answer.status_code == 403
    assert words(answer).startswith("Call 999 now.")


@pytest.mark.parametrize("origin", [SITE, "http://testserver"])
def test_an_allowed_site_and_the_bot_s_own_pages_may_ask(client: TestClient, origin: str) -> None:
    answer = client.post("/api/opening", json={}, headers={"Origin": origin})
    assert answer.status_code == 200
    allowed = answer.headers.get("access-control-allow-origin")
    assert allowed == (SITE if origin == SITE else None)


def test_no_site_gets_leave_to_send_credentials(client: TestClient) -> None:
    answer = client.post("/api/opening", json={}, headers={"Origin": SITE})
    assert "access-control-allow-credentials" not in answer.headers


def test_the_opening_keeps_nothing(client: TestClient, door: Door) -> None:
    opening = client.post("/api/opening", json={"context": "cyberbullying"}).json()
    assert opening["reply"]["bubbles"][0]["text"] == "Hello. What worries you?"
    assert opening["choices"] == [
        {"title": "People are being nasty online", "intent": "cyberbullying"}
    ]
    assert opening["notices"][0]["entry"] == "conversation.preview_banner/child"
    assert opening["privacy"] is False
    assert len(door.conversations) == 0


def test_a_page_about_nothing_we_know_offers_nothing(client: TestClient) -> None:
    for context in ("", "bins", "../x", 7):
        assert client.post("/api/opening", json={"context": context}).json()["choices"] == []


def test_the_privacy_notice_is_shown_when_there_is_one(
    door: Door, web_settings: Settings, content: Path
) -> None:
    from signpost.door.web import Web
    from signpost.edition import Editions

    write_entry(content, entry("conversation.privacy_notice", "We keep it for a day."))
    write_entry(content, entry("conversation.privacy_notice_full", "All of it."))
    door.editions = Editions(web_settings, with_floor=False)
    door.render._editions = door.editions  # type: ignore[attr-defined]
    with TestClient(Web(door, web_settings).app()) as client:
        opening = client.post("/api/opening", json={}).json()
        assert "We keep it for a day." in [notice["text"] for notice in opening["notices"]]
        assert opening["privacy"] is True
        assert "We keep it for a day." in client.get("/chat").text
        assert "All of it." in client.get("/privacy").text


def test_without_a_privacy_entry_its_page_is_a_refusal_with_999(client: TestClient) -> None:
    answer = client.get("/privacy")
    assert answer.status_code == 404
    assert "999" in answer.text


def test_each_answer_brings_a_new_token_and_its_end(client: TestClient) -> None:
    answer = say(client, start(client), "is it legal").json()
    assert answer["token"].count(".") == 2
    assert answer["expires_in"] == 3600
    assert client.post("/api/renew", json={"token": answer["token"]}).json()["token"]


@pytest.mark.parametrize("route", ["transcript", "renew", "start-again", "feedback", "messages"])
@pytest.mark.parametrize("token", ["", "hello", "a.b.c"])
def test_without_a_good_token_nothing_is_read_or_continued(
    client: TestClient, route: str, token: str
) -> None:
    answer = client.post(f"/api/{route}", json={"token": token, "text": "hello"})
    assert answer.status_code == 410
    assert "999" in words(answer)


def test_the_transcript_is_what_is_kept_and_no_more(client: TestClient) -> None:
    token = start(client)
    say(client, token, "mail tom@example.org about it")
    lines = client.post("/api/transcript", json={"token": token}).json()["lines"]
    assert [line["speaker"] for line in lines] == ["bot", "user", "bot"]
    assert "tom@example.org" not in json.dumps(lines)


def test_the_same_message_twice_reaches_rasa_once(client: TestClient, rasa: ScriptedRasa) -> None:
    token = start(client)
    first, again = (say(client, token, "is it legal", id="m1").json() for _ in range(2))
    assert first["reply"] == again["reply"]
    assert rasa.texts == ["is it legal"]


def test_what_is_over_the_limit_is_not_asked_on_but_read_for_danger(
    client: TestClient, rasa: ScriptedRasa
) -> None:
    token = start(client)
    for number in range(3):
        assert say(client, token, f"what {number}").status_code == 200
    over = say(client, token, "one more")
    assert over.status_code == 429
    assert "999" in words(over)
    assert say(client, token, SUICIDE).json()["reply"]["route"] == "999"
    assert words(say(client, token, SUICIDE)).startswith("Call 999 now.")
    assert len(rasa.texts) == 3
    # From then on the conversation is one in crisis, as if there were no limit.
    standing = say(client, token, "ok").json()["reply"]["bubbles"][-1]
    assert standing["kind"] == "standing"


def test_a_message_sent_again_does_not_count_twice(client: TestClient) -> None:
    token = start(client)
    for _ in range(6):
        assert say(client, token, "is it legal", id="m1").status_code == 200


def test_over_the_limit_with_a_broken_floor_the_last_resort_is_said(
    client: TestClient, door: Door
) -> None:
    token = start(client)
    for number in range(3):
        say(client, token, f"what {number}")
    door.editions.current.floor = BrokenFloor()  # type: ignore[assignment]
    assert "crisis.last_resort" in say(client, token, "hm").json()["reply"]["bubbles"][0]["entry"]


def test_the_page_keeps_the_limit_too(client: TestClient, rasa: ScriptedRasa) -> None:
    token = start(client)
    for number in range(5):
        page = client.post("/chat", data={"token": token, "text": f"what {number}"})
    assert "Too much at once." in page.text
    assert len(rasa.texts) == 3


def kept(settings: Settings) -> list[dict[str, Any]]:
    files = (settings.state / "feedback").glob("*.jsonl")
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_an_opinion_is_kept_without_details_and_without_the_conversation(
    client: TestClient, rasa: ScriptedRasa, web_settings: Settings
) -> None:
    rasa.script = lambda _: says("advice.cyberbullying/child", "That hurts.")
    token = start(client)
    say(client, token, "they are mean")
    order = {"token": token, "helpful": False, "text": "write to tom@example.org"}
    answer = client.post("/api/feedback", json=order)
    assert answer.json()["reply"]["bubbles"] == []
    [opinion] = kept(web_settings)
    assert opinion["helpful"] is False
    assert opinion["entries"] == ["advice.cyberbullying/child"]
    assert "tom@example.org" not in opinion["line"]
    assert set(opinion) == {"helpful", "entries", "line"}


def test_whoever_looks_on_hears_of_opinions_from_the_page_and_the_interface(
    client: TestClient, door: Door
) -> None:
    heard: list[tuple[str, bool]] = []

    class Onlooker(Observer):
        def rated(self, channel: str, *, helpful: bool) -> None:
            heard.append((channel, helpful))

    door.observers.add(Onlooker())
    token = start(client)
    client.post("/api/feedback", json={"token": token, "helpful": True, "text": ""})
    client.post("/feedback", data={"token": token, "helpful": "no", "text": ""})
    assert heard == [("web", True), ("web", False)]


def test_danger_in_an_opinion_is_answered(client: TestClient) -> None:
    order = {"token": start(client), "helpful": False, "text": SUICIDE}
    assert words(client.post("/api/feedback", json=order)).startswith("Call 999 now.")


def test_danger_in_an_opinion_on_a_lost_conversation_is_answered(client: TestClient) -> None:
    order = {"token": "gone", "helpful": False, "text": SUICIDE}
    assert words(client.post("/api/feedback", json=order)).startswith("Call 999 now.")


def test_going_back_after_leaving_brings_nothing_up(client: TestClient, rasa: ScriptedRasa) -> None:
    import re

    found = re.search(r'name="token" value="([^"]+)"', client.get("/chat").text)
    assert found
    first = {"token": found[1], "text": "my quiet worry"}
    assert "my quiet worry" in client.post("/chat", data=first).text
    client.post("/leave", data={"token": found[1]})
    again = client.post("/chat", data=first)
    assert "my quiet worry" not in again.text
    assert "This chat has ended" in again.text
    assert rasa.texts == ["my quiet worry"]
    danger = client.post("/chat", data={**first, "text": SUICIDE})
    assert "You matter." in danger.text


def test_a_language_that_nobody_has_read_is_offered_in_preview_only(
    door: Door, web_settings: Settings
) -> None:
    import msgspec

    from signpost.door.web import Web
    from signpost.edition import Editions
    from signpost.settings import ROOT
    from signpost.settings import Settings as All

    real = msgspec.structs.replace(web_settings, content=ROOT / "content", council=All().council)
    door.editions = Editions(real, with_floor=False)
    for mode, language in (("preview", "cy"), ("live", "en")):
        app = Web(door, msgspec.structs.replace(real, mode=mode)).app()
        with TestClient(app) as client:
            assert f'<html lang="{language}"' in client.get("/chat?language=cy").text
            assert client.get("/demo").status_code == (200 if mode == "preview" else 404)
