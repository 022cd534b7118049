"""Is the history that the model learns from biased: was a group controlled for nothing more than its risk explains?

Counts the needless controls of the past (cases outside the random arm that ended without a finding) per adult who
could have been controlled, among addresses of like risk: what follows from lawful grounds alone is no bias. Must not
know the limit; a gate judges.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from features.build import build_matrix
from features.candidates import find_candidates
from features.engines import Engine
from governance.as_of import AsOf
from governance.legal_bases import PHASES, LegalBasis, lawful
from governance.rules.evidence import GroupRatio, HistoryFairnessEvidence
from governance.settings import Settings
from training.adults import adults_at, groups
from training.group_ratio import held_alike_ratio, share_ratio
from training.inputs import Array, Inputs, Whole, design_matrix
from training.labels import Labels
from training.past_risk import Known, out_of_sample_chance

DAYS_LOOKED_AT = 8
MOST_ADDRESSES_A_DAY = 4_000
RISK_BINS = 10
LEAST_PERSONS = 10
RANDOM_ARM = "random"


@dataclass(frozen=True)
class _Exposed:
    """Adults who could have been controlled on some days of the history, and the addresses' features then.

    `units`: unit_id, address_id, as_of, weight (how many addresses each sampled one stands for).
    """

    units: pl.DataFrame
    matrix: pl.DataFrame


def history_fairness(
    engine: Engine,
    labels: Labels,
    matrix: pl.DataFrame,
    *,
    protected: pl.DataFrame,
    inputs: Inputs,
    settings: Settings,
    bases: Sequence[LegalBasis],
    as_of: AsOf,
    rng: np.random.Generator,
    min_cell: int = LEAST_PERSONS,
) -> HistoryFairnessEvidence:
    """Needless controls per adult, every group against the rest, for like risk of a wrong registration.

    `matrix` is the history matrix of `labels.units`; `protected` as `load_protected` gives it. The ratio is
    Mantel-Haenszel over tenths of the chance of a hit as models say it that never saw the address; a group with fewer
    than `min_cell` adults in the samples has None.
    """
    exposed = _exposed(engine, labels, settings=settings, bases=_for_the_past(bases, as_of), as_of=as_of, rng=rng)
    needless = (~labels.cases["hit"] & (labels.cases["channel"] != RANDOM_ARM)).to_numpy()
    chance_of_cases, chance_of_exposed = _chances(labels, matrix, exposed, inputs=inputs, rng=rng)
    edges = _edges(chance_of_cases[needless])
    rows = pl.concat(
        [
            _adults(engine, labels.units, protected, np.searchsorted(edges, chance_of_cases), events=needless),
            _adults(
                engine, exposed.units, protected, np.searchsorted(edges, chance_of_exposed),
                exposure=exposed.units["weight"].to_numpy(),
            ),
        ]
    )  # fmt: skip
    return HistoryFairnessEvidence(as_of.day, tuple(_ratios(rows, min_cell=min_cell)))


def _ratios(rows: pl.DataFrame, *, min_cell: int) -> Iterator[GroupRatio]:
    events, exposure = (rows[name].to_numpy() for name in ("events", "exposure"))
    stratum, cluster = rows["stratum"].to_numpy(), _places(rows["address_id"])
    for group in groups(rows):
        smallest = min(int((side & (exposure > 0)).sum()) for side in (group.inside, ~group.inside))
        ratio = held_alike_ratio(events, exposure, group.inside, stratum, cluster) if smallest >= min_cell else None
        yield GroupRatio(group.attribute, group.name, ratio)


def _exposed(
    engine: Engine,
    labels: Labels,
    *,
    settings: Settings,
    bases: Sequence[LegalBasis],
    as_of: AsOf,
    rng: np.random.Generator,
) -> _Exposed:
    """The candidates on evenly spread days between the first and the last usable case."""
    pools = [
        _sampled(find_candidates(engine, as_of=AsOf(day), settings=settings, bases=bases).units, place, rng)
        for place, day in enumerate(days_between(labels.cases["opened_on"]))
    ]
    units = pl.concat(pools)
    seen = lawful(bases, on=as_of.day, phase="development")
    return _Exposed(units, build_matrix(engine, units.select("unit_id", "address_id", "as_of"), lawful=seen))


def days_between(opened_on: pl.Series) -> list[dt.date]:
    """`DAYS_LOOKED_AT` days in the middle of as many equal parts of the time in which cases were opened."""
    first, last = opened_on.min(), opened_on.max()
    assert isinstance(first, dt.date) and isinstance(last, dt.date)  # noqa: S101  labels hold at least one case
    return sorted({first + (last - first) * (2 * part + 1) / (2 * DAYS_LOOKED_AT) for part in range(DAYS_LOOKED_AT)})


def _for_the_past(bases: Sequence[LegalBasis], as_of: AsOf) -> tuple[LegalBasis, ...]:
    """The bases for development that stand today, as standing on every day of the history.

    Going through the past is an act of today: what was lawful then to control with is not asked again.
    """
    standing = [basis for basis in bases if basis.stands(on=as_of.day, phase="development")]
    return tuple(replace(basis, phases=PHASES, valid_from=dt.date.min, valid_to=None) for basis in standing)


def _sampled(units: pl.DataFrame, place: int, rng: np.random.Generator) -> pl.DataFrame:
    kept = np.sort(rng.permutation(units.height)[:MOST_ADDRESSES_A_DAY])
    weight = units.height / max(len(kept), 1)
    named = units[kept].with_columns(unit_id=pl.lit(f"day {place} ") + pl.col("unit_id"), weight=pl.lit(weight))
    return named.select("unit_id", "address_id", "as_of", "weight")


def _chances(
    labels: Labels, matrix: pl.DataFrame, exposed: _Exposed, *, inputs: Inputs, rng: np.random.Generator
) -> tuple[Array, Array]:
    ordered = labels.units.select("unit_id").join(matrix, on="unit_id", how="left", maintain_order="left")
    known = Known(
        design_matrix(ordered, inputs), labels.cases["hit"].to_numpy(), labels.cases["address_id"].to_numpy()
    )  # fmt: skip
    others = design_matrix(exposed.matrix, inputs), exposed.units["address_id"].to_numpy()
    return out_of_sample_chance(known, *others, rng=rng)


def _edges(chance: Array) -> Array:
    shares = np.linspace(0, 1, RISK_BINS + 1)[1:-1]
    return np.unique(np.quantile(chance, shares)) if len(chance) else np.empty(0)


def _adults(
    engine: Engine,
    units: pl.DataFrame,
    protected: pl.DataFrame,
    stratum: Whole,
    *,
    events: Array | None = None,
    exposure: Array | None = None,
) -> pl.DataFrame:
    """The adults of the units with their address' risk stratum and what each adds to numerator and denominator."""
    nothing = np.zeros(units.height)
    of_unit = units.select("unit_id").with_columns(
        stratum=pl.Series(stratum.astype(np.int64)),
        events=pl.Series((nothing if events is None else events).astype(np.float64)),
        exposure=pl.Series((nothing if exposure is None else exposure).astype(np.float64)),
    )
    counted = of_unit.filter((pl.col("events") > 0) | (pl.col("exposure") > 0))
    return adults_at(engine, units, protected=protected).join(counted, on="unit_id", how="inner")


