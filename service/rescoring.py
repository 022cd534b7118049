"""One household of a released list scored again, as if a wrong row of its registers had been right from the start.

The run's own registers, model, settings and legal bases, with the correction laid over them, and the place that the new
score would have had among the run's other candidates. Nothing is ranked: who was drawn stays drawn, and no other
household moves. Must not know who asked for it or why.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.audit.search import newest_details
from governance.errors import AuditLogBroken, GateClosed
from governance.explained.decision import canonical
from governance.legal_bases import lawful
from governance.registers import Registers
from governance.settings import Settings
from governance.store.opening import Store
from service.decisions import build_cases, documents
from service.list_writing import DRAW, MADE
from service.replay import Rebuilding, load_rebuilding
from service.run_files import MadeRun, load_made_run
from service.worklist import GENERAL_CONTROL, best_that_fit

NOT_CANDIDATE, NOT_LISTED, LISTED, UNKNOWN_PLACE = "not_candidate", "not_listed", "listed", "unknown"
RANDOM = "random"


@dataclass(frozen=True)
class Scored:
    """What the list said, or would have said, of a household.

    `standing`: listed · not_listed (a candidate, but others come first) · not_candidate (no reason to look at it at
    all: `score` and reasons are empty) · unknown (a list in another order than the model's). `place` is None where
    there is none. `score` as in a kept decision: hit_probability, expected_net_ore (øre) and the rest.
    """

    standing: str
    place: int | None
    score: Mapping[str, float | None]
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]

    def as_document(self) -> dict[str, Any]:
        """As it is kept, through JSON."""
        return {**asdict(self), "score": dict(self.score)}


@dataclass(frozen=True)
class Rescored:
    """The household as the list had it, and as it would have had it."""

    run_id: str
    before: Scored
    after: Scored


def rescore(
    run_id: str,
    *,
    place: int,
    address_id: str,
    changed: Callable[[Registers], Registers],
    settings: Settings,
    store: Store,
    report: Callable[[str], None],
) -> Rescored:
    """Score the household at `place` of the run anew with the registers that `changed` makes of the kept ones.

    `GateClosed` for a list that no model made, `DataContractError` when its registers are no longer kept,
    `ModelMismatch` when model or features are not those of the run, `AuditLogBroken` when what was kept was altered.
    """
    with store.reading() as connection:
        made = load_made_run(settings, connection, run_id)
        draws = _load_draws(settings, connection, run_id)
    if not made.record["inputs"]:
        raise GateClosed(
            "The list was made without a model: there is no score.", item=run_id, remedy="Look at the facts."
        )
    rebuilding = load_rebuilding(run_id, settings=settings, store=store, report=report, changed=changed)
    report("scoring the household anew")
    document = _document(rebuilding, address_id)
    kept = next(each for each in rebuilding.run.decisions if each.place == place)
    before = _scored(json.loads(kept.document), LISTED, place)
    if not document:
        return Rescored(run_id, before, Scored(NOT_CANDIDATE, None, {}, (), ()))
    standing, new_place = _placed(made, draws, rebuilding, address_id, document)
    return Rescored(run_id, before, _scored(document, standing, new_place))


def _load_draws(settings: Settings, connection: sa.Connection, run_id: str) -> pl.DataFrame:
    """The draw of every candidate as the log says it was written; no column where an older run logged none."""
    path = settings.home / "runs" / run_id / DRAW
    sealed = (newest_details(connection, MADE, run_id) or {}).get("draw_sha256")
    content = path.read_bytes() if sealed and path.is_file() else b""
    if not sealed:
        return pl.DataFrame()
    if hashlib.sha256(content).hexdigest() != sealed:
        raise AuditLogBroken(
            "What was logged of the draw is not what the log says was written.",
            item=f"{run_id}/{DRAW}",
            remedy="Restore the run's directory from the backup.",
        )
    return pl.read_parquet(io.BytesIO(content))


def _document(rebuilding: Rebuilding, address_id: str) -> dict[str, Any]:
    """What would have been decided about the household; empty when it is no candidate."""
    unit = rebuilding.units.filter(pl.col("address_id") == address_id).drop("case")
    if unit.is_empty():
        return {}
    grounds = rebuilding.run.grounds
    seen = lawful(rebuilding.bases, on=rebuilding.as_of.day, phase="operation")
    cases = build_cases(
        rebuilding.engine, rebuilding.model, unit, as_of=rebuilding.as_of, lawful=seen, staked=grounds["benefits"]
    )
    made: dict[str, Any] = json.loads(canonical(documents(cases, rebuilding.model)[0]))
    return made


def _scored(document: Mapping[str, Any], standing: str, place: int | None) -> Scored:
    told = document["explanation"]
    return Scored(standing, place, dict(document["score"]), tuple(told["for"]), tuple(told["against"]))


def _placed(
    made: MadeRun, draws: pl.DataFrame, rebuilding: Rebuilding, address_id: str, document: Mapping[str, Any]
) -> tuple[str, int | None]:
    """Where the household would have stood: others as they did, whoever was drawn drawn."""
    own = made.rows.filter(pl.col("address_id") == address_id)
    random = own["arm"].to_list() == [RANDOM]
    if random and GENERAL_CONTROL in document["features"]["legal_basis"]:
        return LISTED, int(own["rank"].item())
    if made.record["mitigated"] is not None or "promised_ore" not in draws.columns:
        return UNKNOWN_PLACE, None
    scores = _with(draws, document, address_id, hourly_cost_ore=rebuilding.model.hourly_cost_ore)
    drawn = draws.filter("drawn", pl.col("unit_id") != address_id)
    left = float(made.record["hours"]) - float(drawn["hours"].sum())
    taken = best_that_fit(scores, drawn["unit_id"], left)
    if address_id not in taken["unit_id"]:
        return NOT_LISTED, None
    return LISTED, _place_of(made.rows, taken, address_id)


def _with(
    draws: pl.DataFrame, document: Mapping[str, Any], address_id: str, *, hourly_cost_ore: int
) -> pl.DataFrame:  # fmt: skip
    """Every candidate's expected saving and hours, the household's own as they are now; a unit is an address."""
    net = pl.col("promised_ore") - pl.col("hours") * hourly_cost_ore
    others = draws.filter(pl.col("unit_id") != address_id).select(
        "unit_id", expected_net_ore=net, expected_hours="hours"
    )
    score = document["score"]
    own = {name: [float(score[name])] for name in ("expected_net_ore", "expected_hours")}
    return pl.concat([others, pl.DataFrame({"unit_id": [address_id], **own})])


def _place_of(rows: pl.DataFrame, taken: pl.DataFrame, address_id: str) -> int:
    """Before the first of the listed that the new order puts behind; those that were drawn stand where they stand."""
    behind = taken["unit_id"].to_list()
    behind = behind[behind.index(address_id) + 1 :]
    others = rows.filter(pl.col("address_id") != address_id).sort("rank")
    for number, row in enumerate(others.iter_rows(named=True), start=1):
        if row["arm"] != RANDOM and row["address_id"] in behind:
            return number
    return others.height + 1
