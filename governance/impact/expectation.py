"""What the business case expects of a year, in øre and in the prices wanted, and one realised year beside it.

Must not know what is concluded from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from governance.impact.business_case.case import BusinessCase, Item, Kind
from governance.impact.business_case.prices import PriceIndex
from governance.impact.follow_up_words import committee_da, comparison_sentence, effect_on
from governance.impact.followed import Comparison, Ratio, Realised

MATURE_FROM = 0.95


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """A case and the price index that carries it to other years."""

    case: BusinessCase
    index: PriceIndex

    def own_prices_ore(self, *, year: int, committee: str, benefit: str = "", kind: Kind = "effect") -> int:
        """Whole øre in the case's own prices; savings and costs both positive. Committee "" is all of them.

        Before the first year nothing; after the last one effects and running costs go on as in the last.
        """
        items = [item for item in self.case.items if item.kind == kind and _meant(item, committee, benefit)]
        return sum(self._item_ore(item, year) for item in items)

    def prices_of_year_ore(self, *, year: int, committee: str, benefit: str = "", kind: Kind = "effect") -> int:
        """The same in the prices of that year."""
        own = self.own_prices_ore(year=year, committee=committee, benefit=benefit, kind=kind)
        return nearest(own * self.factor(year))

    def factor(self, year: int) -> Fraction:
        """From the case's prices to those of the year."""
        return self.index.conversion(from_year=self.case.price_level, to_year=year).factor

    def _item_ore(self, item: Item, year: int) -> int:
        first, last = self.case.years[0], self.case.years[-1]
        if year < first or (year > last and item.kind == "investment"):
            return 0
        amount = Fraction(item.amounts[min(year, last) - first]) * self.case.unit * 100
        return nearest(-amount if item.kind == "effect" else amount)


def _meant(item: Item, committee: str, benefit: str) -> bool:
    return committee in ("", item.committee) and benefit in ("", item.benefit)


def nearest(amount: Fraction) -> int:
    """Whole øre, half of one away from zero."""
    whole = math.floor(abs(amount) + Fraction(1, 2))
    return whole if amount >= 0 else -whole


def is_mature(row: Realised, mature_from: float) -> bool:
    """Whether the year is over and what was started in it is known."""
    return row.elapsed >= 1 and row.matured >= mature_from


def ratio_of(mean: int, low: int | None, high: int | None, expected: int) -> Ratio | None:
    """Realised over expected; None where nothing, or a loss, was expected."""
    if expected <= 0:
        return None
    low_ratio, high_ratio = (None if end is None else end / expected for end in (low, high))
    return Ratio(value=mean / expected, low=low_ratio, high=high_ratio)


def build_comparison(row: Realised, expectation: Expectation, mature_from: float = MATURE_FROM) -> Comparison:
    """One realised year beside what the case expects of it, in the prices of that year."""
    expected = expectation.prices_of_year_ore(
        year=row.year, committee=row.committee, benefit=row.benefit, kind=row.kind
    )
    so_far = nearest(Fraction(row.elapsed) * expected)
    ratio = ratio_of(row.mean_ore, row.low_ore, row.high_ore, so_far)
    mature = is_mature(row, mature_from)
    return Comparison(
        year=row.year,
        committee=row.committee,
        committee_da=committee_da(row.committee),
        benefit=row.benefit,
        kind=row.kind,
        expected_ore=expected,
        expected_so_far_ore=so_far,
        realised_ore=row.mean_ore,
        low_ore=row.low_ore,
        high_ore=row.high_ore,
        ratio=ratio,
        elapsed=row.elapsed,
        matured=row.matured,
        mature=mature,
        sentence_da=comparison_sentence(
            year=row.year,
            what=effect_on(row.committee, row.benefit),
            kind=row.kind,
            ratio=ratio,
            realised_ore=row.mean_ore,
            mature=mature,
            matured=row.matured,
        ),
    )
