"""Impact assessments by kind and version, each with the days between which it stands and the hash of its document.

The document itself stays with whoever wrote it; its hash proves which text was meant.
"""

from __future__ import annotations

import datetime as dt
import re

import sqlalchemy as sa

from governance.audit.events import instant
from governance.errors import UsageError
from governance.gate.logged import logged_rows
from governance.gate.tables import ASSESSMENTS, next_number
from governance.rules.evidence import Assessment, AssessmentEvidence
from governance.rules.law_rules import ASSESSMENT_KINDS
from governance.store.opening import Act

_VERSION = re.compile(r"[\w.+-]{1,40}")


def record_assessment(act: Act, assessment: Assessment, *, document_sha256: str) -> None:
    """Record one assessment; an unknown kind, an odd version or days in the wrong order are usage errors."""
    _refuse_faulty(assessment)
    row = {
        "number": next_number(act.connection, ASSESSMENTS),
        "at": instant(act.at),
        "kind": assessment.kind,
        "version": assessment.version,
        "valid_from": assessment.valid_from.isoformat(),
        "valid_to": assessment.valid_to.isoformat(),
        "document_sha256": document_sha256,
    }
    act.connection.execute(ASSESSMENTS.insert().values(row))
    act.subject = f"{assessment.kind} {assessment.version}"
    act.add(valid_from=row["valid_from"], valid_to=row["valid_to"], document_sha256=document_sha256)


def load_assessments(connection: sa.Connection, on: dt.date) -> AssessmentEvidence:
    """Of each kind the newest recorded that has begun on the day, else the newest: a renewal may be recorded ahead."""
    chosen: dict[str, Assessment] = {}
    for row in logged_rows(connection, ASSESSMENTS):
        valid_from, valid_to = (dt.date.fromisoformat(row[name]) for name in ("valid_from", "valid_to"))
        each = Assessment(row["kind"], row["version"], valid_from, valid_to)
        standing = chosen.get(each.kind)
        if standing is None or each.valid_from <= on or standing.valid_from > on:
            chosen[each.kind] = each
    return AssessmentEvidence(chosen)


def _refuse_faulty(assessment: Assessment) -> None:
    if assessment.kind not in ASSESSMENT_KINDS:
        raise UsageError(
            "There is no such assessment.", item=assessment.kind, remedy=f"Use one of: {', '.join(ASSESSMENT_KINDS)}."
        )
    if not _VERSION.fullmatch(assessment.version):
        raise UsageError("That is not a version.", item="--version", remedy="Write it like 1.0 or 2026-11.")
    if assessment.valid_to < assessment.valid_from:
        raise UsageError("It would lapse before it begins.", item="--until", remedy="Name a day after --from.")
