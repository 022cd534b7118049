"""Whether a proposal's own figures are right: every printed total, key and row beside what it must be.

Reports each fault and repairs none. Must not know how they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from governance.impact.business_case.arithmetic import EXACT, Totals, Worked, exact_sum
from governance.impact.business_case.case import KINDS, TOTALS, Amounts, BusinessCase, Kind, Share

Figure = Decimal | Literal["never"] | None
HUNDRED = Decimal(100)
KEY_TOLERANCE = Decimal("0.1")
"""Percentage points that the keys of a kind may be from 100 together."""
ROW_TOLERANCE = Decimal("0.001")
"""Share of what a row must sum to over the years that it may be off."""
FINEST_KEY = Decimal("0.05")
"""Half a unit of the last digit of a key of one decimal: a key of none is not taken for a coarser one."""
HALF_AN_ORE = Decimal("0.005")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One figure that is stated and wrong; `where` names it, `expected` None means never (payback only)."""

    where: str
    stated: Figure
    expected: Figure


def find_faults(case: BusinessCase, worked: Worked) -> tuple[Fault, ...]:
    """Every stated figure that is not what the items of the file make it, in the order of the file's fields."""
    faults = (*_totals(case, worked.totals), *_payback(case, worked), *_distribution(case, worked.totals))
    return tuple(faults)


def find_remarks(case: BusinessCase, worked: Worked) -> tuple[str, ...]:
    """What is no fault but easily a slip, in Danish: a sign the wrong way round, a payback that does not last."""
    turned = [
        f"{item.name}: {told}"
        for item in case.items
        if (told := "effekt med positivt fortegn" if item.kind == "effect" else "udgift med negativt fortegn")
        and any(amount > 0 if item.kind == "effect" else amount < 0 for amount in item.amounts)
    ]
    years = worked.payback_years
    lost = years is not None and any(each > 0 for each in worked.accumulated[years:])
    return (*turned, *(["Sagen er betalt tilbage, men kommer senere i underskud igen."] if lost else []))


def half_unit(amounts: Sequence[Decimal], unit: int) -> Decimal:
    """Half a unit of the last digit that these figures print together, at least half an øre.

    A table prints its figures alike: `530` beside `37.5` stands for 530.0.
    """
    decimals = max((-exponent for each in amounts if isinstance(exponent := each.as_tuple().exponent, int)), default=0)
    # zeros before the point of `6.3e2` are digits as well
    return max(Decimal(5).scaleb(-max(decimals, 0) - 1, EXACT), HALF_AN_ORE / unit)


def _off(stated: Decimal, expected: Decimal, tolerance: Decimal) -> bool:
    return abs(EXACT.subtract(stated, expected)) > tolerance


def _totals(case: BusinessCase, totals: Totals) -> Iterator[Fault]:
    for name in TOTALS:
        printed = case.stated.totals.get(name, ())
        tolerance = half_unit(printed, case.unit)
        for year, stated, expected in zip(case.years, printed, totals[name], strict=False):
            if _off(stated, expected, tolerance):
                yield Fault(where=f"stated.{name} {year}", stated=stated, expected=expected)


def _payback(case: BusinessCase, worked: Worked) -> Iterator[Fault]:
    stated = case.stated.payback
    expected = None if worked.payback_years is None else Decimal(worked.payback_years)
    if stated is not None and stated != (expected if expected is not None else "never"):
        yield Fault(where="stated.payback_years", stated=stated, expected=expected)


def _distribution(case: BusinessCase, totals: Totals) -> Iterator[Fault]:
    for kind in KINDS:
        rows = [share for share in case.stated.distribution if share.kind == kind]
        if rows:
            yield from _keys(kind, rows)
            yield from _row_sums(rows, exact_sum(totals[kind]), case.unit)
            yield from _years(case, kind, rows, totals[kind])


def _keys(kind: Kind, rows: Sequence[Share]) -> Iterator[Fault]:
    keys = [row.key for row in rows if row.key is not None]
    summed = exact_sum(keys)
    if keys and _off(summed, HUNDRED, KEY_TOLERANCE):
        yield Fault(where=f"stated.distribution {kind}: sum of keys", stated=summed, expected=HUNDRED)


def _row_sums(rows: Sequence[Share], whole: Decimal, unit: int) -> Iterator[Fault]:
    for row in rows:
        if row.key is None or row.amounts is None:
            continue
        expected = EXACT.multiply(row.key.scaleb(-2, EXACT), whole)
        stated = exact_sum(row.amounts)
        if _off(stated, expected, _row_tolerance(row.key, expected, whole, unit)):
            where = f"stated.distribution {row.kind} {row.committee} (row {row.place}): sum over the years"
            yield Fault(where=where, stated=stated, expected=expected)


def _row_tolerance(key: Decimal, expected: Decimal, whole: Decimal, unit: int) -> Decimal:
    """A thousandth of what is expected, or what the key's own last digit leaves open where that is more.

    A third of the whole is right under the printed key 33.3, though 0.1 % and a bit off.
    """
    left_open = min(half_unit([key], 1), FINEST_KEY).scaleb(-2, EXACT)
    return max(EXACT.multiply(ROW_TOLERANCE, abs(expected)), EXACT.multiply(left_open, abs(whole)), HALF_AN_ORE / unit)


def _years(case: BusinessCase, kind: Kind, rows: Sequence[Share], totals: Amounts) -> Iterator[Fault]:
    printed = [row.amounts for row in rows if row.amounts is not None]
    tolerance = half_unit([amount for amounts in printed for amount in amounts], case.unit)
    for place, year in enumerate(case.years):
        stated = exact_sum(amounts[place] for amounts in printed)
        if printed and _off(stated, totals[place], tolerance):
            yield Fault(where=f"stated.distribution {kind} {year}: sum of rows", stated=stated, expected=totals[place])
