"""Writes the decisions of a run in the act that makes the list, and reads them back with proof that they stand.

The seal over all of a run stands in the run's row and in the event of the audit log: who changes a row, and the seal
with it, would have to change the log. Must not know how a decision came about.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.errors import AuditLogBroken, UsageError
from governance.explained.decision import PARTS, Decision, Hashes, canonical, hashes_of, seal_of
from governance.explained.tables import DECISIONS, RUNS
from governance.store.opening import Act

LIST_MADE = "list.made"
SEAL = "decisions"


@dataclass(frozen=True)
class KeptRun:
    """A run as it was kept: what it was made with, and its decisions in the order of the list."""

    run_id: str
    grounds: Mapping[str, Any]
    decisions: tuple[Decision, ...]


def keep_run(act: Act, run_id: str, *, grounds: Mapping[str, Any], decisions: Sequence[Decision]) -> str:
    """Write a run and its decisions through `act`, whose event then carries the seal; returns the seal.

    A run that stands already with the same seal is left as it is (the same run again); with another it is an
    `AuditLogBroken`: what has one identity has one outcome.
    """
    text = canonical(grounds)
    seal = seal_of(run_id, text, decisions)
    stands = act.connection.execute(sa.select(RUNS.c.seal).where(RUNS.c.run_id == run_id)).scalar_one_or_none()
    if stands is None:
        _write(act, run_id, text, seal, decisions)
    elif stands != seal:
        raise AuditLogBroken(
            "A run of the same identity stands with other decisions.",
            item=run_id,
            remedy="Stop, and have the DPO compare the two runs: the same registers, model and seed gave two lists.",
        )
    act.subject = act.subject or run_id
    act.add(**{SEAL: seal})
    return seal


def _write(act: Act, run_id: str, grounds: str, seal: str, decisions: Sequence[Decision]) -> None:
    row = {"run_id": run_id, "at": act.at.isoformat(), "grounds": grounds, "seal": seal}
    act.connection.execute(sa.insert(RUNS), [row])
    if decisions:
        act.connection.execute(sa.insert(DECISIONS), [_row(run_id, each) for each in decisions])


def _row(run_id: str, decision: Decision) -> dict[str, Any]:
    rest = {"place": decision.place, "case": decision.case, "document": decision.document}
    return {"run_id": run_id} | rest | asdict(decision.hashes)


def load_run(connection: sa.Connection, run_id: str) -> KeptRun:
    """The run as it was kept. `UsageError` when there is none, `AuditLogBroken` when it is not as it was sealed."""
    row = connection.execute(sa.select(RUNS).where(RUNS.c.run_id == run_id)).one_or_none()
    if row is None:
        raise UsageError("No such run has been kept.", item=run_id, remedy="Take the run_id from the list's run.json.")
    found = connection.execute(sa.select(DECISIONS).where(DECISIONS.c.run_id == run_id).order_by(DECISIONS.c.place))
    decisions = tuple(
        Decision(each.place, each.case, Hashes(**{part: getattr(each, part) for part in PARTS}), each.document)
        for each in found
    )
    if not row.seal == seal_of(run_id, row.grounds, decisions) == _seal_in_log(connection, run_id):
        raise _tampered(run_id, "The kept decisions of the run are not those that were sealed in the audit log.")
    _require_documents(run_id, decisions)
    return KeptRun(run_id, json.loads(row.grounds), decisions)


def _require_documents(run_id: str, decisions: Sequence[Decision]) -> None:
    for each in decisions:
        if each.document and hashes_of(json.loads(each.document)) != each.hashes:
            raise _tampered(run_id, f"The document at place {each.place} does not have the hashes kept beside it.")


def _seal_in_log(connection: sa.Connection, run_id: str) -> str | None:
    """The seal as the newest event of the run tells it; None when no event does."""
    events = sa.select(EVENTS.c.details).where(EVENTS.c.action == LIST_MADE, EVENTS.c.subject == run_id)
    for details in connection.execute(events.order_by(EVENTS.c.seq.desc())).scalars():
        seal = json.loads(details).get(SEAL)
        if seal is not None:
            return str(seal)
    return None


def _tampered(run_id: str, what: str) -> AuditLogBroken:
    return AuditLogBroken(
        what, item=run_id, remedy="Run: adressekontrol audit verify, and have the DPO compare with a backup."
    )
