"""How a run leaves the house: the seed bound beforehand, the list and its record written in the act that made them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from features.candidates import Candidates
from features.lawful import left_out
from governance.errors import GateClosed
from governance.gate.stop import stop_in_force
from governance.legal_bases import Lawful, pull_of
from governance.settings import Settings
from governance.store.opening import Act, Store
from service.rank_request import RankRequest
from service.run_files import PRIVATE, keep_run_files
from service.runs import file_hash, keep_in_run
from service.worklist import Worklist
from service.worklist_files import NOT_APPROVED, caseworker_rows

COMMITTED = "seed.committed"
MADE = "list.made"
DRAW, PROMISE = "draw.parquet", "promise.parquet"
NOT_FOR_USE = "ikke til brug"
AFTER_APPROVAL = "kun efter godkendelse"


@dataclass(frozen=True)
class RankedRun:
    """The rows as written to `worklist.parquet`, the run record, and how many addresses each reason left out."""

    rows: pl.DataFrame
    record: Mapping[str, object]
    excluded: Mapping[str, int]


def commit_seed(request: RankRequest, run: Mapping[str, object], *, settings: Settings, store: Store) -> None:
    """Bind the seed in the log before any candidate is known, so that no seed can be picked afterwards."""
    if request.every_candidate:
        return
    path = keep_in_run(settings, str(run["run_id"]), "commitment.json")
    with store.act(COMMITTED, subject=str(run["run_id"]), details={"commitment": request.seed.commitment}):
        path.write_text(json.dumps(run, indent=1), encoding="utf-8")


def outcome(
    request: RankRequest, candidates: Candidates, worklist: Worklist, rows: pl.DataFrame, *, matrix: str, seen: Lawful
) -> dict[str, object]:
    """What came of a run, on which bases it looked, and what it left out for want of one; amounts in øre."""
    return {
        "approval": NOT_APPROVED,
        "use": NOT_FOR_USE if request.every_candidate else AFTER_APPROVAL,
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
        "pull": pull_of(seen),
        "left_out": list(left_out(seen)),
    }


def write_list(
    act: Act,
    request: RankRequest,
    settings: Settings,
    *,
    rows: pl.DataFrame,
    worklist: Worklist,
    record: Mapping[str, object],
    evidence: Iterable[object],
    promises: pl.DataFrame | None = None,
) -> RankedRun:
    """Write the list for the reader, and for the gate what it is to judge; a list of everybody is kept by nobody.

    `promises` of what is listed, by benefit, are kept with the draw, for whoever holds them against what came.
    `GateClosed` when somebody stopped the system while its model was at work.
    """
    _refuse_stopped_meanwhile(act, record)
    act.add(listed=rows.height, every_candidate=request.every_candidate, model=record["model_version"])
    act.add(pull=record["pull"], seed=record["seed"])
    if not request.every_candidate:
        act.add(**keep_run_files(settings, record=record, rows=rows, evidence=evidence))
    for name, table in ((DRAW, worklist.draws), (PROMISE, promises)):
        if table is not None:
            path = keep_in_run(settings, str(record["run_id"]), name)
            path.touch(mode=PRIVATE)
            table.write_parquet(path)
            act.add(**{f"{name.partition('.')[0]}_sha256": file_hash(path)})
    request.out.mkdir(parents=True, exist_ok=True)
    rows.write_parquet(request.out / "worklist.parquet", metadata={"approval": NOT_APPROVED})
    caseworker_rows(rows).write_csv(request.out / "worklist.csv")
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (request.out / "run.json").write_text(text + "\n", encoding="utf-8")
    return RankedRun(rows, record, record["excluded"] if isinstance(record["excluded"], dict) else {})


def _refuse_stopped_meanwhile(act: Act, record: Mapping[str, object]) -> None:
    stopped = stop_in_force(act.connection)
    if stopped is not None and "stopped_by" not in record:
        raise GateClosed(
            f"The system was stopped by the {stopped.role} while the model ranked.",
            item=str(record["run_id"]),
            remedy="Rank again: the list is then made without the model.",
        )
