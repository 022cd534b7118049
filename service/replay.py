"""Goes through one old decision again: data as known then, features, score and explanation, and the four hashes.

The registers are those kept with the run, or today's, in which what was known then must still stand. What the run was
made with (day, model, settings, legal bases) comes from its sealed record, never from today's settings. A replay reads
one household's facts, so each leaves one event, whatever it finds. Must not rank.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import polars as pl

from features.candidates import find_candidates
from features.engines import Engine, PolarsEngine
from governance.as_of import AsOf
from governance.errors import DataContractError, ModelMismatch, UsageError, UserError
from governance.explained.decision import Decision, Hashes, canonical, hashes_of
from governance.explained.keeping import KeptRun, load_run
from governance.legal_bases import LegalBasis, lawful
from governance.pseudonyms import Pseudonyms, load_pseudonyms
from governance.registers import Registers
from governance.settings import Settings
from governance.store.opening import Store
from service.decisions import PURPOSE, build_cases, case_pseudonym, documents
from service.kept_registers import load_kept
from training.checked import load_checked
from training.pipeline import feature_catalogue_hash
from training.ranking_model import RankingModel
from training.registry import RegisteredModel, load_model

Route = Literal["kept", "given"]
REPLAYED = "decision.replayed"
NOTHING = Hashes("", "", "")


@dataclass(frozen=True)
class Replayed:
    """One decision gone through again. `document` is as rebuilt: `features`, `score`, `explanation` (empty when the
    address is no candidate by the registers read); `route` tells which registers those were."""

    run_id: str
    place: int
    case: str
    as_of: AsOf
    model_version: str
    route: Route
    kept: Hashes
    rebuilt: Hashes
    document: Mapping[str, Any]

    @property
    def differing(self) -> tuple[str, ...]:
        """The parts whose hashes differ."""
        return self.kept.differing(self.rebuilt)


@dataclass(frozen=True)
class Rebuilding:
    """All that one run's decisions are rebuilt from; `units` are its candidates with `case`, their pseudonym."""

    run: KeptRun
    as_of: AsOf
    model: RankingModel
    engine: Engine
    units: pl.DataFrame
    bases: tuple[LegalBasis, ...]
    route: Route
    pseudonyms: Pseudonyms


def replay(
    run_id: str,
    case: str,
    *,
    settings: Settings,
    store: Store,
    report: Callable[[str], None],
    registers: Path | None = None,
) -> Replayed:
    """Rebuild one decision and compare. `case` is the place on the list, the address or the case's pseudonym.

    `AuditLogBroken` when what was kept has been altered, `ModelMismatch` when the model or the features' declarations
    are gone, `UsageError` for an unknown run or case. That the hashes differ is a result: see `refusal`.
    """
    rebuilding = load_rebuilding(run_id, settings=settings, store=store, report=report, registers=registers)
    report("rebuilding the decision")
    return replay_case(rebuilding, case, store=store)


def load_rebuilding(
    run_id: str,
    *,
    settings: Settings,
    store: Store,
    report: Callable[[str], None],
    registers: Path | None = None,
    changed: Callable[[Registers], Registers] | None = None,
) -> Rebuilding:
    """What a run was made from, its seal, model and registers verified.

    With `changed` the kept registers are read as it gives them back: as they would have been, had they been right.
    """
    report("verifying what was kept")
    with store.reading() as connection:
        run = load_run(connection, run_id)
    grounds = run.grounds
    then = replace(settings, **grounds["settings"])
    report("loading the model")
    model = _same_model(
        grounds, load_model(str(grounds["model_version"]), settings=settings, form=grounds["model_form"])
    )
    as_of = AsOf.parse(str(grounds["as_of"]))
    engine = _engine(grounds, as_of, then, registers, report, changed=changed)
    bases = tuple(_as_basis(entry) for entry in grounds["legal_bases"])
    report("finding candidates")
    units = find_candidates(engine, as_of=as_of, settings=then, bases=bases, benefits=grounds["benefits"]).units
    pseudonyms = load_pseudonyms(settings.home, purpose=PURPOSE)
    named = [case_pseudonym(pseudonyms, run_id, address) for address in units["address_id"]]
    return Rebuilding(
        run=run,
        as_of=as_of,
        model=replace(model, hourly_cost_ore=then.hourly_cost_ore),
        engine=engine,
        units=units.with_columns(case=pl.Series(named, dtype=pl.String)),
        bases=bases,
        route="kept" if registers is None else "given",
        pseudonyms=pseudonyms,
    )


