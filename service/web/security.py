"""Two rings: what is put on every answer, and whom was addressed, how much was sent, how often.

The address of a peer is that of the connection: no header says who somebody is, or from where.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.auth.cookies import Cookies
from service.auth.limits import Buckets
from service.web.health import PATHS
from service.web.problems import API, LOGIN, Problem, answer

CONTENT_SECURITY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
    "form-action 'self'", "connect-src 'self'", "base-uri 'none'", "frame-ancestors 'none'",
))  # fmt: skip
HEADERS: tuple[tuple[str, str], ...] = (
    ("Content-Security-Policy", CONTENT_SECURITY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("X-Robots-Tag", "noindex"),
)
UNSTORED = "no-store"
TRANSPORT = "max-age=31536000"


@dataclass(frozen=True)
class Limits:
    """What may come in: hosts that may be addressed (empty: any), largest body in bytes, requests of one peer."""

    hosts: frozenset[str]
    body_bytes: int
    peers: Buckets


class Refusing:
    """Refuses before anything is read."""

    def __init__(self, app: ASGIApp, *, limits: Limits) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        problem = self._problem(scope) if scope["type"] == "http" else None
        if problem is None:
            await self.app(scope, receive, send)
        else:
            await answer(Request(scope), problem)(scope, receive, send)

    def _problem(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self.limits.hosts and scope["path"] not in PATHS:
            # also what keeps a name that somebody points at this machine from reading a demonstration
            return Problem("usage", 400, "Tjenesten har ikke den adresse.", "Host", "Brug tjenestens egen adresse.")
        unkept = "\0" in scope["path"] or b"%00" in scope["query_string"]
        # not every database takes it for a text; the API and the log-in answer for themselves
        if unkept and not scope["path"].startswith((API, LOGIN)):
            return Problem("usage", 400, "Adressen kan ikke læses.", "adressen", "Kontrollér adressen.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.limits.body_bytes:
            return Problem("too-large", 413, "Det sendte er for stort.", "Content-Length", "Send mindre ad gangen.")
        peer = scope["client"][0] if scope.get("client") else ""
        if not self.limits.peers.allows(peer):
            return Problem("too-many", 429, "Der kom for mange kald på kort tid.", "kald", "Vent lidt, og prøv igen.")
        return None


class SafeHeaders:
    """Puts on every answer, whoever gives it, what the browser must not do with it."""

    def __init__(self, app: ASGIApp, *, cookies: Cookies) -> None:
        self.app = app
        self.cookies = cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def guard(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._put(scope, MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, guard)

    def _put(self, scope: Scope, headers: MutableHeaders) -> None:
        for name, value in HEADERS:
            headers[name] = value
        # what is for everybody says so itself
        headers.setdefault("Cache-Control", UNSTORED)
        if self.cookies.secure:
            headers["Strict-Transport-Security"] = TRANSPORT
        self._renew(scope, headers)

    def _renew(self, scope: Scope, headers: MutableHeaders) -> None:
        """A session that was used says so in its cookie, unless the answer gave or took one."""
        renewed = scope.get("state", {}).get("renewed")
        set_already = any(self.cookies.name("session") in value for value in headers.getlist("set-cookie"))
        if renewed and not set_already:
            headers.append("set-cookie", self.cookies.header("session", renewed))
