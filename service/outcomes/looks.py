"""How people judged the cases of the lists: by this the publish gate sees whether a list is only rubber-stamped.

Counts only. Must not know a case, nor what the gate makes of the figures.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from governance.as_of import danish_moment
from governance.audit.events import instant
from service.cases.tables import CASES, LOOKS

FIRST = "first"
RANDOM = "random"
DAYS_BACK = 365


@dataclass(frozen=True)
class LooksTaken:
    """First looks of the last year, those of them whose reasons were hidden, and overrides.

    An override is a case that the list put forward by priority and a person rejected at the desk review; of a case
    drawn by lot the list said nothing.
    """

    first: int
    blind: int
    overrides: int


def load_looks(connection: sa.Connection, *, until: dt.date) -> LooksTaken:
    """The first looks recorded in the year that ends with the day `until`."""
    after = instant(danish_moment(until - dt.timedelta(days=DAYS_BACK - 1)))
    before = instant(danish_moment(until + dt.timedelta(days=1)))
    taken = (LOOKS.c.kind == FIRST) & (LOOKS.c.at >= after) & (LOOKS.c.at < before)
    looks = connection.execute(sa.select(LOOKS.c.case_id, LOOKS.c.blind).where(taken)).all()
    rejected = sa.select(CASES.c.case_id).where(CASES.c.state == "rejected", CASES.c.arm != RANDOM)
    overridden = set(connection.execute(rejected).scalars())
    return LooksTaken(
        first=len(looks),
        blind=sum(bool(look.blind) for look in looks),
        overrides=len({look.case_id for look in looks} & overridden),
    )