def _same_model(grounds: Mapping[str, Any], registered: RegisteredModel) -> RankingModel:
    if registered.run_id != grounds["model_run"]:
        raise ModelMismatch(
            "The registry holds another model under the version that the run was made with.",
            item=registered.version,
            remedy="Restore the registry from the backup.",
        )
    if feature_catalogue_hash() != grounds["feature_catalogue"]:
        raise ModelMismatch(
            "This version declares its features otherwise than the one that made the run.",
            item=registered.version,
            remedy="Replay with the version of the product that made the run.",
        )
    return registered.model


def _engine(
    grounds: Mapping[str, Any],
    as_of: AsOf,
    then: Settings,
    registers: Path | None,
    report: Callable[[str], None],
    *,
    changed: Callable[[Registers], Registers] | None,
) -> Engine:
    if registers is not None:
        return load_checked(registers, as_of=as_of, settings=then, report=report)[1]
    report("verifying the kept registers")
    kept = load_kept(str(grounds["kept_registers"]), home=then.home)
    return PolarsEngine(changed(kept) if changed else kept)


def _as_basis(entry: Mapping[str, Any]) -> LegalBasis:
    """The basis of which `as_entry`, through JSON, is the entry."""
    days = {name: dt.date.fromisoformat(entry[name]) for name in ("valid_from", "valid_to") if entry[name]}
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    return LegalBasis(**{**entry, **lists, **days})


def replay_case(
    rebuilding: Rebuilding, case: str, *, store: Store, actor: str | None = None, purpose: str = ""
) -> Replayed:
    """Rebuild one decision of the run, compare, and leave the event of it: by whom, and for what when it is named."""
    decision = _find(rebuilding, case)
    document = _rebuilt(rebuilding, decision)
    done = Replayed(
        run_id=rebuilding.run.run_id,
        place=decision.place,
        case=decision.case,
        as_of=rebuilding.as_of,
        model_version=str(rebuilding.run.grounds["model_version"]),
        route=rebuilding.route,
        kept=decision.hashes,
        rebuilt=hashes_of(document) if document else NOTHING,
        document=document,
    )
    named = {"purpose": purpose} if purpose else {}
    with store.act(REPLAYED, subject=done.run_id, details=named, actor=actor) as act:
        act.add(case=done.case, registers=done.route, differing=list(done.differing))
    return done


def _find(rebuilding: Rebuilding, case: str) -> Decision:
    run_id = rebuilding.run.run_id
    names = {case, case_pseudonym(rebuilding.pseudonyms, run_id, case)}
    for decision in rebuilding.run.decisions:
        if decision.case in names or str(decision.place) == case:
            return decision
    # the word given may be an address: it is not repeated
    raise UsageError(
        "There is no such case on that list.",
        item="CASE",
        remedy=f"Give a place from 1 to {len(rebuilding.run.decisions)}, or an address or pseudonym of that list.",
    )


def _rebuilt(rebuilding: Rebuilding, decision: Decision) -> dict[str, Any]:
    unit = rebuilding.units.filter(pl.col("case") == decision.case).drop("case")
    if unit.is_empty():
        return {}
    as_of, grounds = rebuilding.as_of, rebuilding.run.grounds
    seen = lawful(rebuilding.bases, on=as_of.day, phase="operation")
    cases = build_cases(rebuilding.engine, rebuilding.model, unit, as_of=as_of, lawful=seen, staked=grounds["benefits"])
    # through JSON, so that it is what a stored document would be
    document: dict[str, Any] = json.loads(canonical(documents(cases, rebuilding.model)[0]))
    return document


def refusal(done: Replayed) -> UserError | None:
    """Why the hashes differ, as the error it is; None when they are the same.

    The parts follow from each other, so the first that differs is the cause. What was kept has been verified before:
    other features from kept registers are this version's doing, from given ones the registers'.
    """
    if not done.differing:
        return None
    part = done.differing[0]
    if part == "features" and done.route == "given":
        return DataContractError(
            "The registers given no longer tell what was known on the day of the run.",
            item=f"features at place {done.place}",
            remedy="Find the row that was changed instead of corrected, or replay from the kept registers.",
        )
    told = {
        "features": "This version builds other features from the very registers of the run",
        "score": "The model gives another score for the same features",
        "explanation": "The same score is explained otherwise",
    }[part]
    return ModelMismatch(
        f"{told}: {part} {getattr(done.kept, part)[:16]} is now {getattr(done.rebuilt, part)[:16] or 'none'}.",
        item=f"{done.model_version}, place {done.place}",
        remedy="Replay with the version of the product that made the run, and compare the model with the backup.",
    )
