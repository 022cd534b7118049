"""Running grants of the residents: since when, for how much a month, and what the municipality keeps of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from features.reference.people import Resident
from features.reference.rows import Row, holding, unbroken_run
from governance.as_of import add_months
from governance.benefits import Catalogue

YEAR = dt.timedelta(days=365)
SINGLE = ("single", "single_provider")


@dataclass(frozen=True)
class Grant:
    """A grant that runs on the day. `run` is its unbroken chain of versions, the running one first."""

    holder: Resident
    version: Row
    run: tuple[Row, ...]
    payments: tuple[Row, ...]
    monthly_ore: int
    municipal_ore: int
    administration: str

    @property
    def run_days(self) -> int:
        """Days since the first day of the unbroken run."""
        return int((self.holder.day - self.run[-1]["valid_from"]).days)

    @property
    def is_single(self) -> bool:
        """Paid on the basis of living alone."""
        return self.version["basis"] in SINGLE


def build_grants(
    holder: Resident, versions: Sequence[Row], payments: Sequence[Row], catalogue: Catalogue
) -> tuple[Grant, ...]:
    """The holder's running grants, from every known version of the holder's grants and their payments."""
    return tuple(
        _grant(holder, version, versions, payments, catalogue)
        for version in holding(versions, holder.day)
        if version["person_id"] == holder.person_id
    )


def _grant(
    holder: Resident, version: Row, versions: Sequence[Row], payments: Sequence[Row], catalogue: Catalogue
) -> Grant:
    run = unbroken_run(version, versions, alike=("grant_id",))
    paid = _payments_within_year(version, payments, holder.day)
    monthly_ore = _mean_of_last_months_ore(paid) if paid else _rate_ore(version, holder.day, catalogue)
    run_days = (holder.day - run[-1]["valid_from"]).days
    kept = catalogue.municipal_share(version["benefit"], on=holder.day, days_on_benefit=run_days)
    municipal_ore = _half_up(monthly_ore * Fraction(str(round(kept, 6))))
    administration = catalogue.benefits[version["benefit"]].administration
    return Grant(holder, version, run, paid, monthly_ore, municipal_ore, administration)


def _payments_within_year(version: Row, payments: Sequence[Row], day: dt.date) -> tuple[Row, ...]:
    return tuple(row for row in payments if row["grant_id"] == version["grant_id"] and row["month"] > day - YEAR)


def _mean_of_last_months_ore(payments: Sequence[Row]) -> int:
    """Mean over the months paid among the latest month paid and the two before it."""
    first = add_months(max(row["month"] for row in payments), -2)
    recent = [row for row in payments if row["month"] >= first]
    months = {row["month"] for row in recent}
    return _half_up(Fraction(sum(row["amount_ore"] for row in recent), len(months)))


def _rate_ore(version: Row, day: dt.date, catalogue: Catalogue) -> int:
    return catalogue.benefits[version["benefit"]].monthly_rate_ore(basis=version["basis"], on=day)


def _half_up(amount: Fraction) -> int:
    return int((amount + Fraction(1, 2)) // 1)
