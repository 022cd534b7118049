"""One run of the list: registers and a model in; worklist, run record and the draw of the random arm out."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from features.build import build_matrix, matrix_hash
from features.candidates import Candidates, find_candidates
from features.lawful import candidate_grounds, left_out, require_benefits
from governance.as_of import AsOf
from governance.errors import ModelMismatch, UsageError
from governance.legal_bases import Lawful, bases_digest, lawful, legal_bases_in_force, pull_of
from governance.settings import Settings
from governance.store.opening import Store
from service.decisions import build_cases, keep_decisions
from service.kept_registers import keep_known
from service.random_arm import Seed
from service.runs import keep_in_run, register_snapshot, run_identity, settings_hash
from service.worklist import Worklist, fill_capacity, rank_all
from service.worklist_files import NOT_APPROVED, caseworker_rows, worklist_rows
from training.bundle import require_known_features, require_known_then, score
from training.pipeline import feature_catalogue_hash, load_checked
from training.registry import RegisteredModel, load_model

NOT_FOR_USE = "ikke til brug"
# far beyond any wage, and the sums over a whole city still fit whole øre
MOST_HOURLY_COST_ORE = 10**12


@dataclass(frozen=True)
class RankRequest:
    """What is asked of a run; `hours` of caseworker time, `random_share` of them to the random arm.

    With `benefits` only their grants make candidates and are at stake; every one needs a basis.
    """

    directory: Path
    as_of: AsOf
    hours: float
    out: Path
    every_candidate: bool
    model: str | None
    random_share: float
    seed: Seed
    benefits: tuple[str, ...] = ()


@dataclass(frozen=True)
class RankedRun:
    """The rows as written to `worklist.parquet`, the run record, and how many addresses each reason left out."""

    rows: pl.DataFrame
    record: Mapping[str, object]
    excluded: Mapping[str, int]


def rank(request: RankRequest, *, settings: Settings, store: Store, report: Callable[[str], None]) -> RankedRun:
    """Rank the candidates of `request.directory` and write the list; refuses what the contract or a rule refuses.

    The list, what was decided about each of its cases, and the event of it are written in one act, or none is.
    """
    _require_sensible(request, settings)
    report("loading the model")
    registered = load_model(request.model, settings=settings)
    model = replace(registered.model, hourly_cost_ore=settings.hourly_cost_ore)
    require_known_then(model, request.as_of)
    _require_same_features(registered)
    require_known_features(model)
    bases = legal_bases_in_force(settings)
    seen = lawful(bases, on=request.as_of.day, phase="operation")
    candidate_grounds(seen)
    require_benefits(request.benefits, seen)
    registers, engine = load_checked(request.directory, as_of=request.as_of, settings=settings, report=report)
    run = _run_record(request, registered, settings, bases=bases_digest(bases))
    _commit(run, settings)
    report("finding candidates")
    staked = request.benefits or None
    candidates = find_candidates(engine, as_of=request.as_of, settings=settings, bases=bases, benefits=staked)
    report("building features")
    matrix = build_matrix(engine, candidates.units, lawful=seen, staked=staked)
    report("scoring")
    scores = score(model, matrix)
    worklist = _listed(request, scores)
    report("explaining the listed cases")
    listed = worklist.rows.select("unit_id").join(candidates.units, on="unit_id", how="left", maintain_order="left")
    cases = build_cases(engine, model, listed, as_of=request.as_of, lawful=seen, staked=staked)
    rows = worklist_rows(worklist.rows, cases.reasons, model_version=registered.version, run_id=str(run["run_id"]))
    record = run | _outcome(request, candidates, worklist, rows, matrix_hash(matrix)) | _looked_at(seen)
    report("keeping what was known and decided")
    with store.act("list.made", subject=str(run["run_id"])) as act:
        act.add(listed=rows.height, every_candidate=request.every_candidate, model=registered.version)
        act.add(pull=pull_of(seen))
        kept = keep_known(act, registers, as_of=request.as_of, settings=settings)
        keep_decisions(
            act, run=record, kept_registers=kept, cases=cases, model=model, settings=settings, bases=bases,
            benefits=staked,
        )  # fmt: skip
        report("writing the list")
        _write(request, settings, rows=rows, worklist=worklist, record=record)
    return RankedRun(rows, record, candidates.excluded)


def _require_same_features(registered: RegisteredModel) -> None:
    """Refuse a model whose features meant something else: a name that stayed may have been declared anew."""
    if registered.tags.get("feature_catalogue") != feature_catalogue_hash():
        raise ModelMismatch(
            "The model was trained on another catalogue of features than this version declares.",
            item=registered.version,
            remedy="Train again with this version, or rank with the version the model was trained by.",
        )


def _require_sensible(request: RankRequest, settings: Settings) -> None:
    # not `<= 0`: that lets NaN through
    if not 0 < request.hours < math.inf:
        raise UsageError("The capacity must be more than zero hours.", item="--hours", remedy="Give the hours to fill.")
    if not 0 < settings.hourly_cost_ore <= MOST_HOURLY_COST_ORE:
        raise UsageError(
            f"An hour must cost something, at most {MOST_HOURLY_COST_ORE} øre.",
            item="--hourly-cost-ore",
            remedy="Give whole øre, as 70000.",
        )
    if not 0 <= request.random_share < 1:
        raise UsageError(
            "The share of the random arm lies outside 0 to 1.", item="--random-share", remedy="Give it as 0.05."
        )


def _run_record(
    request: RankRequest, registered: RegisteredModel, settings: Settings, *, bases: str
) -> dict[str, object]:
    parts: dict[str, object] = {
        "as_of": str(request.as_of),
        "registers": register_snapshot(request.directory),
        "feature_catalogue": feature_catalogue_hash(),
        "model_version": registered.version,
        "model_run": registered.run_id,
        "settings": settings_hash(settings),
        "legal_bases": bases,
        "benefits": list(request.benefits),
        "hours": request.hours,
        "random_share": 0.0 if request.every_candidate else request.random_share,
        "every_candidate": request.every_candidate,
        "seed_commitment": None if request.every_candidate else request.seed.commitment,
    }
    return {"run_id": run_identity(parts)} | parts


def _commit(run: Mapping[str, object], settings: Settings) -> None:
    """Write the seed's commitment before any candidate is known, so that no seed can be picked afterwards."""
    path = keep_in_run(settings, str(run["run_id"]), "commitment.json")
    path.write_text(json.dumps(run, indent=1), encoding="utf-8")


