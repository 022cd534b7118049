"""The door to a trained model: load it, score a matrix with it, say why in Danish.

The service comes through here and through `training.registry` only; it never meets an estimator.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from features.build import DATE_SUFFIX, STAKES
from features.definitions import load_catalogue_of_features
from features.feature import Feature
from governance.as_of import AsOf
from governance.errors import ModelMismatch
from training.explain import contributions
from training.inputs import Inputs
from training.ranking_model import SCORE_COLUMNS, RankingModel

REASONS_A_SIDE = 3
REGISTERS_DA: Mapping[str, str] = {
    "person": "CPR",
    "residence": "CPR",
    "relation": "CPR",
    "address": "BBR/DAR",
    "benefit_grant": "ydelsesbevillinger",
    "benefit_payment": "ydelsesudbetalinger",
    "signal": "henvendelser",
    "control_case": "tidligere kontrol",
    "control_effect": "tidligere kontrol",
}
MONTHS_DA = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip


@dataclass(frozen=True)
class Reasons:
    """Danish sentences, strongest first, of one listed case, and the figures they were chosen by.

    `contributions` are logits in the order of the model's inputs; `base` and they add up to `hit_logit`.
    """

    unit_id: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    contributions: tuple[float, ...]
    base: float


def model_inputs(names: Collection[str] | None = None) -> Inputs:
    """The declared features as inputs in the order of the catalogue, each with its direction; all, or those named."""
    catalogue = load_catalogue_of_features()
    directions = {name: each.direction for name, each in catalogue.items() if names is None or name in names}
    return Inputs(names=tuple(directions), directions=directions)


def require_known_then(model: RankingModel, as_of: AsOf) -> None:
    """Refuse a model that was trained on what was not yet known at `as_of`."""
    if model.as_of > as_of.day:
        raise ModelMismatch(
            f"The model was trained on what was known at {model.as_of}, after the day of the list ({as_of}).",
            item="model",
            remedy="Train with --as-of on or before the day of the list, or name an older model with --model.",
        )


def require_known_features(model: RankingModel) -> None:
    """Refuse a model that looks at a feature which this catalogue does not build."""
    unknown = [name for name in model.inputs.names if name not in load_catalogue_of_features()]
    if unknown:
        raise ModelMismatch(
            "The model was trained on features that are not in the catalogue of this version.",
            item=", ".join(unknown),
            remedy="Train again with this version, or name a model that it trained with --model.",
        )


def score(model: RankingModel, matrix: pl.DataFrame) -> pl.DataFrame:
    """The scores of a matrix, beside its `address_id` and `legal_basis`."""
    units = matrix.select("unit_id", "address_id", "legal_basis")
    if matrix.is_empty():
        # the libraries under the model refuse to predict nothing
        return units.with_columns(pl.lit(None, pl.Float64).alias(name) for name in SCORE_COLUMNS if name != "unit_id")
    return units.with_columns(model.score(matrix.select("unit_id", *model.inputs.names, *STAKES)).drop("unit_id"))


def explain(model: RankingModel, matrix: pl.DataFrame, *, as_of: AsOf, unspoken: Collection[str] = ()) -> list[Reasons]:
    """Reasons for and against each row of a matrix that was built with fact dates; order as given.

    `unspoken` inputs get no sentence: nobody looked at them, so there is no fact to tell.
    """
    if matrix.is_empty():
        return []
    catalogue = load_catalogue_of_features()
    told, base = contributions(model, matrix.select("unit_id", *model.inputs.names, *STAKES))
    rows = zip(matrix.iter_rows(named=True), told.tolist(), base.tolist(), strict=True)
    spoken = {name: declared for name, declared in catalogue.items() if name not in unspoken}
    return [_reasons(row, parts, start, model.inputs.names, spoken, as_of) for row, parts, start in rows]


def _reasons(
    row: Mapping[str, object],
    parts: Sequence[float],
    base: float,
    names: Sequence[str],
    catalogue: Mapping[str, Feature],
    as_of: AsOf,
) -> Reasons:
    ordered = sorted(zip(parts, names, strict=True), key=lambda pair: (-abs(pair[0]), pair[1]))
    sides: dict[bool, list[str]] = {True: [], False: []}
    for part, name in ordered:
        said = sides[part > 0]
        if part and name in catalogue and len(said) < REASONS_A_SIDE:
            said.append(_sentence(catalogue[name], row, as_of))
    return Reasons(str(row["unit_id"]), tuple(sides[True]), tuple(sides[False]), tuple(parts), base)


def _sentence(declared: Feature, row: Mapping[str, object], as_of: AsOf) -> str:
    value = row[declared.name]
    number = float(value) if isinstance(value, float | int) else None
    fact_on = row[declared.name + DATE_SUFFIX]
    source = as_danish_list(dict.fromkeys(REGISTERS_DA[register] for register in declared.registers))
    when = (
        f"registreret {as_danish_date(fact_on)}" if isinstance(fact_on, dt.date) else f"pr. {as_danish_date(as_of.day)}"
    )
    return f"{declared.sentence_da(number)} ({source}, {when})"


def as_danish_list(words: Iterable[str]) -> str:
    """`CPR, ydelsesbevillinger og henvendelser`."""
    *first, last = words
    return f"{', '.join(first)} og {last}" if first else last


def as_danish_date(day: dt.date) -> str:
    """`14. december 2026`."""
    return f"{day.day}. {MONTHS_DA[day.month - 1]} {day.year}"
