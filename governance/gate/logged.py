"""Rows of the gates against the log: a row counts only while the event of its act stands, and none may be gone.

The tables refuse changes, but whoever may do everything in the database can take the guards off, delete a stop or
lengthen an assessment, and put the guards back. The log cannot be bent like that, so it decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.errors import AuditLogBroken
from governance.gate.documents import digest
from governance.gate.tables import (
    APPROVALS,
    ASSESSMENTS,
    EXCEPTIONS,
    RESUMPTIONS,
    ROLE_KEYS,
    STOPS,
    VERDICTS,
    rows_of,
)

Fields = tuple[object, ...]


@dataclass(frozen=True)
class _Told:
    """The action whose events tell of the rows, what a row says of itself, and what an event says of its rows."""

    action: str
    of_row: Callable[[sa.RowMapping], Fields]
    of_event: Callable[[str, Mapping[str, Any]], list[Fields]]


def _named(*names: str) -> Callable[[str, Mapping[str, Any]], list[Fields]]:
    """What an event of one row says: its subject, and these details."""
    return lambda subject, details: [(subject, *(details.get(name) for name in names))]


def _key_name(row: sa.RowMapping) -> str:
    try:
        return digest(bytes.fromhex(row["public_key"]))[:16]
    except ValueError:
        return ""


_TOLD: Mapping[sa.Table, _Told] = {
    VERDICTS: _Told("gate.judged", lambda row: (row["id"], digest(row["document"])), _named("document_sha256")),
    ROLE_KEYS: _Told(
        "role_key.registered",
        lambda row: (_key_name(row), row["role"], bool(row["signature"])),
        _named("role", "replaces"),
    ),
    EXCEPTIONS: _Told(
        "exception.signed", lambda row: (row["id"], row["rule"], row["expires"]), _named("rule", "expires")
    ),
    ASSESSMENTS: _Told(
        "assessment.recorded",
        lambda row: (f"{row['kind']} {row['version']}", row["valid_from"], row["valid_to"], row["document_sha256"]),
        _named("valid_from", "valid_to", "document_sha256"),
    ),
    STOPS: _Told("system.stopped", lambda row: (row["id"], row["role"]), _named("role")),
    RESUMPTIONS: _Told(
        "system.resumed",
        lambda row: (row["stop_id"],),
        lambda _, details: [(stop_id,) for stop_id in details["stops"]],
    ),
    APPROVALS: _Told(
        "mitigation.approved", lambda row: (row["id"], row["kind"], row["expires"]), _named("kind", "expires")
    ),
}


def logged_rows(connection: sa.Connection, table: sa.Table) -> list[sa.RowMapping]:
    """Every row in order; AuditLogBroken where rows and events do not tell the same, one by one."""
    rows, told = rows_of(connection, table), _TOLD[table]
    asked = sa.select(EVENTS.c.subject, EVENTS.c.details).where(EVENTS.c.action == told.action)
    events = connection.execute(asked.order_by(EVENTS.c.seq))
    said = [fields for subject, details in events for fields in told.of_event(subject, json.loads(details))]
    if [told.of_row(row) for row in rows] != said:
        raise AuditLogBroken(
            "What people decided is not what the log recorded: a row was changed, put in or taken out.",
            item=table.name,
            remedy="Keep the database as it is and tell the data protection officer; compare with: "
            f"adressekontrol audit log --action {told.action}",
        )
    return rows


def require_rows_logged(connection: sa.Connection) -> None:
    """Compare every table of the gates with the log; AuditLogBroken names the first that differs."""
    for table in _TOLD:
        logged_rows(connection, table)
