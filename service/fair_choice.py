"""What the ranking may do about a gap between groups at the cut-off, beside measuring it: three options, with prices.

(a) Bound inputs that drive the gap: looks at no one's group when it ranks, and needs no approval. (b) Quotas, (c) a
group-blind penalty: both use or infer protected attributes (GDPR art. 9), are off by default, and take a recorded,
dated approval of DPO and counsel as an argument that nothing here can make. Must not know a register.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
ROUNDS = 40
TIGHTEN = 0.97
PENALTIES = 24
MOST_PENALTY = 3.0
"""In units of the median net saving an hour of the plain list."""


GroupName = tuple[str, str]
"""Ground and value, as (`origin`, `immigrant`); everybody outside the largest value is a group too (`not danish`)."""


@dataclass(frozen=True)
class Choice:
    """`listed`: unit ids taken by priority, best first; `ratios`: innocent-control ratio of each group, before and
    after; `net`: what the model expects the two lists to bring."""

    listed: tuple[str, ...]
    ratios_before: Mapping[GroupName, float]
    ratios_after: Mapping[GroupName, float]
    net_before_ore: float
    net_after_ore: float


@dataclass(frozen=True)
class Pool:
    """Candidates worth a control in list order, and how the innocent adults of their addresses divide into groups.

    `net`, `hours` [n]; `innocent`, `others` [n, groups] expected innocent adults of each group and of the rest;
    `of_all`, `others_of_all` [groups] the same over every candidate, those that may not be chosen too.
    """

    units: tuple[str, ...]
    net: Array
    hours: Array
    innocent: Array
    others: Array
    of_all: Array
    others_of_all: Array
    names: tuple[GroupName, ...]


def require_approval(approval: Approval, kind: str, *, on: dt.date) -> None:
    """Raise `GateClosed` unless the approval is for this kind of mitigation and stands on the day."""
    if approval.kind != kind or not on <= approval.expires:
        raise GateClosed(
            f"No approval of DPO and counsel for '{kind}' stands on {on}.",
            item=kind,
            remedy="Have it recorded with `adressekontrol gate approve-mitigation`, or rank without it (the default).",
        )


def group_names(adults: pl.DataFrame, *, grounds: Sequence[str], least_share: float = 0.0) -> tuple[GroupName, ...]:
    """The groups of the grounds, values sorted; with `least_share` those of which, and outside which, are that many."""
    return tuple(
        (ground, name)
        for ground in grounds
        for name, inside in _groups_of(adults.filter(pl.col(ground) != UNKNOWN)[ground])
        if least_share <= float(inside.mean()) <= 1 - least_share
    )


def _groups_of(values: pl.Series) -> Iterator[tuple[str, Flags]]:
    named = sorted(values.unique())
    for name in named:
        yield name, (values == name).to_numpy()
    if len(named) > 2:
        largest = values.value_counts().sort("count", values.name, descending=[True, False])[values.name][0]
        yield f"not {largest}", (values != largest).to_numpy()


def make_pool(
    scores: pl.DataFrame, adults: pl.DataFrame, *, grounds: Sequence[str], drawn: Collection[str] = ()
) -> Pool:
    """The pool of what may be chosen: worth a control, and not in `drawn`, the random arm's.

    Who is unknown in a ground counts in none of its groups, nor in their rest.
    """
    ordered = by_net_per_hour(scores)
    columns = list(_innocent_columns(ordered, adults, grounds))
    innocent, others = (
        np.stack(side, axis=1) for side in zip(*((ours, rest) for _, ours, rest in columns), strict=True)
    )
    free = ordered.select((pl.col("expected_net_ore") > 0) & ~pl.col("unit_id").is_in(list(drawn))).to_series()
    may = free.to_numpy()
    return Pool(
        tuple(ordered["unit_id"].filter(free)), ordered["expected_net_ore"].to_numpy()[may],
        ordered["expected_hours"].to_numpy()[may], innocent[may], others[may], innocent.sum(axis=0),
        others.sum(axis=0), tuple(name for name, _, _ in columns),
    )  # fmt: skip


def _innocent_columns(
    ordered: pl.DataFrame, adults: pl.DataFrame, grounds: Sequence[str]
) -> Iterator[tuple[GroupName, Array, Array]]:
    """Each group with the expected innocent adults of it, and of its rest, at each candidate in order."""
    places = ordered.select("unit_id", innocent=1 - pl.col("hit_probability")).with_row_index("place")
    people = adults.join(places, on="unit_id", how="inner", maintain_order="left")
    for ground in grounds:
        known = people.filter(pl.col(ground) != UNKNOWN)
        place, innocent = known["place"].to_numpy(), known["innocent"].to_numpy()
        for name, inside in _groups_of(known[ground]):
            ours, rest = (
                np.bincount(place[side], weights=innocent[side], minlength=ordered.height).astype(np.float64)
                for side in (inside, ~inside)
            )
            yield (ground, name), ours, rest


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
    ours, rest = pool.innocent[taken].sum(axis=0), pool.others[taken].sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((ours / pool.of_all) / (rest / pool.others_of_all), dtype=np.float64)


def choose_within_quotas(
    approval: Approval,
    scores: pl.DataFrame,
    adults: pl.DataFrame,
    *,
    groups: Collection[GroupName],
    hours: float,
    on: dt.date,
    cap: float = CAP,
    drawn: Collection[str] = (),
) -> Choice:
    """(b) The list by net saving an hour in which no group of `groups` has an innocent-control ratio above `cap`.

    Goes down the list and passes over an address when one of its capped groups has had its share. A quota follows from
    how many innocent adults the list controls, which follows from the quotas, and an address is taken whole: some
    rounds, each tighter for the groups still above the cap. Where none meets it (a list of a few addresses, or hardly
    anybody else who is worth a control) the most even one stands.
    """
    require_approval(approval, "quota", on=on)
    pool = make_pool(scores, adults, grounds=sorted({ground for ground, _ in groups}), drawn=drawn)
    capped = np.array([name in groups for name in pool.names])
    plain = np.arange(len(pool.units))
    before = best = fill(pool, plain, hours=hours)
    tight = np.full(len(pool.names), cap)
    for _ in range(ROUNDS):
        if _worst(pool, best, capped) <= cap:
            break
        quota = np.where(capped, _quotas(pool, best, cap=tight), np.inf)
        tried = fill(pool, plain, hours=hours, quota=quota)
        best = min((best, tried), key=lambda taken: _worst(pool, taken, capped))
        tight = np.where(ratios(pool, tried) > cap, TIGHTEN * tight, tight)
    return _choice(pool, before, best)


def choose_with_penalty(
    approval: Approval,
    scores: pl.DataFrame,
    adults: pl.DataFrame,
    inferred: pl.DataFrame,
    *,
    group: GroupName,
    hours: float,
    on: dt.date,
    cap: float = CAP,
    drawn: Collection[str] = (),
) -> Choice:
    """(c) The list by net saving an hour less the smallest penalty on what the inputs tell of the group that caps it.

    `inferred`: `unit_id`, `share` in [0, 1], the group's share of an address' adults as the inputs alone say it
    (`training.group_share`). Where they say nothing, no penalty helps and the plain list stands.
    """
    require_approval(approval, "group_blind", on=on)
    pool = make_pool(scores, adults, grounds=[group[0]], drawn=drawn)
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
    # nobody controlled is even, and no list
    return float(np.nanmax(ratios(pool, taken)[capped], initial=0.0)) if taken.any() else np.inf


def _quotas(pool: Pool, taken: Flags, *, cap: Array) -> Array:
    """`[groups]` innocent adults a group may have, so that its rate is at most `cap` times that of the rest."""
    share = pool.of_all / (pool.of_all + pool.others_of_all)
    controlled = pool.innocent[taken].sum(axis=0) + pool.others[taken].sum(axis=0)
    return np.asarray(cap * share / (cap * share + 1 - share) * controlled, dtype=np.float64)


def _choice(pool: Pool, before: Flags, after: Flags) -> Choice:
    def named(taken: Flags) -> Mapping[GroupName, float]:
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
