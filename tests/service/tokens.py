"""Proofs for tests: tokens signed by a key of the test's own, sessions begun without a provider, a client in process."""

from __future__ import annotations

import asyncio
import functools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from fastapi import FastAPI
from starlette.routing import BaseRoute

import service.api
import service.app
import service.web
from governance.access.caller import Caller
from governance.as_of import Clock
from governance.settings import Settings
from governance.store.opening import Store
from service.app import create_app

ISSUER = "https://login.example"
PUBLIC_URL = "https://kontrol.example"
BROWSER = "Testbrowser 1.0"
KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
EDWARDS = ed25519.Ed25519PrivateKey.generate()
STRANGER = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def jwks() -> dict[str, Any]:
    """The public keys of the test's issuer."""
    first = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
    second = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(EDWARDS.public_key()))
    return {"keys": [{**first, "kid": "rsa", "alg": "RS256"}, {**second, "kid": "edwards", "alg": "EdDSA"}]}


def claims_of(caller: Caller, **changes: Any) -> dict[str, Any]:
    """What the issuer says of somebody; a change to None leaves the claim out."""
    now = int(time.time())
    said = {
        "iss": ISSUER, "aud": "adressekontrol-api", "sub": caller.user_id, "name": caller.name, "iat": now,
        "exp": now + 3_600, "roles": [f"adressekontrol:{right.role}:{right.office}" for right in sorted(caller.rights)],
    }  # fmt: skip
    return {name: value for name, value in (said | changes).items() if value is not None}


def token(caller: Caller, *, key: Any = KEY, algorithm: str = "RS256", kid: str | None = "rsa", **changes: Any) -> str:
    """A signed token."""
    headers = {"kid": kid} if kid else {}
    return jwt.encode(claims_of(caller, **changes), key, algorithm=algorithm, headers=headers)


def bearer(caller: Caller, *, purpose: str = "", **changes: Any) -> dict[str, str]:
    """The headers of a call to the API."""
    named = {"X-Purpose": purpose} if purpose else {}
    return {"Authorization": f"Bearer {token(caller, **changes)}", **named}


def served_settings(settings: Settings, **changes: Any) -> Settings:
    """The settings behind https, with the test's issuer in a file."""
    path = settings.home / "jwks.json"
    path.write_text(json.dumps(jwks()), encoding="utf-8")
    given = {"public_url": PUBLIC_URL, "jwt_issuer": ISSUER, "jwks_file": str(path), "rate_per_minute": 100_000}
    return replace(settings, **(given | {"peer_rate_per_minute": 100_000} | changes))


def an_app(store: Store, *, clock: Clock | None = None, demo: bool = False, **changes: Any) -> FastAPI:
    """The whole app on an open store."""
    settings = served_settings(store.settings, **changes)
    store.settings = settings
    return make_app(settings, store=store, clock=clock or store.clock, demo=demo)


def make_app(settings: Settings, *, store: Store, clock: Clock, demo: bool = False) -> FastAPI:
    """`create_app` whose routes are those of every other app of this process: they know no store and no settings.

    The framework works out over two hundred routes for each app anew, which takes ten times as long as all the rest.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service.app, "_include_routes", _include_the_same)
        return create_app(settings, store=store, clock=clock, demo=demo)


_include_routes = service.app._include_routes


def _include_the_same(app: FastAPI) -> None:
    app.router.routes.extend(_assembled(service.web.routers, service.api.routers))


@functools.cache
def _assembled(_pages: Callable[[], object], _api: Callable[[], object]) -> tuple[BaseRoute, ...]:
    """The routes as the app puts them together; anew where a test put other routers in their place."""
    whole = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    _include_routes(whole)
    return tuple(whole.routes)


class InProcess:
    """A browser without a screen: keeps cookies, follows nothing, and speaks to the app without a socket."""

    def __init__(self, app: FastAPI, *, browser: str = BROWSER, peer: str = "127.0.0.1") -> None:
        self.app = app
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, raise_app_exceptions=True, client=(peer, 50_000))
        base = app.state.settings.public_url
        self.client = httpx.AsyncClient(transport=transport, base_url=base, headers={"User-Agent": browser})

    def __enter__(self) -> InProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self.client.aclose())
        self._runner.close()

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self.client.request(method, path, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, data: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        return self.request("POST", path, data=data, **more)

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.client.cookies.jar}

    def give(self, name: str, value: str) -> None:
        """Put a cookie into the browser."""
        self.client.cookies.clear()
        self.client.cookies.set(name, value, domain=httpx.URL(self.client.base_url).host)


@dataclass(frozen=True)
class LoggedIn:
    """Somebody with a session: the cookie, and the token that their forms carry."""

    cookie: str
    csrf: str


def log_in(app: FastAPI, caller: Caller, *, purpose: str = "", browser: str = BROWSER) -> LoggedIn:
    """Begin a session without a provider."""
    lobby, store = app.state.lobby, app.state.within.store
    with store.act("session.began", actor=caller.user_id) as act:
        cookie = lobby.sessions.begin(act, caller, browser=browser)
    session = lobby.sessions.find(cookie, browser=browser)
    if purpose:
        lobby.sessions.choose_purpose(session.session_hash, purpose, user_id=caller.user_id)
    return LoggedIn(cookie, session.csrf)


def come_in(client: InProcess, caller: Caller, *, purpose: str = "", browser: str = BROWSER) -> LoggedIn:
    """Log somebody in, in this browser."""
    logged_in = log_in(client.app, caller, purpose=purpose, browser=browser)
    client.give(client.app.state.lobby.cookies.name("session"), logged_in.cookie)
    return logged_in
