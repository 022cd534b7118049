"""One run of the list: registers and a model in; worklist, run record and the draw of the random arm out.

While a stop is in force the model is not asked: the list is then the fallback, and says so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from features.build import build_matrix, matrix_hash, stakes_by_benefit
from features.candidates import Candidates, find_candidates
from features.lawful import candidate_grounds, require_benefits
from governance.errors import GateClosed
from governance.gate.approvals import Approval
from governance.gate.stop import stop_in_force
from governance.legal_bases import Lawful, LegalBasis, bases_digest, lawful, legal_bases_in_force
from governance.rules.evidence import StopEvidence
from governance.settings import Settings
from governance.store.opening import Store
from service.decisions import Cases, build_cases, keep_decisions
from service.fallback import FALLBACK, fallback_list, fallback_rows, mean_hours, require_fallback
from service.kept_registers import keep_known
from service.list_evidence import MadeList, gather_fallback_evidence, gather_list_evidence
from service.list_writing import MADE, RankedRun, commit_seed, outcome, write_list
from service.logged_lists import benefit_promises, with_lists
from service.mitigation import Mitigated, last_day, mitigated_list, refuse_mitigation, standing_approval
from service.rank_request import RankRequest, require_sensible, run_record
from service.worklist import Worklist, fill_capacity, rank_all
from service.worklist_files import worklist_rows
from training.bundle import require_known_features, require_known_then, score
from training.checked import Checked, load_reported
from training.pipeline import require_same_features
from training.ranking_model import RankingModel
from training.registry import RegisteredModel, load_model

Report = Callable[[str], None]


@dataclass(frozen=True)
class _Looked:
    """The registers let in, who may be looked at in them, and on which bases."""

    checked: Checked
    bases: tuple[LegalBasis, ...]
    seen: Lawful
    candidates: Candidates
    matrix: pl.DataFrame


def rank(request: RankRequest, *, settings: Settings, store: Store, report: Report) -> RankedRun:
    """Rank the candidates of `request.directory` and write the list; refuses what the contract or a rule refuses.

    The list, what was decided about each of its cases, and the event of it are written in one act, or none is.
    """
    require_sensible(request, settings)
    require_fallback(request.fallback)
    approval = standing_approval(request, store=store)
    with store.reading() as connection:
        stopped = stop_in_force(connection)
    if stopped is not None:
        return _rank_without_model(request, stopped, settings=settings, store=store, report=report)
    report("loading the model")
    registered = load_model(request.model, settings=settings)
    require_known_then(registered.model, request.as_of)
    require_same_features(registered)
    require_known_features(registered.model)
    model = dataclasses.replace(registered.model, hourly_cost_ore=settings.hourly_cost_ore)
    said: dict[str, object] = {
        "model_version": registered.version, "model_run": registered.run_id, "model_form": registered.form,
    }  # fmt: skip
    run, looked = _look(request, said, settings=settings, store=store, report=report)
    report("scoring")
    scores = score(model, looked.matrix)
    worklist, mitigated = _listed(request, scores, looked, model, approval, store=store)
    return _write_ranked(
        request, run, looked, registered, model, scores, worklist, mitigated, settings=settings, store=store,
        report=report,
    )  # fmt: skip


def _look(
    request: RankRequest, said: dict[str, object], *, settings: Settings, store: Store, report: Report
) -> tuple[dict[str, object], _Looked]:
    """Let the registers in, bind the seed, find who may be looked at, and look."""
    bases = legal_bases_in_force(settings)
    seen = lawful(bases, on=request.as_of.day, phase="operation")
    candidate_grounds(seen)
    require_benefits(request.benefits, seen)
    checked = load_reported(request.directory, as_of=request.as_of, settings=settings, report=report)
    run = run_record(request, settings, bases=bases_digest(bases), model=said)
    commit_seed(request, run, settings=settings, store=store)
    report("finding candidates")
    staked = request.benefits or None
    candidates = find_candidates(checked.engine, as_of=request.as_of, settings=settings, bases=bases, benefits=staked)
    report("building features")
    matrix = build_matrix(checked.engine, candidates.units, lawful=seen, staked=staked)
    return run, _Looked(checked, bases, seen, candidates, matrix)


def _listed(
    request: RankRequest,
    scores: pl.DataFrame,
    looked: _Looked,
    model: RankingModel,
    approval: Approval | None,
    *,
    store: Store,
) -> tuple[Worklist, Mitigated | None]:
    if request.every_candidate:
        return rank_all(scores), None
    if approval is None:
        worklist = fill_capacity(scores, hours=request.hours, random_share=request.random_share, seed=request.seed)
        return worklist, None
    return mitigated_list(
        approval, request, scores, checked=looked.checked, bases=looked.bases, matrix=looked.matrix,
        inputs=model.inputs.names, on=last_day(request, store=store),
    )  # fmt: skip


def _write_ranked(
    request: RankRequest,
    run: dict[str, object],
    looked: _Looked,
    registered: RegisteredModel,
    model: RankingModel,
    scores: pl.DataFrame,
    worklist: Worklist,
    mitigated: Mitigated | None,
    *,
    settings: Settings,
    store: Store,
    report: Report,
) -> RankedRun:
    report("explaining the listed cases")
    units = looked.candidates.units
    listed = worklist.rows.select("unit_id").join(units, on="unit_id", how="left", maintain_order="left")
    staked, run_id = request.benefits or None, str(run["run_id"])
    cases = build_cases(looked.checked.engine, model, listed, as_of=request.as_of, lawful=looked.seen, staked=staked)
    rows = worklist_rows(worklist.rows, cases.reasons, model_version=registered.version, run_id=run_id)
    came = outcome(
        request, looked.candidates, worklist, rows, matrix=matrix_hash(looked.matrix), seen=looked.seen
    )  # fmt: skip
    done = None if mitigated is None else mitigated.as_document()
    record = run | came | {"inputs": list(model.inputs.names), "mitigated": done}
    evidence: tuple[object, ...] = ()
    promises: pl.DataFrame | None = None
    if not request.every_candidate:
        report("measuring what the gate will ask")
        made = MadeList(
            run_id=run_id, as_of=request.as_of, checked=looked.checked, model=model, registered=registered,
            seen=looked.seen, bases=looked.bases, matrix=looked.matrix, scores=scores, worklist=worklist, cases=cases,
            seed=request.seed.value,
        )  # fmt: skip
        evidence = gather_list_evidence(made, settings=settings, store=store)
        worklist, promises = _logged(request, looked, model, scores, worklist, cases, as_ranked=mitigated is None)
    report("keeping what was known and decided")
    with store.act(MADE, subject=run_id) as act:
        kept = keep_known(act, looked.checked.registers, as_of=request.as_of, settings=settings)
        keep_decisions(
            act, run=record, kept_registers=kept, cases=cases, model=model, settings=settings, bases=looked.bases,
            benefits=staked,
        )  # fmt: skip
        act.add(mitigated=done)
        report("writing the list")
        return write_list(
            act, request, settings, rows=rows, worklist=worklist, record=record, evidence=evidence, promises=promises
        )  # fmt: skip


def _logged(
    request: RankRequest,
    looked: _Looked,
    model: RankingModel,
    scores: pl.DataFrame,
    worklist: Worklist,
    cases: Cases,
    *,
    as_ranked: bool,
) -> tuple[Worklist, pl.DataFrame]:
    """The draw with what evaluators will ask of every candidate, and the promise of the listed by benefit."""
    logged = with_lists(
        worklist, scores, looked.matrix, model=model, hours=request.hours, seed=request.seed, as_ranked=as_ranked
    )  # fmt: skip
    listed = cases.matrix.select("unit_id", "address_id", "as_of")
    stakes = stakes_by_benefit(
        looked.checked.engine, listed, lawful=looked.seen, staked=request.benefits or None
    )  # fmt: skip
    return logged, benefit_promises(cases.scores, stakes)


def _rank_without_model(
    request: RankRequest, stopped: StopEvidence, *, settings: Settings, store: Store, report: Report
) -> RankedRun:
    """The list while the system is stopped: by lot or by the old rules, for the same hours."""
    if request.every_candidate:
        raise GateClosed(
            f"The system is stopped by the {stopped.role}: the model ranks nobody.",
            item="rank --all",
            remedy="Only the data-protection officer lifts the stop: adressekontrol gate resume.",
        )
    refuse_mitigation(request)
    report(f"the system is stopped by the {stopped.role}: making the list without the model ({request.fallback})")
    said: dict[str, object] = {
        "model_version": FALLBACK, "model_run": "", "model_form": "", "fallback": request.fallback,
    }  # fmt: skip
    run, looked = _look(request, said, settings=settings, store=store, report=report)
    closed = looked.checked.registers.table("control_case").filter(pl.col("closed_on") <= request.as_of.day)
    worklist = fallback_list(
        looked.matrix, kind=request.fallback, hours=request.hours, seed=request.seed,
        hours_a_case=mean_hours(closed.select("hours").collect()["hours"]),
    )  # fmt: skip
    rows = fallback_rows(worklist.rows, kind=request.fallback, run_id=str(run["run_id"]))
    came = outcome(
        request, looked.candidates, worklist, rows, matrix=matrix_hash(looked.matrix), seen=looked.seen
    )  # fmt: skip
    record = run | came | {"stopped_by": stopped.role, "inputs": [], "mitigated": None}
    evidence = gather_fallback_evidence(
        looked.checked, looked.seen, looked.matrix, worklist, as_of=request.as_of
    )  # fmt: skip
    with store.act(MADE, subject=str(run["run_id"])) as act:
        report("writing the list")
        return write_list(act, request, settings, rows=rows, worklist=worklist, record=record, evidence=evidence)
