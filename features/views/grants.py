"""Running benefit grants of the residents, what they pay a month, and what the municipality keeps of a saving."""

from __future__ import annotations

import datetime as dt
from typing import Final

import narwhals as nw
import polars as pl

from features.engines import Frame
from features.views.flags import HALF_YEAR_DAYS, YEAR_DAYS, flag, or_zero, without_versions
from features.views.runs import run_starts
from features.world import World, day_number, holds
from governance.benefits import DAYS_A_WEEK, Benefit, Catalogue, Rate

THREE_MONTHS_DAYS: Final = 62
"""First of a month to the first two months later is 59–62 days, three months later at least 89."""
LONGEST_MONTH_DAYS: Final = 31
MOST_MONTHS_DUE: Final = 5
"""Half a year holds the first days of at least five months."""
PERMILLE: Final = 1000
SINGLE_BASES: Final = ("single", "single_provider")
HOLDER = (
    "unit_id", "day", "person_id", "married", "stay_days", "other_adults", "nearest_age_days", "unit_children",
    "spouse_here", "parent_here", "child_here",
)  # fmt: skip


def grants(world: World, residents: Frame, catalogue: Catalogue) -> Frame:
    """One row a unit and running grant (known and holding on the day) of a resident.

    Adds `monthly_ore` (whole øre: mean of the last three months' payments known on the day, within a year, else the
    catalogue rate), `municipal_ore` (the part the municipality keeps after state refund), `run_days` since the first
    day of the unbroken run, `months_due` (five at most) and `months_paid` within half a year, `is_holders_first` (0/1:
    one grant a holder) and the benefit's administration.
    """
    columns = {name: name for name in ("grant_id", "benefit", "basis", "children")}
    versions = world.facts(
        "benefit_grant", of=residents.select(*HOLDER), on="person_id", columns=columns, key="person_id"
    )
    versions = world.engine.keep(versions)
    running = without_versions(versions.filter(holds()).with_columns(fact_on=nw.col("recorded_on")))
    listed = world.engine.rows(_rates(catalogue))
    return (
        running.join(run_starts(versions, of=("unit_id", "grant_id")), on=["unit_id", "grant_id"], how="left")
        .join(_monthly_payments(world, running), on=["unit_id", "grant_id"], how="left")
        .join(_rates_on(running, listed), on=["unit_id", "grant_id"], how="left")
        .join(_first_of_holder(running), on=["unit_id", "person_id"], how="left")
        .with_columns(
            run_days=nw.col("day") - nw.col("run_start"),
            months_due=nw.min_horizontal(
                (nw.col("day") - nw.col("run_start")) // LONGEST_MONTH_DAYS, nw.lit(MOST_MONTHS_DUE)
            ),
            months_paid=or_zero("months_paid"),
            is_holders_first=flag(nw.col("grant_id") == nw.col("holders_first_id")),
            monthly_ore=nw.coalesce("paid_ore", "rate_ore").fill_null(0),
            is_single=flag(nw.col("basis").is_in(SINGLE_BASES)),
            administration=_administration(catalogue),
        )
        .with_columns(municipal_ore=(nw.col("monthly_ore") * _municipal_permille(catalogue) + 500) // PERMILLE)
    )


def _first_of_holder(running: Frame) -> Frame:
    """The first of each holder's grants by id: what counts holders, not grants."""
    return running.group_by("unit_id", "person_id").agg(nw.col("grant_id").min().alias("holders_first_id"))


def _monthly_payments(world: World, running: Frame) -> Frame:
    grants = running.select("unit_id", "day", "grant_id")
    columns = {"month": "month", "amount_ore": "amount_ore"}
    paid = world.events("benefit_payment", of=grants, on="grant_id", columns=columns, key="grant_id")
    year = world.engine.keep(
        paid.filter(nw.col("month") > nw.col("day") - YEAR_DAYS)
        .group_by("unit_id", "day", "grant_id", "month")
        .agg(nw.col("amount_ore").sum())
        .with_columns(is_half_year=flag(nw.col("month") > nw.col("day") - HALF_YEAR_DAYS))
    )
    latest = year.group_by("unit_id", "grant_id").agg(
        nw.col("month").max().alias("latest_month"), nw.col("is_half_year").sum().alias("months_paid")
    )
    recent = year.join(latest, on=["unit_id", "grant_id"], how="inner").filter(
        nw.col("latest_month") - nw.col("month") <= THREE_MONTHS_DAYS
    )
    sums = recent.group_by("unit_id", "grant_id", "months_paid").agg(
        nw.col("amount_ore").sum().alias("sum_ore"), nw.len().cast(nw.Int64).alias("months")
    )
    # Whole øre, rounded half up: sums of whole numbers are the same in any order and on any engine.
    mean = (nw.col("sum_ore") * 2 + nw.col("months")) // (nw.col("months") * 2)
    return sums.select("unit_id", "grant_id", "months_paid", paid_ore=mean)


def _rates(catalogue: Catalogue) -> pl.DataFrame:
    rows = [
        (code, basis, day_number(start), day_number(end), rate.for_basis(basis))
        for code, benefit in catalogue.benefits.items()
        for rate, start, end in _rate_periods(benefit)
        for basis in ("single", "single_provider", "couple", "couple_provider", "living_at_home", "living_out")
    ]
    names = ["benefit", "basis", "rate_from", "rate_to", "rate_ore"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _rate_periods(benefit: Benefit) -> list[tuple[Rate, dt.date, dt.date]]:
    starts = [dt.date.min, *(rate.valid_from for rate in benefit.rates[1:]), dt.date.max]
    return list(zip(benefit.rates, starts[:-1], starts[1:], strict=True))


def _rates_on(running: Frame, rates: Frame) -> Frame:
    wanted = running.select("unit_id", "grant_id", "day", "benefit", "basis")
    in_force = (nw.col("rate_from") <= nw.col("day")) & (nw.col("day") < nw.col("rate_to"))
    return (
        wanted.join(rates, on=["benefit", "basis"], how="inner")
        .filter(in_force)
        .select("unit_id", "grant_id", "rate_ore")
    )


def _administration(catalogue: Catalogue) -> nw.Expr:
    name: nw.Expr = nw.lit("")
    for code, benefit in catalogue.benefits.items():
        name = nw.when(nw.col("benefit") == code).then(nw.lit(benefit.administration)).otherwise(name)
    return name


def _permille(share: float) -> nw.Expr:
    return nw.lit(round(share * PERMILLE)).cast(nw.Int64)


def _municipal_permille(catalogue: Catalogue) -> nw.Expr:
    """1 − refund share, by benefit and weeks since the run began (registers.md, *Settled questions*)."""
    share = _permille(0.0)
    for code, benefit in catalogue.benefits.items():
        if benefit.refund == "step":
            kept = _stepped_permille(catalogue)
        else:
            kept = _permille(catalogue.municipal_share(code, on=dt.date.max, days_on_benefit=None))
        share = nw.when(nw.col("benefit") == code).then(kept).otherwise(share)
    return share


def _stepped_permille(catalogue: Catalogue) -> nw.Expr:
    share = _permille(0.0)
    for place, step in enumerate(catalogue.refund_steps):
        kept = _permille(1.0 - step.shares[-1])
        for weeks, refunded in reversed(list(zip(step.weeks_to, step.shares, strict=False))):
            kept = nw.when(nw.col("run_days") < weeks * DAYS_A_WEEK).then(_permille(1.0 - refunded)).otherwise(kept)
        # The first known steps stand for the days before them, as in `Catalogue.refund_step`.
        begins = day_number(step.valid_from) if place else day_number(dt.date.min)
        share = nw.when(nw.col("day") >= begins).then(kept).otherwise(share)
    return share
