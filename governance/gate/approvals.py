"""Approvals of what the ranking may do about unequal burden beyond choosing its inputs: quotas, a group-blind penalty.

Both use or infer protected attributes (GDPR art. 9): off unless the data-protection officer and counsel have both
signed, with a reason, until a day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.as_of import danish_day
from governance.audit.events import instant
from governance.errors import UsageError
from governance.gate.documents import checked_reason, digest, statement
from governance.gate.exceptions import checked_expiry
from governance.gate.role_keys import sign, signed_by
from governance.gate.tables import APPROVALS, next_number, rows_of
from governance.store.opening import Act

Mitigation = Literal["quota", "group_blind"]
MITIGATIONS: tuple[str, ...] = get_args(Mitigation)


@dataclass(frozen=True)
class Approval:
    """What was approved, why, and the last day it stands."""

    id: str
    kind: str
    reason: str
    expires: dt.date

    @property
    def statement(self) -> bytes:
        """What both roles sign."""
        return statement("mitigation", kind=self.kind, reason=self.reason, expires=self.expires)


def approve_mitigation(
    act: Act,
    *,
    kind: str,
    reason: str,
    expires: dt.date,
    dpo_key: Ed25519PrivateKey,
    counsel_key: Ed25519PrivateKey,
) -> Approval:
    """Record an approval that both roles sign; PermissionDenied when a key is not the role's."""
    if kind not in MITIGATIONS:
        raise UsageError("There is no such mitigation.", item=kind, remedy=f"Use one of: {', '.join(MITIGATIONS)}.")
    unsigned = Approval("", kind, checked_reason(reason), checked_expiry(expires, danish_day(act.at)))
    keys = {"dpo": dpo_key, "counsel": counsel_key}
    signatures = {
        f"{role}_signature": sign(act.connection, role=role, key=key, text=unsigned.statement)
        for role, key in keys.items()
    }
    number = next_number(act.connection, APPROVALS)
    approved = Approval(f"approval-{number}-{digest(unsigned.statement)[:8]}", kind, unsigned.reason, expires)
    act.connection.execute(
        APPROVALS.insert().values(
            number=number, at=instant(act.at), id=approved.id, kind=kind, reason=approved.reason,
            expires=expires.isoformat(), **signatures,
        )
    )  # fmt: skip
    act.subject = approved.id
    act.add(kind=kind, expires=expires.isoformat(), statement=digest(approved.statement))
    return approved


def approved_mitigation(connection: sa.Connection, on: dt.date, *, kind: str | None = None) -> Approval | None:
    """The newest approval (of that kind) that stands on the day with both signatures; None = it may not be used."""
    standing = [each for each in _signed(connection) if on <= each.expires and kind in (None, each.kind)]
    return standing[-1] if standing else None


def _signed(connection: sa.Connection) -> list[Approval]:
    found = []
    for row in rows_of(connection, APPROVALS):
        each = Approval(row["id"], row["kind"], row["reason"], dt.date.fromisoformat(row["expires"]))
        both = (
            signed_by(connection, role=role, signature=row[f"{role}_signature"], text=each.statement)
            for role in ("dpo", "counsel")
        )
        if all(both):
            found.append(each)
    return found
