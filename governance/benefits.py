"""The benefit catalogue: who pays, what the state refunds, for how many months a saving is counted.

Read from `catalogue/benefits.toml`; knows nothing of persons, grants or payments.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Administration = Literal["BIF", "BUF", "KFF", "STATE"]
ADMINISTRATIONS: tuple[Administration, ...] = ("BIF", "BUF", "KFF", "STATE")
HALF_REFUND = 0.5
DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Rate:
    """Monthly amounts in whole øre from a day on, by basis; `any` stands for every basis not named."""

    valid_from: dt.date
    ore: Mapping[str, int]
    source: str

    def for_basis(self, basis: str) -> int:
        """Whole øre a month for a grant of this basis."""
        return self.ore.get(basis, self.ore["any"])


@dataclass(frozen=True)
class RefundStep:
    """The state's refund share by weeks on the benefit (refusionstrappe), in force from a day on."""

    valid_from: dt.date
    weeks_to: tuple[int, ...]
    shares: tuple[float, ...]

    def share(self, days_on_benefit: int) -> float:
        """The refund share after `days_on_benefit` whole days; the first seven days are week 1."""
        week = max(days_on_benefit, 0) // DAYS_A_WEEK + 1
        reached = sum(week > last for last in self.weeks_to)
        return self.shares[reached]


@dataclass(frozen=True)
class Benefit:
    """One benefit of the catalogue."""

    code: str
    name_da: str
    name_en: str
    act: str
    administration: Administration
    refund: Literal["none", "half", "step", "state"]
    horizon_months: int
    affects: Literal["person", "household"]
    rates: tuple[Rate, ...]
    municipal_share: float = 0.0

    def monthly_rate_ore(self, *, basis: str, on: dt.date) -> int:
        """The catalogue's monthly rate in whole øre; the first known rate stands for the days before it."""
        in_force = [rate for rate in self.rates if rate.valid_from <= on] or [self.rates[0]]
        return in_force[-1].for_basis(basis)


@dataclass(frozen=True)
class Catalogue:
    """All benefits, in the order of the file."""

    benefits: Mapping[str, Benefit]
    refund_steps: tuple[RefundStep, ...]

    def refund_step(self, on: dt.date) -> RefundStep:
        """The refund steps in force on a day; the first known ones stand for the days before them."""
        in_force = [step for step in self.refund_steps if step.valid_from <= on] or [self.refund_steps[0]]
        return in_force[-1]

    def municipal_share(self, code: str, *, on: dt.date, days_on_benefit: int | None) -> float:
        """The share of a saving that the municipality keeps (1 − refund), in 0 … 1.

        `days_on_benefit` counts from the first day of the grant's unbroken run to `on`; None, for an effect that names
        no grant, takes the last step, which every long run reaches.
        """
        benefit = self.benefits[code]
        if benefit.refund == "state":
            return benefit.municipal_share
        if benefit.refund == "none":
            return 1.0
        if benefit.refund == "half":
            return 1.0 - HALF_REFUND
        step = self.refund_step(on)
        return 1.0 - (step.shares[-1] if days_on_benefit is None else step.share(days_on_benefit))

    def as_rows(self) -> list[dict[str, object]]:
        """The catalogue as plain rows, for the maker of synthetic towns, which imports nothing of ours."""
        return [
            {
                "code": benefit.code,
                "administration": benefit.administration,
                "refund": benefit.refund,
                "rates": [
                    {"from": rate.valid_from.isoformat(), "basis": basis, "ore": ore}
                    for rate in benefit.rates
                    for basis, ore in rate.ore.items()
                ],
            }
            for benefit in self.benefits.values()
        ]


@cache
def load_catalogue() -> Catalogue:
    """The shipped catalogue; read once."""
    source = tomllib.loads(files("governance").joinpath("catalogue/benefits.toml").read_text(encoding="utf-8"))
    steps = tuple(
        RefundStep(step["valid_from"], tuple(step["weeks_to"]), tuple(step["shares"])) for step in source["refund_step"]
    )
    return Catalogue({entry["code"]: _benefit(entry) for entry in source["benefit"]}, steps)


def _benefit(entry: dict[str, Any]) -> Benefit:
    rates = tuple(Rate(rate["valid_from"], rate["ore"], rate["source"]) for rate in entry["rates"])
    return Benefit(**{**entry, "rates": rates})
