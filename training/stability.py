"""Would another training on the same registers have listed the same cases? Who is controlled must not hang on a seed.

The second training differs in the seed only: folds, bags and the draws inside the trees. Rejected: redrawing the
households as well, which asks what another history would have taught (a third of the households would be left out and
a fifth of the list changes, however good the model); that is sampling error, not an arbitrary choice of ours. Must not
know groups or outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

import polars as pl

from governance.rules.evidence import StabilityEvidence
from training.calibration import fit_level
from training.cases import Cases
from training.hit_model import fit_hit_model, household_folds
from training.hours import fit_hours
from training.one_thread import on_one_thread
from training.plan import Plan, make_plan
from training.ranking_model import RankingModel
from training.severity import fit_severity
from training.twin import fit_twin

LIST_SHARE = 0.05
"""Of all expected hours of the candidates, where no capacity is given."""

OTHER_SEED = 7_919
PERSISTENCE = 0.98


@on_one_thread()
def retrained(
    model: RankingModel, cases: Cases, *, seed: int, threads: int = 1, base_plan: Plan | None = None
) -> RankingModel:
    """`model` trained again on the same `cases` with another `seed`: all that a list of it or of its twin rests on.

    The intervals, which no place on a list depends on, stay those of `model`.
    """
    plan = make_plan(labels=len(cases), hits=int(cases.hit.sum()), base=base_plan)
    fold = household_folds(cases.hit, cases.household, folds=plan.folds, seed=seed)
    hit = fit_hit_model(cases, fold, inputs=model.inputs, plan=plan, seed=seed, threads=threads)
    twin = fit_twin(cases, fold, inputs=model.inputs, plan=plan, seed=seed, threads=threads)
    return replace(
        model,
        hit=hit,
        level=fit_level(hit.out_of_fold(cases.x, fold), cases),
        twin=twin,
        twin_level=fit_level(twin.out_of_fold(cases.x, fold), cases),
        severity=fit_severity(cases, plan=plan, seed=seed, threads=threads),
        hours=fit_hours(cases, plan=plan, seed=seed, threads=threads),
    )


def stability_evidence(
    model: RankingModel, other: RankingModel, matrix: pl.DataFrame, *, hours: float | None = None
) -> StabilityEvidence:
    """How alike the lists of two trainings are that fill `hours` from the candidates of `matrix`.

    `overlap` is the share of the longer list that is on both. Without `hours` the list takes `LIST_SHARE` of the hours
    that `model` expects of all candidates. Two empty lists are alike; a rule judges by `listed` what that is worth.
    """
    scored = model.score(matrix)
    room = LIST_SHARE * float(scored["expected_hours"].sum()) if hours is None else hours
    first, second = (_listed(scores, hours=room) for scores in (scored, other.score(matrix)))
    longest = max(len(first), len(second))
    return StabilityEvidence(
        overlap=len(set(first) & set(second)) / longest if longest else 1.0,
        rank_biased_overlap=rank_biased_overlap(first, second, persistence=PERSISTENCE),
        listed=len(first),
    )


def rank_biased_overlap(first: Sequence[str], second: Sequence[str], *, persistence: float = PERSISTENCE) -> float:
    """Similarity of two rankings in [0, 1], extrapolated from finite lists of any lengths.

    RBO_ext of Webber, Moffat & Zobel (2010, ACM TOIS 28(4), eq. 32): the expected share in common down to the depth
    where a reader stops who goes on from each place with probability `persistence` (at .98, 50 places on average).
    `ValueError` when a list holds an item twice or `persistence` lies outside (0, 1).
    """
    if not 0 < persistence < 1 or any(len(set(ranks)) < len(ranks) for ranks in (first, second)):
        raise ValueError("a ranking holds each item once, and persistence lies between 0 and 1")
    short, long = sorted((first, second), key=len)
    if not short:
        return 1.0 if not long else 0.0
    common = _common_by_depth(short, long)
    weights = [persistence**depth for depth in range(1, len(long) + 1)]
    in_short, size = common[len(short) - 1], len(short)
    seen = sum(weight * both / depth for depth, (weight, both) in enumerate(zip(weights, common, strict=True), start=1))
    # Below the end of the shorter list its agreement is taken to go on as it was at the end.
    below = range(size + 1, len(long) + 1)
    unseen = sum(weights[depth - 1] * in_short * (depth - size) / (size * depth) for depth in below)
    tail = ((common[-1] - in_short) / len(long) + in_short / size) * weights[-1]
    return (1 - persistence) / persistence * (seen + unseen) + tail


def _common_by_depth(short: Sequence[str], long: Sequence[str]) -> list[int]:
    """How many items the first d of both lists share, for each d down to the end of the longer."""
    place = {item: depth for depth, item in enumerate(short)}
    met = [0] * len(long)
    for depth, item in enumerate(long):
        if item in place:
            met[max(depth, place[item])] += 1
    return list(accumulate(met))


def _listed(scored: pl.DataFrame, *, hours: float) -> list[str]:
    """Cases that pay, by net an hour, until the hours are full; one that does not fit is passed over."""
    paying = scored.filter(pl.col("expected_net_ore") > 0).with_columns(
        rate=pl.col("expected_net_ore") / pl.col("expected_hours")
    )
    ordered = paying.sort("rate", "unit_id", descending=[True, False])
    left, listed = hours, []
    for unit, needed in ordered.select("unit_id", "expected_hours").iter_rows():
        if needed <= left:
            listed.append(unit)
            left -= needed
    return listed
