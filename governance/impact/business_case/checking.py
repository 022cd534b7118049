"""Whether a proposal's own figures are right: every printed total, key and row beside what it must be.

Reports each fault and repairs none: a difference that rounding may explain is a fault as well, and remarked on. Must
not know how they are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
HALF_AN_ORE = Decimal("0.005")
"""Up to it, two amounts are one: below are only the digits of somebody's spreadsheet."""
SPREADSHEET = Decimal("1.000000001")
"""So little more than a tolerance is within it: the last digits of a binary fraction must not decide."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One figure that is stated and wrong; `where` names it, `expected` None means never (payback only).

    `rounded`: it is no further off than the printed digits leave open.
    """

    where: str
    stated: Figure
    expected: Figure
    rounded: bool = False


def find_faults(case: BusinessCase, worked: Worked) -> tuple[Fault, ...]:
    """Every stated figure that is not what the items of the file make it, in the order of the file's fields."""
    faults = (*_totals(case, worked.totals), *_payback(case, worked), *_distribution(case, worked.totals))
    return tuple(faults)


def find_remarks(case: BusinessCase, worked: Worked, faults: Sequence[Fault] = ()) -> tuple[str, ...]:
    """What is no fault but easily a slip, in Danish: a sign the wrong way round, a payback that does not last.

    Or fractions of an øre, a key that is no share; and which of the faults may be no more than a rounding.
    """
    lost = worked.payback_years is not None and any(each > 0 for each in worked.accumulated[worked.payback_years :])
    return (
        *_slips(case),
        *(["Sagen er betalt tilbage, men kommer senere i underskud igen."] if lost else []),
        *(f"{fault.where}: forskellen er ikke større end en afrunding." for fault in faults if fault.rounded),
    )


def _slips(case: BusinessCase) -> Iterator[str]:
    for item in case.items:
        if item.kind == "effect" and any(amount > 0 for amount in item.amounts):
            yield f"{item.name}: effekt med positivt fortegn"
        if item.kind != "effect" and any(amount < 0 for amount in item.amounts):
            yield f"{item.name}: udgift med negativt fortegn"
        # 1.665 for 1,665 kr. is the slip of whoever writes thousands with a point
        if any(EXACT.multiply(amount, Decimal(100 * case.unit)) % 1 for amount in item.amounts):
            yield f"{item.name}: brøkdele af en øre; punktum er decimaltegn og skiller ikke tusinder"
    for row in case.stated.distribution:
        if row.key is not None and not 0 <= row.key <= HUNDRED:
            yield f"{_row(row)}: nøglen ligger uden for 0-100 pct."


def half_unit(printed: Iterable[Decimal]) -> Decimal:
    """Half a unit of the last digit that these figures print together.

    A table prints its figures alike: `530` beside `37.5` stands for 530.0.
    """
    decimals = max((-exponent for each in printed if isinstance(exponent := each.as_tuple().exponent, int)), default=0)
    # zeros before the point of `6.3e2` are digits as well
    return Decimal(5).scaleb(-max(decimals, 0) - 1, EXACT)


def _distance(stated: Decimal, expected: Decimal) -> Decimal:
    return abs(EXACT.subtract(stated, expected))


def _beyond(stated: Decimal, expected: Decimal, tolerance: Decimal) -> bool:
    return _distance(stated, expected) > EXACT.multiply(tolerance, SPREADSHEET)


def _totals(case: BusinessCase, totals: Totals) -> Iterator[Fault]:
    for name in TOTALS:
        printed = case.stated.totals.get(name, ())
        half = half_unit(printed)
        for year, stated, expected in zip(case.years, printed, totals[name], strict=False):
            if _beyond(stated, expected, HALF_AN_ORE / case.unit):
                rounded = _distance(stated, expected) <= half
                yield Fault(where=f"stated.{name} {year}", stated=stated, expected=expected, rounded=rounded)


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
    if keys and _beyond(summed, HUNDRED, KEY_TOLERANCE):
        rounded = _distance(summed, HUNDRED) <= len(keys) * half_unit(keys)
        yield Fault(where=f"stated.distribution {kind}: sum of keys", stated=summed, expected=HUNDRED, rounded=rounded)


def _row_sums(rows: Sequence[Share], whole: Decimal, unit: int) -> Iterator[Fault]:
    """A thousandth of what the row must sum to, not of the kind: small committees are held as closely."""
    for row in rows:
        if row.key is None or row.amounts is None:
            continue
        expected = EXACT.multiply(row.key.scaleb(-2, EXACT), whole)
        stated = exact_sum(row.amounts)
        if _beyond(stated, expected, max(EXACT.multiply(ROW_TOLERANCE, abs(expected)), HALF_AN_ORE / unit)):
            where = f"{_row(row)}: sum over the years"
            rounded = _distance(stated, expected) <= _left_open(row.key, row.amounts, whole)
            yield Fault(where=where, stated=stated, expected=expected, rounded=rounded)


def _row(row: Share) -> str:
    return f"stated.distribution {row.kind} {row.committee} (row {row.place})"


def _left_open(key: Decimal, amounts: Amounts, whole: Decimal) -> Decimal:
    """How far a row may be off because its key and each of its amounts were rounded to the digits they print."""
    by_key = EXACT.multiply(half_unit([key]).scaleb(-2, EXACT), abs(whole))
    return EXACT.add(by_key, len(amounts) * half_unit(amounts))


def _years(case: BusinessCase, kind: Kind, rows: Sequence[Share], totals: Amounts) -> Iterator[Fault]:
    printed = [row.amounts for row in rows if row.amounts is not None]
    left_open = len(printed) * half_unit(amount for amounts in printed for amount in amounts)
    for place, year in enumerate(case.years):
        stated = exact_sum(amounts[place] for amounts in printed)
        if printed and _beyond(stated, totals[place], HALF_AN_ORE / case.unit):
            where = f"stated.distribution {kind} {year}: sum of rows"
            rounded = _distance(stated, totals[place]) <= left_open
            yield Fault(where=where, stated=stated, expected=totals[place], rounded=rounded)
