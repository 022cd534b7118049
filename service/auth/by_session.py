"""Recognises whoever uses the pages: by the session's cookie, and for a change by the token in the form as well."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from fastapi import Request

from governance.errors import PermissionDenied
from service.api.problems import Refused
from service.auth.cookies import Cookies
from service.auth.sessions import Session, Sessions
from service.auth.submitted import FORGERY_FIELD, Fields, first
from service.auth.visitor import Visitor

SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class BySession:
    """Recognises callers of the pages; `origin` is the address that people use, without a path."""

    sessions: Sessions
    cookies: Cookies
    origin: str

    def recognise(self, request: Request, form: Fields) -> Visitor:
        """The visitor with the purpose that the session remembers; a forged change is a `PermissionDenied`."""
        session = self._session(request)
        if request.method not in SAFE_METHODS:
            refuse_foreign(request, self.origin)
            refuse_forged(session.csrf, form)
        caller = session.caller
        return Visitor(
            caller.user_id, caller.name, caller.rights,
            purpose=session.purpose, csrf=session.csrf, session_id=session.session_hash,
        )  # fmt: skip

    def _session(self, request: Request) -> Session:
        cookie = self.cookies.read(request, "session")
        session = self.sessions.find(cookie, browser=browser_of(request)) if cookie else None
        if session is None:
            request.state.expired = bool(cookie)
            raise Refused("unauthenticated", "Du er ikke logget ind.", item="log ind", remedy="Log ind, og prøv igen.")
        if session.cookie:
            request.state.renewed = session.cookie
        return session


def browser_of(request: Request) -> str:
    """What a browser says of itself: enough to notice that a cookie has moved, never a proof of anything."""
    return request.headers.get("user-agent", "")


def refuse_foreign(request: Request, origin: str) -> None:
    """`PermissionDenied` for a change that another site's page asked for, as far as the browser tells."""
    site, sender = request.headers.get("sec-fetch-site", "same-origin"), request.headers.get("origin", "null")
    # without a referrer a browser calls its origin null
    if site != "same-origin" or sender not in ("null", origin):
        raise _forged()


def refuse_forged(token: str, form: Fields) -> None:
    """`PermissionDenied` unless the form carries the session's token."""
    if not token or not hmac.compare_digest(token.encode(), first(form, FORGERY_FIELD).encode()):
        raise _forged()


def _forged() -> PermissionDenied:
    return PermissionDenied(
        "Formularen blev ikke sendt fra en side, som du har åbnet her.",
        item="formular",
        remedy="Gå tilbage, genindlæs siden, og prøv igen.",
    )
