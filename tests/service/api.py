"""The API in process: the routers behind the real door, where a header says who asks instead of a token."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import quote, unquote

import httpx
from fastapi import FastAPI, Request

from governance.access.caller import Caller
from governance.store.opening import Store
from service.api import PREFIX, routers
from service.api.problems import Refused
from service.auth.declared import check_routes
from service.auth.door import Door
from service.auth.submitted import Fields
from service.auth.visitor import Visitor
from service.web.problems import install_problems
from service.web.within import Within
from tests.service.people import CALLERS

WHO = "X-Test-User"
PURPOSES = {"anna": "case_work", "bo": "case_work", "carl": "approval", "birgit": "case_work", "ledelse": "quality"}


class ByHeader:
    """Believes the header: for tests alone."""

    def recognise(self, request: Request, form: Fields) -> Visitor:
        caller: Caller | None = CALLERS.get(unquote(request.headers.get(WHO, "")))
        if caller is None:
            raise Refused("unauthenticated", "Log ind.", item="Authorization", remedy="Send et token.")
        held = {each.name: getattr(caller, each.name) for each in fields(Caller)}
        return Visitor(**held, way="api", purpose=request.headers.get("x-purpose", ""))


def believing_headers(app: FastAPI) -> FastAPI:
    """The app of production with all its rings, and a door that believes the header."""
    parts = app.state.within
    door = replace(parts.door, recognisers={**parts.door.recognisers, "api": ByHeader()}, limiter=NoLimit())
    app.state.within = replace(parts, door=door)
    return app


class NoLimit:
    """Lets everything pass."""

    def take(self, key: str) -> None:
        """Nothing is counted."""


def an_app(store: Store) -> FastAPI:
    """The routers alone, with door and problems."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for router in routers():
        app.include_router(router)
    install_problems(app)
    door = Door(store, {"api": ByHeader()}, NoLimit())
    app.state.within = Within(settings=store.settings, store=store, clock=store.clock, door=door, demo=True)
    check_routes(app)
    return app


@dataclass(frozen=True)
class InProcess:
    """Asks an app without a network; what the app raises becomes the answer it would have given."""

    app: FastAPI

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())


@dataclass(frozen=True)
class Asker:
    """Somebody with a client; a purpose of their own is named unless another is."""

    client: InProcess
    who: str

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The response, with headers of the caller put in."""
        named = {WHO: quote(self.who), "X-Purpose": PURPOSES.get(self.who, "supervision")}
        headers = {name: value for name, value in (named | more.pop("headers", {})).items() if value is not None}
        return self.client.request(method, PREFIX + path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("POST", path, json={} if body is None else body, **more)

    def step(self, case_id: str, code: str, version: int | str, body: Any = None, key: str | None = None) -> Any:
        tag = version if isinstance(version, str) else f'"{version}"'
        return self.post(f"/cases/{case_id}/steps/{code}", body, headers={"If-Match": tag, "Idempotency-Key": key})
