"""What a report is made from, all of it known at one day. Must not know how any of it is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from governance.impact.business_case.case import BusinessCase
from governance.impact.business_case.prices import PriceIndex
from governance.impact.estimates import Estimates
from governance.impact.facts import Facts
from service.impact.report_model import Section
from service.impact.strata import Book
from service.impact.telling import Earlier


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The ledger after a booking (`book`), the registers' facts under the same pseudonyms, and what was estimated.

    `facts` and `estimates` are None where no registers were at hand; `ripe` are the listed cases of months in which
    none still waits; `kept_sections` are those that stay as an earlier version told them.
    """

    as_of: dt.date
    booking: int
    ledger_hash: str
    book: Book
    case: BusinessCase
    index: PriceIndex
    facts: Facts | None = None
    estimates: Estimates | None = None
    ripe: frozenset[str] = frozenset()
    model_versions: tuple[str, ...] = ()
    earlier: Sequence[Earlier] = ()
    kept_sections: Mapping[str, Section] = field(default_factory=dict)

    @property
    def years(self) -> tuple[int, ...]:
        """Every year that something was booked in."""
        return tuple(sorted(set(self.book.amounts["year"].to_list()) - {0}))
