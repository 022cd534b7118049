"""Where a case stands at one moment for one caller: what guards ask, each thing read once.

Must not change anything.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.settings import Settings
from service.cases.case import CaseFile
from service.cases.tables import CASE_KEYS, CONFLICTS, LOOKS, STEPS, TEXTS
from service.cases.vault import CaseText, Vault


@dataclass(frozen=True)
class Taken:
    """A step that was taken; `details` are our own ids, codes, days and øre."""

    version: int
    at: dt.datetime
    step: str
    actor: str
    from_state: str
    to_state: str
    reason: str
    details: Mapping[str, Any]


@dataclass
class Standing:
    """A case, who asks, and when; `history` and the rest are read when somebody asks for them."""

    connection: sa.Connection
    case: CaseFile
    caller: Caller
    today: dt.date
    settings: Settings
    vault: Vault

    @cached_property
    def history(self) -> tuple[Taken, ...]:
        """Every step so far, oldest first."""
        return load_history(self.connection, self.case.case_id)

    @cached_property
    def first_lookers(self) -> frozenset[str]:
        """Who has recorded a first look of their own."""
        asked = sa.select(LOOKS.c.user_id).where(LOOKS.c.case_id == self.case.case_id, LOOKS.c.kind == "first")
        return frozenset(self.connection.execute(asked).scalars())

    @cached_property
    def in_conflict(self) -> frozenset[str]:
        """Who has declared a conflict of interest."""
        return load_conflicts(self.connection, self.case.case_id)

    @cached_property
    def has_words(self) -> bool:
        """Whether the words of the case can still be read: retention deletes their key."""
        asked = sa.select(CASE_KEYS.c.case_id).where(CASE_KEYS.c.case_id == self.case.case_id)
        return self.connection.execute(asked).first() is not None

    @cached_property
    def snapshot(self) -> dict[str, Any]:
        """The newest snapshot of the registers; empty when there is none."""
        return dict(self.vault.newest(self.connection, [self.case.case_id], "snapshot").get(self.case.case_id, {}))

    def facts(self, author: str | None = None) -> int:
        """How many facts stand recorded, of one author or of anybody."""
        asked = sa.select(sa.func.count()).where(TEXTS.c.case_id == self.case.case_id, TEXTS.c.kind == "fact")
        if author is not None:
            asked = asked.where(TEXTS.c.author == author)
        return int(self.connection.execute(asked).scalar_one())

    def texts(self, *kinds: str) -> list[CaseText]:
        """What was written, opened."""
        return self.vault.read_texts(self.connection, self.case.case_id, kinds or None)

    def last(self, *codes: str, by: str | None = None) -> Taken | None:
        """The newest step of these codes, of one actor or of anybody."""
        found = [each for each in self.history if each.step in codes and by in (None, each.actor)]
        return found[-1] if found else None

    def since(self, version: int, codes: Collection[str], *, by: str | None = None) -> bool:
        """Whether a step of these codes was taken after that version."""
        return any(each.version > version and each.step in codes and by in (None, each.actor) for each in self.history)


def load_history(connection: sa.Connection, case_id: str) -> tuple[Taken, ...]:
    """Every step of a case, oldest first."""
    rows = connection.execute(sa.select(STEPS).where(STEPS.c.case_id == case_id).order_by(STEPS.c.version))
    return tuple(
        Taken(
            row.version, dt.datetime.fromisoformat(row.at), row.step, row.actor, row.from_state, row.to_state,
            row.reason, json.loads(row.details),
        )
        for row in rows
    )  # fmt: skip


def load_conflicts(connection: sa.Connection, case_id: str) -> frozenset[str]:
    """Who has declared a conflict of interest in the case."""
    return frozenset(connection.execute(sa.select(CONFLICTS.c.user_id).where(CONFLICTS.c.case_id == case_id)).scalars())
