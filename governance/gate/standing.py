"""What stands on a day, in one view for people: stop, assessments, exceptions, approvals and the keys of the roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from governance.gate.approvals import approved_mitigation
from governance.gate.assessments import load_assessments
from governance.gate.exceptions import all_exceptions
from governance.gate.role_keys import ROLES, fingerprint, role_key
from governance.gate.stop import stop_in_force
from governance.rules.evidence import Assessment
from governance.rules.law_rules import ASSESSMENT_KINDS

Row = Mapping[str, str]


@dataclass(frozen=True)
class Standing:
    """Rows of text, ready to print; `stop` is "" when none is in force."""

    stop: str
    assessments: tuple[Row, ...]
    exceptions: tuple[Row, ...]
    approvals: tuple[Row, ...]
    keys: Mapping[str, str]


def load_standing(connection: sa.Connection, on: dt.date) -> Standing:
    """What stands on the day."""
    stop = stop_in_force(connection)
    approval = approved_mitigation(connection, on)
    assessed = load_assessments(connection, on).assessments
    return Standing(
        stop=f"by the {stop.role}: {stop.reason}" if stop else "",
        assessments=tuple(_assessment(kind, assessed.get(kind), on) for kind in ASSESSMENT_KINDS),
        exceptions=_exceptions(connection, on),
        approvals=({"id": approval.id, "kind": approval.kind, "until": f"{approval.expires}"},) if approval else (),
        keys=_keys(connection),
    )


def _assessment(kind: str, found: Assessment | None, on: dt.date) -> Row:
    if found is None:
        return {"kind": kind, "version": "-", "from": "-", "to": "-", "today": "missing"}
    stands = found.valid_from <= on <= found.valid_to
    return {
        "kind": kind, "version": found.version, "from": f"{found.valid_from}", "to": f"{found.valid_to}",
        "today": "stands" if stands else "does not stand",
    }  # fmt: skip


def _exceptions(connection: sa.Connection, on: dt.date) -> tuple[Row, ...]:
    return tuple(
        {
            "id": each.id, "rule": each.rule, "item": each.item, "until": f"{each.expires}",
            "counts": "no: signature does not hold" if not signed else "yes" if on <= each.expires else "no: lapsed",
        }
        for each, signed in all_exceptions(connection)
    )  # fmt: skip


def _keys(connection: sa.Connection) -> Mapping[str, str]:
    found = {role: role_key(connection, role) for role in ROLES}
    return {role: fingerprint(key) if key else "none" for role, key in found.items()}
