"""What the data protection officer is told without asking: codes and our own ids, never words about a person."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from governance.audit.events import instant
from governance.errors import NotFound
from governance.store.opening import Act, Store
from service.auth.tables import NOTICES, NOTICES_SEEN

KINDS: Mapping[str, str] = {
    "glass_broken": "En medarbejder har skaffet sig nødadgang til en sag",
    "session_stolen": "En indlogning dukkede op i en anden browser og blev lukket",
}
"""Code → Danish."""


@dataclass(frozen=True)
class Notice:
    """One notice: `subject` is our own id of what it is about, `seen_at` "" until it has been read."""

    notice_id: str
    at: str
    kind: str
    subject: str
    user_id: str
    seen_at: str

    @property
    def text_da(self) -> str:
        """What happened, in Danish."""
        return KINDS[self.kind]


def notify(act: Act, kind: str, *, subject: str, user_id: str) -> str:
    """Leave a notice within an act; returns its id. A kind that is not in KINDS is a ValueError."""
    if kind not in KINDS:
        raise ValueError(f"there is no notice {kind}")
    row = {
        "notice_id": f"notice-{secrets.token_hex(10)}", "at": instant(act.at), "kind": kind, "subject": subject,
        "user_id": user_id,
    }  # fmt: skip
    act.connection.execute(sa.insert(NOTICES), row)
    return row["notice_id"]


def load_notices(connection: sa.Connection, *, unseen_only: bool = False, limit: int = 200) -> tuple[Notice, ...]:
    """The newest notices first, at most `limit` of them."""
    asked = (
        sa.select(NOTICES, sa.func.coalesce(NOTICES_SEEN.c.at, "").label("seen_at"))
        .join_from(NOTICES, NOTICES_SEEN, NOTICES.c.notice_id == NOTICES_SEEN.c.notice_id, isouter=True)
        .order_by(NOTICES.c.at.desc(), NOTICES.c.notice_id)
        .limit(limit)
    )
    if unseen_only:
        asked = asked.where(NOTICES_SEEN.c.notice_id.is_(None))
    return tuple(Notice(**row) for row in connection.execute(asked).mappings())


def mark_seen(store: Store, *, notice_id: str, user_id: str) -> None:
    """Record that the officer has read a notice; once read it stays read. `NotFound` for one that is not there."""
    with store.act("notice.seen", subject=notice_id, actor=user_id) as act:
        known = act.connection.execute(sa.select(NOTICES.c.notice_id).where(NOTICES.c.notice_id == notice_id)).first()
        if known is None:
            raise NotFound("Meddelelsen findes ikke.", item="meddelelse", remedy="Gå tilbage til meddelelserne.")
        seen = sa.select(NOTICES_SEEN.c.notice_id).where(NOTICES_SEEN.c.notice_id == notice_id)
        if act.connection.execute(seen).first() is None:
            row = {"notice_id": notice_id, "at": instant(act.at), "user_id": user_id}
            act.connection.execute(sa.insert(NOTICES_SEEN), row)
