"""Signing in through the council's own provider: OpenID Connect, by Authlib.

The authorisation code flow with PKCE, state and nonce. The provider says who somebody is and which
roles they have; the workbench keeps an account for them, so that what they did has a name.
"""

from __future__ import annotations

import importlib
import re
from contextlib import suppress
from typing import Any

import anyio.to_thread
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.responses import Response

from signpost.settings import Settings
from signpost.staff.accounts.people import AccountError, Person
from signpost.staff.accounts.sign_in import admit
from signpost.staff.permissions import in_words
from signpost.staff.visit import Page, Visit, own_path
from signpost.staff.workbench import Workbench

log = structlog.get_logger()
START, BACK = "/sign-in/organisation", "/sign-in/organisation/back"
# Seconds in which somebody has to be back from the provider.
SECONDS_AWAY = 600
# Of what a provider says it signs with, only public keys are taken: never "none", never HS256.
_ALGORITHMS = frozenset(
    f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)
) | {"EdDSA"}
_NOT_IN_NAMES = re.compile(r"[^a-z0-9._@+-]+")


def _unreachable() -> tuple[type[Exception], ...]:
    """What Authlib raises when a provider cannot be reached: it takes the newer of two libraries
    that is there."""
    found: list[type[Exception]] = []
    for name in ("httpx", "httpx2"):
        with suppress(ImportError):
            found.append(importlib.import_module(name).HTTPError)
    return tuple(found)


_UNREACHABLE = _unreachable()


class ProviderError(Exception):
    """A sign-in cannot be accepted; one plain sentence says why."""


# Whatever makes a sign-in fail.
_BROKEN: tuple[type[Exception], ...] = (
    *_UNREACHABLE,
    OAuthError,
    JoseError,
    ProviderError,
    ValueError,
)


class Organisation:
    """The pages that lead to the provider and back."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._settings = bench.settings
        issuer = self._settings.staff_oidc_issuer.rstrip("/")
        oauth = OAuth()
        self._client = oauth.register(
            "organisation",
            client_id=self._settings.staff_oidc_client,
            client_secret=self._settings.staff_oidc_secret,
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "timeout": 10,
            },
        )

    def pages(self) -> list[Page]:
        return [Page(START, self.go, is_open=True), Page(BACK, self.back, is_open=True)]

    async def go(self, visit: Visit) -> Response:
        """To the provider."""
        visit.request.session["to"] = own_path(visit.asked("to") or "/")
        try:
            await self._load()
            response: Response = await self._client.authorize_redirect(
                visit.request, self._settings.staff_address + BACK
            )
        except _BROKEN as error:
            return await self._refuse(visit, error)
        return response

    async def back(self, visit: Visit) -> Response:
        """From the provider: let in whom it vouches for."""
        to = own_path(str(visit.request.session.pop("to", "/")))
        try:
            claims = await self._claims(visit)
            return await anyio.to_thread.run_sync(self._admit, visit, claims, to)
        except _BROKEN as error:
            return await self._refuse(visit, error)

    async def _load(self) -> None:
        """Read what the provider says of itself, once; hold it to what the council set."""
        metadata = await self._client.load_server_metadata()
        if metadata.get("issuer") != self._settings.staff_oidc_issuer:
            raise ProviderError(
                "The provider calls itself by another name than SIGNPOST_STAFF_OIDC_ISSUER says. "
                "Tell whoever runs the bot: at Entra ID it must be the address of one tenant."
            )
        said = metadata.get("id_token_signing_alg_values_supported", [])
        usable = [each for each in said if each in _ALGORITHMS]
        metadata["id_token_signing_alg_values_supported"] = usable or ["RS256"]

    async def _claims(self, visit: Visit) -> dict[str, Any]:
        """What the provider says of who comes back, checked: state, code, PKCE, signature, issuer,
        audience, nonce, time."""
        await self._load()
        token = await self._client.authorize_access_token(
            visit.request,
            leeway=60,
            claims_options={
                "iss": {"essential": True, "value": self._settings.staff_oidc_issuer},
                "aud": {"essential": True, "value": self._settings.staff_oidc_client},
            },
        )
        claims = token.get("userinfo")
        if not claims:
            raise ProviderError("The provider did not say who you are.")
        return dict(claims)

    def _admit(self, visit: Visit, claims: dict[str, Any], to: str) -> Response:
        person = self._person(claims)
        return admit(visit, person, to, [], way="organisation")

    def _person(self, claims: dict[str, Any]) -> Person:
        """The account of who signs in, made at the first time. Raises `ProviderError`."""
        roles = roles_of(self._settings, claims)
        if not roles:
            raise ProviderError(
                "You have no role in this workbench. Ask whoever gives them out in your "
                f"organisation for one of these: {in_words(self._settings.staff_roles.values())}."
            )
        people = self._bench.people
        subject = f"{claims['iss']} {claims['sub']}"
        name = name_of(claims)
        full_name = str(claims.get("name") or name)
        person = people.with_subject(subject)
        by = "the organisation's sign-in"
        if person is None:
            try:
                return people.add(name, full_name, roles, None, by=by, subject=subject)
            except AccountError as error:
                raise ProviderError(
                    f"No account can be made for you: {error} An account is never taken over by "
                    "its name; ask an administrator of the workbench."
                ) from error
        if person.disabled:
            raise ProviderError("Your account is disabled. Ask an administrator of the workbench.")
        return people.refresh(person, full_name, roles, by=by)

    async def _refuse(self, visit: Visit, error: Exception) -> Response:
        return await anyio.to_thread.run_sync(self._told, visit, error)

    def _told(self, visit: Visit, error: Exception) -> Response:
        log.warning("sign_in.refused", kind=type(error).__name__)
        self._bench.audit.record(
            "somebody from the organisation", "sign-in failed", reason=type(error).__name__
        )
        if isinstance(error, ProviderError):
            return visit.refuse(403, "You could not be signed in", str(error))
        if isinstance(error, _UNREACHABLE):
            return visit.refuse(
                502,
                "Your organisation's sign-in cannot be reached",
                "Try again in a minute, or sign in with an account of the workbench.",
            )
        return visit.refuse(
            403,
            "You could not be signed in",
            "What came back from your organisation's sign-in could not be confirmed; it may have "
            "taken too long. Start again from the sign-in page.",
        )


def roles_of(settings: Settings, claims: dict[str, Any]) -> list[str]:
    """The roles that the provider's claim gives: a list, or text with blanks between."""
    said = claims.get(settings.staff_oidc_claim) or []
    values = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
    known = settings.staff_roles
    return [known[value] for value in values if isinstance(value, str) and value in known]


def name_of(claims: dict[str, Any]) -> str:
    """What an account made for somebody is called: their user name, as far as it can be used."""
    said = str(claims.get("preferred_username") or claims.get("email") or claims["sub"]).lower()
    return _NOT_IN_NAMES.sub("-", said).strip("-")[:190]
