"""Coming in: what the browser is sent to, what must come back, and the session that follows.

`LoggingIn` is one way of coming in; real people come by the provider, invented ones (a module of their own) by choice.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from typing import Annotated, Protocol
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from governance.access.caller import Caller
from governance.audit.events import instant
from governance.errors import AuditLogBroken, NotFound, PermissionDenied
from governance.sealing import Sealer
from governance.store.opening import Store
from service.auth.by_session import browser_of
from service.auth.claims import LoginRefused, UnusableClaims, caller_of
from service.auth.cookies import Cookies
from service.auth.groups import Groups
from service.auth.provider import Login, Provider
from service.auth.sessions import Sessions
from service.auth.submitted import Fields
from service.auth.tables import USED_LOGINS
from service.cases.colleagues import remember
from service.web.rendering import render

MINUTES = 10
ABOUT = "login"


class LoggingIn(Protocol):
    """One way of coming in."""

    def show(self, request: Request, *, following: str, logged_out: bool) -> Response:
        """The page with the way in."""
        ...

    def start(self, request: Request, *, following: str) -> Response:
        """Off to wherever one proves who one is."""
        ...

    def finish(self, request: Request) -> Response:
        """The proof comes back."""
        ...

    def choose(self, request: Request, form: Fields) -> Response:
        """Somebody is chosen without proof."""
        ...


@dataclass(frozen=True)
class Entrance:
    """What every way of coming in ends with: a session, and its cookie."""

    store: Store
    sessions: Sessions
    cookies: Cookies

    def let_in(self, request: Request, caller: Caller, *, following: str, state: str) -> Response:
        """Begin a session for the caller, with a name of its own; a `state` that was used before is refused."""
        if not caller.rights:
            raise PermissionDenied(
                "Din konto har ingen rettigheder i Adressekontrol.",
                item="roller",
                remedy="Bed din leder om en rolle i din forvaltning.",
            )
        former = self.sessions.find(self.cookies.read(request, "session"), browser=browser_of(request))
        with self.store.act("session.began", actor=caller.user_id) as act:
            _use(act.connection, state, until=act.at + dt.timedelta(minutes=2 * MINUTES))
            if former is not None:
                self.sessions.replace(act, former)
            cookie = self.sessions.begin(act, caller, browser=browser_of(request))
            # from now on a team leader can give them cases
            remember(act, caller)
        response = RedirectResponse(following, status_code=303)
        self.cookies.write(response, "session", cookie)
        self.cookies.forget(response, "login")
        return response


@dataclass(frozen=True)
class ByProvider:
    """Real people: the OpenID provider says who they are."""

    entrance: Entrance
    provider: Provider
    sealer: Sealer
    groups: Groups | None

    def show(self, request: Request, *, following: str, logged_out: bool) -> Response:
        """A page with a link: nobody is sent to another site unasked."""
        begin = "/log-ind/start" + (f"?next={quote(following, safe='/')}" if following != "/" else "")
        return render(request, "login.html", begin=begin, logged_out=logged_out)

    def start(self, request: Request, *, following: str) -> Response:  # noqa: ARG002  one shape for all ways
        """To the provider, with the question sealed in a cookie."""
        address, login = self.provider.begin(following)
        response = RedirectResponse(address, status_code=303)
        ends = self.entrance.store.clock.now() + dt.timedelta(minutes=MINUTES)
        self.entrance.cookies.write(response, "login", self._sealed({**asdict(login), "ends": instant(ends)}))
        return response

    def finish(self, request: Request) -> Response:
        """A session for whoever the provider's answer names, if it answers this browser's own question."""
        login = self._question(request)
        answered = dict(request.query_params)
        if not secrets.compare_digest(answered.get("state", "").encode(), login.state.encode()):
            raise LoginRefused
        claims = self.provider.finish(login, answered)
        try:
            caller = caller_of(claims, self.entrance.store.settings, groups=self.groups)
        except UnusableClaims:
            raise PermissionDenied(
                "Din konto har intet brugernavn, som loggen kan bruge.",
                item="konto",
                remedy="Bed driften om at rette opsætningen.",
            ) from None
        return self.entrance.let_in(request, caller, following=login.following, state=login.state)

    def choose(self, request: Request, form: Fields) -> Response:  # noqa: ARG002  one shape for all ways
        """Nobody can be chosen: `NotFound`."""
        raise NotFound("Siden findes ikke.", item="adressen", remedy="Gå til log ind.")

    def _question(self, request: Request) -> Login:
        """The log-in that this browser began, at most ten minutes ago."""
        try:
            sealed = base64.urlsafe_b64decode(self.entrance.cookies.read(request, "login"))
            asked = json.loads(self.sealer.open(sealed, about=ABOUT))
        except (ValueError, AuditLogBroken):
            raise LoginRefused from None
        if asked.pop("ends") < instant(self.entrance.store.clock.now()):
            raise LoginRefused
        return Login(**asked)

    def _sealed(self, asked: dict[str, str]) -> str:
        return base64.urlsafe_b64encode(self.sealer.seal(json.dumps(asked).encode(), about=ABOUT)).decode()


@dataclass(frozen=True)
class Lobby:
    """Where the pages of coming in and leaving find what they need; `way_in` None where nobody can log in."""

    sessions: Sessions
    cookies: Cookies
    way_in: LoggingIn | None


def _lobby(request: Request) -> Lobby:
    parts: Lobby = request.app.state.lobby
    return parts


InLobby = Annotated[Lobby, Depends(_lobby)]


def _use(connection: sa.Connection, state: str, *, until: dt.datetime) -> None:
    row = {"state_hash": hashlib.sha256(state.encode()).hexdigest(), "ends_at": instant(until)}
    used = sa.select(USED_LOGINS.c.state_hash).where(USED_LOGINS.c.state_hash == row["state_hash"])
    if connection.execute(used).first() is not None:
        raise LoginRefused
    connection.execute(sa.insert(USED_LOGINS), row)
