"""The listed cases as figures and words, made the same way when the list is made and when it is gone through again.

One function builds the rows, scores and reasons of given cases, for `rank` and for `replay` alike: a second way would
be a second truth. Documents leave here without address or person. Must not know why a case is on the list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from features.build import DATE_SUFFIX, UNIT_COLUMNS, build_matrix
from features.engines import Engine
from features.lawful import lawful_features
from governance.as_of import AsOf
from governance.explained.decision import Decision, make_decision
from governance.explained.keeping import keep_run
from governance.legal_bases import Lawful, LegalBasis, as_entry
from governance.pseudonyms import Pseudonyms, load_pseudonyms
from governance.settings import Settings
from governance.store.opening import Act
from service.runs import SCORING_SETTINGS
from training.bundle import Reasons, explain, score
from training.ranking_model import RankingModel

PURPOSE = "decisions"
CASE = "case"
RUN_GROUNDS = ("as_of", "registers", "feature_catalogue", "model_version", "model_run", "model_form", "every_candidate")
OF_THE_UNIT = (*UNIT_COLUMNS, "legal_basis")


@dataclass(frozen=True)
class Cases:
    """Some cases in order: `matrix` with fact dates, `scores` and `reasons`, row by row the same case."""

    matrix: pl.DataFrame
    scores: pl.DataFrame
    reasons: tuple[Reasons, ...]


def build_cases(
    engine: Engine,
    model: RankingModel,
    units: pl.DataFrame,
    *,
    as_of: AsOf,
    lawful: Lawful,
    staked: Collection[str] | None = None,
) -> Cases:
    """The cases of `units` (`unit_id`, `address_id`, `as_of`, `legal_basis`), in their order.

    To the bit the same whether a case stands alone or among all. `lawful` and `staked` as in `build_matrix`.
    """
    matrix = build_matrix(engine, units, with_fact_dates=True, lawful=lawful, staked=staked)
    unspoken = unspoken_inputs(model, lawful)
    return Cases(matrix, score(model, matrix), tuple(explain(model, matrix, as_of=as_of, unspoken=unspoken)))


def unspoken_inputs(model: RankingModel, lawful: Lawful) -> tuple[str, ...]:
    """The model's inputs that were not looked at, for want of a legal basis: nothing may be told of them."""
    standing = lawful_features(lawful)
    return tuple(name for name in model.inputs.names if name not in standing)


def keep_decisions(
    act: Act,
    *,
    run: Mapping[str, Any],
    kept_registers: str,
    cases: Cases,
    model: RankingModel,
    settings: Settings,
    bases: Sequence[LegalBasis],
    benefits: Collection[str] | None = None,
) -> str:
    """Keep the run and the decision about each of `cases` (in the order of the list); returns the seal in the event.

    `run` is the run record (`run_id` and `RUN_GROUNDS`), `kept_registers` what `keep_registers` returned, `bases` the
    legal bases it went by and `benefits` those it was asked for, if any. A list of every candidate is not for use: of
    its cases only the hashes are kept.
    """
    run_id = str(run["run_id"])
    pseudonyms = load_pseudonyms(settings.home, purpose=PURPOSE)
    grounds = {name: run[name] for name in RUN_GROUNDS} | {
        "kept_registers": kept_registers,
        "settings": {name: getattr(settings, name) for name in SCORING_SETTINGS},
        "legal_bases": [as_entry(basis) for basis in bases],
        "benefits": None if benefits is None else sorted(benefits),
    }
    decisions = make_decisions(cases, model, run_id=run_id, pseudonyms=pseudonyms, whole=not run["every_candidate"])
    return keep_run(act, run_id, grounds=grounds, decisions=decisions)


def make_decisions(
    cases: Cases, model: RankingModel, *, run_id: str, pseudonyms: Pseudonyms, whole: bool, first_place: int = 1
) -> list[Decision]:
    """One decision a case, places counted from `first_place`; `whole` keeps the documents, else hashes alone."""
    addresses = cases.matrix["address_id"].to_list()
    return [
        make_decision(
            document, place=place, case=case_pseudonym(pseudonyms, run_id, address), keep_document=whole
        )
        for place, (document, address) in enumerate(zip(documents(cases, model), addresses, strict=True), first_place)
    ]  # fmt: skip


def case_pseudonym(pseudonyms: Pseudonyms, run_id: str, address_id: str) -> str:
    """The name of an address in one run; in two runs it has two names, which only the key can join."""
    return pseudonyms.of(CASE, run_id, address_id)


def documents(cases: Cases, model: RankingModel) -> list[dict[str, Any]]:
    """What is hashed of each case: `features` (values and fact dates), `score`, `explanation`. Nobody is named."""
    dates = {name for name in cases.matrix.columns if name.endswith(DATE_SUFFIX)}
    rows = zip(
        cases.matrix.iter_rows(named=True),
        cases.scores.drop("unit_id", "address_id", "legal_basis").iter_rows(named=True),
        cases.reasons,
        strict=True,
    )
    return [
        {
            "features": _features(row, dates),
            "score": {name: _figure(value) for name, value in scored.items()},
            "explanation": _explanation(reasons, model),
        }
        for row, scored, reasons in rows
    ]


def _features(row: Mapping[str, Any], dates: Collection[str]) -> dict[str, Any]:
    return {
        "legal_basis": row["legal_basis"],
        "values": {name: _figure(row[name]) for name in row if name not in dates and name not in OF_THE_UNIT},
        "known_on": {name.removesuffix(DATE_SUFFIX): _day(row[name]) for name in row if name in dates},
    }


def _explanation(reasons: Reasons, model: RankingModel) -> dict[str, Any]:
    return {
        "base": reasons.base,
        "contributions": dict(zip(model.inputs.names, reasons.contributions, strict=True)),
        "for": list(reasons.speaks_for),
        "against": list(reasons.speaks_against),
    }


def _figure(value: float | None) -> float | None:
    """Unknown is null, however it was written."""
    return None if value is None or value != value else float(value)  # noqa: PLR0124  NaN alone is unequal to itself


def _day(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()
