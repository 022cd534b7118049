"""The words of a case or a lead, sealed under a key of its own: whoever deletes the key has deleted the words.

That key is kept sealed under the installation's (`home/keys/seal-cases.key`). Must not know what is written.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from governance.audit.events import instant
from governance.errors import NotNow
from governance.sealing import Sealer, load_sealer, new_sealer
from governance.settings import Settings
from service.cases.tables import CASE_KEYS, LEAD_KEYS, TEXTS

PURPOSE = "cases"


class Writing(Protocol):
    """What the vault asks of an act."""

    @property
    def connection(self) -> sa.Connection:
        """Where to write."""
        ...

    @property
    def at(self) -> dt.datetime:
        """The moment of the act."""
        ...


@dataclass(frozen=True)
class CaseText:
    """Something that was written in a case: who, when, what kind, and the document (`text` and what belongs to it)."""

    text_id: str
    at: dt.datetime
    author: str
    kind: str
    document: Mapping[str, Any]


@dataclass(frozen=True)
class Vault:
    """Seals and opens what belongs to cases."""

    sealer: Sealer

    def make_case_key(self, connection: sa.Connection, case_id: str) -> None:
        """Give a new case a key."""
        wrapped = self.sealer.seal(new_sealer().key, about=f"key:{case_id}")
        connection.execute(sa.insert(CASE_KEYS), {"case_id": case_id, "wrapped": wrapped})

    def sealer_of(self, connection: sa.Connection, case_id: str) -> Sealer:
        """The sealer of one case; `NotNow` when its words have been deleted for good."""
        wrapped = connection.execute(
            sa.select(CASE_KEYS.c.wrapped).where(CASE_KEYS.c.case_id == case_id)
        ).scalar_one_or_none()
        if wrapped is None:
            raise NotNow(
                "Sagens tekster er slettet, fordi opbevaringstiden er udløbet.",
                item="sag",
                remedy="Se loggen i stedet.",
            )
        return Sealer(self.sealer.open(wrapped, about=f"key:{case_id}"))

    def seal_text(self, act: Writing, case_id: str, kind: str, document: Mapping[str, Any], author: str) -> str:
        """Keep a document (JSON values); returns its id."""
        text_id = f"text-{secrets.token_hex(10)}"
        content = json.dumps(document, ensure_ascii=False, sort_keys=True).encode()
        sealed = self.sealer_of(act.connection, case_id).seal(content, about=_about(case_id, text_id, kind))
        row = {"text_id": text_id, "case_id": case_id, "at": instant(act.at), "author": author, "kind": kind}
        act.connection.execute(sa.insert(TEXTS), row | {"sealed": sealed})
        return text_id

    def read_texts(
        self, connection: sa.Connection, case_id: str, kinds: Collection[str] | None = None
    ) -> list[CaseText]:
        """What was written in the case, oldest first; of `kinds` only when they are named."""
        asked = sa.select(TEXTS).where(TEXTS.c.case_id == case_id)
        if kinds is not None:
            asked = asked.where(TEXTS.c.kind.in_(sorted(kinds)))
        rows = connection.execute(asked.order_by(TEXTS.c.at, TEXTS.c.text_id)).all()
        sealer = self.sealer_of(connection, case_id) if rows else self.sealer
        return [
            CaseText(
                row.text_id, dt.datetime.fromisoformat(row.at), row.author, row.kind,
                json.loads(sealer.open(row.sealed, about=_about(case_id, row.text_id, row.kind))),
            )
            for row in rows
        ]  # fmt: skip

    def newest(
        self, connection: sa.Connection, case_ids: Collection[str], kind: str
    ) -> Mapping[str, Mapping[str, Any]]:
        """case_id → the newest document of that kind; cases without one, or without a key any more, are missing."""
        keys = connection.execute(sa.select(CASE_KEYS).where(CASE_KEYS.c.case_id.in_(case_ids))).all()
        sealers = {row.case_id: Sealer(self.sealer.open(row.wrapped, about=f"key:{row.case_id}")) for row in keys}
        asked = sa.select(TEXTS).where(TEXTS.c.case_id.in_(sealers), TEXTS.c.kind == kind)
        rows = {row.case_id: row for row in connection.execute(asked.order_by(TEXTS.c.at, TEXTS.c.text_id))}
        return {
            case_id: json.loads(sealers[case_id].open(row.sealed, about=_about(case_id, row.text_id, kind)))
            for case_id, row in rows.items()
        }

    def seal_lead(self, signal_id: str, content: bytes) -> tuple[bytes, bytes]:
        """The words of a new lead under a fresh key, and that key, wrapped; both are to be kept."""
        own = new_sealer()
        wrapped = self.sealer.seal(own.key, about=f"lead-key:{signal_id}")
        return own.seal(content, about=f"lead:{signal_id}"), wrapped

    def open_lead(self, signal_id: str, sealed: bytes, wrapped: bytes) -> bytes:
        """The words of a lead."""
        own = Sealer(self.sealer.open(wrapped, about=f"lead-key:{signal_id}"))
        return own.open(sealed, about=f"lead:{signal_id}")

    @staticmethod
    def forget_lead(act: Writing, signal_id: str) -> None:
        """Delete the key of a lead, and with it its words for good."""
        act.connection.execute(sa.delete(LEAD_KEYS).where(LEAD_KEYS.c.signal_id == signal_id))

    @staticmethod
    def forget(act: Writing, case_id: str) -> None:
        """Delete the key, and with it every word of the case for good."""
        act.connection.execute(sa.delete(CASE_KEYS).where(CASE_KEYS.c.case_id == case_id))


def load_vault(settings: Settings) -> Vault:
    """The vault of this installation; its key is made at first use."""
    return Vault(load_sealer(settings.home, purpose=PURPOSE))


def _about(case_id: str, text_id: str, kind: str) -> str:
    return f"{case_id}:{text_id}:{kind}"
