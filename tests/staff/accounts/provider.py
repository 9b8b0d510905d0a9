"""A provider of OpenID Connect on loopback: discovery, authorisation, tokens and keys over real
HTTP. It is strict with who asks (client, redirect, PKCE), and a test may make it lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.loopback import Loopback

CLIENT, SECRET = "the-workbench", "a secret of the client"


class Provider(Loopback):
    """`claims` is what it says of who signs in; `lies` are claims that take their place."""

    def __init__(self) -> None:
        super().__init__(_Asked)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.issuer = f"{self.url}/tenant/v2.0"
        self.key = RSAKey.generate_key(2048, {"kid": "of today"})
        self.signs_with: Any = self.key
        self.forges: Callable[[Provider, dict[str, Any]], str] | None = None
        self.says_it_signs_with = ["RS256"]
        self.calls_itself = self.issuer
        self.claims: dict[str, Any] = {
            "sub": "AAAA-0001",
            "name": "Olive Outside",
            "preferred_username": "Olive.Outside@example.gov.uk",
            "roles": ["Signpost.Editor"],
        }
        self.lies: dict[str, Any] = {}
        self.started: dict[str, dict[str, str]] = {}
        self.refused: list[str] = []

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.calls_itself,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": self.says_it_signs_with,
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Somebody signs in at once; the address that their browser is sent back to."""
        problem = _wrong_in(asked)
        if problem:
            self.refused.append(problem)
        code = secrets.token_urlsafe(16)
        self.started[code] = asked
        return asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code, once; None when anything does not fit."""
        started = self.started.pop(form.get("code", ""), None)
        kind, _, credentials = authorization.partition(" ")
        given = base64.b64decode(credentials).decode() if kind == "Basic" else ""
        if started is None or unquote(given.replace("+", " ")) != f"{CLIENT}:{SECRET}":
            self.refused.append("client or code")
            return None
        if form["redirect_uri"] != started["redirect_uri"]:
            self.refused.append("redirect_uri")
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != started["code_challenge"]:
            self.refused.append("PKCE")
            return None
        return {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self._id_token(started["nonce"]),
        }

    def _id_token(self, nonce: str) -> str:
        moment = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": moment,
            "exp": moment + 300,
            "nonce": nonce,
            **self.claims,
            **self.lies,
        }
        if self.forges:
            return self.forges(self, claims)
        return jwt.encode({"alg": "RS256", "kid": self.signs_with.kid}, claims, self.signs_with)

    def sign_with_its_public_key(self) -> None:
        """The old trick: HMAC with the public key, which everybody has, as the secret."""
        self.says_it_signs_with = ["RS256", "HS256"]
        self.forges = _with_public_key

    def sign_nothing(self) -> None:
        """A token without a signature, which says so."""
        self.says_it_signs_with = ["RS256", "none"]
        self.forges = _unsigned


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _with_public_key(provider: Provider, claims: dict[str, Any]) -> str:
    header = {"alg": "HS256", "kid": provider.key.kid}
    signed = f"{_part(json.dumps(header).encode())}.{_part(json.dumps(claims).encode())}"
    secret = provider.key.as_pem(private=False)
    return f"{signed}.{_part(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _unsigned(_: Provider, claims: dict[str, Any]) -> str:
    return f"{_part(json.dumps({'alg': 'none'}).encode())}.{_part(json.dumps(claims).encode())}."


def _wrong_in(asked: dict[str, str]) -> str:
    """What is missing in a request for authorisation."""
    if asked.get("client_id") != CLIENT or asked.get("response_type") != "code":
        return "client or response type"
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        return "no PKCE"
    if len(asked.get("state", "")) < 20 or len(asked.get("nonce", "")) < 16:
        return "state or nonce"
    return "" if "openid" in asked.get("scope", "").split() else "scope"


class _Asked(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/tenant/v2.0/.well-known/openid-configuration":
            self._json(self.server.metadata())
        elif parts.path == "/keys":
            self._json({"keys": [self.server.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.server.authorize(dict(parse_qsl(parts.query))))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._json({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        tokens = self.server.token(dict(parse_qsl(form)), self.headers.get("Authorization", ""))
        self._json(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

    def _json(self, content: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
