"""What the ranking may do about a gap between groups at the cut-off, beside measuring it: three options, with prices.

(a) Bound inputs that drive the gap: looks at no one's group when it ranks, and needs no approval. (b) Quotas, (c) a
group-blind penalty: both use or infer protected attributes (GDPR art. 9), are off by default, and take a recorded,
dated approval of DPO and counsel as an argument that nothing here can make. Must not know a register.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.errors import GateClosed
from governance.gate.approvals import Approval
from service.worklist import by_net_per_hour
from training.adults import UNKNOWN
from training.inputs import Array, Flags, Whole, design_matrix
from training.ranking_model import RankingModel

CAP = 1.10
ROUNDS = 12
TIGHTEN = 0.97
PENALTIES = 24
MOST_PENALTY = 3.0
"""In units of the median net saving an hour of the plain list."""


@dataclass(frozen=True)
class Choice:
    """`listed`: unit ids taken by priority, best first; `ratios`: innocent-control ratio of each group, before and
    after; `expected_net_ore`: what the model expects the two lists to bring."""

    listed: tuple[str, ...]
    ratios_before: Mapping[str, float]
    ratios_after: Mapping[str, float]
    net_before_ore: float
    net_after_ore: float


@dataclass(frozen=True)
class Pool:
    """Candidates worth a control in list order, and how the innocent adults of their addresses divide into groups.

    `net`, `hours` [n]; `innocent` [n, groups] expected innocent adults; `of_all` [groups] the same over every
    candidate, those not worth a control too.
    """

    units: tuple[str, ...]
    net: Array
    hours: Array
    innocent: Array
    of_all: Array
    names: tuple[str, ...]


def require_approval(approval: Approval, kind: str, *, on: dt.date) -> None:
    """Raise `GateClosed` unless the approval is for this kind of mitigation and stands on the day."""
    if approval.kind != kind or not on <= approval.expires:
        raise GateClosed(
            f"No approval of DPO and counsel for '{kind}' stands on {on}.",
            item=kind,
            remedy="Have it recorded with `adressekontrol gate approve-mitigation`, or rank without it (the default).",
        )


def make_pool(scores: pl.DataFrame, adults: pl.DataFrame, *, attribute: str) -> Pool:
    """The pool for one attribute; who is unknown in it counts in no group."""
    ordered = by_net_per_hour(scores)
    chance = scores.select("unit_id", innocent=1 - pl.col("hit_probability"))
    known = adults.filter(pl.col(attribute) != UNKNOWN).join(chance, on="unit_id", how="inner")
    sums = known.group_by("unit_id", attribute).agg(pl.col("innocent").sum())
    names = sorted(known[attribute].unique())
    wide = ordered.select("unit_id")
    for place, name in enumerate(names):
        column = sums.filter(pl.col(attribute) == name).select("unit_id", pl.col("innocent").alias(f"g{place}"))
        wide = wide.join(column, on="unit_id", how="left", maintain_order="left")
    innocent = wide.drop("unit_id").fill_null(0.0).to_numpy().astype(np.float64).reshape(len(wide), len(names))
    worth = (ordered["expected_net_ore"] > 0).to_numpy()
    return Pool(
        tuple(ordered["unit_id"].filter(pl.Series(worth))), ordered["expected_net_ore"].to_numpy()[worth],
        ordered["expected_hours"].to_numpy()[worth], innocent[worth], innocent.sum(axis=0), tuple(names),
    )  # fmt: skip


def fill(pool: Pool, order: Whole, *, hours: float, quota: Array | None = None) -> Flags:
    """`[n]` taken: down the order what fits the hours, and the innocent adults of each group within its quota."""
    taken, left = np.zeros(len(pool.units), dtype=bool), hours
    room = None if quota is None else quota.copy()
    for place in order:
        if pool.hours[place] > left or (room is not None and (pool.innocent[place] > room).any()):
            continue
        taken[place], left = True, left - pool.hours[place]
        if room is not None:
            room -= pool.innocent[place]
    return taken


def ratios(pool: Pool, taken: Flags) -> Array:
    """`[groups]` innocent-control ratio, group against the rest; NaN without a rest that is controlled."""
    controlled = pool.innocent[taken].sum(axis=0)
    rest, rest_of_all = controlled.sum() - controlled, pool.of_all.sum() - pool.of_all
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((controlled / pool.of_all) / (rest / rest_of_all), dtype=np.float64)


def choose_within_quotas(
    approval: Approval,
    scores: pl.DataFrame,
    adults: pl.DataFrame,
    *,
    attribute: str,
    groups: Sequence[str],
    hours: float,
    on: dt.date,
    cap: float = CAP,
) -> Choice:
    """(b) The list by net saving an hour in which no group of `groups` has an innocent-control ratio above `cap`.

    Goes down the list and passes over an address when one of its capped groups has had its share. A quota follows from
    how many innocent adults the list controls, which follows from the quotas: some rounds, the most even one stands.
    """
    require_approval(approval, "quota", on=on)
    pool = make_pool(scores, adults, attribute=attribute)
    capped = np.array([name in groups for name in pool.names])
    plain = np.arange(len(pool.units))
    before = best = fill(pool, plain, hours=hours)
    tight = cap
    for _ in range(ROUNDS):
        if _worst(pool, best, capped) <= cap:
            break
        quota = np.where(capped, _quotas(pool, best, cap=tight), np.inf)
        tried = fill(pool, plain, hours=hours, quota=quota)
        best = min((best, tried), key=lambda taken: _worst(pool, taken, capped))
        tight *= TIGHTEN
    return _choice(pool, before, best)


def choose_with_penalty(
    approval: Approval,
    scores: pl.DataFrame,
    adults: pl.DataFrame,
    inferred: pl.DataFrame,
    *,
    attribute: str,
    group: str,
    hours: float,
    on: dt.date,
    cap: float = CAP,
) -> Choice:
    """(c) The list by net saving an hour less the smallest penalty on what the inputs tell of the group that caps it.

    `inferred`: `unit_id`, `share` in [0, 1], the group's share of an address' adults as the inputs alone say it
    (`training.group_share`). Where they say nothing, no penalty helps and the plain list stands.
    """
    require_approval(approval, "group_blind", on=on)
    pool = make_pool(scores, adults, attribute=attribute)
    share = _in_order(pool, inferred)
    place = pool.names.index(group)
    rate = pool.net / pool.hours
    # only what stands out above the usual weighs: a large group would otherwise be a penalty on everybody
    excess = np.maximum(share - share.mean(), 0.0)

    def penalised(penalty: float) -> Flags:
        handicapped = rate - penalty * excess / max(float(excess.max()), 1e-12)
        order = np.argsort(-handicapped, kind="stable")
        # what is not worth its hours after the penalty is not controlled, as without one
        return fill(pool, order[handicapped[order] > 0], hours=hours)

    before = fill(pool, np.arange(len(pool.units)), hours=hours)
    most = MOST_PENALTY * float(np.median(rate[before])) if before.any() else 1.0
    return _choice(pool, before, _least_penalty(pool, penalised, before, place=place, cap=cap, most=most))


def _least_penalty(
    pool: Pool, penalised: Callable[[float], Flags], before: Flags, *, place: int, cap: float, most: float
) -> Flags:
    """The first of rising penalties that meets the cap; where none does, the one that came nearest."""
    best = before
    for penalty in np.geomspace(most / 1000, most, PENALTIES):
        if ratios(pool, best)[place] <= cap:
            break
        best = min((best, penalised(float(penalty))), key=lambda taken: float(ratios(pool, taken)[place]))
    return best


def _in_order(pool: Pool, inferred: pl.DataFrame) -> Array:
    listed = pl.DataFrame({"unit_id": list(pool.units)}, schema={"unit_id": pl.String})
    joined = listed.join(inferred, on="unit_id", how="left", maintain_order="left")
    return joined["share"].to_numpy().astype(np.float64)


def _worst(pool: Pool, taken: Flags, capped: Flags) -> float:
    return float(np.nanmax(ratios(pool, taken)[capped], initial=0.0))


def _quotas(pool: Pool, taken: Flags, *, cap: float) -> Array:
    """`[groups]` innocent adults a group may have, so that its rate is at most `cap` times that of the rest."""
    share = pool.of_all / pool.of_all.sum()
    return np.asarray(cap * share / (cap * share + 1 - share) * pool.innocent[taken].sum(), dtype=np.float64)


def _choice(pool: Pool, before: Flags, after: Flags) -> Choice:
    def named(taken: Flags) -> Mapping[str, float]:
        return dict(zip(pool.names, map(float, ratios(pool, taken)), strict=True))

    listed = tuple(unit for unit, chosen in zip(pool.units, after, strict=True) if chosen)
    net_before, net_after = float(pool.net[before].sum()), float(pool.net[after].sum())
    return Choice(listed, named(before), named(after), net_before, net_after)


def gap_drivers(
    model: RankingModel, matrix: pl.DataFrame, adults: pl.DataFrame, *, attribute: str, group: str
) -> pl.DataFrame:
    """(a) Which inputs drive a gap: mean contribution (logits) among the group's innocent adults less that of the rest.

    `matrix` holds the candidates to explain (a sample is enough; contributions cost hundreds of predictions a row).
    Returns `input`, `gap`, largest first.
    """
    told, base = model.hit.contributions(design_matrix(matrix, model.inputs))
    innocent = 1 / (1 + np.exp(told.sum(axis=1) + base + model.level.shift))
    place = {unit: number for number, unit in enumerate(matrix["unit_id"])}
    people = adults.filter(pl.col("unit_id").is_in(list(place)), pl.col(attribute) != UNKNOWN)
    unit = np.array([place[name] for name in people["unit_id"]], dtype=np.int64)
    inside = (people[attribute] == group).to_numpy()
    ours, rest = (np.average(told[unit[side]], axis=0, weights=innocent[unit[side]]) for side in (inside, ~inside))
    return pl.DataFrame({"input": list(model.inputs.names), "gap": ours - rest}).sort("gap", descending=True)


def bounded(matrix: pl.DataFrame, inputs: Sequence[str]) -> pl.DataFrame:
    """(a) The matrix with the named inputs held within the middle half of the candidates, for everybody alike."""
    return matrix.with_columns(
        pl.col(name).clip(pl.col(name).quantile(0.25, "nearest"), pl.col(name).quantile(0.75, "nearest"))
        for name in inputs
    )
