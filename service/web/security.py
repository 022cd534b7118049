"""The second ring: which host was addressed, how much was sent, how often, and what the browser must not do with it.

The address of a peer is that of the connection: no header says who somebody is, or from where.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.auth.cookies import Cookies
from service.auth.limits import Buckets
from service.web.health import PATHS
from service.web.problems import Problem, answer

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


class Guarding:
    """Refuses before anything is read, and puts the safe headers on every answer."""

    def __init__(self, app: ASGIApp, *, limits: Limits, cookies: Cookies) -> None:
        self.app = app
        self.limits = limits
        self.cookies = cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            # no route of ours speaks anything but HTTP; the server's own messages pass
            await self.app(scope, receive, send)
            return
        guarded = self._guarded(scope, send)
        problem = self._problem(scope)
        if problem is None:
            await self.app(scope, receive, guarded)
        else:
            await answer(Request(scope), problem)(scope, receive, guarded)

    def _problem(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self.limits.hosts and scope["path"] not in PATHS:
            # also what keeps a name that somebody points at this machine from reading a demonstration
            return Problem("usage", 400, "Tjenesten har ikke den adresse.", "Host", "Brug tjenestens egen adresse.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.limits.body_bytes:
            return Problem("too-large", 413, "Det sendte er for stort.", "Content-Length", "Send mindre ad gangen.")
        peer = scope["client"][0] if scope.get("client") else ""
        if not self.limits.peers.allows(peer):
            return Problem("too-many", 429, "Der kom for mange kald på kort tid.", "kald", "Vent lidt, og prøv igen.")
        return None

    def _guarded(self, scope: Scope, send: Send) -> Send:
        async def guard(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _put(headers, HEADERS)
                # what is for everybody says so itself
                headers.setdefault("Cache-Control", UNSTORED)
                if self.cookies.secure:
                    headers["Strict-Transport-Security"] = TRANSPORT
                self._renew(scope, headers)
            await send(message)

        return guard

    def _renew(self, scope: Scope, headers: MutableHeaders) -> None:
        """A session that was used says so in its cookie, unless the answer gave or took one."""
        renewed = scope.get("state", {}).get("renewed")
        set_already = any(self.cookies.name("session") in value for value in headers.getlist("set-cookie"))
        if renewed and not set_already:
            headers.append("set-cookie", self.cookies.header("session", renewed))


def _put(headers: MutableHeaders, pairs: Iterable[tuple[str, str]]) -> None:
    for name, value in pairs:
        headers[name] = value