def _listed(request: RankRequest, scores: pl.DataFrame) -> Worklist:
    if request.every_candidate:
        return rank_all(scores)
    return fill_capacity(scores, hours=request.hours, random_share=request.random_share, seed=request.seed)


def _outcome(
    request: RankRequest, candidates: Candidates, worklist: Worklist, rows: pl.DataFrame, matrix: str
) -> dict[str, object]:
    return {
        "approval": NOT_APPROVED,
        "use": NOT_FOR_USE if request.every_candidate else "kun efter godkendelse",
        "seed": None if request.every_candidate else request.seed.value,
        "matrix": matrix,
        "considered": candidates.considered,
        "excluded": dict(candidates.excluded),
        "candidates": candidates.units.height,
        "listed": rows.height,
        "listed_random": rows.filter(pl.col("arm") == "random").height,
        "expected_hours": round(worklist.hours_used, 2),
        "expected_municipal_ore": int(rows["expected_municipal_ore"].sum()),
        "expected_net_ore": int(rows["expected_net_ore"].sum()),
    }


def _looked_at(seen: Lawful) -> dict[str, object]:
    """On which bases the run looked, and what it left out for want of one."""
    return {"pull": pull_of(seen), "left_out": list(left_out(seen))}


def _write(
    request: RankRequest, settings: Settings, *, rows: pl.DataFrame, worklist: Worklist, record: Mapping[str, object]
) -> None:
    request.out.mkdir(parents=True, exist_ok=True)
    rows.write_parquet(request.out / "worklist.parquet", metadata={"approval": NOT_APPROVED})
    caseworker_rows(rows).write_csv(request.out / "worklist.csv")
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (request.out / "run.json").write_text(text + "\n", encoding="utf-8")
    worklist.draws.write_parquet(keep_in_run(settings, str(record["run_id"]), "draw.parquet"))
