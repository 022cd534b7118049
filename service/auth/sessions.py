"""Sessions of pages: a random name in a cookie, everything else in our own database.

When a session was last used stands in the cookie, under our seal: what is done a hundred times an hour must not write a
hundred events. Beginning, choosing a purpose and ending are acts, each with its event. A session belongs to the browser
it began in: shown by another, it ends for both.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller, make_rights
from governance.audit.events import instant
from governance.store.opening import Act, Store
from service.auth.notices import notify
from service.auth.tables import SESSIONS, USED_LOGINS

NAME_BYTES = 32
REFRESH_SECONDS = 30
_COOKIE = re.compile(r"(?P<name>[A-Za-z0-9_-]{43})\.(?P<seen>[0-9]{1,12})\.(?P<seal>[0-9a-f]{64})")


@dataclass(frozen=True)
class Session:
    """One session as it stands: `cookie` is what to send back when it was used long enough ago, "" otherwise."""

    session_hash: str
    caller: Caller
    purpose: str
    csrf: str = field(repr=False)
    cookie: str = field(repr=False)


@dataclass(frozen=True)
class Sessions:
    """The sessions of one installation: over after `idle` without a page, or `lasting` after the login."""

    store: Store
    key: bytes = field(repr=False)
    idle: dt.timedelta
    lasting: dt.timedelta

    def begin(self, act: Act, caller: Caller, *, browser: str) -> str:
        """Begin a session within the act of a login; returns the cookie."""
        name = secrets.token_urlsafe(NAME_BYTES)
        rights = sorted(f"{right.role}:{right.office}" for right in caller.rights)
        row = {
            "session_hash": _hash(name), "user_id": caller.user_id, "name": caller.name, "rights": " ".join(rights),
            "begun_at": instant(act.at), "ends_at": instant(act.at + self.lasting),
            "browser": self._sealed("browser", browser), "purpose": "",
        }  # fmt: skip
        act.connection.execute(sa.insert(SESSIONS), row)
        act.add(session=shown(row["session_hash"]), rights=rights)
        return self._cookie(name, act.at)

    def replace(self, act: Act, former: Session) -> None:
        """End the session that the same browser held, within the act of the log-in that takes its place."""
        act.connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.session_hash == former.session_hash))
        act.add(replaced=shown(former.session_hash))

    def find(self, cookie: str, *, browser: str) -> Session | None:
        """The session of a cookie; None when there is none (any longer). One shown by another browser is ended."""
        now = self.store.clock.now()
        name, seen = self._opened(cookie, now)
        if not name:
            return None
        with self.store.reading() as connection:
            row = connection.execute(sa.select(SESSIONS).where(SESSIONS.c.session_hash == _hash(name))).first()
        if row is None or not row.begun_at <= instant(now) < row.ends_at:
            return None
        if not hmac.compare_digest(row.browser, self._sealed("browser", browser)):
            self._end_stolen(row)
            return None
        fresh = self._cookie(name, now) if now - seen >= dt.timedelta(seconds=REFRESH_SECONDS) else ""
        return Session(row.session_hash, _caller(row), row.purpose, self._sealed("csrf", name), fresh)

    def choose_purpose(self, session_hash: str, purpose: str, *, user_id: str) -> None:
        """Keep what the caller looks at persons for, until they choose again."""
        details = {"session": shown(session_hash), "purpose": purpose}
        with self.store.act("purpose.chosen", details=details, actor=user_id) as act:
            changed = sa.update(SESSIONS).where(SESSIONS.c.session_hash == session_hash).values(purpose=purpose)
            act.connection.execute(changed)

    def end(self, session_hash: str, *, user_id: str) -> None:
        """The caller leaves."""
        with self.store.act("session.ended", details={"session": shown(session_hash)}, actor=user_id) as act:
            act.connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.session_hash == session_hash))

    def _end_stolen(self, row: Any) -> None:
        with self.store.act("session.stolen", details={"session": shown(row.session_hash)}, actor=row.user_id) as act:
            gone = act.connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.session_hash == row.session_hash))
            # of several who show it at once, one ends it
            if gone.rowcount:
                notify(act, "session_stolen", subject=shown(row.session_hash), user_id=row.user_id)

    def _sealed(self, what: str, text: str) -> str:
        return hmac.new(self.key, f"{what}\0{text}".encode(errors="replace"), hashlib.sha256).hexdigest()

    def _cookie(self, name: str, at: dt.datetime) -> str:
        seen = int(at.timestamp())
        return f"{name}.{seen}.{self._sealed('seen', f'{name}.{seen}')}"

    def _opened(self, cookie: str, now: dt.datetime) -> tuple[str, dt.datetime]:
        """Name and last use of a cookie that we made and that has not lain too long; "" for any other."""
        parts = _COOKIE.fullmatch(cookie)
        if parts is None or not hmac.compare_digest(self._sealed("seen", cookie.rpartition(".")[0]), parts["seal"]):
            return "", now
        seen = dt.datetime.fromtimestamp(int(parts["seen"]), dt.UTC)
        return (parts["name"], seen) if now - seen < self.idle else ("", now)


def remove_expired(connection: sa.Connection, *, now: dt.datetime) -> int:
    """Remove what has run out: sessions, and log-ins whose state nobody can show any more. Returns how many."""
    return sum(
        connection.execute(sa.delete(table).where(table.c.ends_at <= instant(now))).rowcount
        for table in (SESSIONS, USED_LOGINS)
    )


def shown(session_hash: str) -> str:
    """How the log names a session; nobody gets in with it."""
    return f"session-{session_hash[:16]}"


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _caller(row: Any) -> Caller:
    pairs = [right.split(":") for right in row.rights.split()]
    return Caller(row.user_id, row.name, make_rights((role, office) for role, office in pairs))
