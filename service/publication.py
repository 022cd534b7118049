"""A list before the publish gate: nothing reaches a caseworker that has not passed, on the day it is released.

The gate judges by the clock, so that an assessment, a basis, a fairness run or a model that has lapsed stops the list
by itself, however good it was when it was made.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from features.lawful import basis_evidence
from governance.audit.tables import EVENTS
from governance.errors import GateClosed
from governance.gate.verdicts import Verdict, fresh_passing_verdict, judge_and_record, load_evidence, load_verdict
from governance.legal_bases import lawful, legal_bases_in_force
from governance.rules.evidence import (
    BasisEvidence,
    HistoryFairnessEvidence,
    ModelEvidence,
    ProxyEvidence,
    RandomArmEvidence,
)
from governance.rules.limits import limits
from governance.rules.rule import Gate
from governance.settings import Settings
from governance.store.opening import Store
from service.fallback import FALLBACK
from service.list_evidence import PUBLISHED
from service.list_writing import COMMITTED
from service.promotion import PROMOTED
from service.run_files import MadeRun, load_made_run, read_evidence_document
from service.worklist_files import caseworker_rows

APPROVED = "godkendt"
OF_THE_MODEL = (ModelEvidence, HistoryFairnessEvidence, ProxyEvidence)
"""What was measured when the model was promoted, and may have grown old since."""


@dataclass(frozen=True)
class Publication:
    """The verdict about a run; `folder` holds the released list when it passed, else None."""

    run_id: str
    verdict: Verdict
    folder: Path | None


def publish(run_id: str, *, settings: Settings, store: Store) -> Publication:
    """Judge the run by today's clock and, when every rule passes, release its list under `home/published`."""
    with store.reading() as connection:
        run = load_made_run(settings, connection, run_id)
        _require_for_use(run)
        fallback = run.record.get("model_version") == FALLBACK
        evidence = dict(run.evidence)
        evidence[RandomArmEvidence] = _committed(run, connection)
        if not fallback:
            evidence |= _of_the_model(connection, str(run.record["model_version"]), str(run.record["model_form"]))
    gate: Gate = "fallback" if fallback else "publish"
    today = store.clock.now().date()
    evidence[BasisEvidence] = _basis_today(run, today, settings=settings)
    verdict = judge_and_record(
        store, gate=gate, subject=run_id, evidence=evidence,
        limits=limits(settings, today=today),
    )  # fmt: skip
    return Publication(run_id, verdict, _release(run, verdict, gate=gate, settings=settings, store=store))


def _require_for_use(run: MadeRun) -> None:
    if run.record["every_candidate"]:
        raise GateClosed(
            "A list of every candidate is for evaluation and is never released.",
            item=str(run.record["run_id"]),
            remedy="Rank without --all, for the hours there are.",
        )


def _committed(run: MadeRun, connection: sa.Connection) -> RandomArmEvidence:
    """The random arm, with whether its seed stood in the log before the list did."""
    arm = run.evidence[RandomArmEvidence]
    assert isinstance(arm, RandomArmEvidence)  # noqa: S101  the mapping is by type
    asked = sa.select(EVENTS.c.details).where(
        EVENTS.c.action == COMMITTED, EVENTS.c.subject == str(run.record["run_id"])
    )
    said = [json.loads(details).get("commitment") for details in connection.execute(asked).scalars()]
    return replace(arm, committed=run.record["seed_commitment"] in said)


def _of_the_model(connection: sa.Connection, version: str, form: str) -> Mapping[type, object]:
    """What the promotion of the model rested on; GateClosed when this version in this form was never promoted."""
    asked = sa.select(EVENTS.c.details).where(EVENTS.c.action == PROMOTED, EVENTS.c.subject == version)
    found = connection.execute(asked.order_by(EVENTS.c.seq.desc()).limit(1)).scalar()
    promoted: Mapping[str, Any] = {} if found is None else json.loads(found)
    if promoted.get("form") != form:
        raise GateClosed(
            f"The model was never promoted as {form}: its list may not be used.",
            item=version,
            remedy="Promote it (adressekontrol gate promote), then rank again with it.",
        )
    verdict = load_verdict(connection, str(promoted["verdict"]))
    read = (read_evidence_document(document) for document in load_evidence(connection, verdict).values())
    return {kind: value for kind, value in read if kind in OF_THE_MODEL}


def _basis_today(run: MadeRun, today: dt.date, *, settings: Settings) -> BasisEvidence:
    """The bases of what the list looked at, as they stand on the day it is released."""
    seen = lawful(legal_bases_in_force(settings), on=today, phase="operation")
    left_out = {name.removeprefix("feature ") for name in run.record["left_out"]}
    return basis_evidence(seen, used=[name for name in run.record["inputs"] if name not in left_out])


def _release(run: MadeRun, verdict: Verdict, *, gate: Gate, settings: Settings, store: Store) -> Path | None:
    if not verdict.passed:
        return None
    run_id = str(run.record["run_id"])
    folder = settings.home / "published" / run_id
    with store.act(PUBLISHED, subject=run_id) as act:
        fresh_passing_verdict(
            act.connection, gate=gate, subject=run_id, now=act.at, verdict_hours=settings.verdict_hours
        )
        act.add(verdict=verdict.id, listed=run.rows.height)
        _write(run, verdict, folder)
    return folder


def _write(run: MadeRun, verdict: Verdict, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    marks = {"approval": APPROVED, "verdict": verdict.id}
    run.rows.write_parquet(folder / "worklist.parquet", metadata=marks)
    approved = caseworker_rows(run.rows).with_columns(approval=pl.lit(APPROVED))
    approved.write_csv(folder / "worklist.csv")
    text = json.dumps({**run.record, **marks}, indent=1, ensure_ascii=False)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")
