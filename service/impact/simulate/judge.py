"""What a quarter's list is truly worth: judged by what is planted, which no policy sees.

Looks at the town through `synthetic_data.planted` and at a list as it was made; hands nothing back to the policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from service.impact.simulate.product import Proposal
from synthetic_data.planted import Planted
from training.inputs import Array
from training.metrics import captured_in_hours


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One list by the truth, means over what a control may bring; money in øre, municipal, per quarter.

    `net_ore`, `best_net_ore`: saving less hours, of the list and of the best list of the same candidates and hours;
    `saving_ore`, `best_saving_ore`: the same without the cost; `priority_saving_ore`: of the list without its arm.
    `needless`, `innocent`: by group, adults at controlled and at all candidate addresses, each counted by the chance
    that nothing is wrong there.
    """

    net_ore: float
    best_net_ore: float
    saving_ore: float
    best_saving_ore: float
    priority_saving_ore: float
    hits: float
    needless: Mapping[str, float]
    innocent: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Totals:
    """True mean saving, øre: of all candidates that may be drawn, of those whom the rules would list, and of what the
    policy's own list controls whatever is drawn; `rules_and_list` of those whom both would list."""

    pool: float
    rules: float
    list: float
    rules_and_list: float


class Truth:
    """What is planted at the candidates of one quarter, in the order of their ids."""

    def __init__(self, planted: Planted, unit_ids: Sequence[str], *, hourly_cost_ore: int) -> None:
        place = {address: row for row, address in enumerate(planted.address_id)}
        self._rows = np.array([place[unit] for unit in unit_ids], dtype=np.int64)
        self._ids = pl.Series(unit_ids, dtype=pl.String)
        self.chance = planted.chance[self._rows]
        self.saving_ore = self.chance * planted.saving_ore[self._rows]
        self.hours = planted.hours[self._rows]
        self.net_ore = self.saving_ore - self.hours * hourly_cost_ore
        self.adults = {group: counts[self._rows] for group, counts in planted.adults.items()}

    def listed(self, unit_ids: pl.Series) -> np.typing.NDArray[np.bool_]:
        """Which candidates are among these."""
        return self._ids.is_in(unit_ids.implode()).to_numpy()


def judge(truth: Truth, proposal: Proposal, *, hours: float) -> Judged:
    """The list of a quarter against the truth."""
    rows = proposal.worklist.rows
    taken = truth.listed(rows["unit_id"])
    chosen = truth.listed(rows.filter(pl.col("arm") == "priority")["unit_id"])
    innocent = 1.0 - truth.chance
    return Judged(
        net_ore=float(truth.net_ore[taken].sum()),
        best_net_ore=best_possible(truth.net_ore, truth.hours, hours),
        saving_ore=float(truth.saving_ore[taken].sum()),
        best_saving_ore=best_possible(truth.saving_ore, truth.hours, hours),
        priority_saving_ore=float(truth.saving_ore[chosen].sum()),
        hits=float(truth.chance[taken].sum()),
        needless={group: float((adults * innocent)[taken].sum()) for group, adults in truth.adults.items()},
        innocent={group: float((adults * innocent).sum()) for group, adults in truth.adults.items()},
    )


def best_possible(value_ore: Array, hours: Array, capacity_hours: float) -> float:
    """The most that the hours could bring: the best value an hour first, nothing that loses, the last in part."""
    gain = np.maximum(value_ore, 0.0)
    return captured_in_hours(gain / np.maximum(hours, 1e-9), gain, hours, capacity_hours).best


def true_totals(truth: Truth, proposal: Proposal) -> Totals:
    """What the estimates of the quarter are held against; only candidates that the draw could reach."""
    lists = proposal.candidates
    reached = truth.listed(proposal.worklist.draws.filter(pl.col("selection_probability") > 0)["unit_id"])
    own = reached & truth.listed(lists.filter("by_list")["unit_id"])
    ruled = reached & truth.listed(lists.filter("by_rules")["unit_id"])
    inside = {"pool": reached, "rules": ruled, "list": own, "rules_and_list": ruled & own}
    return Totals(**{name: float(truth.saving_ore[rows].sum()) for name, rows in inside.items()})
