"""The stop button: anybody who speaks for the data-protection officer or the owner stops the system at once.

A stop needs no key, because it must never be hindered; to go on again needs the officer's signature over that very
stop. Lists that were published stay what they are; nothing new passes a gate.
"""

from __future__ import annotations

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit.events import instant
from governance.errors import UsageError
from governance.gate.documents import checked_reason, digest, statement
from governance.gate.logged import logged_rows
from governance.gate.role_keys import sign, signed_by
from governance.gate.tables import RESUMPTIONS, STOPS, next_number, rows_of
from governance.rules.evidence import StopEvidence
from governance.store.opening import Act

STOPPERS = ("dpo", "owner")
RESUMED_BY = "dpo"


def stop(act: Act, *, role: str, reason: str) -> str:
    """Stop the system; returns the id of the stop."""
    if role not in STOPPERS:
        raise UsageError("This role cannot stop the system.", item=role, remedy=f"Use one of: {', '.join(STOPPERS)}.")
    words = checked_reason(reason)
    number = next_number(act.connection, STOPS)
    stop_id = f"stop-{number}-{digest(f'{instant(act.at)} {role} {words}')[:8]}"
    row = {"number": number, "at": instant(act.at), "id": stop_id, "role": role, "reason": words}
    act.connection.execute(STOPS.insert().values(row))
    act.subject = stop_id
    act.add(role=role)
    return stop_id


def resume(act: Act, *, reason: str, key: Ed25519PrivateKey) -> tuple[str, ...]:
    """Lift every stop in force and return their ids; PermissionDenied unless `key` is the officer's."""
    words = checked_reason(reason)
    lifted = tuple(row["id"] for row in _in_force(act.connection))
    if not lifted:
        raise UsageError("No stop is in force.", item="gate resume", remedy="There is nothing to resume.")
    first = next_number(act.connection, RESUMPTIONS)
    for number, stop_id in enumerate(lifted, start=first):
        signature = sign(act.connection, role=RESUMED_BY, key=key, text=_resumption(stop_id, words))
        row = {"number": number, "at": instant(act.at), "stop_id": stop_id, "reason": words, "signature": signature}
        act.connection.execute(RESUMPTIONS.insert().values(row))
    act.subject = lifted[-1]
    act.add(stops=list(lifted))
    return lifted


def stop_in_force(connection: sa.Connection) -> StopEvidence | None:
    """The newest stop that no valid signature has lifted."""
    standing = _in_force(connection)
    return StopEvidence(reason=standing[-1]["reason"], role=standing[-1]["role"]) if standing else None


def stop_evidence(connection: sa.Connection) -> StopEvidence:
    """The same for a gate: that none is in force is something that was looked up."""
    return stop_in_force(connection) or StopEvidence(reason="", role="", in_force=False)


def last_stop(connection: sa.Connection) -> str:
    """Moment of the newest stop, lifted or not, as in the log; "" without any."""
    return max((str(row["at"]) for row in logged_rows(connection, STOPS)), default="")


def _in_force(connection: sa.Connection) -> list[sa.RowMapping]:
    lifted = {
        row["stop_id"]
        for row in rows_of(connection, RESUMPTIONS)
        if signed_by(
            connection, role=RESUMED_BY, signature=row["signature"], text=_resumption(row["stop_id"], row["reason"])
        )
    }
    return [row for row in logged_rows(connection, STOPS) if row["id"] not in lifted]


def _resumption(stop_id: str, reason: str) -> bytes:
    return statement("resumption", stop=stop_id, reason=reason)
