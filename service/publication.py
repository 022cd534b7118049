"""A list before the publish gate: nothing reaches a caseworker that has not passed, on the day it is released.

The gate judges by the clock, so that an assessment, a basis, a fairness run or a model that has lapsed stops the list
by itself, however good it was when it was made.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from features.lawful import basis_evidence
from governance.as_of import danish_day
from governance.audit.search import newest_details
from governance.audit.tables import EVENTS
from governance.errors import GateClosed, SettingsError
from governance.gate.verdicts import (
    Verdict,
    fresh_passing_verdict,
    judge_and_record,
    latest_verdict,
    load_evidence,
    load_verdict,
)
from governance.legal_bases import lawful, legal_bases_in_force
from governance.rules.evidence import (
    BasisEvidence,
    HistoryFairnessEvidence,
    ModelEvidence,
    ProxyEvidence,
    RandomArmEvidence,
)
from governance.rules.limits import limits
from governance.rules.rule import Gate, load_rules
from governance.settings import Settings
from governance.store.opening import Store
from service.fallback import FALLBACK
from service.list_evidence import PUBLISHED
from service.list_writing import COMMITTED
from service.log_checks import refuse_clock_set_back
from service.promotion import PROMOTED, require_same_verdict
from service.run_files import MADE, MadeRun, load_made_run, read_evidence_document
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
    """Judge the run by today's clock and, when every rule passes, release its list under `home/published`.

    A list is released once; `GateClosed` afterwards.
    """
    refuse_clock_set_back(store)
    with store.reading() as connection:
        run = load_made_run(settings, connection, run_id)
        _refuse_released(connection, run_id)
        fallback = run.record["model_version"] == FALLBACK
        evidence = dict(run.evidence)
        evidence[RandomArmEvidence] = _committed(run, connection)
        if not fallback:
            evidence |= _of_the_model(run, connection)
    gate: Gate = "fallback" if fallback else "publish"
    today = danish_day(store.clock.now())
    evidence[BasisEvidence] = _basis_today(run, today, settings=settings)
    verdict = judge_and_record(
        store, gate=gate, subject=run_id, evidence=evidence,
        limits=limits(settings, today=today),
    )  # fmt: skip
    return Publication(run_id, verdict, _release(run, verdict, gate=gate, settings=settings, store=store))


def _refuse_released(connection: sa.Connection, run_id: str) -> None:
    if newest_details(connection, PUBLISHED, run_id) is not None:
        raise GateClosed(
            "The list has been released already.",
            item=run_id,
            remedy="It lies under published in the home directory; for another, rank again.",
        )


def _committed(run: MadeRun, connection: sa.Connection) -> RandomArmEvidence:
    """The random arm, with whether its seed stood in the log before the list did."""
    arm = run.evidence[RandomArmEvidence]
    assert isinstance(arm, RandomArmEvidence)  # noqa: S101  the mapping is by type
    bound = _first_event(connection, COMMITTED, run)
    made = _first_event(connection, MADE, run)
    commitment = json.loads(bound[1]).get("commitment") if bound else None
    before = bound is not None and made is not None and bound[0] < made[0]
    return replace(arm, committed=before and commitment == run.record["seed_commitment"])


def _first_event(connection: sa.Connection, action: str, run: MadeRun) -> tuple[int, str] | None:
    """Number and details of the oldest event of an action on the run."""
    asked = sa.select(EVENTS.c.seq, EVENTS.c.details).where(
        EVENTS.c.action == action, EVENTS.c.subject == str(run.record["run_id"])
    )
    found = connection.execute(asked.order_by(EVENTS.c.seq).limit(1)).first()
    return None if found is None else (int(found[0]), str(found[1]))


def _of_the_model(run: MadeRun, connection: sa.Connection) -> Mapping[type, object]:
    """What the promotion of the model rested on; GateClosed when this very training in this form was never promoted."""
    version, form, training = (str(run.record[name]) for name in ("model_version", "model_form", "model_run"))
    promoted = newest_details(connection, PROMOTED, version) or {}
    if (promoted.get("form"), promoted.get("run")) != (form, training):
        raise GateClosed(
            f"The model was never promoted as {form}: its list may not be used.",
            item=version,
            remedy="Promote it and rank again, or rank with --model adressekontrol@champion.",
        )
    _refuse_found_wanting(connection, version)
    verdict = load_verdict(connection, str(promoted["verdict"]))
    read = (read_evidence_document(document) for document in load_evidence(connection, verdict).values())
    return {kind: value for kind, value in read if kind in OF_THE_MODEL}


def _refuse_found_wanting(connection: sa.Connection, version: str) -> None:
    """A promotion does not outlive a later judgement of the model that went against it.

    What this gate asks by itself (a stop, an assessment that had lapsed) may have been mended since.
    """
    newest, book = latest_verdict(connection, gate="promote", subject=version), load_rules()
    wanting = [each for each in newest.failed if "publish" not in book[each.rule].gates] if newest else []
    if newest is not None and wanting:
        raise GateClosed(
            f"The model was judged again since and found wanting: {', '.join(sorted({e.rule for e in wanting}))}.",
            item=newest.id,
            remedy=f"Run: adressekontrol gate show {newest.id}",
        )


def _basis_today(run: MadeRun, today: dt.date, *, settings: Settings) -> BasisEvidence:
    """The bases of what the list looked at, as they stand on the day it is released."""
    seen = lawful(legal_bases_in_force(settings), on=today, phase="operation")
    then = set(run.record["left_out"])
    found = basis_evidence(seen, used=[name for name in run.record["inputs"] if f"feature {name}" not in then])
    lapsed = [name for name in found.left_out if name not in then and _was_looked_at(name, run)]
    grounds = {code for codes in run.rows["legal_basis"].unique() for code in codes.split("+")}
    lapsed += [f"basis {code}" for code in sorted(grounds - seen.bases)]
    return replace(found, used_without_basis=(*found.used_without_basis, *lapsed))


def _was_looked_at(name: str, run: MadeRun) -> bool:
    """Whether a benefit or column that had a basis then was of this run; its features are told by themselves."""
    kind, _, code = name.partition(" ")
    asked = run.record["benefits"]
    return kind == "column" or (kind == "benefit" and (not asked or code in asked))


def _release(run: MadeRun, verdict: Verdict, *, gate: Gate, settings: Settings, store: Store) -> Path | None:
    if not verdict.passed:
        return None
    folder = settings.home / "published" / verdict.subject
    pending = folder.parent / f".{verdict.id}"
    try:
        _write(run, verdict, pending, settings=settings)
        with store.act(PUBLISHED, subject=verdict.subject) as act:
            _refuse_released(act.connection, verdict.subject)
            newest = fresh_passing_verdict(
                act.connection, gate=gate, subject=verdict.subject, now=act.at, verdict_hours=settings.verdict_hours
            )
            require_same_verdict(newest, verdict)
            act.add(verdict=verdict.id, listed=run.rows.height)
            # what lies there without an event was never released
            shutil.rmtree(folder, ignore_errors=True)
            pending.rename(folder)
    except OSError:
        raise SettingsError(
            "The released list cannot be written.", item="home", remedy=f"Make room and rights in {folder.parent}."
        ) from None
    finally:
        shutil.rmtree(pending, ignore_errors=True)
    return folder


def _write(run: MadeRun, verdict: Verdict, folder: Path, *, settings: Settings) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    marks = {"approval": APPROVED, "verdict": verdict.id}
    marks |= {"invented_day": settings.invented_day} if settings.invented_day else {}
    run.rows.write_parquet(folder / "worklist.parquet", metadata=marks)
    approved = caseworker_rows(run.rows).with_columns(approval=pl.lit(APPROVED))
    approved.write_csv(folder / "worklist.csv")
    text = json.dumps({**run.record, **marks}, indent=1, ensure_ascii=False)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")
