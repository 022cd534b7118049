"""What follow-up is given: realised amounts by year and committee with their intervals, and what criteria measure.

Only what may be told is given on: a sentence about a hidden figure would tell it. Must not know the business case's
tables or what is concluded.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.impact.business_case.case import Kind
from governance.impact.coverage import wilson
from governance.impact.expectation import MATURE_FROM, is_mature
from governance.impact.facts import COMMITTEES, CaseFact, Facts
from governance.impact.followed import Measured, Realised
from governance.impact.interval import Drawn, is_estimable, total_limits
from service.impact.basis import Basis
from service.impact.report_model import SMALLEST_CELL
from service.impact.strata import read_code
from service.impact.telling import Telling

CODE_OF: Mapping[Kind, str] = {
    "effect": "realised_municipal", "running": "cost_operation", "investment": "cost_investment",
}  # fmt: skip


FOUND = ("benefit_changed", "registration_corrected")
"""Outcomes that changed something, whatever became of it on appeal."""


@dataclass(frozen=True, order=True)
class Followed:
    """One row of follow-up and the code of the ledger that it is; committee "" is the case as a whole."""

    year: int
    committee: str
    benefit: str
    kind: Kind

    @property
    def selection(self) -> str:
        """What stands after the figure's code."""
        office = f":{self.committee}" if self.committee else ""
        return f"{office}@{self.year}" + (f",benefit={self.benefit}" if self.benefit else "")

    @property
    def code(self) -> str:
        """The code that `impact explain` lists."""
        return CODE_OF[self.kind] + self.selection


def followed_rows(basis: Basis) -> tuple[Followed, ...]:
    """Every year of the case in which something was booked, by committee, benefit with a limit, and in all.

    A case names its committees freely; one that nothing is booked for is not worked out, and never told to be 0.
    """
    case = basis.case
    years = [year for year in basis.years if case.years[0] <= year <= basis.as_of.year]
    meant = {(item.committee, "", item.kind) for item in case.items}
    meant |= {(limit.committee, limit.benefit, "effect") for limit in case.limits} | {("", "", "effect")}
    booked = [each for each in meant if each[0] in ("", *COMMITTEES)]
    return tuple(sorted(Followed(year, *each) for year in years for each in booked))


def build_realised(basis: Basis, telling: Telling) -> tuple[Realised, ...]:
    """A row for each that may be told; effects with the interval of what such cases bring in the long run."""
    matured = matured_shares(basis.facts)
    told = [each for each in followed_rows(basis) if telling.is_told(each.code)]
    return tuple(_row(each, telling.values[each.code], basis, matured) for each in told)


def _row(each: Followed, amount: int, basis: Basis, matured: Mapping[int, float]) -> Realised:
    low, high = _ends(each, amount, basis) if each.kind == "effect" else (amount, amount)
    return Realised(
        year=each.year, committee=each.committee, benefit=each.benefit, kind=each.kind, mean_ore=amount,
        low_ore=low, high_ore=high, elapsed=elapsed_share(each.year, basis.as_of), matured=matured.get(each.year, 0.0),
    )  # fmt: skip


def _ends(each: Followed, amount: int, basis: Basis) -> tuple[int | None, int | None]:
    """The 95 % interval where ten cases saved something; otherwise none, least of all where nothing was saved."""
    saving = savings_by_case(each, basis.book.amounts)
    drawn = Drawn(saving=saving, probability=np.ones(len(saving)))
    if not is_estimable(drawn, np.ones(len(saving))):
        return None, None
    limits = total_limits(drawn, np.ones(len(saving)), repeated=True)
    return min(round(limits.low), amount), max(round(limits.high), amount)


def savings_by_case(each: Followed, amounts: pl.DataFrame) -> np.typing.NDArray[np.float64]:
    """What each case gave the figure, øre `[n]`."""
    chosen = read_code(each.code)
    of = amounts.filter(pl.col("account").is_in(chosen.figure.accounts))
    for dimension, value in chosen.dimensions.items():
        of = of.filter(pl.col(dimension) == value)
    summed = of.group_by("case_id").agg(pl.col("amount").sum()).sort("case_id")
    return np.asarray(chosen.figure.sign * summed["amount"].to_numpy(), dtype=np.float64)


