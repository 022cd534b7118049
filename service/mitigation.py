"""A list that evens out who bears its needless controls, beyond the choice of inputs: by a recorded approval alone.

Both ways use or infer protected attributes (GDPR art. 9), which is why nobody is asked unless data-protection officer
and counsel have signed for that way. What is read here decides which addresses are taken and stays here: rows, matrix,
scores and explanations are those of the unmitigated line, and the record names no group. Must not be taken by default.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from governance.as_of import danish_day
from governance.errors import GateClosed, UsageError
from governance.gate.approvals import MITIGATIONS, Approval, approved_mitigation
from governance.legal_bases import LegalBasis
from governance.store.opening import Store
from service.fair_choice import (
    CAP,
    Choice,
    GroupName,
    choose_with_penalty,
    choose_within_quotas,
    fill,
    group_names,
    make_pool,
    ratios,
)
from service.rank_request import NO_MITIGATION, RankRequest
from service.worklist import Worklist, fill_capacity
from training.adults import adults_at
from training.checked import Checked
from training.group_share import infer_share
from training.protected import BY_LAW, load_protected

LEAST_SHARE = 0.05
"""Of the adults, in a group and outside it: the widest gap of a few is chance, and a quota would make them immune."""


@dataclass(frozen=True)
class Mitigated:
    """What a mitigation did: the highest innocent-control ratio among the groups it looked at, and its price.

    `expected_net_ore` of what was listed by priority, with and without it, for the same hours and random arm.
    """

    approval: Approval
    ratio_before: float | None
    ratio_after: float | None
    net_before_ore: int
    net_after_ore: int

    def as_document(self) -> dict[str, object]:
        """For the run record and the log: no group is named, whose figures `gate fairness` shows."""
        return {
            "kind": self.approval.kind,
            "approval": self.approval.id,
            "cap": CAP,
            "ratio_before": self.ratio_before,
            "ratio_after": self.ratio_after,
            "expected_net_before_ore": self.net_before_ore,
            "expected_net_after_ore": self.net_after_ore,
            "price_ore": self.net_before_ore - self.net_after_ore,
        }


def standing_approval(request: RankRequest, *, store: Store) -> Approval | None:
    """The approval of what is asked for; None when nothing is. `GateClosed` when none of that kind stands.

    It must stand on the day that the list is of and on the day that it is made.
    """
    if request.mitigation == NO_MITIGATION:
        return None
    if request.mitigation not in MITIGATIONS:
        raise UsageError(
            "There is no such mitigation.", item=request.mitigation, remedy=f"Use one of: {', '.join(MITIGATIONS)}."
        )
    if request.every_candidate:
        raise UsageError(
            "A list of every candidate leaves nobody out: there is nothing to mitigate.",
            item="--mitigation",
            remedy="Leave out --all or --mitigation.",
        )
    on = last_day(request, store=store)
    with store.reading() as connection:
        approval = approved_mitigation(connection, on, kind=request.mitigation)
    if approval is None:
        raise GateClosed(
            f"No approval of data-protection officer and counsel for '{request.mitigation}' stands on {on}.",
            item=request.mitigation,
            remedy="Have it recorded with `adressekontrol gate approve-mitigation`, or rank without it (the default).",
        )
    return approval


def refuse_mitigation(request: RankRequest) -> None:
    """While a stop is in force there is no list of the model to mitigate: said, and not passed over."""
    if request.mitigation != NO_MITIGATION:
        raise GateClosed(
            "The system is stopped: the list is made without the model, and so without any mitigation of it.",
            item=request.mitigation,
            remedy="Rank without --mitigation while the stop is in force.",
        )


def last_day(request: RankRequest, *, store: Store) -> dt.date:
    """The later of the list's own day and today: what stands then stands on both."""
    return max(request.as_of.day, danish_day(store.clock.now()))


