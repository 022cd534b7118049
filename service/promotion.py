"""A model before the promote gate: what was measured at its training, and whom the history it learned from burdened.

Passing is the only way to become `champion`; the alias in the registry mirrors what our own log says. Judged as of the
day given; whatever lapses afterwards is judged again, by the clock, before each list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from features.build import build_matrix
from features.candidates import find_candidates
from features.engines import Engine
from features.input_screen import input_evidence
from features.lawful import basis_evidence
from governance.as_of import AsOf
from governance.errors import GateClosed
from governance.gate.verdicts import Verdict, fresh_passing_verdict, judge_and_record
from governance.legal_bases import lawful, legal_bases_in_force
from governance.registers import Registers
from governance.rules.limits import limits
from governance.rules.model_rules import form_to_promote
from governance.settings import Settings
from governance.store.opening import Store
from service.log_checks import refuse_clock_set_back, require_as_trained
from service.run_fairness import MEASURED
from service.runs import register_snapshot
from training.adults import adults_at
from training.bundle import require_known_then
from training.checked import load_checked
from training.evidence import Form
from training.history_fairness import LEAST_PERSONS, history_fairness
from training.inputs import Inputs
from training.labels import build_labels
from training.pipeline import require_same_features
from training.protected import protected_if_lawful
from training.proxy_screen import screen_proxies
from training.registry import RegisteredModel, load_evidence, load_model, set_alias, set_form

CHAMPION = "champion"
PROMOTED = "model.promoted"
Report = Callable[[str], None]


@dataclass(frozen=True)
class Promotion:
    """The verdict about a model version, and the form in which it may be used when it passed."""

    version: str
    form: Form
    verdict: Verdict


def promote(
    directory: Path, *, as_of: AsOf, model: str | None, settings: Settings, store: Store, seed: int, report: Report
) -> Promotion:
    """Judge a model on `directory` as of the day and, when every rule passes, make it the champion."""
    refuse_clock_set_back(store)
    registered = load_model(model, settings=settings)
    seals = require_as_trained(registered, settings=settings, store=store)
    require_known_then(registered.model, as_of)
    require_same_features(registered)
    kept = load_evidence(registered, settings=settings)
    judged_by = limits(settings, today=as_of.day)
    form: Form = form_to_promote(kept.twin, judged_by) if kept.twin else "ensemble"
    registers, engine = load_checked(directory, as_of=as_of, settings=settings, report=report)
    evidence = kept.of_form(form) | _lawfulness(registered, as_of=as_of, settings=settings)
    report("measuring fairness of the history, and proxies")
    evidence |= _fairness(registered, registers, engine, as_of=as_of, settings=settings, store=store, seed=seed)
    report("judging")
    verdict = judge_and_record(
        store, gate="promote", subject=registered.version, evidence=evidence, limits=judged_by
    )  # fmt: skip
    if verdict.passed:
        registers_read = register_snapshot(directory)[:16]
        _make_champion(verdict, form, seals | {"registers": registers_read}, settings=settings, store=store)
    return Promotion(registered.version, form, verdict)


def _lawfulness(registered: RegisteredModel, *, as_of: AsOf, settings: Settings) -> dict[type, object]:
    seen = lawful(legal_bases_in_force(settings), on=as_of.day, phase="operation")
    found = basis_evidence(seen, used=registered.model.inputs.names)
    screened = input_evidence(registered.model.inputs.names)
    return {type(found): found, type(screened): screened}


def _fairness(
    registered: RegisteredModel,
    registers: Registers,
    engine: Engine,
    *,
    as_of: AsOf,
    settings: Settings,
    store: Store,
    seed: int,
) -> Mapping[type, object]:
    """History and proxies, under the basis that fairness monitoring has of its own; none when nobody is described.

    The history is what the model learned from and whatever has closed since: to measure again is to look again.
    """
    bases = legal_bases_in_force(settings)
    protected = protected_if_lawful(registers, as_of=as_of, bases=bases)
    if protected is None:
        return {}
    rng, seen = np.random.default_rng(seed), lawful(bases, on=as_of.day, phase="development")
    labels = build_labels(registers, engine, as_of=as_of, settings=settings, lawful=seen)
    history = history_fairness(
        engine, labels, build_matrix(engine, labels.units, lawful=seen), protected=protected, settings=settings,
        inputs=registered.model.inputs, bases=bases, as_of=as_of, rng=rng, min_cell=LEAST_PERSONS,
    )  # fmt: skip
    units, matrix = _candidates(engine, registered.model.inputs, as_of=as_of, settings=settings)
    proxies = screen_proxies(
        matrix, adults_at(engine, units, protected=protected), features=registered.model.inputs.names,
        measured_on=as_of.day, rng=rng,
    )  # fmt: skip
    with store.act(MEASURED, subject=registered.version, details={"as_of": str(as_of), "of": "history, proxies"}):
        return {type(found): found for found in (history, proxies)}


def _candidates(
    engine: Engine, inputs: Inputs, *, as_of: AsOf, settings: Settings
) -> tuple[pl.DataFrame, pl.DataFrame]:
    bases = legal_bases_in_force(settings)
    units = find_candidates(engine, as_of=as_of, settings=settings, bases=bases).units
    matrix = build_matrix(engine, units, lawful=lawful(bases, on=as_of.day, phase="operation"))
    return units, matrix.select("unit_id", *inputs.names)


def _make_champion(judged: Verdict, form: Form, seals: Mapping[str, str], *, settings: Settings, store: Store) -> None:
    """In one act: our log says so, and the registry mirrors it; only by this very verdict while it is fresh."""
    version = judged.subject
    with store.act(PROMOTED, subject=version) as act:
        verdict = fresh_passing_verdict(
            act.connection, gate="promote", subject=version, now=act.at, verdict_hours=settings.verdict_hours
        )
        require_same_verdict(verdict, judged)
        act.add(form=form, verdict=verdict.id, **seals)
        set_form(version, form, settings=settings)
        set_alias(version, CHAMPION, settings=settings)


def require_same_verdict(newest: Verdict, judged: Verdict) -> None:
    """`GateClosed` when somebody else had the same judged in between: what that verdict rests on was not seen here."""
    if newest.id != judged.id:
        raise GateClosed(
            f"Another verdict on {judged.subject} was given meanwhile.",
            item=newest.id,
            remedy="Let one at a time ask the gate, and ask again.",
        )