def _places(column: pl.Series) -> Whole:
    return np.unique(column.to_numpy().astype(str), return_inverse=True)[1].astype(np.int64)


def representation(
    engine: Engine, labels: Labels, *, protected: pl.DataFrame, min_cell: int = LEAST_PERSONS
) -> tuple[GroupRatio, ...]:
    """Each group's share of the adults whom the history chose, over its share in the random arm weighted 1/π.

    A check by design that needs no model and no risk (only the random arm made Försäkringskassan's bias visible): it
    compares with everybody, lawful grounds included. None below `min_cell` adults in the random arm.
    """
    cases = labels.cases.with_columns(
        drawn=(pl.col("channel") == RANDOM_ARM) & pl.col("selection_probability").is_not_null()
    )
    weight = pl.when("drawn").then(1 / pl.col("selection_probability")).otherwise(0.0)
    chosen = (pl.col("channel") != RANDOM_ARM).cast(pl.Float64)
    of_case = cases.select(unit_id="case_id", chosen=chosen, weight=weight)
    rows = adults_at(engine, labels.units, protected=protected).join(of_case, on="unit_id", how="inner")
    first, second, cluster = rows["chosen"].to_numpy(), rows["weight"].to_numpy(), _places(rows["address_id"])
    return tuple(
        GroupRatio(
            group.attribute, group.name,
            share_ratio(group.inside, first, second, cluster)
            if int((group.inside & (second > 0)).sum()) >= min_cell else None,
        )
        for group in groups(rows)
    )  # fmt: skip