def elapsed_share(year: int, as_of: dt.date) -> float:
    """The share of a year that has passed at the close of a day."""
    if as_of.year != year:
        return float(as_of.year > year)
    return as_of.timetuple().tm_yday / (366 if calendar.isleap(year) else 365)


def matured_shares(facts: Facts | None) -> Mapping[int, float]:
    """Year of opening → share of its cases that are closed; nothing is known without registers."""
    by_year: dict[int, list[bool]] = {}
    for case in () if facts is None else facts.cases:
        by_year.setdefault(case.opened_on.year, []).append(case.closed_on is not None)
    return {year: sum(closed) / len(closed) for year, closed in by_year.items()}


def build_measured(basis: Basis, realised: Sequence[Realised]) -> Mapping[str, Measured]:
    """The figures that criteria name, those of them that can be told."""
    found = [*_yearly(basis, realised), *([] if basis.facts is None else _shares(basis.facts, basis.ripe))]
    return {each.code: each for each in found}


def _yearly(basis: Basis, realised: Sequence[Realised]) -> Iterator[Measured]:
    """Mean of mature years, kr. in the prices of the case."""
    whole = [row for row in realised if not row.committee and row.kind == "effect" and is_mature(row, MATURE_FROM)]
    if not whole:
        return
    factors = [
        float(basis.index.conversion(from_year=basis.case.price_level, to_year=row.year).factor) for row in whole
    ]

    def mean(amounts: Sequence[int | None]) -> float | None:
        known = [amount / factor for amount, factor in zip(amounts, factors, strict=True) if amount is not None]
        return sum(known) / len(whole) / 100 if len(known) == len(whole) else None

    value = mean([row.mean_ore for row in whole])
    assert value is not None  # noqa: S101  every year has an amount

    yield Measured(
        code="realised_municipal_year", value=value,
        low=mean([row.low_ore for row in whole]), high=mean([row.high_ore for row in whole]), mature=True,
    )  # fmt: skip


def _shares(facts: Facts, ripe: frozenset[str]) -> Iterator[Measured]:
    standing = {each.case_id for each in facts.effects if each.reversed_on is None}
    listed = [case for case in facts.cases if case.case_id in ripe]
    hits = {case.case_id for case in listed if _is_hit(case, standing)}
    closed = [case for case in facts.cases if case.channel == "model" and case.closed_on is not None]
    found = {case.case_id for case in closed if case.outcome in FOUND}
    # the yearly table counts outcomes of all closed cases: what differs is what was set aside, or is not yet ripe
    differing = (len(hits ^ found), len(ripe ^ {case.case_id for case in closed}))
    if not any(_is_small(count) for count in differing):
        yield from _share("hit_share", len(hits), len(listed))
    by_case = {each.case_id for each in facts.effects}
    reversed_cases = {each.case_id for each in facts.effects if each.reversed_on is not None}
    if not _is_small(len(reversed_cases)) and not _is_small(len(by_case - reversed_cases)):
        reversed_effects = sum(each.reversed_on is not None for each in facts.effects)
        yield from _share("reversed_share", reversed_effects, len(facts.effects))


def _is_hit(case: CaseFact, standing: set[str]) -> bool:
    return case.case_id in standing or case.outcome == "registration_corrected"


def _share(code: str, found: int, of: int) -> Iterator[Measured]:
    """A share with Wilson's interval; neither side of it may be about 1 to 9."""
    if of < SMALLEST_CELL or _is_small(found) or _is_small(of - found):
        return
    low, high = wilson(found, of)
    assert low is not None and high is not None  # noqa: S101  there are cases
    yield Measured(code=code, value=found / of, low=low, high=high, mature=True)


def _is_small(count: int) -> bool:
    return 0 < count < SMALLEST_CELL
