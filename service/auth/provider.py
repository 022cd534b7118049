"""The OpenID provider: where people prove who they are (OpenID Connect Core 1.0, code flow with PKCE, RFC 7636, 9207).

Must not know sessions or cookies. What the provider says of itself is fetched once and must name the issuer we asked.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.client import OAuth2Client  # type: ignore[import-untyped]

from governance.errors import SettingsError
from governance.settings import PREFIX, Settings
from service.api.problems import Refused
from service.auth.bearer import FETCH_SECONDS, FetchedKeys, verified
from service.auth.claims import LoginRefused
from service.auth.safe import host_of, is_loopback

CALLBACK = "/log-ind/retur"
SCOPE = "openid profile"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Login:
    """A log-in under way: what must come back, and what only we know."""

    state: str
    nonce: str
    verifier: str
    following: str


class _Authentication(ClientAuth, httpx.Auth):
    """Authlib's proof of the client, spoken by httpx."""

    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Any:
        """The same request with the proof in it."""
        address, headers, body = self.prepare(
            request.method, str(request.url), dict(request.headers), request.content.decode()
        )
        content = body.encode() if isinstance(body, str) else body
        headers["content-length"] = str(len(content))
        yield httpx.Request(request.method, address, headers=headers, content=content)


class _Client(OAuth2Client):
    client_auth_class = _Authentication


class Provider:
    """One OpenID provider as this service uses it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._said: Mapping[str, str] | None = None
        self._lock = threading.Lock()
        self._secret = _secret(settings)
        self.keys = FetchedKeys(lambda: self.said()["jwks_uri"])

    def begin(self, following: str) -> tuple[str, Login]:
        """The address to send the browser to, and the log-in to remember until it comes back."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        login = Login(state, nonce, verifier, following)
        with self._session() as session:
            address, _ = self._client(session).create_authorization_url(
                self.said()["authorization_endpoint"], state=login.state, nonce=login.nonce,
                code_verifier=login.verifier,
            )  # fmt: skip
        return str(address), login

    def finish(self, login: Login, answered: Mapping[str, str]) -> Mapping[str, Any]:
        """The claims of the ID token that the answer's code buys; `LoginRefused` when anything is not as it must be."""
        if answered.get("iss", self._settings.oidc_issuer) != self._settings.oidc_issuer:
            raise LoginRefused
        try:
            token = self._exchange(login, answered.get("code", ""))
            claims = verified(
                str(token.get("id_token", "")), self.keys, issuer=self._settings.oidc_issuer,
                audience=self._settings.oidc_client_id,
            )  # fmt: skip
        except (jwt.PyJWTError, AuthlibBaseError, httpx.HTTPError, ValueError):
            raise LoginRefused from None
        if not _for_us_alone(claims, self._settings.oidc_client_id):
            raise LoginRefused
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), login.nonce.encode()):
            raise LoginRefused
        return claims

    def said(self) -> Mapping[str, str]:
        """What the provider says of itself; `Refused` ("settings") when it cannot be asked or is another."""
        with self._lock:
            if self._said is None:
                self._said = self._fetch()
            return self._said

    def _exchange(self, login: Login, code: str) -> Mapping[str, Any]:
        with self._session() as session:
            token: Mapping[str, Any] = self._client(session).fetch_token(
                self.said()["token_endpoint"], code=code, code_verifier=login.verifier, grant_type="authorization_code"
            )
        return token

    def _session(self) -> httpx.Client:
        return httpx.Client(timeout=FETCH_SECONDS, follow_redirects=False)

    def _client(self, session: httpx.Client) -> Any:
        return _Client(
            session, client_id=self._settings.oidc_client_id, client_secret=self._secret or None, scope=SCOPE,
            redirect_uri=self._settings.public_url + CALLBACK, code_challenge_method="S256",
        )  # fmt: skip

    def _fetch(self) -> Mapping[str, str]:
        issuer = self._settings.oidc_issuer
        try:
            with self._session() as session:
                answer = session.get(issuer.rstrip("/") + "/.well-known/openid-configuration")
            said = answer.raise_for_status().json()
            found = {name: str(said[name]) for name in (*_ENDPOINTS, "issuer")}
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            raise _unreachable("Loginudbyderen kan ikke nås.") from None
        safe = all(each.startswith("https://") or is_loopback(host_of(each)) for each in found.values())
        if found["issuer"] != issuer or not safe:
            raise _unreachable("Loginudbyderen er ikke den, tjenesten er sat op til.")
        return found


def _for_us_alone(claims: Mapping[str, Any], client_id: str) -> bool:
    """Whether the ID token was made for this service: a token for several parties says for which of them it was."""
    others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    return bool(claims.get("azp", None if others else client_id) == client_id)


def _secret(settings: Settings) -> str:
    """The secret at the provider, "" for a public client; it stands in a file, never in the environment."""
    if not settings.oidc_client_secret_file:
        return ""
    try:
        secret = Path(settings.oidc_client_secret_file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        secret = ""
    if not secret:
        raise SettingsError(
            "The file holds no secret.", item=f"{PREFIX}OIDC_CLIENT_SECRET_FILE", remedy="Name the file of the secret."
        )
    return secret


def _unreachable(what: str) -> Refused:
    return Refused(
        "settings", what, item="login", remedy="Prøv igen om lidt. Bliver fejlen ved, så sig det til driften."
    )
