"""A step under way: what the function of a step reads, writes and says, all in the one act of the step.

Must not know which step it is.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from governance.audit.events import instant
from governance.errors import NotNow
from governance.store.opening import Act
from service.cases.forms import invalid
from service.cases.standing import Standing
from service.cases.states import State
from service.cases.tables import CONFLICTS, LOOKS


@dataclass
class Moving(Standing):
    """A case on its way from one state to another.

    `changes` are columns of the case to be written, `reason` a code, `details` what the row of the step keeps: our own
    ids, codes, days and øre, never a person and no free text.
    """

    act: Act
    changes: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> dt.datetime:
        """The moment of the act, in UTC."""
        return self.act.at

    @property
    def state(self) -> State:
        """The state before the step."""
        return self.case.state

    def change(self, **columns: Any) -> None:
        """Have these columns of the case written."""
        self.changes |= columns

    def keep(self, **details: Any) -> None:
        """Have these details kept in the row of the step."""
        self.details |= details

    def write_text(self, kind: str, **document: Any) -> str:
        """Seal a document under the key of the case; its id is kept with the step."""
        text_id = self.vault.seal_text(self.act, self.case.case_id, kind, document, self.caller.user_id)
        self.keep(text=text_id)
        return text_id

    def write_look(self, kind: str, assessment: str, *, blind: bool) -> None:
        """Record an own assessment."""
        self.insert(
            LOOKS, look_id=new_id("look"), user_id=self.caller.user_id, kind=kind, assessment=assessment, blind=blind
        )
        self.reason = assessment

    def write_conflict(self, user_id: str) -> None:
        """Record a conflict of interest; one that stands already stands."""
        if user_id not in self.in_conflict:
            self.insert(CONFLICTS, user_id=user_id)

    def insert(self, table: sa.Table, **columns: Any) -> None:
        """Append a row that belongs to the case, with the moment where the table has one."""
        common = {"case_id": self.case.case_id, "at": instant(self.at)}
        row = {name: value for name, value in common.items() if name in table.c} | columns
        self.connection.execute(sa.insert(table), row)

    def require(self, holds: bool, field_name: str, said: str) -> None:
        """`InvalidForm` about a field, in Danish, unless it holds."""
        if not holds:
            raise invalid((field_name, said))


def new_id(kind: str) -> str:
    """A fresh id of ours: 80 random bits."""
    return f"{kind}-{secrets.token_hex(10)}"


def not_now(why_da: str, *, remedy: str = "Se på sagen, hvad der kan gøres nu.") -> NotNow:
    """The refusal of a step that the case is not ready for."""
    return NotNow(why_da, item="sag", remedy=remedy)
