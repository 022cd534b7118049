"""A watch over every test: what leaves the service is searched for the names and CPR numbers that were ever taken in.

Every response of every app in the process (status, address, headers, body), every log record and every figure of
operation is looked at as it leaves. A name may stand only in the answer of a route whose permission is there to name
persons, asked by somebody who holds it; nowhere may one stand in an address or in a log.
"""

from __future__ import annotations

import html
import json
import logging
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NAMING = frozenset({"case.identity", "person.export", "person.rectify"})
"""Permissions whose routes may answer with a name or a number."""
# a number that nobody can have, as invented towns are given: day, a month of 13 to 32, year, serial
IMPOSSIBLE = re.compile(rb"(?<![0-9A-Za-z])[0-3]\d(?:1[3-9]|2\d|3[0-2])\d\d-\d{4}(?![0-9A-Za-z])")


@dataclass
class Watch:
    """What is secret, what was seen where it may not be, and how much was looked at."""

    secrets: set[bytes] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)
    responses: int = 0
    records: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, name: str, cpr: str) -> None:
        """A person who was taken in: the name, and the number with and without its hyphen."""
        with self.lock:
            self.secrets |= {name.encode(), json.dumps(name)[1:-1].encode(), html.escape(name).encode()}
            self.secrets |= {cpr.encode(), f"{cpr[:6]}-{cpr[6:]}".encode()}

    def look(self, content: bytes, place: str) -> None:
        """Note `place` when the content names somebody; never with what it says."""
        if IMPOSSIBLE.search(content) or any(secret in content for secret in self.secrets):
            with self.lock:
                self.findings.append(place)

    def response(self, scope: Mapping[str, Any], headers: list[tuple[bytes, bytes]], body: bytes, status: int) -> None:
        """One answer of an app."""
        self.responses += 1
        route = getattr(scope.get("route"), "path", "no route")
        place = f"{scope['method']} {route} ({status})"
        self.look(scope["raw_path"] + b"?" + scope["query_string"], f"address of {place}")
        if permission_of(scope) not in NAMING or status >= 400:
            self.look(b"\n".join(b": ".join(each) for each in headers) + b"\n" + body, place)


WATCH = Watch()


def permission_of(scope: Mapping[str, Any]) -> str:
    """The permission that the route of a request declared; "" for an open one."""
    from service.auth.declared import Requirement, _declarations

    dependant = getattr(scope.get("route"), "dependant", None)
    found = list(_declarations(dependant)) if dependant is not None else []
    return found[0].permission if found and isinstance(found[0], Requirement) else ""


def watch_logs() -> None:
    """Look at every log record before any handler does: what is done to handlers takes nothing from the watch."""
    written = logging.Logger.handle

    def looked_at(self: logging.Logger, record: logging.LogRecord) -> None:
        WATCH.records += 1
        WATCH.look(repr(record.__dict__).encode() + record.getMessage().encode(), f"log of {record.name}")
        written(self, record)

    logging.Logger.handle = looked_at  # type: ignore[method-assign]


def watch_apps() -> None:
    """Put the watch around every app and every taking-in of persons, for the rest of the process."""
    from fastapi import FastAPI

    from service.identities.keeping import Keeper

    answer, seal = FastAPI.__call__, Keeper.person_row

    async def watched(self: FastAPI, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await answer(self, scope, receive, send)
        head: dict[str, Any] = {"status": 0, "headers": []}
        body: list[bytes] = []

        async def kept(message: Any) -> None:
            if message["type"] == "http.response.start":
                head.update(status=message["status"], headers=list(message.get("headers", [])))
            elif message["type"] == "http.response.body":
                body.append(message.get("body", b""))
            await send(message)

        try:
            return await answer(self, scope, receive, kept)
        finally:
            WATCH.response(scope, head["headers"], b"".join(body), head["status"])

    def sealed(self: Keeper, key: str, *, cpr: str, name: str) -> dict[str, Any]:
        WATCH.keep(name, cpr)
        return seal(self, key, cpr=cpr, name=name)

    FastAPI.__call__ = watched  # type: ignore[method-assign]
    Keeper.person_row = sealed  # type: ignore[method-assign]
    watch_logs()
