"""What a proposal adds up to, worked out exactly: nothing is rounded, and a rounding would be an error of ours.

Permanent change = effects + running costs; cash flow = permanent change + investments. Must not know what is stated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from functools import reduce

from governance.impact.business_case.case import AREAS, KINDS, Amounts, Area, BusinessCase, Item, Total

EXACT = Context(prec=400, traps=[Inexact, InvalidOperation, Overflow])
Totals = Mapping[Total, Amounts]


@dataclass(frozen=True, kw_only=True)
class Worked:
    """The tables of a proposal, one amount a year each; `payback_years` is None when it never pays back."""

    totals: Totals
    accumulated: Amounts
    payback_years: int | None
    by_committee: Mapping[str, Totals]
    by_area: Mapping[Area, Totals]


def build_worked(case: BusinessCase) -> Worked:
    """Everything that can be worked out from the items of a proposal."""
    totals = build_totals(case.items, len(case.years))
    return Worked(
        totals=totals,
        accumulated=tuple(exact_sum(totals["cash_flow"][: place + 1]) for place in range(len(case.years))),
        payback_years=payback_years(totals["permanent_change"], totals["cash_flow"]),
        by_committee={
            committee: build_totals([item for item in case.items if item.committee == committee], len(case.years))
            for committee in case.committees
        },
        by_area={
            area: build_totals(items, len(case.years))
            for area in AREAS
            if (items := [item for item in case.items if item.area == area])
        },
    )


def build_totals(items: Sequence[Item], years: int) -> Totals:
    """The items' sum of each kind, their permanent change and their cash flow, one amount for each of `years`."""
    kinds: dict[Total, Amounts] = {
        kind: _added(years, (item.amounts for item in items if item.kind == kind)) for kind in KINDS
    }
    permanent = _added(years, (kinds["effect"], kinds["running"]))
    return {**kinds, "permanent_change": permanent, "cash_flow": _added(years, (permanent, kinds["investment"]))}


def _added(years: int, rows: Iterable[Amounts]) -> Amounts:
    standing = tuple(rows)
    return tuple(exact_sum(row[place] for row in standing) for place in range(years))


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """Their sum, every digit of it."""
    return reduce(EXACT.add, amounts, Decimal(0))


def payback_years(permanent_change: Amounts, cash_flow: Amounts) -> int | None:
    """Years, counted from the first, until the accumulated cash flow is zero or negative; None when it never is.

    After the last year its permanent change goes on year by year.
    """
    standing = Decimal(0)
    for place, amount in enumerate(cash_flow, start=1):
        standing = EXACT.add(standing, amount)
        if standing <= 0:
            return place
    gain = -Fraction(permanent_change[-1])
    return len(cash_flow) + math.ceil(Fraction(standing) / gain) if gain > 0 else None


def in_ore(amount: Decimal, unit: int) -> int:
    """An amount in a file's unit as whole øre, half an øre away from zero."""
    return int(EXACT.multiply(amount, Decimal(unit * 100)).quantize(Decimal(1), ROUND_HALF_UP, Context(prec=400)))


def plain(amount: Decimal) -> int | float:
    """The amount as JSON has it: whole where it is whole."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)