def mitigated_list(
    approval: Approval,
    request: RankRequest,
    scores: pl.DataFrame,
    *,
    checked: Checked,
    bases: Sequence[LegalBasis],
    matrix: pl.DataFrame,
    inputs: Sequence[str],
    on: dt.date,
) -> tuple[Worklist, Mitigated]:
    """The list with the priority part chosen as approved; the random arm is what it is without.

    `GateClosed` when nobody is described in `protected`, or no basis lets it be read.
    """
    adults = _adults(checked, matrix, request, bases)
    made: list[Choice] = []

    def choose(candidates: pl.DataFrame, drawn: pl.Series, hours: float) -> pl.DataFrame:
        within = partial(_chosen, approval, candidates, adults, hours=hours, on=on, drawn=drawn.to_list())
        made.append(within(matrix=matrix, inputs=inputs, seed=request.seed.value))
        listed = pl.DataFrame({"unit_id": list(made[0].listed)}, schema={"unit_id": pl.String})
        rated = candidates.with_columns(net_per_hour=pl.col("expected_net_ore") / pl.col("expected_hours"))
        return listed.join(rated, on="unit_id", how="left", maintain_order="left").select(rated.columns)

    worklist = fill_capacity(
        scores, hours=request.hours, random_share=request.random_share, seed=request.seed, choose=choose
    )
    return worklist, _outcome(approval, made[0], _sized(adults))


def _adults(checked: Checked, matrix: pl.DataFrame, request: RankRequest, bases: Sequence[LegalBasis]) -> pl.DataFrame:
    protected = load_protected(checked.registers, as_of=request.as_of, bases=bases)
    if protected is None:
        raise GateClosed(
            "Nobody is described in the register that the mitigation rests on.",
            item=request.mitigation,
            remedy="Deliver the register of protected attributes, or rank without a mitigation (the default).",
        )
    return adults_at(checked.engine, matrix.select("unit_id", "address_id", "as_of"), protected=protected)


def _sized(adults: pl.DataFrame) -> tuple[GroupName, ...]:
    return group_names(adults, grounds=BY_LAW, least_share=LEAST_SHARE)


def _chosen(
    approval: Approval,
    candidates: pl.DataFrame,
    adults: pl.DataFrame,
    *,
    hours: float,
    on: dt.date,
    drawn: Sequence[str],
    matrix: pl.DataFrame,
    inputs: Sequence[str],
    seed: int,
) -> Choice:
    """Quotas hold every group of some size of every ground; a penalty can only be on one, the one that bears most."""
    if approval.kind == "quota":
        return choose_within_quotas(
            approval, candidates, adults, groups=_sized(adults), hours=hours, on=on, drawn=drawn
        )  # fmt: skip
    ground, name = _bears_most(candidates, adults, hours=hours, drawn=drawn)
    inferred = infer_share(
        matrix, adults, features=inputs, attribute=ground, group=name, rng=np.random.default_rng(seed)
    )  # fmt: skip
    return choose_with_penalty(
        approval, candidates, adults, inferred, group=(ground, name), hours=hours, on=on, drawn=drawn
    )  # fmt: skip


def _bears_most(candidates: pl.DataFrame, adults: pl.DataFrame, *, hours: float, drawn: Sequence[str]) -> GroupName:
    """The single value (no union of values) of highest ratio on the list without any mitigation."""
    pool = make_pool(candidates, adults, grounds=BY_LAW, drawn=drawn)
    found = ratios(pool, fill(pool, np.arange(len(pool.units)), hours=hours))
    sized = set(_sized(adults))
    single = {
        name: ratio
        for name, ratio in zip(pool.names, found, strict=True)
        if name in sized and name[1] in adults[name[0]] and np.isfinite(ratio)
    }
    return max(single, key=lambda name: (single[name], name))


def _outcome(approval: Approval, choice: Choice, sized: Sequence[GroupName]) -> Mitigated:
    def worst(found: dict[GroupName, float]) -> float | None:
        known = [ratio for name, ratio in found.items() if name in sized and np.isfinite(ratio)]
        return round(max(known), 4) if known else None

    return Mitigated(
        approval, worst(dict(choice.ratios_before)), worst(dict(choice.ratios_after)), round(choice.net_before_ore),
        round(choice.net_after_ore),
    )  # fmt: skip
