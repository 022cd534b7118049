"""Tokens that a provider signed: algorithm, signature, issuer, audience and times checked, or refused without a reason.

Algorithms are pinned to signatures by a private key that we do not hold: a token "signed" with our copy of the public
key (HS256), or not at all (none), is nobody's. Sources: RFC 7519, RFC 8725.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import jwt
from fastapi import Request

from governance.errors import SettingsError
from governance.settings import PREFIX, Settings
from service.api.problems import Refused
from service.auth.claims import UnusableClaims, caller_of
from service.auth.groups import Groups
from service.auth.submitted import Fields
from service.auth.visitor import Visitor

ALGORITHMS = ("RS256", "ES256", "EdDSA")
LEEWAY_SECONDS = 30
REFETCH_SECONDS = 30.0
LIFESPAN_SECONDS = 300.0
FETCH_SECONDS = 5.0
LONGEST_TOKEN = 8_000
_REQUIRED = ["exp", "iat", "iss", "aud"]


class Keys(Protocol):
    """The public keys of an issuer."""

    def key_of(self, token: str) -> jwt.PyJWK:
        """The key that the token names by `kid`; `jwt.PyJWTError` when there is none."""
        ...


class FileKeys:
    """Keys from a file in JWKS form: for an issuer that cannot be asked."""

    def __init__(self, path: Path) -> None:
        try:
            self._keys = jwt.PyJWKSet.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, AttributeError, jwt.PyJWTError):
            raise SettingsError(
                "The file holds no public keys.", item=f"{PREFIX}JWKS_FILE", remedy="Name a file in JWKS form."
            ) from None

    def key_of(self, token: str) -> jwt.PyJWK:
        """The key with the token's `kid`."""
        return _chosen(self._keys, jwt.get_unverified_header(token).get("kid"))


class FetchedKeys:
    """Keys from the issuer, kept for five minutes; an unknown `kid` asks again at most every thirty seconds."""

    def __init__(self, address: Callable[[], str]) -> None:
        self._address = address
        self._client: jwt.PyJWKClient | None = None

    def key_of(self, token: str) -> jwt.PyJWK:
        """The key with the token's `kid`, fetched when need be."""
        if self._client is None:
            self._client = jwt.PyJWKClient(
                self._address(), lifespan=LIFESPAN_SECONDS, timeout=FETCH_SECONDS, cooldown_duration=REFETCH_SECONDS
            )
        kid = jwt.get_unverified_header(token).get("kid")
        return self._client.get_signing_key(kid) if kid else _chosen(self._client.get_jwk_set(), None)


def _chosen(keys: jwt.PyJWKSet, kid: str | None) -> jwt.PyJWK:
    """The key of that name; an issuer with a single key need not name it (OpenID Connect Core 1.0, section 10.1)."""
    found = [key for key in keys.keys if kid is None or key.key_id == kid]
    if len(found) != 1:
        raise jwt.InvalidTokenError("no such key")
    return found[0]


def verified(token: str, keys: Keys, *, issuer: str, audience: str) -> Mapping[str, Any]:
    """The claims of a genuine token that is in force; `jwt.PyJWTError` for any other."""
    if len(token) > LONGEST_TOKEN:
        raise jwt.InvalidTokenError("too long")
    if jwt.get_unverified_header(token).get("alg") not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError("not an algorithm of ours")
    claims: Mapping[str, Any] = jwt.decode(
        token, keys.key_of(token), algorithms=ALGORITHMS, issuer=issuer, audience=audience, leeway=LEEWAY_SECONDS,
        options={"require": _REQUIRED},
    )  # fmt: skip
    return claims


class ByToken:
    """Recognises callers of the API."""

    def __init__(self, settings: Settings, keys: Keys | None, groups: Groups | None) -> None:
        self._settings = settings
        self._keys = keys
        self._groups = groups

    def recognise(self, request: Request, form: Fields) -> Visitor:  # noqa: ARG002  the API takes no forms
        """The visitor with the purpose that X-Purpose names; refused without saying what is wrong with the token."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if self._keys is None or kind.lower() != "bearer" or not token:
            raise _unauthenticated()
        issuer = self._settings.jwt_issuer or self._settings.oidc_issuer
        try:
            claims = verified(token.strip(), self._keys, issuer=issuer, audience=self._settings.jwt_audience)
            caller = caller_of(claims, self._settings, groups=self._groups)
        except jwt.PyJWKClientConnectionError:
            raise _unverifiable() from None
        except (jwt.PyJWTError, UnusableClaims):
            raise _unauthenticated() from None
        purpose = request.headers.get("x-purpose", "")
        return Visitor(caller.user_id, caller.name, caller.rights, purpose=purpose, way="api")


def _unauthenticated() -> Refused:
    return Refused(
        "unauthenticated",
        "Kaldet viser ikke, hvem der kalder.",
        item="Authorization",
        remedy="Send et gyldigt token: Authorization: Bearer TOKEN.",
    )


def _unverifiable() -> Refused:
    return Refused(
        "settings", "Tokenet kan ikke efterprøves lige nu.", item="Authorization", remedy="Prøv igen om lidt."
    )
