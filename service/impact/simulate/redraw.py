"""The years of one policy with its arm drawn again and again: the draw alone is left to chance.

A world shows one draw of each quarter, and ten worlds too few to tell a coverage of 95 from one of 85 per cent. Here
what *every* candidate would have saved is fixed, by futures of the town in which all of them are controlled, so that
the truth is a sum and each draw of all quarters another cohort. Draw and estimators are the product's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.impact.arm import BY_DESIGN, Listing
from governance.impact.estimates import Estimator, Target
from governance.impact.interval import Drawn
from service.impact.simulate.cohorts import Estimate, Quarter, estimate_pools, join_quarters
from service.impact.simulate.product import Capacity, Proposal
from service.logged_lists import certain_units
from service.random_arm import Seed, draw
from service.worklist import fill_capacity
from training.inputs import Array

Places = np.typing.NDArray[np.int64]
_STREAM = 7
TARGETS: tuple[Target, ...] = ("pool", "rules", "model")


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """One quarter's candidates that an arm of one size could draw `[n]`: π, promise, and what each would save, øre.

    `inside`: 1 for a candidate of the target; that of `model` are those controlled whatever is drawn.
    """

    probability: Array
    chance: Array
    promised: Array
    saving: Array
    inside: Mapping[Target, Array]


@dataclass(frozen=True, kw_only=True)
class Redrawn:
    """What `cohorts` draws of all quarters told of one target, errors in per cent of the truth, one world.

    `told` had an interval, `held` of these the truth, `below` and `above` counts those that lay wholly below and above
    it; `saving_cases`: of the target, drawn in all quarters, on average.
    """

    arm: float
    target: str
    estimator: str
    cohorts: int
    told: int
    held: int
    below: int
    above: int
    bias: float
    standard_error: float
    median_error: float
    saving_cases: float


def fix(proposal: Proposal, savings: pl.DataFrame, *, arm: float, capacity: Capacity) -> Fixed:
    """The candidates of one quarter for an arm of this size; `savings` of all of them: unit_id, saving_ore."""
    scored, hours = proposal.scored, capacity.hours
    worklist = fill_capacity(scored, hours=hours, random_share=arm, seed=Seed(0))
    certain = certain_units(scored, worklist, hours=hours)
    pool = (
        worklist.draws.filter(pl.col("selection_probability") > 0)
        .join(proposal.candidates.drop("by_list"), on="unit_id", maintain_order="left")
        .join(savings, on="unit_id", how="left", maintain_order="left")
        .with_columns(by_list=pl.col("unit_id").is_in(certain.implode()), everybody=pl.lit(value=True))
    )
    return Fixed(
        probability=_floats(pool["selection_probability"]), chance=_floats(pool["hit_probability"]),
        promised=_floats(pool["promised_ore"]), saving=_floats(pool["saving_ore"].fill_null(0)),
        inside={"pool": _floats(pool["everybody"]), "rules": _floats(pool["by_rules"]),
                "model": _floats(pool["by_list"])},
    )  # fmt: skip


def redraw(quarters: Sequence[Fixed], *, arm: float, draws: int, seed: int) -> tuple[Redrawn, ...]:
    """Draw all quarters `draws` times; one row a target and estimator by design."""
    random = np.random.default_rng([seed, _STREAM])
    said: list[Mapping[Target, Mapping[str, Estimate]]] = []
    found: list[Mapping[Target, float]] = []
    for _ in range(draws):
        drawn = [draw(each.probability, seed=Seed(int(random.integers(2**62)))) for each in quarters]
        seen = [_seen(each, places) for each, places in zip(quarters, drawn, strict=True)]
        said.append(estimate_pools(join_quarters(seen), dict.fromkeys(TARGETS, BY_DESIGN)))
        found.append({target: _saving_cases(seen, target) for target in TARGETS})
    truth = {target: sum(float(each.inside[target] @ each.saving) for each in quarters) for target in TARGETS}
    return tuple(
        _row(arm, target, name, [each[target][name] for each in said], truth[target],
             float(np.mean([each[target] for each in found])))
        for target in TARGETS if truth[target] > 0 for name in BY_DESIGN
        # all of the own list is controlled: with the list counted as it came nothing is left to estimate
        if (target, name) != ("model", "with_list")
    )  # fmt: skip


def _seen(fixed: Fixed, drawn: Places) -> Quarter:
    certain = fixed.inside["model"]
    controlled = np.union1d(np.flatnonzero(certain), drawn)
    return Quarter(
        drawn=Drawn(
            saving=fixed.saving[drawn], probability=fixed.probability[drawn], chance=fixed.chance[drawn],
            promised=fixed.promised[drawn],
        ),
        certain=certain[drawn], controlled_saving=fixed.saving[controlled],
        controlled_given_hit=(fixed.promised / fixed.chance)[controlled], list_saving=fixed.saving[certain > 0],
        listings={target: _listing(fixed, target, drawn, controlled) for target in TARGETS},
    )  # fmt: skip


def _listing(fixed: Fixed, target: Target, drawn: Places, controlled: Places) -> Listing:
    inside = fixed.inside[target]
    certain = inside * fixed.inside["model"]
    return Listing(
        of_drawn=inside[drawn], of_controlled=inside[controlled], size=float(inside.sum()),
        promised_ore=float(inside @ fixed.promised), certain_ore=float(certain @ fixed.saving),
        certain_promised_ore=float(certain @ fixed.promised),
    )  # fmt: skip


def _saving_cases(seen: Sequence[Quarter], target: Target) -> float:
    return float(sum((each.listings[target].of_drawn * each.drawn.saving > 0).sum() for each in seen))


def _row(
    arm: float, target: Target, estimator: Estimator, said: Sequence[Estimate], truth: float, saving_cases: float
) -> Redrawn:  # fmt: skip
    told = [each for each in said if each.low is not None and each.high is not None]
    errors = np.array([100 * (each.total / truth - 1) for each in said if each.total is not None], dtype=np.float64)
    return Redrawn(
        arm=arm, target=target, estimator=estimator, cohorts=len(said), told=len(told),
        held=sum(each.covers(truth) for each in told), below=sum((each.high or 0.0) < truth for each in told),
        above=sum((each.low or 0.0) > truth for each in told), bias=float(errors.mean()),
        standard_error=float(errors.std(ddof=1) / np.sqrt(len(errors))), median_error=float(np.median(errors)),
        saving_cases=saving_cases,
    )  # fmt: skip


def _floats(column: pl.Series) -> Array:
    return np.asarray(column.cast(pl.Float64).to_numpy(), dtype=np.float64)
