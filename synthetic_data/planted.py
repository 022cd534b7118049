"""What is planted in a steered town at a month's start: the one way to it, for a judge and for nobody else.

Whoever ranks, decides or learns reads the town's registers; a policy that came in here would be cheating.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthetic_data import codes
from synthetic_data.benefits_paid import is_running
from synthetic_data.block import Block
from synthetic_data.calendar import YEAR_DAYS
from synthetic_data.columns import Bools, Floats, Ints
from synthetic_data.controls import DECIDED
from synthetic_data.severity import expected_hours, expected_saving
from synthetic_data.stepping import SteppedTown
from synthetic_data.truth import sigmoid

_BANDS = ((18, 30), (30, 50), (50, 67), (67, 200))


@dataclass(frozen=True, kw_only=True)
class Planted:
    """One value an address. `chance`: that a control opened now ends as a hit; `saving_ore`: what the municipality then
    saves on average, appeals counted; `hours`: mean hours of a control. `adults`: group → registered adults of it."""

    address_id: tuple[str, ...]
    chance: Floats
    saving_ore: Floats
    hours: Floats
    adults: Mapping[str, Floats]


def see_planted(town: SteppedTown) -> Planted:
    """The planted truth of every address at the town's month start."""
    now, block = town.now(), town.block
    saving = expected_saving(
        block, now.situation, town.prices, running=np.flatnonzero(is_running(block, now.situation.day)),
        month=town.month, months=town.history.months,
    )  # fmt: skip
    return Planted(
        address_id=tuple(str(address) for address in town.ids().of("a").to_pylist()),
        chance=DECIDED * sigmoid(now.logit), saving_ore=saving.by_administration.sum(axis=1),
        hours=expected_hours(now.situation), adults=_adults(block, now.situation.day),
    )  # fmt: skip


def likeness_to_handover(town: SteppedTown) -> float:
    """Correlation, over today's candidates, of today's log odds with those of the truth at the handover."""
    situation = town.now().situation
    rows = situation.candidates
    then = town.shared.truth.logit(situation, elapsed=town.history.elapsed(town.plan.history_months))
    return float(np.corrcoef(then[rows], town.now().logit[rows])[0, 1])


def _adults(block: Block, day: int) -> dict[str, Floats]:
    people = block.people
    grown = np.flatnonzero((people["address"] >= 0) & ((day - people["birth"]) >= 18 * YEAR_DAYS))
    home = people["address"][grown]
    groups: dict[str, Bools] = {"all adults": np.ones(len(grown), dtype=bool)}
    groups |= {f"sex {name}": people["sex"][grown] == code for code, name in enumerate(codes.SEXES)}
    groups |= {f"origin {name}": people["origin"][grown] == code for code, name in enumerate(codes.ORIGINS)}
    citizens = enumerate(codes.CITIZENSHIPS)
    groups |= {f"citizenship {name}": people["citizenship"][grown] == code for code, name in citizens}
    groups["disability pension"] = people["disability"][grown].astype(bool)
    age = (day - people["birth"][grown]) / YEAR_DAYS
    groups |= {f"age {low}-{high - 1}" if high < 200 else f"age {low}+": (age >= low) & (age < high)
               for low, high in _BANDS}  # fmt: skip
    groups["single provider"] = np.isin(grown, _single_providers(block, day))
    size = block.dwellings.size
    return {name: np.bincount(home[inside], minlength=size).astype(np.float64) for name, inside in groups.items()}


def _single_providers(block: Block, day: int) -> Ints:
    running = is_running(block, day) & (block.grants["basis"] == codes.SINGLE_PROVIDER)
    return np.asarray(block.grants["person"][running])
