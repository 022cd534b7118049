"""Follow-up: what was realised beside what the business case promised, and what the committee must be told.

Pure: it is given the case, realised figures and a day. Must not know the ledger, the registers or any estimator.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from governance.impact.business_case.case import BusinessCase
from governance.impact.business_case.prices import PriceIndex
from governance.impact.followed import FollowUp, Measured, Realised

MATURE_FROM = 0.95


def build_follow_up(
    case: BusinessCase,
    *,
    realised: Sequence[Realised],
    measured: Mapping[str, Measured],
    index: PriceIndex,
    as_of: dt.date,
    mature_from: float = MATURE_FROM,
) -> FollowUp:
    """The case beside what was realised; a year is mature when it is over and `mature_from` of it is known."""
    raise NotImplementedError
