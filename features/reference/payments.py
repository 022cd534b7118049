"""Second route of the family *payments*: the running grants and what they pay a month."""

from __future__ import annotations

import datetime as dt

from features.reference.findings import Finding, Part, counted, in_kroner, largest, reference, smallest, summed
from features.reference.grants import Grant
from features.reference.rows import Row
from features.reference.scene import Scene

HALF_YEAR = dt.timedelta(days=183)
DAYS_A_MONTH, FULL_MONTHS = 31, 5


def _amounts(scene: Scene, *benefits: str) -> list[Part]:
    return [_amount(grant) for grant in scene.grants if not benefits or grant.version["benefit"] in benefits]


def _amount(grant: Grant) -> tuple[int, tuple[Row, ...]]:
    return grant.monthly_ore, (grant.version, *grant.payments)


def _ages(scene: Scene) -> list[Part]:
    return [(grant.run_days, grant.run) for grant in scene.grants]


@reference
def grants_running(scene: Scene) -> Finding:
    """Grants known and holding on the day, of residents."""
    return counted([grant.version] for grant in scene.grants)


@reference
def monthly_amount(scene: Scene) -> Finding:
    """Kroner a month of all running grants."""
    return in_kroner(_amounts(scene))


@reference
def single_amount(scene: Scene) -> Finding:
    """Kroner a month of the grants paid as single or single provider."""
    return in_kroner(_amount(grant) for grant in scene.grants if grant.is_single)


@reference
def newest_grant_days(scene: Scene) -> Finding:
    """Fewest days since the unbroken run of a running grant began."""
    return smallest(_ages(scene))


@reference
def oldest_grant_days(scene: Scene) -> Finding:
    """Most days since the unbroken run of a running grant began."""
    return largest(_ages(scene))


@reference
def assistance_amount(scene: Scene) -> Finding:
    """Kroner a month of kontanthjælp and uddannelseshjælp."""
    return in_kroner(_amounts(scene, "kontanthjaelp", "uddannelseshjaelp"))


@reference
def daycare_amount(scene: Scene) -> Finding:
    """Kroner a month of friplads and søskenderabat."""
    return in_kroner(_amounts(scene, "friplads", "soeskenderabat"))


@reference
def housing_amount(scene: Scene) -> Finding:
    """Kroner a month of boligstøtte."""
    return in_kroner(_amounts(scene, "boligstoette"))


@reference
def payment_gaps(scene: Scene) -> Finding:
    """Months of the last 183 days without payment of a running grant: of those due, at most five, less those paid."""
    gaps = [(_missing_months(grant, scene.day), (*grant.run, *grant.payments)) for grant in scene.grants]
    return summed((months, rows) for months, rows in gaps)


def _missing_months(grant: Grant, day: dt.date) -> int:
    paid = {row["month"] for row in grant.payments if row["month"] > day - HALF_YEAR}
    return max(min(grant.run_days // DAYS_A_MONTH, FULL_MONTHS) - len(paid), 0)


@reference
def grant_holders(scene: Scene) -> Finding:
    """Residents with a running grant."""
    holders = {grant.holder.person_id: grant.holder for grant in scene.grants}
    held = [(holder, [each.version for each in scene.grants if each.holder is holder]) for holder in holders.values()]
    return counted([holder.residence, *versions] for holder, versions in held)
