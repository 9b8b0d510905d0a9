"""Nobody reads, goes on with or plants another person's conversation."""

from __future__ import annotations

import secrets

import jwt
import pytest

from tests.security.conftest import Served

SECRET = "people are mean to me about my marmalade"
ROUTES = ("messages", "transcript", "renew", "start-again", "feedback")


def begin(served: Served) -> dict[str, str]:
    begun: dict[str, str] = served.client.post("/api/conversations").json()
    served.client.post("/api/messages", json={"token": begun["token"], "text": SECRET})
    return begun


@pytest.mark.parametrize("route", ROUTES)
def test_a_guessed_token_opens_nothing(served: Served, route: str) -> None:
    begun = begin(served)
    subject = jwt.decode(begun["token"], options={"verify_signature": False})["sub"]
    guesses = [
        subject,
        begun["reference"],
        begun["reference"].replace("-", ""),
        secrets.token_urlsafe(32),
        jwt.encode({"sub": subject, "exp": 9_999_999_999}, "k" * 40, "HS256"),
        jwt.encode({"sub": subject, "exp": 9_999_999_999}, "", "none"),
        begun["token"][:-4] + "AAAA",
    ]
    for guess in guesses:
        answer = served.client.post(f"/api/{route}", json={"token": guess, "text": "hello"})
        assert answer.status_code == 410
        assert "marmalade" not in answer.text


def test_nobody_can_choose_somebody_else_s_conversation_beforehand(served: Served) -> None:
    """Fixation: a key that the attacker made up never becomes a conversation's."""
    planted = jwt.encode({"sub": "planted", "exp": 9_999_999_999, "new": True}, "k" * 40, "HS256")
    for token in ("planted", planted):
        served.client.post("/chat", data={"token": token, "text": SECRET})
        answer = served.client.post("/api/transcript", json={"token": token})
        assert answer.status_code == 410
    assert served.door.conversations.find("planted") is None


def test_a_link_carries_no_conversation(served: Served) -> None:
    """A token in an address is not read, so that none can be sent to a victim in a link."""
    token = begin(served)["token"]
    page = served.client.get("/chat", params={"token": token})
    assert "marmalade" not in page.text
    assert token not in page.text


def test_no_cookie_is_set_so_that_another_site_can_ride_on_none(served: Served) -> None:
    for answer in (
        served.client.get("/chat"),
        served.client.post("/chat", data={"text": "hello"}),
        served.client.post("/api/conversations"),
    ):
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"


def test_a_reference_opens_nothing(served: Served) -> None:
    begun = begin(served)
    assert begun["reference"] not in begun["token"]
    answer = served.client.post("/api/transcript", json={"token": begun["reference"]})
    assert answer.status_code == 410
