"""Reports as they are kept: every version stays as it was told, and a later one stands beside it.

Must not know how a report is worked out or shown.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace

import sqlalchemy as sa

from governance.errors import AuditLogBroken, NotFound
from governance.explained.decision import hash_text
from service.impact.report_model import ImpactReport, document_text, read_document
from service.impact.tables import REPORTS


@dataclass(frozen=True)
class Version:
    """A kept report without its document; `made_at` an instant in UTC as text."""

    version: int
    made_at: str
    as_of: dt.date
    booking: int
    ledger_hash: str
    sha256: str


@dataclass(frozen=True)
class KeptReport:
    """A report with the hash of its document, hex SHA-256."""

    report: ImpactReport
    sha256: str


def load_report(connection: sa.Connection, *, version: int | None = None) -> KeptReport:
    """The report of a version, or the newest; `NotFound` where there is none.

    `AuditLogBroken` when the document is not the one that was kept.
    """
    asked = sa.select(REPORTS).order_by(REPORTS.c.version.desc()).limit(1)
    row = connection.execute(asked if version is None else asked.where(REPORTS.c.version == version)).one_or_none()
    if row is None:
        raise NotFound(
            "Der er ingen sådan rapport.",
            item="nyeste" if version is None else f"version {version}",
            remedy="Vælg en af de versioner, der er; den første laves med: adressekontrol impact report.",
        )
    if hash_text(row.document) != row.sha256:
        raise AuditLogBroken(
            "A report of impact is not what was kept.",
            item=f"version {row.version}",
            remedy="Restore the database from the backup.",
        )
    return KeptReport(read_document(json.loads(row.document)), row.sha256)


def list_versions(connection: sa.Connection) -> tuple[Version, ...]:
    """Every version, the newest first."""
    asked = sa.select(REPORTS).order_by(REPORTS.c.version.desc())
    return tuple(
        Version(row.version, row.at, dt.date.fromisoformat(row.as_of), row.booking, row.ledger_hash, row.sha256)
        for row in connection.execute(asked)
    )


def keep_report(connection: sa.Connection, report: ImpactReport) -> KeptReport:
    """Keep a report under the next number, inside an act; returns it with its number and hash."""
    last = connection.execute(sa.select(sa.func.coalesce(sa.func.max(REPORTS.c.version), 0))).scalar_one()
    numbered = replace(report, version=int(last) + 1)
    text = document_text(numbered)
    sha256 = hash_text(text)
    row = {
        "version": numbered.version, "at": numbered.made_at, "as_of": f"{numbered.as_of}",
        "booking": numbered.booking, "ledger_hash": numbered.ledger_hash, "sha256": sha256, "document": text,
    }  # fmt: skip
    connection.execute(sa.insert(REPORTS), [row])
    return KeptReport(numbered, sha256)
